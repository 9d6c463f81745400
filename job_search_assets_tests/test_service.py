"""The HTTP service: what it answers, what it turns away, and that its log says nothing of anybody."""

import dataclasses
import json
import logging
import shutil
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from job_search_assets.engine.errors import BadInput
from job_search_assets.engine.files.forgotten import Forgotten
from job_search_assets.engine.files.raw_files import RawFiles
from job_search_assets.engine.scoring import serving
from job_search_assets.schemas.contracts import FORGOTTEN_FILE
from job_search_assets_tests.test_scoring import NEW

TOKEN = "a token of some length"


class Service:
    """A running service and the two things a caller does."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"

    def get(self, path: str, token: str | None = TOKEN) -> tuple[int, Any]:
        return self._asked(urllib.request.Request(self.url + path, headers=_headers(token)))

    def post(self, path: str, body: Any, token: str | None = TOKEN) -> tuple[int, Any]:
        sent = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self._asked(urllib.request.Request(self.url + path, data=sent, headers=_headers(token)))

    def _asked(self, request: urllib.request.Request) -> tuple[int, Any]:
        try:
            with urllib.request.urlopen(request) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code, json.load(refused)


def _headers(token: str | None) -> dict[str, str]:
    return {"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}


@pytest.fixture(scope="module")
def service(opened_for_scoring: Any) -> Iterator[Service]:
    with served(opened_for_scoring) as running:
        yield running


@contextmanager
def served(opened: Any) -> Iterator[Service]:
    import uvicorn

    from job_search_assets.engine.scoring.service import application

    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(application(opened, TOKEN), access_log=False, log_config=None))
    thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
    thread.start()
    deadline = time.monotonic() + 30
    while not server.started and time.monotonic() < deadline:
        threading.Event().wait(0.05)
    yield Service(listening.getsockname()[1])
    server.should_exit = True
    thread.join(10)
    listening.close()


def test_one_account_is_answered_with_the_versions_that_told_it(service: Service, opened_for_scoring: Any) -> None:
    status, answer = service.post("/score", NEW)
    assert (status, answer["outcome"], answer["user_id"]) == (200, "kept", "user-unew1")
    assert answer["versions"]["bundle"] == opened_for_scoring.bundle.version
    assert answer["versions"]["job_seeker_model"] == answer["model_version"]


def test_a_batch_is_answered_in_its_order_as_each_alone(service: Service) -> None:
    rows = [NEW | {"account_id": f"unew{number}", "email": f"someone{number}@example.org"} for number in range(3)]
    status, answers = service.post("/score/batch", {"accounts": rows})
    assert status == 200
    assert [answer["account_id"] for answer in answers["answers"]] == ["unew0", "unew1", "unew2"]
    _, alone = service.post("/score", rows[1])
    assert answers["answers"][1]["spam_score"] == alone["spam_score"]


def test_the_service_says_that_it_is_there_what_it_is_made_of_and_how_to_ask(service: Service) -> None:
    assert service.get("/health", token=None)[1]["status"] == "ok"
    assert "spam_model" in service.get("/bundle")[1]["parts"]
    assert "/score/batch" in service.get("/openapi.json")[1]["paths"]


@pytest.mark.parametrize(
    ("body", "field"),
    [(NEW | {"account_id": 5}, "account_id"), (NEW | {"has_relevant_experience": 1}, "has_relevant_experience")],
)
def test_a_value_of_a_wrong_type_is_refused_by_field_and_never_quoted(service: Service, body: Any, field: str) -> None:
    status, answer = service.post("/score", body)
    assert (status, answer["error"]["kind"]) == (422, "not_an_account")
    assert field in answer["error"]["details"][0]["field"]
    assert NEW["full_name"] not in json.dumps(answer)


def test_an_unknown_field_is_refused(service: Service) -> None:
    status, answer = service.post("/score", NEW | {"shoe_size": "44"})
    assert (status, answer["error"]["details"]) == (422, [{"field": "body.shoe_size", "rule": "extra_forbidden"}])


def test_what_is_no_json_is_refused(service: Service) -> None:
    status, answer = service.post("/score", b"account_id,source")
    assert (status, answer["error"]["kind"]) == (422, "not_an_account")


def test_a_body_of_ten_megabytes_is_refused(service: Service) -> None:
    status, answer = service.post("/score/batch", b" " * 10_000_000)
    assert (status, answer["error"]["kind"]) == (413, "too_large")


@pytest.mark.parametrize("token", [None, "another token altogether"])
def test_who_has_no_token_is_refused(service: Service, token: str | None) -> None:
    status, answer = service.post("/score", NEW, token=token)
    assert (status, answer["error"]["kind"]) == (401, "no_token")


def test_an_unknown_path_is_refused_as_all_else_is(service: Service) -> None:
    status, answer = service.get("/nowhere")
    assert (status, answer["error"]["kind"]) == (404, "not_found")


def test_who_was_forgotten_since_is_answered_for_no_more(opened_for_scoring: Any) -> None:
    """The built tables that a service holds know them still, so it answers nobody and ends by itself."""
    outdated = dataclasses.replace(opened_for_scoring, forgotten=Forgotten({"salt": {}}))
    with served(outdated) as running:
        status, answer = running.post("/score", NEW)
        assert (status, answer["error"]["kind"]) == (503, "outdated")
        assert running.post("/score/batch", {"accounts": [NEW]})[0] == 503


def test_a_service_that_nobody_asks_ends_too(opened_for_scoring: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "SECONDS_BETWEEN_LOOKS", 0)
    looks = iter([False, False, True])
    server, opened = SimpleNamespace(should_exit=False), SimpleNamespace(is_outdated=lambda: next(looks))
    serving.end_when_outdated(opened, server)  # type: ignore[arg-type]
    assert server.should_exit
    assert next(looks, None) is None
    assert not opened_for_scoring.is_outdated()


def test_where_nobody_can_tell_who_is_forgotten_nobody_is_answered(
    opened_for_scoring: Any, tmp_path: Path, data: Path
) -> None:
    shutil.copytree(data, tmp_path / "data")
    (tmp_path / "data" / FORGOTTEN_FILE).write_text("no,such,columns\n1,2,3\n")
    files = RawFiles(data=tmp_path / "data", build=tmp_path / "build")
    assert dataclasses.replace(opened_for_scoring, files=files).is_outdated()


def test_the_log_tells_of_nobody(service: Service, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        service.post("/score", NEW)
        service.post("/score", NEW | {"account_id": 5})
    assert "POST /score 200" in caplog.text
    assert "POST /score 422" in caplog.text
    for value in NEW.values():
        assert value not in caplog.text


def test_others_are_let_in_only_with_a_token_that_cannot_be_tried_out() -> None:
    serving.assert_safe("127.0.0.1", None)
    serving.assert_safe("0.0.0.0", TOKEN)
    with pytest.raises(BadInput, match="name a token"):
        serving.assert_safe("0.0.0.0", None)
    with pytest.raises(BadInput, match="can be tried out"):
        serving.assert_safe("127.0.0.1", "short")
