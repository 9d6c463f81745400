"""Between a correction and its repair: whoever asks the tables is told that they don't follow it yet."""

from dataclasses import replace
from unittest import mock

import pytest

from job_search_assets.definitions import defs
from job_search_assets.engine.correcting import in_line
from job_search_assets.engine.errors import BadInput, Stopped
from job_search_assets.engine.folders import Folders
from job_search_assets.engine.guarding import edits, gate, seals
from job_search_assets.engine.privacy import forgetting
from job_search_assets.schemas.contracts import CORRECTIONS_FILE
from job_search_assets_tests.pipeline import job_search, rows

NOT_YET = "Not followed yet: c-1 of reference/corrections.csv."


@pytest.fixture
def account(folders: Folders) -> str:
    """An account that is withdrawn, though no run has followed that."""
    [(account,)] = rows(folders.build, "SELECT min(account_id) FROM raw_users")
    said = ("--by", "ann", "--why", "gone", "--data", folders.data, "--build", folders.build)
    assert job_search("correct", "users", account, "withdraw", *said).code == 0
    return str(account)


def test_nothing_is_pending_where_nothing_was_corrected(folders: Folders) -> None:
    assert in_line.pending(folders) is None
    in_line.assert_in_line(folders)


def test_questions_and_checks_say_which_correction_they_dont_follow_yet(folders: Folders, account: str) -> None:
    where = ("--data", folders.data, "--build", folders.build)
    for command in (
        ("why", account),
        ("why", "clean_users"),
        ("export", "split_ledger", "--out", folders.data / "x.csv"),
    ):
        ended = job_search(*command, *where)
        assert ended.code == 0
        assert NOT_YET in ended.said
    assert NOT_YET in job_search("check", *where).said


def test_an_impact_is_refused_until_what_is_pending_is_followed(folders: Folders, account: str) -> None:
    with pytest.raises(BadInput, match=r"files/corrections has changed since\. Run `job-search repair`"):
        in_line.assert_in_line(folders)


def test_a_run_names_the_corrections_that_it_begins_to_follow(folders: Folders, account: str) -> None:
    told = gate.ask(defs, folders, wanted=None, now=gate.now()).told
    assert [(edit.name, edit.what) for edit in told] == [(CORRECTIONS_FILE, "c-1 came")]


def test_forgetting_somebody_names_the_corrections_that_it_follows_besides(
    folders: Folders, account: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(forgetting, "_write_down", mock.Mock(side_effect=Stopped))
    with pytest.raises(Stopped):
        forgetting.forget(defs, folders, [account], made_by="ann", why="asked", say=said.append)
    assert [line.split(" (")[0] for line in said] == [f"  since the last run: {CORRECTIONS_FILE}: c-1 came"]


def test_a_run_of_some_assets_makes_no_correction_followed(folders: Folders, account: str) -> None:
    seal = seals.read(folders)
    assert seal is not None
    seals.write(
        folders, replace(seal, ledgers={CORRECTIONS_FILE: edits.lines_of(folders.data / CORRECTIONS_FILE)}, inputs={})
    )
    told = in_line.pending(folders)
    assert told is not None
    assert told.startswith(f"Not followed yet: what has changed in {CORRECTIONS_FILE}.")


def test_corrections_of_another_data_folder_are_none_of_this_build(folders: Folders, account: str) -> None:
    with (folders.data / "raw" / "users.csv").open("a") as file:
        file.write("\n")
    assert in_line.pending(folders) is None
    (folders.data / "raw" / "users.csv").unlink()
    assert in_line.pending(folders) is None
