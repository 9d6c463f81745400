"""A plan of what to collect within a box of days, money and people: an integer program over sources and days.

Asked is not how long M rows take, but how many usable rows can be had in K days. A *usable row* is a user with a label,
counted as what the label is worth of a certain one (`worth.label_worth`). Users come from sources of accounts and
labels from votes, so a plan needs both, and the users first: by the end of no day more votes have come than there are
users to be labelled. A user gets one vote: for learning a second one on the same user is worth less than a first on
another (Khetan, Lipton and Anandkumar 2018, "Learning From Noisy Singly-labeled Data", ICLR). Set-up takes days, costs
once, and waits until the sources it comes after are set up.

The plan is the best there is, proved by the solver; where people are limited and sources and days many, one that is
near the best, with what no plan exceeds (`search.py`). Of plans equally good the cheapest is taken; of these the one
with the fewest set-ups that begin earliest, the fewest rows, and rows as early as can be. What is still equal is
settled by the order of the sources' ids.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from job_search_assets.logic.programs import Array
from job_search_assets.logic.sources.program import EQUAL, Program, whole
from job_search_assets.logic.sources.search import choose


@dataclass(frozen=True)
class Offer:
    """A source as a plan sees it. Costs are in the budget's currency; `most_rows` is all that it has.

    A row brings so many users who have no label, and labels worth so many certain ones, which need so many users that
    another source must bring; a user who brings a label is neither without one nor needed. `after` are sources whose
    set-up must have ended, `excludes` those that no plan has beside it. So many people are busy in its set-up, and so
    many from then on.
    """

    source: str
    rows_per_day: float
    setup_days: int = 0
    cost_setup: float = 0.0
    cost_per_row: float = 0.0
    users_per_row: float = 0.0
    labels_per_row: float = 0.0
    users_needed_per_row: float = 0.0
    most_rows: float = np.inf
    after: frozenset[str] = frozenset()
    excludes: frozenset[str] = frozenset()
    people_setup: int = 0
    people_running: int = 0

    @property
    def brings_accounts(self) -> bool:
        """Whether its rows are accounts, with labels or without."""
        return self.users_needed_per_row == 0


@dataclass(frozen=True)
class Box:
    """What a plan may use: days, money, people at a time; infinite where there is no limit.

    `unlabelled_users` are there already. `most_accounts` and `most_votes` are the rows of either that may be collected,
    so that the data does not grow too fast; a row with an account and a label counts as both.
    """

    days: int
    budget: float = np.inf
    people: float = np.inf
    unlabelled_users: float = 0.0
    most_accounts: float = np.inf
    most_votes: float = np.inf


@dataclass(frozen=True)
class Plan:
    """What to collect: by source the day its set-up begins, from 0, and the rows of each day of the box.

    `usable_in_parts` is what the chosen set-ups could bring if parts of rows could be had; no plan brings more usable
    rows than `most_usable`. The plan is proved to be the best where the two are the same.
    """

    starts: Mapping[str, int]
    rows: Mapping[str, tuple[int, ...]]
    usable_in_parts: float
    most_usable: float

    @property
    def is_proved(self) -> bool:
        return self.usable_in_parts >= self.most_usable - EQUAL


def plan(offers: Sequence[Offer], box: Box, *, prove: bool = False) -> Plan:
    """The best plan; sources that cannot deliver within the box are left out. Rows are whole.

    With a limit of people and more days to choose among than `search.MOST_AT_ONCE` it need not be the best, unless it
    is to be proved, which can take minutes and ends unproved after `program.NODES` nodes.
    """
    able, edges = able_to_deliver(offers, box.days), [0, box.days]
    begin, best, starts = earliest(able), Plan({}, {}, 0.0, 0.0), dict[str, int]()
    while able:
        choice = choose(able, begin, box, edges, starts, prove=prove)
        starts = choice.starts
        chosen = [offer for offer in able if offer.source in starts]
        if not chosen:
            break
        begun = [(place, starts[offer.source]) for place, offer in enumerate(chosen)]
        rows, usable = Program(chosen, begun, replace(box, people=np.inf), range(box.days + 1)).rows()
        finer = sorted({*edges, *(starts[offer.source] + offer.setup_days for offer in chosen)})
        if usable > best.usable_in_parts - EQUAL:  # else the search missed what it had found with fewer edges
            best = _in_whole_rows(chosen, starts, rows, usable, box.budget, choice.most)
        if usable > choice.promised - EQUAL or finer == edges:
            return replace(best, most_usable=choice.most)
        edges = finer
    return best


def _in_whole_rows(
    offers: Sequence[Offer], starts: Mapping[str, int], rows: Array, usable: float, budget: float, most: float
) -> Plan:
    by_source = {offer.source: whole(days) for offer, days in zip(offers, rows, strict=True)}
    needed = _needed(offers, {source for source, days in by_source.items() if sum(days)})
    kept = {source: by_source[source] for source in sorted(needed)}
    return Plan({source: starts[source] for source in kept}, _affordable(offers, kept, budget), usable, most)


def usable_by_day(offers: Sequence[Offer], box: Box, rows: Mapping[str, Sequence[int]]) -> list[float]:
    """How many usable rows there are by the end of each day, of what comes on each day.

    Votes for which there is no user are lost, of each source the same share.
    """
    by_name, users, usable, found = {offer.source: offer for offer in offers}, box.unlabelled_users, 0.0, []
    for day in range(box.days):
        today = [(by_name[source], days[day]) for source, days in rows.items()]
        users += sum(offer.users_per_row * count for offer, count in today)
        needed = sum(offer.users_needed_per_row * count for offer, count in today)
        share = min(1.0, users / needed) if needed else 1.0
        users -= needed * share
        usable += sum(
            offer.labels_per_row * count * (1.0 if offer.brings_accounts else share) for offer, count in today
        )
        found.append(usable)
    return found


def cost(offers: Sequence[Offer], rows: Mapping[str, Sequence[int]]) -> dict[str, float]:
    """What each source of a plan costs, set-up and rows, in the budget's currency."""
    by_name = {offer.source: offer for offer in offers}
    return {
        source: by_name[source].cost_setup + by_name[source].cost_per_row * sum(days) for source, days in rows.items()
    }


