"""Manual steps: typed, with the line of every mistake; a warning in a proof of concept, a stop in production."""

import datetime as dt
import os
from pathlib import Path
from typing import Any
from unittest import mock

import dagster as dg
import pytest

from job_search_assets.definitions import defs
from job_search_assets.engine.errors import BadInput, NotReady
from job_search_assets.engine.files.steps_file import read_steps
from job_search_assets.engine.folders import Folders
from job_search_assets.engine.guarding import closings, gate, seals
from job_search_assets.logic.readiness import steps
from job_search_assets.logic.readiness.steps import ManualStep, Waiver
from job_search_assets.schemas.contracts import MANUAL_STEPS_FILE
from job_search_assets_tests.conftest import hashed
from job_search_assets_tests.pipeline import Ended, job_search, rows

NOW = dt.datetime(2026, 6, 3, 12, tzinfo=dt.UTC)
MADE = dt.datetime(2026, 5, 4, 10, tzinfo=dt.UTC)
STEP = """\
- id: step-1
  asset: despammed_users
  what: removed three test accounts
  made_by: kim
  made_at: 2026-05-04T10:00:00Z
  why: the load test made them
"""
WAIVER = "  waiver: {{by: ann, reason: audit is in July, until: {until}}}\n"
A_TEST = "job_search_assets_tests/test_house.py::test_the_lock_holds_hashes_and_no_host"


