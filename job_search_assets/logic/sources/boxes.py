"""After a box: what was planned beside what came, what came too late, and whether it was worth it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import ibis
import ibis.expr.types as ir
import pandas as pd

from job_search_assets.logic.sources import forecast
from job_search_assets.schemas.sources import LABELLED_USERS, USERS, VOTES

YES, NO, UNKNOWN = "yes", "no", "can't tell"


@dataclass(frozen=True)
class PastBox:
    """A box as it was recorded: its first day, its length, and the rows that were planned of each source."""

    box: str
    started_on: date
    days: int
    planned: Mapping[str, float]

    @property
    def ended_on(self) -> date:
        """The first day after it."""
        return self.started_on + timedelta(days=self.days)


def rows_by_day(raw_users: ir.Table, raw_job_seeker_votes: ir.Table, source_inventory: ir.Table) -> ir.Table:
    """How many rows each source brought on each day, UTC: source, day, rows.

    Votes do not say where they come from: they count for the source that delivers votes, if there is one alone.
    """
    delivers = source_inventory.select("source", "delivers", "status")
    accounts = raw_users.join(delivers.filter(delivers.delivers.isin([USERS, LABELLED_USERS])), "source")
    voting = delivers.filter(delivers.delivers == VOTES, delivers.status == "chosen")
    alone = voting.agg(source=voting.source.min(), count=voting.count())
    votes = raw_job_seeker_votes.cross_join(alone.filter(alone["count"] == 1))
    dated = [
        accounts.select("source", day=accounts.created_at.date()),
        votes.select("source", day=votes.labelled_at.date()),
    ]
    return ibis.union(*dated).group_by(["source", "day"]).agg(rows=ibis._.count())


def labelled_by_day(raw_job_seeker_votes: ir.Table, user_accounts: ir.Table) -> ir.Table:
    """How many users got their first vote on each day, UTC: day, users."""
    votes = raw_job_seeker_votes.join(user_accounts, "account_id")
    first = votes.group_by("user_id").agg(day=votes.labelled_at.min().date())
    return first.group_by("day").agg(users=ibis._.count())


def table(
    boxes: Sequence[PastBox],
    came: pd.DataFrame,
    labelled: pd.DataFrame,
    curve: pd.DataFrame,
    *,
    least_gain: float,
) -> pd.DataFrame:
    """The columns of `CollectionBoxes`, a row for each box and planned source, in the order of time."""
    ordered = sorted(boxes, key=lambda box: (box.started_on, box.box))
    counts = _counts(came)
    rows: list[dict[str, Any]] = []
    for box in ordered:
        verdict = was_worth_it(box, labelled, curve, least_gain=least_gain)
        past = [row for row in rows if row["ended_on"] <= box.started_on.isoformat()]
        rows += [_row(box, source, ordered, counts, past) | {"was_worth_it": verdict} for source in sorted(box.planned)]
    columns = ["box_id", "source", "started_on", "ended_on", "planned_rows", "actual_rows", "rows_after_end"]
    columns += ["forecast_low", "forecast_high", "is_as_forecast", "was_worth_it"]
    found = pd.DataFrame(rows, columns=columns)
    types = {"planned_rows": "float64", "forecast_low": "float64", "forecast_high": "float64"}
    return found.astype({**types, "actual_rows": "int64", "rows_after_end": "int64", "is_as_forecast": "boolean"})


def was_worth_it(box: PastBox, labelled: pd.DataFrame, curve: pd.DataFrame, *, least_gain: float) -> str:
    """Whether the labels of a box have made the model better by the least gain, as far as the learning curve can tell.

    Between the users labelled before the box and after it, a curve that rises gains at least what it gains between the
    measured points inside, and at most what it gains between those outside.
    """
    days = [(_date(day), users) for day, users in zip(labelled["day"], labelled["users"], strict=True)]
    before = sum(users for day, users in days if day < box.started_on)
    after = sum(users for day, users in days if day < box.ended_on)
    known = curve[(curve["metric"] == "roc_auc") & curve["gain"].notna() & (curve["basis"] == "measured")]
    points = sorted(known[["labelled_users", "gain_low", "gain_high"]].fillna(0.0).itertuples(index=False, name=None))
    inside = [point for point in points if before <= point[0] <= after]
    below, above = [point for point in points if point[0] <= before], [point for point in points if point[0] >= after]
    if before < after and len(inside) > 1 and inside[-1][1] - inside[0][2] >= least_gain:
        return YES
    if before < after and below and above and above[0][2] - below[-1][1] < least_gain:
        return NO
    return UNKNOWN


def _date(day: Any) -> date:
    """A day as a frame has it, as a date."""
    return day if type(day) is date else day.date()


def _counts(came: pd.DataFrame) -> dict[str, list[tuple[date, int]]]:
    found: dict[str, list[tuple[date, int]]] = {}
    for source, day, rows in came[["source", "day", "rows"]].itertuples(index=False, name=None):
        found.setdefault(source, []).append((_date(day), rows))
    return found


def _row(
    box: PastBox,
    source: str,
    boxes: Sequence[PastBox],
    counts: Mapping[str, Sequence[tuple[date, int]]],
    past: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    days, until = counts.get(source, ()), _next_start(box, source, boxes)
    actual = sum(rows for day, rows in days if box.started_on <= day < box.ended_on)
    late = sum(rows for day, rows in days if day >= box.ended_on and (until is None or day < until))
    own = [(row["planned_rows"], row["actual_rows"]) for row in past if row["source"] == source]
    everybody = [(row["planned_rows"], row["actual_rows"]) for row in past]
    told = forecast.interval(own if len(own) >= forecast.LEAST_BOXES else everybody, box.planned[source])
    return {
        "box_id": box.box,
        "source": source,
        "started_on": box.started_on.isoformat(),
        "ended_on": box.ended_on.isoformat(),
        "planned_rows": box.planned[source],
        "actual_rows": actual,
        "rows_after_end": late,
        "forecast_low": None if told is None else round(told[0], 6),
        "forecast_high": None if told is None else round(told[1], 6),
        "is_as_forecast": None if told is None else told[0] <= actual <= told[1],
    }


def _next_start(box: PastBox, source: str, boxes: Sequence[PastBox]) -> date | None:
    later = [other.started_on for other in boxes if source in other.planned and other.started_on >= box.ended_on]
    return min(later, default=None)


def kept(boxes: pd.DataFrame) -> dict[str, float]:
    """Actual over planned rows by box and source, the latest first."""
    return {
        f"{box} {source}": round(actual / planned, 3)
        for box, source, planned, actual in reversed(
            boxes[["box_id", "source", "planned_rows", "actual_rows"]].to_numpy().tolist()
        )
        if planned
    }


def late_rows(boxes: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """The boxes and sources of which rows are dated after the end: box_id, source, rows_after_end."""
    for box, source, rows in boxes[["box_id", "source", "rows_after_end"]].itertuples(index=False, name=None):
        if rows:
            yield {"box_id": box, "source": source, "rows_after_end": int(rows)}
