"""Files of raw rows to score, and files of answers: CSV, Parquet or JSON lines, or standard input and output."""

import json
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

from job_search_assets.engine.errors import BadInput, assert_columns, nearest
from job_search_assets.engine.files import csv_records, parquet_records
from job_search_assets.engine.folders import Folders
from job_search_assets.engine.scoring import scoring_builds, scoring_requests
from job_search_assets.logic.scoring.answers import KEPT, REJECTED, REMOVED
from job_search_assets.schemas.contracts import USERS

FORMATS = ("csv", "parquet", "jsonl")
STANDARD = "-"
ROWS_IN_A_BATCH = 50_000
NOT_JSON = "not a JSON object"
MOST_COLUMNS = 5  # that are not read are told by name


@dataclass(frozen=True)
class Scored:
    """How many rows of a file were answered, by which bundle, how many had which outcome, and what was not read."""

    rows: int
    bundle: str
    outcomes: Mapping[str, int]
    not_read: Sequence[str] = ()  # columns that accounts have not, as they first come

    @property
    def is_well(self) -> bool:
        """Not every row was rejected, as rows are that come in another format than was said."""
        return self.rows == 0 or self.outcomes.get(REJECTED, 0) < self.rows

    def told(self) -> str:
        """The same in sentences; of columns that were not read with the name that they may have been meant for."""
        counts = ", ".join(f"{self.outcomes.get(outcome, 0):,} {outcome}" for outcome in (KEPT, REMOVED, REJECTED))
        said = [f"{self.rows:,} rows scored by bundle {self.bundle}: {counts}."]
        said += [f"Not read: {name}.{nearest(name, USERS.names)}" for name in self.not_read[:MOST_COLUMNS]]
        said += [] if self.is_well else ["Not one row could be read: the answers say why. Is --format the file's?"]
        more = len(self.not_read) - MOST_COLUMNS
        return "\n".join([*said, f"Not read: {more} more columns."] if more > 0 else said)


def score(folders: Folders, source: str, target: str, kind: str | None) -> Scored:
    """Scores a file into another one. Raises BadInput."""
    outcomes = Counter[str]()

    def counted(answers: Iterator[pa.Table]) -> Iterator[pa.Table]:
        for rows in answers:
            outcomes.update({each["values"]: each["counts"] for each in rows["outcome"].value_counts().to_pylist()})
            yield rows

    not_read = dict[str, None]()
    with records(source, kind, not_read) as given, scoring_builds.opened(folders) as opened:
        rows = write(target, kind, counted(scoring_requests.answers(opened, given)))
        return Scored(rows, opened.bundle.version, outcomes, [*not_read])


