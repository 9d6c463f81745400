"""From the inventory to a plan of what to collect, and from the plan to a table."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from job_search_assets.logic.sources import planning, worth
from job_search_assets.logic.sources.planning import Box, Offer, Plan
from job_search_assets.logic.sources.present import Present
from job_search_assets.schemas.sources import IDEA, LABELLED_USERS, REJECTED, USERS, VOTES

INFINITE = math.inf


@dataclass(frozen=True)
class Wish:
    """What may be spent, and what may be planned with; None: no limit. `most_growth` is in times the present rows.

    With `prove` the search goes on until no plan can be better.
    """

    days: int
    budget: float | None
    people: int | None
    most_growth: float | None
    with_ideas: bool
    with_doubtful_rights: bool
    prove: bool


@dataclass(frozen=True)
class Collection:
    """A plan with all that it was made from; `left_out` says of sources that were not offered why."""

    sources: Sequence[Mapping[str, Any]]
    wish: Wish
    present: Present
    box: Box
    offers: Sequence[Offer]
    left_out: Mapping[str, str]
    plan: Plan

    @property
    def usable_by_day(self) -> list[float]:
        """Usable rows by the end of each day."""
        return planning.usable_by_day(self.offers, self.box, self.plan.rows)

    @property
    def usable_rows(self) -> float:
        """Usable rows that the box brings."""
        return self.usable_by_day[-1]

    @property
    def costs(self) -> Mapping[str, float]:
        """What each planned source costs."""
        return planning.cost(self.offers, self.plan.rows)


def collect(inventory: pd.DataFrame, present: Present, wish: Wish) -> Collection:
    """The best plan for the sources of an inventory, given what has been collected so far."""
    sources = sorted(worth.as_rows(inventory), key=lambda source: source["source"])
    left_out = {source["source"]: reason for source in sources if (reason := _why_not(source, wish))}
    offers = [_offer(source, present, sources) for source in sources if source["source"] not in left_out]
    box = Box(
        days=wish.days,
        budget=INFINITE if wish.budget is None else wish.budget,
        people=INFINITE if wish.people is None else wish.people,
        unlabelled_users=present.unlabelled_users,
        most_accounts=_most(sum(present.accounts.values()), wish.most_growth),
        most_votes=_most(present.votes, wish.most_growth),
    )
    return Collection(sources, wish, present, box, offers, left_out, planning.plan(offers, box, prove=wish.prove))


def is_running(source: Mapping[str, Any], present: Present, sources: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a source is set up: its accounts are there, or votes are and no other source could have brought them."""
    if source["delivers"] in (USERS, LABELLED_USERS):
        return present.accounts.get(source["source"], 0) > 0
    voting = [one["source"] for one in sources if one["delivers"] == VOTES and one["status"] not in (IDEA, REJECTED)]
    return voting == [source["source"]] and present.votes > 0


def _most(rows: int, growth: float | None) -> float:
    return rows * growth if rows and growth is not None else INFINITE


def _why_not(source: Mapping[str, Any], wish: Wish) -> str | None:
    risks = str(source["risk"] or "").split(", ")
    reasons = {
        "rejected": source["status"] == REJECTED,
        "an idea, not decided yet": source["status"] == IDEA and not wish.with_ideas,
        worth.NO_RIGHTS: worth.NO_RIGHTS in risks,
        worth.DOUBTFUL: worth.DOUBTFUL in risks and not wish.with_doubtful_rights,
        f"brings {source['delivers']}, neither users nor their labels": source["delivers"]
        not in (USERS, LABELLED_USERS, VOTES),
        "its labels are worth nothing": source["delivers"] == VOTES and worth.label_worth(source["label_quality"]) == 0,
    }
    return next((reason for reason, is_so in reasons.items() if is_so), None)


def _offer(source: Mapping[str, Any], present: Present, sources: Sequence[Mapping[str, Any]]) -> Offer:
    runs = is_running(source, present, sources)
    users = worth.users_per_row(source["delivers"]) * present.users_per_account(source["source"])
    labels = worth.labels_per_row(source["delivers"], source["label_quality"])
    return Offer(
        source=source["source"],
        rows_per_day=source["rows_per_day"],
        setup_days=0 if runs else math.ceil(source["setup_days"]),
        cost_setup=0.0 if runs else source["cost_setup"],
        cost_per_row=source["cost_per_1000_rows"] / 1000,
        users_per_row=users if source["delivers"] == USERS else 0.0,
        labels_per_row=labels if source["delivers"] == VOTES else labels * users,
        users_needed_per_row=float(source["delivers"] == VOTES),
        most_rows=INFINITE if pd.isna(source["most_rows"]) else float(source["most_rows"]),
        after=_names(source["after"]),
        excludes=_names(source["excludes"]),
        people_setup=0 if runs else int(source["people_setup"]),
        people_running=int(source["people_running"]),
    )


def _names(listed: str | None) -> frozenset[str]:
    return frozenset() if pd.isna(listed) else frozenset(str(listed).split(", "))
