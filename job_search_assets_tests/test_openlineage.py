"""What a run tells by OpenLineage: to whom it is configured, in whole and valid events, without any value of a row."""

import importlib.util
import json
import shutil
import uuid
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from job_search_assets.engine.lineage import openlineage
from job_search_assets.logic.provenance import outcomes
from job_search_assets_tests.conftest import unavailable
from job_search_assets_tests.pipeline import Ended, job_search, rows

SELECTED = "key:raw_users or key:spam_model or key:despammed_users or key:decisions"


@pytest.fixture(autouse=True)
def nobody_listens(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)


class Told:
    """A build whose runs write their events into a file."""

    def __init__(self, data: Path, build: Path, file: Path) -> None:
        self.data, self.build, self.file = data, build, file

    def run(self, selection: str) -> tuple[Ended, list[dict[str, Any]]]:
        self.file.unlink(missing_ok=True)
        ended = job_search("run", "--data", self.data, "--build", self.build, "--select", selection)
        lines = self.file.read_text().splitlines() if self.file.exists() else []
        return ended, [json.loads(line) for line in lines]


@pytest.fixture
def told(data: Path, first_run: tuple[Path, Ended], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Told:
    if importlib.util.find_spec("openlineage") is None:
        unavailable("openlineage-python is not installed")
    shutil.copytree(first_run[0], tmp_path / "build")
    transport = {"type": "file", "log_file_path": str(tmp_path / "events.json"), "append": True}
    monkeypatch.setenv("OPENLINEAGE__TRANSPORT", json.dumps(transport))
    return Told(data, tmp_path / "build", tmp_path / "events.json")


def of(events: list[dict[str, Any]], job: str, state: str) -> dict[str, Any]:
    [event] = [event for event in events if event["job"]["name"] == job and event["eventType"] == state]
    return event


def test_each_asset_and_check_starts_and_completes_in_valid_events(told: Told) -> None:
    from job_search_assets_tests.openlineage_classes import breaches

    ended, events = told.run(SELECTED)
    assert ended.code == 0, ended.said
    assert [found for event in events for found in breaches(event)] == []
    for event in events:
        assert uuid.UUID(event["run"]["runId"])
        assert datetime.fromisoformat(event["eventTime"]).tzinfo
    jobs = {event["job"]["name"] for event in events}
    assert {
        "raw_users",
        "spam_model",
        "despammed_users",
        "decisions",
        "raw_users.every_line_is_kept_or_rejected",
    } <= jobs
    for job in jobs:
        start, complete = of(events, job, "START"), of(events, job, "COMPLETE")
        assert start["run"]["runId"] == complete["run"]["runId"]
        assert start["eventTime"] <= complete["eventTime"]
    again = told.run(SELECTED)[1]
    assert {_names(event) for event in again} == {_names(event) for event in events}


@pytest.mark.parametrize(
    ("path", "value", "found"),
    [
        (["run", "runId"], None, "event.run.runId: NoneType instead of str"),
        (["job"], {"name": "decisions"}, "event.job.namespace: missing"),
        (["eventType"], "DONE", "event.eventType: DONE is no EventType"),
        (["outputs", 0, "outputFacets", "outputStatistics", "rowCount"], "9", "rowCount: str instead of int"),
        (["outputs", 0, "facets", "version", "datasetVersions"], "9", "datasetVersions: unknown"),
        (["outputs", 0, "facets", "version", "_schemaURL"], "urn:mine", "urn:mine is no published facet"),
    ],
)
def test_an_event_that_breaks_the_schema_is_noticed(path: list[Any], value: Any, found: str, told: Told) -> None:
    from job_search_assets_tests.openlineage_classes import breaches

    event = of(told.run("key:despammed_users")[1], "despammed_users", "COMPLETE")
    place: Any = event
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    assert any(found in breach for breach in breaches(event))


def _names(event: dict[str, Any]) -> str:
    sets = [[dataset["name"] for dataset in event[side]] for side in ("inputs", "outputs")]
    return json.dumps([event["job"]["namespace"], event["job"]["name"], *sets])


def test_a_table_is_told_with_columns_versions_rows_origins_and_verdicts(told: Told) -> None:
    events = told.run(SELECTED)[1]
    [output] = of(events, "decisions", "COMPLETE")["outputs"]
    facets = output["facets"]
    [(count,)] = rows(told.build, "SELECT count(*) FROM decisions")
    [(version,)] = rows(told.build, "SELECT version FROM record.contents WHERE \"table\" = 'decisions'")
    assert (output["namespace"], output["name"]) == ("job_search_assets", "main.decisions")
    assert output["outputFacets"]["outputStatistics"]["rowCount"] == count
    assert facets["version"]["datasetVersion"] == version
    assert facets["ownership"]["owners"][0]["name"] == "team:data"
    first = facets["schema"]["fields"][0]
    assert (first["name"], first["type"], first["description"]) == ("account_id", "string", "The account.")
    [source] = facets["columnLineage"]["fields"]["is_removed"]["inputFields"]
    assert (source["name"], source["field"]) == ("main.spam_decisions", "is_spam")
    versions = {
        given["name"]: given["facets"].get("version") for given in of(events, "decisions", "COMPLETE")["inputs"]
    }
    assert all(versions.values())
    assert "main.raw_users" in versions
    [judged] = of(events, "decisions.decisions_keeps_its_schema", "COMPLETE")["inputs"]
    [assertion] = judged["inputFacets"]["dataQualityAssertions"]["assertions"]
    assert (judged["name"], assertion["assertion"], assertion["success"]) == (
        "main.decisions",
        "decisions_keeps_its_schema",
        True,
    )


def test_a_step_that_fails_is_told_without_what_it_saw(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise ValueError("eve@example.org is odd")

    monkeypatch.setattr(outcomes, "decide", broken)
    ended, events = told.run("key:decisions")
    assert ended.code == 1
    failed = of(events, "decisions", "FAIL")
    assert failed["run"]["facets"]["errorMessage"]["message"] == "ValueError"
    assert failed["outputs"][0].get("outputFacets", {}) == {}
    assert "eve@example.org" not in json.dumps(events)


def test_no_event_holds_a_value_of_a_row(told: Told) -> None:
    text = told.file.read_text() if told.run(SELECTED)[1] else ""
    personal = rows(told.build, "SELECT full_name, email, phone, account_id FROM raw_users LIMIT 200")
    assert text
    assert [value for row in personal for value in row if value and len(value) > 5 and value in text] == []


def test_a_run_goes_well_whoever_does_not_listen(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    nowhere = {"type": "file", "log_file_path": str(told.build / "no" / "folder" / "events.json"), "append": True}
    monkeypatch.setenv("OPENLINEAGE__TRANSPORT", json.dumps(nowhere))
    ended, events = told.run("key:despammed_users")
    assert (ended.code, events) == (0, [])


@pytest.mark.parametrize(
    ("variables", "wanted"),
    [
        ({}, False),
        ({"OPENLINEAGE_URL": "http://localhost:5000"}, True),
        ({"OPENLINEAGE_CONFIG": "lineage.yml"}, True),
        ({"OPENLINEAGE__TRANSPORT__TYPE": "console"}, True),
        ({"OPENLINEAGE_URL": "http://localhost:5000", "OPENLINEAGE_DISABLED": "true"}, False),
        ({"OPENLINEAGE_NAMESPACE": "mine"}, False),
    ],
)
def test_nothing_is_told_unless_somebody_configured_it(
    variables: dict[str, str], wanted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert openlineage.is_configured() == wanted


def test_a_configuration_file_is_enough(tmp_path: Path) -> None:
    assert not openlineage.is_configured()
    (tmp_path / "openlineage.yml").write_text("transport: {type: console}\n")
    assert openlineage.is_configured()
