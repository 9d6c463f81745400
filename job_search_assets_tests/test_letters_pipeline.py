"""A correction from the ledger to the letters, on the whole pipeline."""

import shutil
from pathlib import Path
from typing import Any

import ibis.expr.types as ir
import pytest

from job_search_assets.engine.correcting import repair_history
from job_search_assets_tests.pipeline import Ended, job_search, rows

HEADER = "correction_id,table,key,action,column,value,made_by,made_at,why\n"
WITHDRAWAL = "c-1,job_seeker_votes,{}|*|*,withdraw,,,ann,2026-11-01T00:00:00Z,asked the wrong person\n"
TAKEN_BACK = "c-2,corrections,c-1,withdraw,,,ann,2026-11-02T00:00:00Z,it was the right one\n"
LETTERS = """SELECT outcome, before, after, decided_in, step, correction_ids, own_correction_ids FROM letters
             WHERE account_id = ? AND outcome IN ('label', 'split') ORDER BY step, outcome"""


@pytest.fixture
def folders(data: Path, first_run: tuple[Path, Ended], tmp_path: Path) -> tuple[Path, Path]:
    shutil.copytree(data, tmp_path / "data")
    shutil.copytree(first_run[0], tmp_path / "build")
    return tmp_path / "data", tmp_path / "build"


def test_a_correction_is_told_to_whom_it_concerned_once_even_if_the_run_was_stopped(
    folders: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    data, build = folders
    ledger = data / "reference" / "corrections.csv"
    [(account, label)] = rows(
        build,
        """SELECT account_id, is_job_seeker FROM decisions SEMI JOIN raw_job_seeker_votes USING (account_id)
           WHERE split = 'test' AND accounts_of_user = 1 ORDER BY account_id LIMIT 1""",
    )
    assert rows(build, "SELECT count(*) FROM letters") == rows(build, "SELECT count(*) FROM repairs") == [(0,)]

    def stopped(*_: Any) -> ir.Table:
        raise RuntimeError("the machine was switched off")

    ledger.write_text(HEADER + WITHDRAWAL.format(account))
    with monkeypatch.context() as patched:
        patched.setattr(repair_history, "followed", stopped)
        assert "switched off" in job_search("run", "--data", data, "--build", build).said
    assert rows(build, "SELECT count(*) FROM decision_history WHERE correction_ids = 'c-1'") != [(0,)]
    assert rows(build, "SELECT count(*) FROM letters") == [(0,)]

    ended = job_search("run", "--data", data, "--build", build)
    assert ended.code == 0, ended.said
    word = "job seeker" if label else "no job seeker"
    withdrawn = [("label", word, None, 1, 2, "c-1", "c-1"), ("split", "test", None, 1, 2, "c-1", "c-1")]
    assert rows(build, LETTERS, [account]) == withdrawn
    assert rows(build, "SELECT count(*) FROM letters WHERE decided_since IS NULL OR corrected_at <> '2026-11-01'") == [
        (0,)
    ]
    assert rows(build, "SELECT correction_id, turn, event, step FROM repairs") == [("c-1", 1, "made", 2)]
    figures = """SELECT old_value - value, correction_ids, cause FROM evaluation_history
                 WHERE split = 'test' AND metric = 'users' AND step = 2"""
    [(fewer, correction, cause)] = rows(build, figures)
    assert (fewer, correction) == (1, "c-1")
    assert cause.startswith("people corrected inputs")
    assert "Nothing has changed" in job_search("run", "--data", data, "--build", build).said

    ledger.write_text(HEADER + WITHDRAWAL.format(account) + TAKEN_BACK)
    assert job_search("run", "--data", data, "--build", build).code == 0
    assert rows(build, LETTERS, [account]) == [
        *withdrawn,
        ("label", None, word, 2, 3, "c-2", "c-2"),
        ("split", None, "test", 2, 3, "c-2", "c-2"),
    ]
    lines = job_search("why", account, "--data", data, "--build", build).said.splitlines()
    told = lines[next(place for place, line in enumerate(lines) if line.startswith("Letters")) :]
    assert told[0].split(maxsplit=1)[1].startswith("step 2, correction c-1 (people corrected inputs")
    assert [account, "label", *word.split(), "->", "none"] in [line.split() for line in told[:4]]
    (own,) = [line.split(maxsplit=1)[1] for line in lines if line.startswith("Corrections")]
    assert own == "none of its own in force; all that reached it stand under Letters"