@contextmanager
def records(source: str, kind: str | None, not_read: dict[str, None]) -> Iterator[Iterator[pa.RecordBatch]]:
    """The records of a file, or of standard input as CSV where nothing else is said. Raises BadInput.

    Columns that accounts have not are put into `not_read`, of JSON lines as they are read.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(source)
        if source == STANDARD:
            path = Path(folder) / "rows"
            with path.open("wb") as copy:
                shutil.copyfileobj(sys.stdin.buffer, copy)
        elif not path.is_file():
            raise BadInput(f"There is no file {path}. Name a file of raw accounts, or - for standard input.")
        yield READERS[kind or _kind_of(source)](path, not_read)


def _kind_of(name: str) -> str:
    ending = Path(name).suffix.lower().lstrip(".").replace("ndjson", "jsonl")
    if ending and ending not in FORMATS:
        raise BadInput(
            f"{name}: by its ending .{ending} this is none of {', '.join(FORMATS)}. Say which with --format."
        )
    return ending or "csv"


def _csv(path: Path, not_read: dict[str, None]) -> Iterator[pa.RecordBatch]:
    header = csv_records.read_header(path)
    _assert_columns(path, header, not_read)
    return csv_records.record_batches(path, header, USERS.names)


def _parquet(path: Path, not_read: dict[str, None]) -> Iterator[pa.RecordBatch]:
    header = parquet_records.read_header(path)
    _assert_columns(path, header, not_read)
    return parquet_records.record_batches(path, header, USERS.names)


def _jsonl(path: Path, not_read: dict[str, None]) -> Iterator[pa.RecordBatch]:
    with path.open(encoding="utf-8", errors="replace") as lines:
        waiting: list[dict[str, Any]] = []
        for number, line in enumerate(lines, start=1):
            if line.strip():
                waiting.append(_record(line, number, not_read))
            if len(waiting) == ROWS_IN_A_BATCH:
                yield of_records(waiting)
                waiting = []
        yield of_records(waiting)


def _record(line: str, number: int, not_read: dict[str, None]) -> dict[str, Any]:
    try:
        told = json.loads(line)
    except ValueError:
        told = None
    if not isinstance(told, dict):
        return {"line": number, "text": "", "broken": NOT_JSON}
    not_read.update(dict.fromkeys(name for name in told if name not in USERS.names))
    return {"line": number, "text": "", **as_texts(told)}


def as_texts(told: dict[str, Any]) -> dict[str, str | None]:
    """The contract's columns of an object as text, as a CSV file would have them; an empty text is no value."""
    return {name: None if told.get(name) in (None, "") else _text(told[name]) for name in USERS.names}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def of_records(rows: list[dict[str, Any]]) -> pa.RecordBatch:
    """Records by column as a batch in the form that files are read in."""
    return pa.RecordBatch.from_pylist(rows, schema=csv_records.records_schema(USERS.names))


READERS: dict[str, Callable[[Path, dict[str, None]], Iterator[pa.RecordBatch]]] = {
    "csv": _csv,
    "parquet": _parquet,
    "jsonl": _jsonl,
}


def _assert_columns(path: Path, header: list[str], not_read: dict[str, None]) -> None:
    not_read.update(dict.fromkeys(name for name in header if name not in USERS.names))
    assert_columns(path, header, USERS.names)


def write(target: str, kind: str | None, answers: Iterator[pa.Table]) -> int:
    """Writes the answers as they come and returns their number; CSV on standard output where nothing else is said."""
    kind = kind or _kind_of(target)
    if target == STANDARD:
        return WRITERS[kind](sys.stdout.buffer, answers)
    try:
        with Path(target).open("wb") as file:
            return WRITERS[kind](file, answers)
    except OSError as problem:
        raise BadInput(f"{target} cannot be written ({problem.strerror}). Name another file with --out.") from problem


def _write_csv(file: BinaryIO, answers: Iterator[pa.Table]) -> int:
    count, writer = 0, None
    for rows in answers:
        writer = writer or pyarrow.csv.CSVWriter(file, rows.schema)
        writer.write_table(rows)
        count += rows.num_rows
    if writer is not None:
        writer.close()
    return count


def _write_parquet(file: BinaryIO, answers: Iterator[pa.Table]) -> int:
    count, writer = 0, None
    for rows in answers:
        writer = writer or pq.ParquetWriter(file, rows.schema)
        writer.write_table(rows)
        count += rows.num_rows
    if writer is not None:
        writer.close()
    return count


def _write_jsonl(file: BinaryIO, answers: Iterator[pa.Table]) -> int:
    count = 0
    for rows in answers:
        for told in rows.to_pylist():
            file.write(json.dumps(as_answer(told), ensure_ascii=False).encode() + b"\n")
        count += rows.num_rows
    return count


def as_answer(told: dict[str, Any]) -> dict[str, Any]:
    """An answer as an object: reasons as a list."""
    return {**told, "spam_reasons": json.loads(told["spam_reasons"]) if told["spam_reasons"] else []}


WRITERS: dict[str, Callable[[BinaryIO, Iterator[pa.Table]], int]] = {
    "csv": _write_csv,
    "parquet": _write_parquet,
    "jsonl": _write_jsonl,
}