def earliest(offers: Sequence[Offer]) -> dict[str, int]:
    """The first day on which each set-up can begin; without sources that wait for one that is not offered."""
    by_name, found = {offer.source: offer for offer in offers}, dict[str, int]()
    while ready := [offer for offer in offers if offer.source not in found and offer.after <= found.keys()]:
        for offer in ready:
            ends = (found[other] + by_name[other].setup_days for other in offer.after)
            found[offer.source] = max(ends, default=0)
    return found


def able_to_deliver(offers: Sequence[Offer], days: int) -> list[Offer]:
    """Sources whose set-up can end within the box, in the order of their ids."""
    begin = earliest(offers)
    return [
        offer
        for offer in sorted(offers, key=lambda offer: offer.source)
        if offer.source in begin and begin[offer.source] + offer.setup_days < days
    ]


def _affordable(
    offers: Sequence[Offer], rows: Mapping[str, tuple[int, ...]], budget: float
) -> dict[str, tuple[int, ...]]:
    """The rows, less the last one of the dearest source where the solver's last digits are over the budget."""
    kept = {source: list(days) for source, days in rows.items()}
    dear = sorted(offers, key=lambda offer: (-offer.cost_per_row, offer.source))
    while sum(cost(offers, kept).values()) > budget * (1 + 1e-12):
        source = next(offer.source for offer in dear if sum(kept.get(offer.source, ())))
        last = max(day for day, count in enumerate(kept[source]) if count)
        kept[source][last] -= 1
    return {source: tuple(days) for source, days in kept.items()}


def _needed(offers: Sequence[Offer], used: set[str]) -> set[str]:
    """The sources that bring rows, and those whose set-up they wait for, at any remove."""
    by_name, found = {offer.source: offer for offer in offers}, set(used)
    while more := {other for source in found for other in by_name[source].after} - found:
        found |= more
    return found
