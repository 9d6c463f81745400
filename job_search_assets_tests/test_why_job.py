"""The question asked from Dagster's launchpad: answered on the run's page, without personal data."""

from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from job_search_assets.assets.questions import QuestionConfig
from job_search_assets.definitions import defs
from job_search_assets_tests.pipeline import rows


@pytest.fixture
def asked(changeable: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("JOB_SEARCH_DATA", str(changeable))
    monkeypatch.setenv("JOB_SEARCH_BUILD", str(changeable))
    return changeable


def answer(**config: str) -> tuple[str, str]:
    """What the job's page shows, and what it logged."""
    job = defs.resolve_job_def("why")
    with dg.DagsterInstance.ephemeral() as instance:
        ended = job.execute_in_process(run_config={"ops": {"answer_question": {"config": config}}}, instance=instance)
        logged = "\n".join(entry.message or "" for entry in instance.all_logs(ended.run_id))
    [output] = [event for event in ended.all_events if event.is_successful_output]
    found: Any = output.step_output_data.metadata["answer"]
    return str(found.value), logged


def test_an_account_is_explained_on_the_runs_page(asked: Path) -> None:
    [(account, name, email)] = rows(
        asked,
        """SELECT account_id, full_name, email FROM raw_users JOIN user_accounts USING (account_id)
           WHERE email IS NOT NULL AND full_name IS NOT NULL ORDER BY account_id LIMIT 1""",
    )
    shown, logged = answer(what=account)
    assert f"{account} is an account: kept" in shown
    assert "sum: log odds of the score" in shown
    assert "sum: log odds of the score" not in logged
    assert account in logged
    assert name not in shown + logged
    assert email not in shown + logged


def test_a_table_and_two_accounts_are_explained_too(asked: Path) -> None:
    [(left, right)] = rows(
        asked, "SELECT account_id_left, account_id_right FROM match_predictions WHERE match_probability > 0.9 LIMIT 1"
    )
    assert "clean_users is a table of" in answer(what="clean_users")[0]
    assert "match weight" in answer(what=left, other=right)[0]


def test_what_is_nothing_fails_the_run_with_its_reason(asked: Path) -> None:
    with pytest.raises(Exception, match="There is no account, user or table nobody in this build"):
        answer(what="nobody")


def test_the_launchpad_says_what_each_field_is() -> None:
    assert [name for name, field in QuestionConfig.model_fields.items() if not field.description] == []