def a_step(**changes: Any) -> ManualStep:
    made = {"step": "s", "asset": "clean_users", "what": "w", "made_by": "kim", "made_at": MADE, "why": "y"}
    return ManualStep(**{**made, **changes})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id: one\n", "holds no list of steps"),
        ("- id: one\n", "line 1: the step has no asset. Add it"),
        (STEP + "  whom: bob\n", "line 7: whom is not known"),
        (STEP + "  what: twice\n", "line 7: what stands there twice"),
        (STEP + STEP, "line 7: the id step-1 stands in the list already"),
        (STEP.replace("2026-05-04T10:00:00Z", "in May"), "line 5: made_at is no time"),
        (STEP.replace("kim", ""), "line 4: made_by is empty"),
        (STEP + "  hash_after: 77e0b2...\n", "line 7: hash_after is no hash"),
        (STEP + "  file: ../raw/users.csv\n", "line 7: file is a path inside"),
        (STEP + "  closed_by: it works\n", "line 7: closed_by names no test"),
        (STEP + "  waiver: {by: ann, until: 2026-07-01}\n", "line 7: the waiver has no reason"),
        (STEP + "  waiver: {by: ann, reason: r, until: July}\n", "line 7: until is no day"),
        ("- id: [\n", "is no YAML"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "manual_steps.yaml"
    path.write_text(text)
    with pytest.raises(BadInput, match=said):
        read_steps(path)


def test_a_file_that_is_missing_or_empty_has_no_steps(tmp_path: Path) -> None:
    assert read_steps(tmp_path / "none.yaml") == []
    (tmp_path / "empty.yaml").write_text("# nothing by hand\n[]\n")
    assert read_steps(tmp_path / "empty.yaml") == []


def test_a_step_is_read_as_it_is_written(tmp_path: Path) -> None:
    path = tmp_path / "manual_steps.yaml"
    path.write_text(STEP + "  owner: ann\n  closed_by:\n" + WAIVER.format(until="2026-07-01"))
    (read,) = read_steps(path)
    assert (read.made_at, read.owner, read.closed_by) == (MADE, "ann", None)
    assert read.waiver == Waiver("ann", "audit is in July", dt.date(2026, 7, 1))


@pytest.mark.parametrize(
    ("changes", "stands"),
    [
        ({}, "open"),
        ({"waiver": Waiver("ann", "r", dt.date(2026, 6, 3))}, "waived"),
        ({"waiver": Waiver("ann", "r", dt.date(2026, 6, 2))}, "open"),
        ({"closed_by": "passes"}, "closed"),
        ({"closed_by": "fails"}, "open"),
        ({"closed_by": "passes", "waiver": Waiver("ann", "r", dt.date(2026, 6, 2))}, "closed"),
    ],
)
def test_how_a_step_stands(changes: dict[str, Any], stands: str) -> None:
    assert steps.standing(a_step(**changes), now=NOW, passes="passes".__eq__) == stands


def test_an_open_step_is_told_with_owner_age_and_what_hangs_on_it() -> None:
    found = steps.standings([a_step()], {"s": {"assets_below": 4, "predictions": 670}}, now=NOW, passes=bool)
    assert found["open"] == [
        {"step": "s", "asset": "clean_users", "owner": "kim", "age_days": 30, "assets_below": 4, "predictions": 670}
    ]


def test_predictions_hang_on_what_they_are_made_from_only() -> None:
    below = {"clean_users": ["predictions"], "letters": [], "predictions": []}
    written = [a_step(), a_step(step="t", asset="letters"), a_step(step="u", asset="predictions")]
    table = steps.table(written, below=below, served="predictions", predictions=7)
    assert dict(zip(table["step"], table["predictions"], strict=True)) == {"s": 7, "t": 0, "u": 7}


def write(folders: Folders, text: str) -> None:
    (folders.data / MANUAL_STEPS_FILE).write_text(text)


def production(folders: Folders, command: str, *options: str) -> Ended:
    with mock.patch.dict(os.environ, {"JOB_SEARCH_PHASE": "production"}):
        return job_search(command, *options, "--data", folders.data, "--build", folders.build)


def everything(folder: Path) -> dict[str, str]:
    return {str(path): hashed(path) for path in sorted(folder.rglob("*")) if path.is_file()}


def test_a_proof_of_concept_passes_with_a_warning_that_names_the_step(folders: Folders) -> None:
    write(folders, STEP)
    ended = job_search("run", "--data", folders.data, "--build", folders.build)
    assert ended.code == 0
    lines = ended.said.splitlines()
    told = lines[lines.index("  WARN   not so: every_manual_step_is_paid_off") + 1]
    assert told.startswith("         open: ")
    assert all(
        part in told for part in ("step step-1", "asset despammed_users", "owner kim", "age_days", "predictions")
    )
    counted = "SELECT predictions = (SELECT count(*) FROM job_seeker_predictions) FROM manual_steps"
    assert rows(folders.build, counted) == [(True,)]


@pytest.mark.parametrize("command", [("run",), ("run", "--all"), ("run", "--select", "letters"), ("repair",)])
def test_production_stops_before_any_write(folders: Folders, command: tuple[str, ...]) -> None:
    write(folders, STEP)
    before = everything(folders.build)
    ended = production(folders, *command)
    assert ended.code == 1
    assert "step-1: despammed_users, owner kim" in ended.said
    assert "closed_by" in ended.said
    assert everything(folders.build) == before


def test_production_makes_what_the_step_has_no_part_in(folders: Folders) -> None:
    write(folders, STEP)
    with mock.patch.dict(os.environ, {"JOB_SEARCH_PHASE": "production"}):
        gate.ask(defs, folders, wanted=[dg.AssetKey("raw_users")], now=NOW)
        with pytest.raises(NotReady):
            gate.ask(defs, folders, wanted=[dg.AssetKey("despammed_users")], now=NOW)


@pytest.mark.parametrize(("until", "is_stopped"), [("2026-06-03", False), ("2026-06-02", True)])
def test_a_waiver_holds_to_the_end_of_its_day(folders: Folders, until: str, is_stopped: bool) -> None:
    write(folders, STEP + WAIVER.format(until=until))
    with mock.patch.dict(os.environ, {"JOB_SEARCH_PHASE": "production"}):
        if is_stopped:
            with pytest.raises(NotReady, match="waiver ended 2026-06-02"):
                gate.ask(defs, folders, wanted=None, now=NOW)
        else:
            gate.ask(defs, folders, wanted=None, now=NOW)


def test_a_check_that_holds_closes_a_step_and_one_that_does_not_leaves_it_open(folders: Folders) -> None:
    with mock.patch.dict(os.environ, {"JOB_SEARCH_PHASE": "production"}):
        write(folders, STEP + "  closed_by: despammed_users_keeps_its_schema\n")
        gate.ask(defs, folders, wanted=None, now=NOW)
        write(folders, STEP + "  closed_by: no_record_breaks_the_contract\n")
        with pytest.raises(NotReady, match="no_record_breaks_the_contract does not pass"):
            gate.ask(defs, folders, wanted=None, now=NOW)


def test_what_a_check_says_now_is_what_counts(folders: Folders) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        gate.note_checks(defs, folders, instance)
    seal = seals.read(folders)
    assert seal is not None
    assert (seal.checks, seal.is_broken, len(seal.files) > 5) == ({}, False, True)


def test_a_test_closes_a_step_only_if_it_passes_now_and_leaves_a_trace(tmp_path: Path) -> None:
    folders = Folders(tmp_path, tmp_path)
    passes = closings.passing(folders, {})
    assert passes(A_TEST)
    assert not passes("job_search_assets_tests/test_house.py::test_that_nobody_wrote")
    assert not passes("job_search_assets_tests/test_nothing.py::test_that_nobody_wrote")
    closings.remember(folders, A_TEST)
    assert A_TEST in (tmp_path / closings.CLOSINGS).read_text()


def test_a_step_about_nothing_is_told_with_its_line(folders: Folders) -> None:
    write(folders, STEP.replace("despammed_users", "despamed"))
    ended = job_search("run", "--data", folders.data, "--build", folders.build)
    assert ended.code == 2
    assert "manual_steps.yaml, line 1: there is no asset despamed" in ended.said


def test_any_other_phase_is_told(folders: Folders) -> None:
    with mock.patch.dict(os.environ, {"JOB_SEARCH_PHASE": "prod"}):
        ended = job_search("run", "--data", folders.data, "--build", folders.build)
    assert ended.code == 2
    assert "JOB_SEARCH_PHASE is 'prod'. Set it to poc or production" in ended.said
