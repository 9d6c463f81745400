"""A plan as a table: a row a source, planned or not."""

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from job_search_assets.logic.sources import planning
from job_search_assets.logic.sources.collecting import Collection
from job_search_assets.logic.sources.planning import Offer


def table(made: Collection) -> pd.DataFrame:
    """The columns of `CollectionPlan`."""
    offers, order = {offer.source: offer for offer in made.offers}, places(made)
    box = {
        "box_days": made.wish.days,
        "box_budget": made.wish.budget,
        "box_people": made.wish.people,
        "usable_rows": round(made.usable_rows, 6),
        "is_proved": made.plan.is_proved,
    }
    rows = []
    for source in made.sources:
        name = source["source"]
        told = _planned(made, offers[name], order[name]) if name in order else _not_planned(made, name)
        rows.append({"source": name, **told, **box})
    whole = dict.fromkeys((*_WHEN, "place", "box_people"), "Int64")
    return pd.DataFrame(rows).astype({**whole, "box_budget": "float64"})


def places(made: Collection) -> dict[str, int]:
    """The planned sources in the order in which they begin, those that begin together by first row, then by id."""
    plan = made.plan
    ready = {offer.source: offer.setup_days for offer in made.offers}
    by_begin = sorted(plan.starts, key=lambda name: (plan.starts[name], plan.starts[name] + ready[name], name))
    return {name: place for place, name in enumerate(by_begin, 1)}


def tracks(made: Collection) -> dict[str, tuple[int, int, int]]:
    """By planned source, in order, the days after which its set-up begins, rows can come, and the last has come."""
    ready = {offer.source: made.plan.starts.get(offer.source, 0) + offer.setup_days for offer in made.offers}
    last = {
        name: max((day for day, count in enumerate(rows, 1) if count), default=ready[name])
        for name, rows in made.plan.rows.items()
    }
    return {name: (made.plan.starts[name], ready[name], last[name]) for name in places(made)}


_WHEN = (
    *("begins_on_day", "delivers_from_day", "delivers_until_day"),
    *("rows_by_quarter", "rows_by_half", "rows_by_three_quarters"),
)


def _planned(made: Collection, offer: Offer, place: int) -> Mapping[str, Any]:
    by_day = made.plan.rows[offer.source]
    busy = [day for day, rows in enumerate(by_day, 1) if rows]
    parts = [sum(by_day[: math.floor(made.wish.days * part)]) for part in (0.25, 0.5, 0.75)]
    total = sum(by_day)
    return {
        "place": place,
        "begins_on_day": made.plan.starts[offer.source] + 1,
        "delivers_from_day": busy[0] if busy else None,
        "delivers_until_day": busy[-1] if busy else None,
        **dict(zip(_WHEN[3:], parts, strict=True)),
        "rows": total,
        "users": round(total * offer.users_per_row, 6),
        "labels": round(total * offer.labels_per_row, 6),
        "cost": round(made.costs[offer.source], 6),
        "because": f"brings {brought(offer)}" if total else "others wait for it",
    }


def _not_planned(made: Collection, name: str) -> Mapping[str, Any]:
    nothing = dict.fromkeys(("place", *_WHEN))
    return {**nothing, "rows": 0, "users": 0.0, "labels": 0.0, "cost": 0.0, "because": because_not(made, name)}


def brought(offer: Offer) -> str:
    """What a source brings, in words."""
    if not offer.brings_accounts:
        return "labels"
    return "users with labels" if offer.labels_per_row else "users"


def because_not(made: Collection, name: str) -> str:
    """Why a source is not in the plan."""
    if name in made.left_out:
        return made.left_out[name]
    begin = planning.earliest(made.offers)
    if name not in begin:
        return "what it comes after cannot be had"
    if name not in {offer.source for offer in planning.able_to_deliver(made.offers, made.wish.days)}:
        return "cannot be set up within the box"
    offer = next(offer for offer in made.offers if offer.source == name)
    rivals = sorted(
        other.source for other in made.offers if other.source in made.plan.starts and _exclude(offer, other)
    )
    if rivals:
        return f"excluded by {', '.join(rivals)}"
    return "adds no usable row that the box has room for"


def _exclude(one: Offer, other: Offer) -> bool:
    return other.source in one.excludes or one.source in other.excludes
