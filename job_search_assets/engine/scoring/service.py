"""The HTTP service: one row or many in, answers out, each with the versions of what told it.

Nothing of a request is logged but its path, its status and its number of rows: neither bodies nor what was wrong with
a value. One request is scored at a time; the plan is no faster on two threads than twice on one.
"""

import hmac
import logging
import threading
from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, create_model
from starlette.exceptions import HTTPException

from job_search_assets.engine.scoring.scoring_builds import OpenedForScoring
from job_search_assets.engine.scoring.scoring_files import as_answer, as_texts, of_records
from job_search_assets.engine.scoring.scoring_requests import answered
from job_search_assets.schemas.contracts import USERS, Column

LARGEST_BODY = 5 << 20  # bytes; about ten thousand rows, a second or two of work
MOST_DRAINED = 64 << 20  # bytes of a body too large that are read and let go of; beyond, the line is cut
MOST_ROWS = 10_000
LOG = logging.getLogger("job_search.service")
KINDS: dict[str, Any] = {"number": float | str, "flag": bool | str}


def _field(column: Column) -> Any:
    """A column as the page of the service shows it; every value may come as text, as in a file."""
    kind = KINDS.get(column.kind, str)
    told = "required" if column.is_required else "may be empty"
    return kind | None, Field(None, description=f"{column.kind}, {told}")


Account: type[BaseModel] = create_model(
    "Account",
    __config__=ConfigDict(extra="forbid", strict=True),
    **{column.name: _field(column) for column in USERS.columns},
)


class Batch(BaseModel):
    """Rows that are scored each by itself."""

    model_config = ConfigDict(extra="forbid", strict=True)
    accounts: list[Account] = Field(max_length=MOST_ROWS)  # type: ignore[valid-type]


class Versions(BaseModel):
    """What told the answers."""

    bundle: str
    spam_model: str
    match_model: str
    job_seeker_model: str


class Answer(BaseModel):
    """What is said of one row; the README has every field."""

    model_config = ConfigDict(extra="allow")
    account_id: str | None
    outcome: str
    versions: Versions


class Answers(BaseModel):
    """What is said of several rows, in their order."""

    answers: list[dict[str, Any]]
    versions: Versions


def application(opened: OpenedForScoring, token: str | None) -> FastAPI:
    """The service for one build. With a token, every call but /health needs it as `Authorization: Bearer …`."""
    app = FastAPI(title="job-search", description="Raw accounts in, answers out.", version=opened.bundle.version)
    one_at_a_time = threading.Lock()
    versions = Versions(
        bundle=opened.bundle.version, **{name: opened.bundle.parts[name].version for name in MODEL_NAMES}
    )

    def told(rows: list[BaseModel]) -> list[dict[str, Any]]:
        if opened.is_outdated():
            raise HTTPException(503)
        records = [{"line": 0, "text": "", **as_texts(row.model_dump())} for row in rows]
        with one_at_a_time:
            answers = answered(opened, _table(records)).to_pylist()
        return [as_answer(answer) for answer in answers]

    @app.get("/health")
    def health() -> dict[str, Any]:
        """Whether the service answers, and by what."""
        return {"status": "ok", "versions": versions.model_dump()}

    @app.get("/bundle")
    def bundle() -> dict[str, Any]:
        """The manifest: every part with its version, code, settings and schema."""
        return opened.bundle.manifest()

    @app.post("/score")
    def score(account: Account) -> Answer:  # type: ignore[valid-type]
        """Scores one account."""
        return Answer(**told([account])[0], versions=versions)

    @app.post("/score/batch")
    def score_batch(batch: Batch) -> Answers:
        """Scores many accounts, each as if it came alone."""
        return Answers(answers=told(batch.accounts), versions=versions)

    app.middleware("http")(_guard(token))
    app.add_exception_handler(RequestValidationError, _refused)  # type: ignore[arg-type]
    app.add_exception_handler(HTTPException, _unknown)  # type: ignore[arg-type]
    app.add_exception_handler(Exception, _failed)
    return app


MODEL_NAMES = ("spam_model", "match_model", "job_seeker_model")


def _table(records: list[dict[str, Any]]) -> Any:
    import pyarrow as pa

    return pa.Table.from_batches([of_records(records)])


Next = Callable[[Request], Awaitable[Response]]


def _guard(token: str | None) -> Callable[[Request, Next], Awaitable[Response]]:
    """Turns away who has no token, and bodies that are too large, before anything of them is understood."""

    async def guard(request: Request, go_on: Next) -> Response:
        refused = _turned_away(request, token)
        body = await _body(request)
        request._body = body or b""
        answer = refused or (_too_large() if body is None else await go_on(request))
        LOG.info("%s %s %s", request.method, request.url.path, answer.status_code)
        return answer

    return guard


async def _body(request: Request) -> bytes | None:
    """The body, or None where it is too large: read to its end all the same, or the caller would not hear why."""
    size, parts = 0, list[bytes]()
    async for part in request.stream():
        size += len(part)
        if size > MOST_DRAINED:
            break
        parts = [*parts, part] if size <= LARGEST_BODY else []
    return b"".join(parts) if size <= LARGEST_BODY else None


def _too_large() -> Response:
    return error(413, "too_large", f"A body holds {LARGEST_BODY} bytes at most. Send fewer rows at a time.")


def _turned_away(request: Request, token: str | None) -> Response | None:
    given = request.headers.get("authorization", "")
    if token and request.url.path != "/health" and not hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
        return error(401, "no_token", "Send the token as the header Authorization: Bearer TOKEN.")
    return None


def _refused(_: Request, problem: RequestValidationError) -> Response:
    """Which field breaks which rule; never the value."""
    places = [
        {"field": ".".join(str(part) for part in wrong["loc"]), "rule": wrong["type"]} for wrong in problem.errors()
    ]
    return error(422, "not_an_account", "The body is not what /docs describes.", places[:20])


def _unknown(_: Request, problem: HTTPException) -> Response:
    """A path or a method that is none of ours, or a service that has to be started again."""
    if problem.status_code == 503:
        return error(503, "outdated", "Somebody was forgotten since the service began. It has to be started again.")
    kind = "not_found" if problem.status_code == 404 else "not_allowed"
    return error(problem.status_code, kind, "There is no such call. /docs lists them.")


def _failed(request: Request, problem: Exception) -> Response:
    """A bug: its kind is logged, not its words, which may quote what was sent."""
    LOG.error("%s %s failed: %s", request.method, request.url.path, type(problem).__name__)
    return error(500, "failed", "The row could not be scored. The log names the kind of problem.")


def error(status: int, kind: str, message: str, details: list[dict[str, str]] | None = None) -> Response:
    """Every refusal has this form."""
    return JSONResponse({"error": {"kind": kind, "message": message, "details": details or []}}, status)
