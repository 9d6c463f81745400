"""A plan as lines for the terminal, with a Gantt chart in letters."""

from collections.abc import Iterator
from typing import Any

from job_search_assets.logic.sources.collecting import Collection
from job_search_assets.logic.sources.plan_table import because_not, places

WIDEST = 60  # letters of the chart; of a longer box a letter is several days


def told(made: Collection) -> Iterator[str]:
    """What the box brings, the chart, a line a source with rows, users or labels and cost, and who is left out why."""
    wish, order = made.wish, places(made)
    limits = [f"{wish.days} days"]
    limits += [] if wish.budget is None else [f"a budget of {wish.budget:,.2f}"]
    limits += [] if wish.people is None else [f"{wish.people} people"]
    yield f"In {', '.join(limits)}: {made.usable_rows:,.0f} usable rows for {sum(made.costs.values()):,.2f}."
    yield from _stock(made)
    if not made.plan.is_proved:
        more = "the search for one has ended" if made.wish.prove else "--prove searches on until none can be better"
        yield f"No plan brings more than {made.plan.most_usable:,.0f}; {more}."
    wide = max(map(len, order), default=0)
    offers = {offer.source: offer for offer in made.offers}
    for name in order:
        offer, rows = offers[name], sum(made.plan.rows[name])
        brings = " and ".join(_brings(rows, offer.users_per_row, offer.labels_per_row))
        yield f"  {name:<{wide}} |{chart(made, name)}| {rows:>9,} rows, {brings}, cost {made.costs[name]:,.2f}"
    if order:
        yield f"  {'':<{wide}}  - set-up, # rows come, . ready; {_scale(made)}"
    for source in made.sources:
        if source["source"] not in order:
            yield f"  left out: {source['source']}, {because_not(made, source['source'])}"


def as_dict(made: Collection) -> dict[str, Any]:
    """The same for programs; the rows of each day, and the usable rows by its end."""
    order = places(made)
    return {
        "box": {"days": made.wish.days, "budget": made.wish.budget, "people": made.wish.people},
        "usable_rows": round(made.usable_rows, 6),
        "cost": round(sum(made.costs.values()), 6),
        "is_proved": made.plan.is_proved,
        "usable_rows_at_most": round(made.plan.most_usable, 6),
        "unlabelled_users_before": made.present.unlabelled_users,
        "usable_rows_by_day": [round(usable, 6) for usable in made.usable_by_day],
        "sources": [
            {
                "source": name,
                "begins_on_day": made.plan.starts[name] + 1,
                "rows": sum(made.plan.rows[name]),
                "rows_by_day": list(made.plan.rows[name]),
                "cost": round(made.costs[name], 6),
            }
            for name in order
        ],
        "left_out": {
            source["source"]: because_not(made, source["source"])
            for source in made.sources
            if source["source"] not in order
        },
    }


def chart(made: Collection, name: str) -> str:
    """A source's days as letters: set-up, days with rows, days without."""
    setup = next(offer.setup_days for offer in made.offers if offer.source == name)
    start, rows = made.plan.starts[name], made.plan.rows[name]
    days = "".join(
        " " if day < start else "-" if day < start + setup else "#" if rows[day] else "." for day in range(len(rows))
    )
    step = _step(made)
    return "".join(max(days[day : day + step], key=" .-#".index) for day in range(0, len(days), step))


def _step(made: Collection) -> int:
    return -(-made.wish.days // WIDEST)


def _scale(made: Collection) -> str:
    return "a letter a day" if _step(made) == 1 else f"a letter {_step(made)} days"


def _stock(made: Collection) -> Iterator[str]:
    if made.present.accounts:
        yield (
            f"There are {sum(made.present.accounts.values()):,} accounts, {made.present.votes:,} votes and "
            f"{made.present.unlabelled_users:,} users without a label, who can be labelled too."
        )


def _brings(rows: int, users: float, labels: float) -> Iterator[str]:
    if users:
        yield f"{rows * users:,.0f} users to label"
    if labels:
        yield f"{rows * labels:,.0f} usable"
