"""Dagster's pages: they come up, show every asset with its columns, and materialise all of them."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from job_search_assets_tests.pipeline import rows
from job_search_assets_tests.test_house import SPECS

SECONDS_TO_COME_UP, SECONDS_TO_MATERIALISE = 180, 900

ASSETS = """{ assetNodes { assetKey { path } groupName opNames isMaterializable
  metadataEntries { label ... on TableSchemaMetadataEntry { schema { columns { name } } } } } }"""
LAUNCH = """mutation($params: ExecutionParams!) { launchPipelineExecution(executionParams: $params) {
  __typename ... on LaunchRunSuccess { run { runId } } ... on PythonError { message } } }"""
STATUS = "query($id: ID!) { runOrError(runId: $id) { ... on Run { status } } }"
SELECTOR = {
    "repositoryLocationName": "job_search_assets.definitions",
    "repositoryName": "__repository__",
    "pipelineName": "everything",
}


class Pages:
    """A running `job-search ui`."""

    def __init__(self, port: int) -> None:
        self._address = f"http://127.0.0.1:{port}/graphql"

    def ask(self, query: str, **variables: Any) -> Any:
        """The answer's data."""
        body = json.dumps({"query": query, "variables": variables}).encode()
        request = urllib.request.Request(self._address, body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)["data"]

    def until(self, query: str, is_so: Any, seconds: float, **variables: Any) -> Any:
        """Asks twice a second until the answer is as wanted; fails when the time is over."""
        for _ in range(int(seconds * 2)):
            try:
                answer = self.ask(query, **variables)
            except urllib.error.URLError:
                answer = None
            if answer is not None and is_so(answer):
                return answer
            threading.Event().wait(0.5)
        pytest.fail(f"no such answer within {seconds} s; the last one: {json.dumps(answer)[:500]}")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("ui")


@pytest.fixture(scope="module")
def pages(data: Path, built: Path) -> Iterator[Pages]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "job_search_assets.cli", "ui", "--data", data, "--build", built, "--port", port]
    with (built / "ui.log").open("w") as log:
        server = subprocess.Popen(
            [str(part) for part in command],
            stdout=log,
            stderr=log,
            env=os.environ | {"TZ": "UTC"},
            start_new_session=True,
        )
        try:
            opened = Pages(port)
            opened.until("{ version }", lambda answer: "version" in answer, SECONDS_TO_COME_UP)
            yield opened
        finally:
            os.killpg(server.pid, signal.SIGTERM)
            server.wait(30)


def test_every_asset_is_in_the_graph_with_its_columns_before_the_first_run(pages: Pages) -> None:
    nodes = {node["assetKey"]["path"][-1]: node for node in pages.ask(ASSETS)["assetNodes"] if node["isMaterializable"]}
    assert set(nodes) == set(SPECS)
    shown = [entry for entry in nodes["clean_users"]["metadataEntries"] if entry["label"] == "dagster/column_schema"]
    assert "user_id" in [column["name"] for column in shown[0]["schema"]["columns"]]


def test_all_assets_materialise_from_the_pages(pages: Pages, built: Path) -> None:
    launched = pages.ask(LAUNCH, params={"selector": SELECTOR, "mode": "default", "runConfigData": {}})
    run = launched["launchPipelineExecution"]
    assert run["__typename"] == "LaunchRunSuccess", run
    ended = pages.until(
        STATUS,
        lambda answer: answer["runOrError"]["status"] in {"SUCCESS", "FAILURE", "CANCELED"},
        SECONDS_TO_MATERIALISE,
        id=run["run"]["runId"],
    )
    assert ended["runOrError"]["status"] == "SUCCESS"
    assert rows(built, "SELECT count(*) > 0 FROM job_seeker_predictions") == [(True,)]
