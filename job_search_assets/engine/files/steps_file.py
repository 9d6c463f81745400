"""`reference/manual_steps.yaml`: what people did by hand, read with the line of every mistake."""

import re
from datetime import UTC, date, datetime
from pathlib import Path, PurePosixPath

from job_search_assets.engine.files.yaml_lists import Entry, read_list
from job_search_assets.logic.readiness.steps import ManualStep, Waiver

NEEDED = ("id", "asset", "what", "made_by", "made_at", "why")
OPTIONAL = ("owner", "file", "hash_before", "hash_after", "closed_by", "waiver")
OF_A_WAIVER = ("by", "reason", "until")
TEST = re.compile(r"job_search_assets_tests/[\w/]+\.py::\w+(\[.+\])?|[a-z]\w*")
HASH = re.compile(r"[0-9a-f]{12,64}")


def read_steps(path: Path) -> list[ManualStep]:
    """The steps in the order of the file, none where there is no file. Raises BadInput with file and line."""
    return [_step(entry) for entry in _entries(path)]


def line_of(path: Path, step: str) -> int:
    """The line at which a step that was read begins."""
    return next(entry.node.start_mark.line + 1 for entry in _entries(path) if entry.word("id") == step)


def _entries(path: Path) -> list[Entry]:
    return read_list(path, what="step", needed=NEEDED, optional=OPTIONAL, is_optional=True)


def _step(entry: Entry) -> ManualStep:
    words = {name: entry.word(name) for name in ("asset", "what", "made_by", "why")}
    return ManualStep(
        step=entry.word("id"),
        **words,
        made_at=_time(entry),
        owner=entry.optional("owner"),
        file=_file(entry),
        hash_before=_hash(entry, "hash_before"),
        hash_after=_hash(entry, "hash_after"),
        closed_by=_test(entry),
        waiver=_waiver(entry.inner("waiver", needed=OF_A_WAIVER)) if entry.has("waiver") else None,
    )


def _time(entry: Entry) -> datetime:
    try:
        time = datetime.fromisoformat(entry.word("made_at"))
    except ValueError:
        raise entry.wrong("made_at", "made_at is no time such as 2026-05-04T10:00:00Z") from None
    return time.replace(tzinfo=time.tzinfo or UTC).astimezone(UTC)


def _file(entry: Entry) -> str | None:
    file = entry.optional("file")
    if file is not None and (PurePosixPath(file).is_absolute() or ".." in PurePosixPath(file).parts):
        raise entry.wrong("file", "file is a path inside the data or the build folder, such as raw/users.csv")
    return file


def _hash(entry: Entry, name: str) -> str | None:
    text = entry.optional(name)
    if text is not None and not HASH.fullmatch(text):
        raise entry.wrong(name, f"{name} is no hash: 12 to 64 digits 0-9 a-f, as the program tells them")
    return text


def _test(entry: Entry) -> str | None:
    test = entry.optional("closed_by")
    if test is not None and not TEST.fullmatch(test):
        shown = "job_search_assets_tests/test_users.py::test_a_fact, or the name of an asset check"
        raise entry.wrong("closed_by", f"closed_by names no test. Write {shown}")
    return test


def _waiver(waiver: Entry) -> Waiver:
    return Waiver(waiver.word("by"), waiver.word("reason"), _until(waiver))


def _until(waiver: Entry) -> date:
    try:
        return date.fromisoformat(waiver.word("until"))
    except ValueError:
        raise waiver.wrong("until", "until is no day such as 2026-12-31") from None
