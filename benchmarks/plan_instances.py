"""Random sources and boxes, and the best plan for them by trying everything: no part of it is the program's own."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

import numpy as np
from scipy.optimize import linprog

from job_search_assets.logic.sources.planning import Box, Offer


def offers(count: int, days: int, generator: np.random.Generator) -> list[Offer]:
    """Sources of users, of labels and of both, some bounded, some waiting for another, some excluding another."""
    return [_offer(place, days, generator) for place in range(count)]


def box(days: int, given: Sequence[Offer], generator: np.random.Generator, *, people: int | None = None) -> Box:
    """A box whose money is short for some and plenty for others."""
    all_of_it = sum(offer.cost_setup + offer.cost_per_row * offer.rows_per_day * days for offer in given)
    return Box(
        days=days,
        budget=round(all_of_it * generator.uniform(0.05, 0.8), 2) if generator.random() < 0.8 else np.inf,
        people=np.inf if people is None else people,
        unlabelled_users=float(generator.integers(0, 500)) if generator.random() < 0.5 else 0.0,
        most_accounts=float(generator.integers(100, 3000)) if generator.random() < 0.2 else np.inf,
        most_votes=float(generator.integers(100, 3000)) if generator.random() < 0.2 else np.inf,
    )


def best_of_all(given: Sequence[Offer], limits: Box) -> float:
    """The most usable rows of any choice of sources and any days on which their set-ups begin.

    Every choice is tried whose set-ups can be paid, but for those that bring no more than what was found even if all
    rows were free. Rows are the best for a choice, by a linear program over single days.
    """
    choices = ((_bound(given, limits, starts), starts) for starts in _choices(given, limits))
    tried = sorted(choices, key=lambda choice: -choice[0])
    best = 0.0
    for bound, starts in tried:
        if bound <= best + 1e-9:
            break
        best = max(best, _rows(given, limits, starts))
    return best


def keeps(given: Sequence[Offer], limits: Box, starts: dict[str, int], rows: dict[str, tuple[int, ...]]) -> list[str]:
    """What of its box a plan breaks, in words; nothing if it keeps all."""
    by_name, broken = {offer.source: offer for offer in given}, []
    spent = sum(by_name[name].cost_setup + by_name[name].cost_per_row * sum(days) for name, days in rows.items())
    if spent > limits.budget + 1e-6:
        broken.append(f"costs {spent} of {limits.budget}")
    for today in range(limits.days):
        busy = sum(_busy(by_name[name], start, today) for name, start in starts.items())
        if busy > limits.people:
            broken.append(f"{busy} people on day {today}")
    for name, days in rows.items():
        offer, ready = by_name[name], starts[name] + by_name[name].setup_days
        most = [offer.rows_per_day * max(day - ready + 1, 0) for day in range(limits.days)]
        if len(days) != limits.days or (np.cumsum(days) > np.array(most) + 1e-6).any() or sum(days[:ready]):
            broken.append(f"{name} delivers more than it can")
        if sum(days) > offer.most_rows:
            broken.append(f"{name} has no more rows")
        if any(starts.get(other, limits.days) + by_name[other].setup_days > starts[name] for other in offer.after):
            broken.append(f"{name} does not wait")
        if offer.excludes & starts.keys():
            broken.append(f"{name} excludes another")
    if sum(sum(days) for name, days in rows.items() if not by_name[name].users_needed_per_row) > limits.most_accounts:
        broken.append("too many accounts")
    if sum(sum(days) for name, days in rows.items() if by_name[name].labels_per_row) > limits.most_votes:
        broken.append("too many votes")
    return broken


def _offer(place: int, days: int, generator: np.random.Generator) -> Offer:
    kind = generator.choice(["users", "labels", "both"], p=[0.45, 0.4, 0.15])
    users = float(generator.integers(40, 101)) / 100
    labels = float(generator.integers(10, 101)) / 100 if kind != "users" else 0.0
    others = [f"s{other:02}" for other in range(place)]
    return Offer(
        source=f"s{place:02}",
        rows_per_day=float(generator.integers(5, 300)),
        setup_days=int(generator.integers(0, max(days // 2, 1) + 1)),
        cost_setup=float(generator.integers(0, 20) * 100),
        cost_per_row=float(generator.integers(0, 200)) / 1000,
        users_per_row=users if kind == "users" else 0.0,
        labels_per_row=labels * users if kind == "both" else labels,
        users_needed_per_row=float(kind == "labels"),
        most_rows=float(generator.integers(50, 3000)) if generator.random() < 0.4 else np.inf,
        after=frozenset(generator.choice(others, 1)) if others and generator.random() < 0.25 else frozenset(),
        excludes=frozenset(generator.choice(others, 1)) if others and generator.random() < 0.2 else frozenset(),
        people_setup=int(generator.integers(0, 3)),
        people_running=int(generator.integers(0, 2)),
    )


def _choices(given: Sequence[Offer], limits: Box) -> Iterator[dict[str, int]]:
    """Every set of sources that may stand together, with every day on which each may begin."""
    for size in range(len(given) + 1):
        for some in itertools.combinations(given, size):
            names = {offer.source for offer in some}
            if any(offer.excludes & names or not offer.after <= names for offer in some):
                continue
            if sum(offer.cost_setup for offer in some) > limits.budget:
                continue
            yield from _begun(some, limits)


def _begun(some: Sequence[Offer], limits: Box) -> Iterator[dict[str, int]]:
    setup = {offer.source: offer.setup_days for offer in some}
    if np.isinf(limits.people):
        first: dict[str, int] = {}
        for offer in some:  # whom it waits for stands before it
            first[offer.source] = max((first[other] + setup[other] for other in offer.after), default=0)
        yield first
        return
    for days in itertools.product(range(limits.days), repeat=len(some)):
        starts = dict(zip(setup, days, strict=True))
        waits = all(starts[other] + setup[other] <= starts[offer.source] for offer in some for other in offer.after)
        is_manned = all(
            sum(_busy(offer, starts[offer.source], today) for offer in some) <= limits.people
            for today in range(limits.days)
        )
        if waits and is_manned:
            yield starts


def _busy(offer: Offer, start: int, today: int) -> int:
    if today < start:
        return 0
    return offer.people_setup if today < start + offer.setup_days else offer.people_running


def _most(offer: Offer, start: int, days: int) -> float:
    return min(offer.rows_per_day * max(days - start - offer.setup_days, 0), offer.most_rows)


def _bound(given: Sequence[Offer], limits: Box, starts: dict[str, int]) -> float:
    chosen = [offer for offer in given if offer.source in starts]
    rows = {offer.source: _most(offer, starts[offer.source], limits.days) for offer in chosen}
    users = sum(offer.users_per_row * rows[offer.source] for offer in chosen) + limits.unlabelled_users
    votes = sum(offer.labels_per_row * rows[offer.source] for offer in chosen if offer.users_needed_per_row)
    most_of_a_vote = max((offer.labels_per_row for offer in chosen if offer.users_needed_per_row), default=0)
    own = sum(offer.labels_per_row * rows[offer.source] for offer in chosen if not offer.users_needed_per_row)
    return min(votes, users * most_of_a_vote) + own


def _rows(given: Sequence[Offer], limits: Box, starts: dict[str, int]) -> float:
    """The usable rows of the best rows by day; variables are rows by source and day."""
    chosen, days = [offer for offer in given if offer.source in starts], limits.days
    if not chosen:
        return 0.0
    money = limits.budget - sum(offer.cost_setup for offer in chosen)
    lines, most = [], []

    def line(of_source: Sequence[float], until: int, high: float) -> None:
        row = np.zeros((len(chosen), days))
        row[:, :until] = np.array(of_source).reshape(-1, 1)
        lines.append(row.ravel())
        most.append(high)

    for day in range(days):
        line([one.users_needed_per_row - one.users_per_row for one in chosen], day + 1, limits.unlabelled_users)
    for place, offer in enumerate(chosen):
        if np.isfinite(offer.most_rows):
            line([float(place == other) for other in range(len(chosen))], days, offer.most_rows)
    if np.isfinite(money):
        line([offer.cost_per_row for offer in chosen], days, money)
    if np.isfinite(limits.most_accounts):
        line([float(offer.users_needed_per_row == 0) for offer in chosen], days, limits.most_accounts)
    if np.isfinite(limits.most_votes):
        line([float(offer.labels_per_row > 0) for offer in chosen], days, limits.most_votes)
    bounds = [
        (0, offer.rows_per_day if day >= starts[offer.source] + offer.setup_days else 0)
        for offer in chosen
        for day in range(days)
    ]
    goal = -np.repeat([offer.labels_per_row for offer in chosen], days)
    found = linprog(goal, A_ub=np.array(lines), b_ub=most, bounds=bounds)
    return -float(found.fun)
