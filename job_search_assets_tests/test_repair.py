"""Corrections reach every table, and what they lead to is what a rebuild from the corrected files gives."""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import pytest

from job_search_assets.definitions import defs
from job_search_assets.engine.correcting import impacts
from job_search_assets.engine.folders import Folders
from job_search_assets_tests.counterfactual import differing, moved, read
from job_search_assets_tests.pipeline import Ended, job_search, rows
from job_search_assets_tests.random_corrections import KINDS, Draws, Line, append

HELD_MODELS = ("job_seeker_model", "label_model", "match_model", "spam_model")


@dataclass(frozen=True)
class Project:
    """A data folder of one's own with a build of it."""

    data: Path
    build: Path

    def job_search(self, command: str, *options: str) -> Ended:
        return job_search(command, *options, "--data", self.data, "--build", self.build)


@pytest.fixture
def project(data: Path, first_run: tuple[Path, Ended], tmp_path: Path) -> Project:
    shutil.copytree(data, tmp_path / "data")
    shutil.copytree(first_run[0], tmp_path / "build")
    return Project(tmp_path / "data", tmp_path / "build")


def of_some_kinds(draws: Draws, *kinds: Callable[[Draws], list[Line]]) -> list[Line]:
    return [line for kind in kinds for line in kind(draws)]


@pytest.mark.parametrize(("seed", "changes_outcomes"), [(0, True), (1, False)])
def test_what_an_impact_foretells_a_repair_brings_about_and_a_rebuild_gives(
    project: Project, seed: int, changes_outcomes: bool
) -> None:
    draws = Draws(project.data, seed)
    lines = of_some_kinds(draws, *draws.random.sample(list(KINDS), 5))
    folders, before = Folders(project.data, project.build), read(project.build)
    with mock.patch.dict(os.environ):
        folders.announce()
        foretold = impacts.impact_of(defs, folders, lines, named=("", "", ""), refit=False)
    append(project.data, lines)
    models = {name: (project.build / "models" / f"{name}.skops").read_bytes() for name in HELD_MODELS}
    ended = project.job_search("repair", "--prove")
    assert ended.code == 0, ended.said
    assert "Proved: all" in ended.said
    assert {name: (project.build / "models" / f"{name}.skops").read_bytes() for name in HELD_MODELS} == models
    after = read(project.build)
    direct = differing(before, after)
    assert {(row["account_id"], row["outcome"]) for row in foretold.direct} == direct
    assert set(foretold.joint) == moved(before, after) - {account for account, _ in direct}
    assert bool(direct) == changes_outcomes
    assert foretold.joint


def test_a_repair_that_refits_is_a_rebuild(project: Project) -> None:
    draws = Draws(project.data, 11)
    append(project.data, of_some_kinds(draws, Draws.verdict_turned, Draws.labeller_withdrawn, Draws.account_withdrawn))
    ended = project.job_search("repair", "--refit", "--prove")
    assert ended.code == 0, ended.said
    assert "Proved: all" in ended.said
    assert "Held as they were" not in ended.said


def test_models_that_learned_from_what_was_corrected_are_named(project: Project) -> None:
    append(project.data, of_some_kinds(Draws(project.data, 5), Draws.labeller_withdrawn))
    ended = project.job_search("repair")
    assert "Held as they were, though what they learned from has changed: label_model" in ended.said


def test_a_correction_that_changes_nothing_stops_at_the_raw_table(project: Project) -> None:
    ((entry, listed_by),) = rows(project.build, "SELECT entry_id, listed_by FROM raw_ip_blocklist LIMIT 1")
    line = {"table": "ip_blocklist", "key": entry, "action": "replace", "column": "listed_by", "value": listed_by}
    append(project.data, [line])
    ended = project.job_search("repair")
    made = {line.split()[0] for line in ended.said.splitlines() if line.endswith(" s") and " rows" in line}
    raw = {f"raw_{table}" for table in ("users", "spam_reports", "ip_blocklist", "merge_pairs", "job_seeker_votes")}
    log = {"decision_history", "evaluation_history", "repairs", "letters"}
    ours = {"raw_places", "rejected_rows", "applied_corrections", "table_provenance"}
    corrected = {"slice_factors"}  # tells which users' accounts a correction touched
    assert made == raw | ours | log | corrected
    assert rows(project.build, "SELECT event, step FROM repairs") == [("made", None)]
    assert rows(project.build, "SELECT count(*) FROM letters") == [(0,)]


def test_a_repair_that_is_no_rebuild_is_told(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    from job_search_assets.engine.correcting import repairs

    append(project.data, of_some_kinds(Draws(project.data, 5), Draws.vote_withdrawn))
    honest = repairs.contents
    monkeypatch.setattr(
        repairs, "contents", lambda defs, folders: honest(defs, folders) | {"clean_users": folders.build.name}
    )
    shutil.move(project.build, project.build.with_name("mine"))
    ended = Project(project.data, project.build.with_name("mine")).job_search("repair", "--prove")
    assert ended.code == 1
    assert "NOT what a rebuild gives: clean_users." in ended.said


def test_a_repair_wants_a_build(data: Path, tmp_path: Path) -> None:
    ended = job_search("repair", "--data", data, "--build", tmp_path / "none")
    assert ended.code == 2
    assert "Run `job-search run` first" in ended.said
