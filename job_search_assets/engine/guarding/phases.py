"""Proof of concept or production: what an open manual step means for a run.

In a proof of concept it is a warning. In production nothing is made of what a person changed by hand, until a test
passes that closes the step, or somebody waives it for a while.
"""

import enum
import os
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime

import dagster as dg

from job_search_assets.engine.errors import BadInput, NotReady
from job_search_assets.engine.files.steps_file import line_of, read_steps
from job_search_assets.engine.folders import Folders
from job_search_assets.logic.readiness import steps as manual
from job_search_assets.logic.readiness.steps import ManualStep
from job_search_assets.schemas.contracts import MANUAL_STEPS_FILE

VARIABLE = "JOB_SEARCH_PHASE"


class Phase(enum.Enum):
    """Where the project is on its way."""

    POC = "poc"
    PRODUCTION = "production"


def phase() -> Phase:
    """The phase that the environment names, by default a proof of concept. Raises BadInput for any other word."""
    word = os.environ.get(VARIABLE) or Phase.POC.value
    try:
        return Phase(word)
    except ValueError:
        known = " or ".join(one.value for one in Phase)
        raise BadInput(f"{VARIABLE} is {word!r}. Set it to {known}, or leave it out for {Phase.POC.value}.") from None


def above(defs: dg.Definitions) -> Mapping[str, Collection[str]]:
    """By asset or input file all that it is made from, near and far."""
    graph = defs.resolve_asset_graph()
    found: dict[str, set[str]] = {}
    for key in (key for level in graph.toposorted_asset_keys_by_level for key in level):
        parents = [parent.to_user_string() for parent in graph.get(key).parent_keys]
        found[key.to_user_string()] = {*parents}.union(*(found[parent] for parent in parents))
    return found


def steps_of(folders: Folders, known: Collection[str]) -> list[ManualStep]:
    """The manual steps on file. Raises BadInput, with the line, for one about an asset that there is not."""
    path = folders.data / MANUAL_STEPS_FILE
    steps = read_steps(path)
    for step in steps:
        if step.asset not in known:
            place = f"{path}, line {line_of(path, step.step)}"
            raise BadInput(f"{place}: there is no asset {step.asset}. Name a table, a model, or a file as files/users.")
    return steps


def assert_paid_off(
    steps: Sequence[ManualStep],
    wanted: Collection[str],
    made_from: Mapping[str, Collection[str]],
    *,
    now: datetime,
    passes: Callable[[str], bool],
) -> None:
    """Raises NotReady when a step is open from which something wanted is made."""
    open_steps = [
        step
        for step in steps
        if manual.upstream(step, wanted, made_from) and manual.standing(step, now=now, passes=passes) == manual.OPEN
    ]
    if open_steps:
        raise NotReady("\n".join([_HEAD, *(f"  {_line(step, now)}" for step in open_steps), _WAYS_OUT]))


_HEAD = f"{VARIABLE} is production, and what was done by hand is not paid off. Nothing was written. Open:"
_WAYS_OUT = (
    f"For each: write code that does it, and name the test of it as closed_by in {MANUAL_STEPS_FILE}; or let a person "
    "waive it there for a while (waiver: by, reason, until)."
)


def _line(step: ManualStep, now: datetime) -> str:
    told = manual.told(step, now=now, assets=0, predictions=0)
    ended = f", waiver ended {told['waiver_ended']}" if "waiver_ended" in told else ""
    failing = f", {step.closed_by} does not pass" if step.closed_by else ""
    return f"{step.step}: {step.asset}, owner {told['owner']}, {told['age_days']} days old{ended}{failing}"
