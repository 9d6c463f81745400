"""Manual steps: what people did by hand, and whether each still stands in the way of production.

A step is closed when the test that it names passes now, waived while a person's waiver is in force, else open. What
the time is and which tests pass is told to these functions, so that the same question always has the same answer.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pandas as pd

OPEN, WAIVED, CLOSED = "open", "waived", "closed"
_AS_WRITTEN = (
    *("step", "asset", "what", "made_by", "made_at", "why", "owner"),
    *("file", "hash_before", "hash_after", "closed_by"),
)
_OF_WAIVERS = ("waived_by", "waiver_reason", "waived_until")


@dataclass(frozen=True)
class Waiver:
    """A person's word that a step may stay as it is, to the end of a day (UTC)."""

    by: str
    reason: str
    until: date


@dataclass(frozen=True)
class ManualStep:
    """One thing done by hand: to which asset or file, by whom, and what is to replace it."""

    step: str
    asset: str
    what: str
    made_by: str
    made_at: datetime
    why: str
    owner: str | None = None
    file: str | None = None
    hash_before: str | None = None
    hash_after: str | None = None
    closed_by: str | None = None
    waiver: Waiver | None = None

    @property
    def answers_for_it(self) -> str:
        """The owner, or else whoever did it."""
        return self.owner or self.made_by


def standing(step: ManualStep, *, now: datetime, passes: Callable[[str], bool]) -> str:
    """Whether the step is open, waived or closed; a test is tried only where nothing else decides."""
    if step.waiver is not None and now.date() <= step.waiver.until:
        return WAIVED
    if step.closed_by is not None and passes(step.closed_by):
        return CLOSED
    return OPEN


def upstream(step: ManualStep, wanted: Collection[str], above: Mapping[str, Collection[str]]) -> bool:
    """Whether something wanted is made from what the step changed; `above` has all that each asset is made from."""
    return any(step.asset == asset or step.asset in above.get(asset, ()) for asset in wanted)


def told(step: ManualStep, *, now: datetime, assets: int, predictions: int) -> dict[str, Any]:
    """An open step for whoever has to pay it off: keys and counts, and what there was to pay so far."""
    lapsed = {"waiver_ended": step.waiver.until.isoformat()} if step.waiver else {}
    failing = {"does_not_pass": step.closed_by} if step.closed_by else {}
    return {
        "step": step.step,
        "asset": step.asset,
        "owner": step.answers_for_it,
        "age_days": max((now - step.made_at).days, 0),
        "assets_below": assets,
        "predictions": predictions,
        **lapsed,
        **failing,
    }


def rows(steps: Iterable[ManualStep]) -> list[dict[str, Any]]:
    """The steps with the columns of `manual_steps`, but for those that count what hangs on them; times in UTC."""
    return [
        {
            **{name: getattr(step, name) for name in _AS_WRITTEN},
            "made_at": step.made_at.replace(tzinfo=None),
            "waived_by": step.waiver.by if step.waiver else None,
            "waiver_reason": step.waiver.reason if step.waiver else None,
            "waived_until": step.waiver.until if step.waiver else None,
        }
        for step in sorted(steps, key=lambda step: step.step)
    ]


def table(steps: Iterable[ManualStep], *, below: Mapping[str, Collection[str]], served: str, predictions: int) -> Any:
    """The rows of `manual_steps`; `below` has what is made from each asset, `served` names the predictions' table."""
    hanging = [
        {
            **row,
            "assets_below": len(below[row["asset"]]),
            "predictions": predictions if served in (row["asset"], *below[row["asset"]]) else 0,
        }
        for row in rows(steps)
    ]
    return pd.DataFrame(hanging, columns=[*_AS_WRITTEN, *_OF_WAIVERS, "assets_below", "predictions"])


def standings(
    steps: Iterable[ManualStep],
    counts: Mapping[str, Mapping[str, Any]],
    *,
    now: datetime,
    passes: Callable[[str], bool],
) -> dict[str, list[dict[str, Any]]]:
    """The steps by standing, each as it is to be told, those first on which most predictions hang."""
    found: dict[str, list[dict[str, Any]]] = {OPEN: [], WAIVED: [], CLOSED: []}
    for step in steps:
        hanging = counts.get(step.step, {"assets_below": 0, "predictions": 0})
        as_open = told(step, now=now, assets=hanging["assets_below"], predictions=hanging["predictions"])
        stands = standing(step, now=now, passes=passes)
        found[stands].append(_told_of[stands](step, as_open))
    return {stands: sorted(one, key=lambda row: -row["predictions"]) for stands, one in found.items()}


def _waived(step: ManualStep, as_open: dict[str, Any]) -> dict[str, Any]:
    assert step.waiver is not None, "only a waiver makes a step waived"
    return {"step": step.step, "by": step.waiver.by, "until": str(step.waiver.until), **_hanging(as_open)}


def _closed(step: ManualStep, as_open: dict[str, Any]) -> dict[str, Any]:
    return {"step": step.step, "closed_by": step.closed_by, **_hanging(as_open)}


def _hanging(as_open: dict[str, Any]) -> dict[str, Any]:
    return {"asset": as_open["asset"], "predictions": as_open["predictions"]}


_told_of = {OPEN: lambda _, as_open: as_open, WAIVED: _waived, CLOSED: _closed}
