"""What-ifs and repairs from Dagster's launchpad: the same as the commands, on the run's page."""

import shutil
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from job_search_assets.assets.corrections import RepairConfig
from job_search_assets.assets.questions import WhatIfConfig
from job_search_assets.definitions import defs
from job_search_assets.engine.folders import Folders
from job_search_assets.engine.running import runs
from job_search_assets_tests.pipeline import Ended, job_search, rows
from job_search_assets_tests.random_corrections import Draws, append


def output_of(ended: dg.ExecuteInProcessResult) -> dict[str, Any]:
    [output] = [event for event in ended.all_events if event.is_successful_output]
    return {name: shown.value for name, shown in output.step_output_data.metadata.items()}


def test_an_impact_is_told_on_the_runs_page_as_the_command_tells_it(
    data: Path, first_run: tuple[Path, Ended], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JOB_SEARCH_DATA", str(data))
    monkeypatch.setenv("JOB_SEARCH_BUILD", str(first_run[0]))
    (line,) = Draws(data, 2).entry_withdrawn()
    config = {"table": "ip_blocklist", "key": line["key"]}
    job = defs.resolve_job_def("impact")
    with dg.DagsterInstance.ephemeral() as instance:
        ended = job.execute_in_process(run_config={"ops": {"work_out_impact": {"config": config}}}, instance=instance)
    shown = output_of(ended)["impact"].strip("`").removeprefix("text").strip()
    said = job_search("impact", "ip_blocklist", line["key"], "--data", data, "--build", first_run[0]).said
    assert shown in said
    assert "direct" in shown


def test_a_repair_from_the_pages_brings_everything_in_line(
    data: Path, first_run: tuple[Path, Ended], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(data, tmp_path / "data")
    shutil.copytree(first_run[0], tmp_path / "build")
    (line,) = Draws(data, 5).vote_withdrawn()
    append(tmp_path / "data", [line])
    folders = Folders(tmp_path / "data", tmp_path / "build")
    for name in ("JOB_SEARCH_DATA", "JOB_SEARCH_BUILD", "DAGSTER_HOME"):
        monkeypatch.setenv(name, "")
    with runs.opened(folders) as instance:
        ended = defs.resolve_job_def("repair").execute_in_process(instance=instance)
    shown = output_of(ended)
    assert "raw_job_seeker_votes" in shown["made"]
    assert rows(tmp_path / "build", "SELECT count(*) FROM applied_corrections") == [(1,)]
    again = job_search("repair", "--data", folders.data, "--build", folders.build)
    assert "Nothing has changed" in again.said


def test_the_launchpad_says_what_each_field_is() -> None:
    fields = {**WhatIfConfig.model_fields, **RepairConfig.model_fields}
    assert [name for name, field in fields.items() if not field.description] == []
