"""A ledger in `reference/`, such as corrections.csv, as a file that people and programs both write to.

It is kept as some spreadsheet left it: byte order mark, line ends, order of columns, quotes. New lines go to a copy
beside it, which then takes its place, so that a killed command leaves the old file or the new one. That copy is also
the lock: of two commands at once one waits for the other.
"""

import fcntl
import os
import re
import shutil
import tempfile
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import pyarrow as pa

from job_search_assets.engine.errors import BadInput, assert_columns
from job_search_assets.engine.files.csv_records import read_header, record_batches, records_schema
from job_search_assets.schemas.contracts import LEDGER_COLUMNS

NEEDS_QUOTES = re.compile(r'[",\r\n]|^\s|\s$')
SECONDS_TO_WAIT = 30  # for another command; at a million accounts one takes a few
WAIT_AGAIN = 0.05  # seconds


class LedgerFile:
    """A ledger with these columns while nobody else may write to it; one that is not there yet is empty."""

    def __init__(self, path: Path, staged: IO[bytes], columns: Sequence[str]) -> None:
        self._path, self._staged, self._columns = path, staged, list(columns)
        self._found = path.read_bytes() if path.exists() else None
        self._content = (",".join(columns) + "\n").encode() if self._found is None else self._found
        self._write()
        self._header = _header(path, Path(staged.name), self._columns)

    @property
    def rows(self) -> pa.Table:
        """Its lines, those that were added among them, as a run will read them: as text, with the number of each."""
        batches = list(record_batches(Path(self._staged.name), self._header, self._columns))
        return pa.Table.from_batches(batches, schema=records_schema(self._columns)).sort_by("line")

    def add(self, lines: Sequence[Mapping[str, str]]) -> None:
        """Puts lines at the end, not yet where anybody else sees them."""
        end = b"\r\n" if b"\r\n" in self._content else b"\n"
        first_line = self._content.removeprefix(b"\xef\xbb\xbf").split(b"\n", 1)[0].strip()
        quotes_all = all(name.startswith(b'"') for name in first_line.split(b","))
        written = b"".join(_line([line.get(name, "") for name in self._header], quotes_all) + end for line in lines)
        gap = b"" if self._content.endswith(b"\n") else end
        self._content += gap + written
        self._write()

    def remove(self, lines: Collection[int]) -> None:
        """Takes records out, by the line that each begins on; all others stay byte for byte."""
        begins = self.rows["line"].to_pylist()
        physical = self._content.split(b"\n")
        after_last = len(physical) + (not self._content.endswith(b"\n"))
        for first, end in reversed(list(zip(begins, [*begins[1:], after_last], strict=True))):
            if first in lines:
                del physical[first - 1 : end - 1]
        self._content = b"\n".join(physical)
        self._write()

    def publish(self) -> None:
        """Puts what was added in the file's place. Raises BadInput if somebody wrote to the file meanwhile."""
        os.fsync(self._staged.fileno())
        if self._path.exists():
            if self._path.read_bytes() != self._found:
                raise BadInput(f"{self._path} was edited at this very moment. Run the command again.")
            shutil.copymode(self._path, self._staged.name)
        os.replace(self._staged.name, self._path)

    def _write(self) -> None:
        self._staged.seek(0)
        self._staged.truncate()
        self._staged.write(self._content)
        self._staged.flush()


@contextmanager
def opened(path: Path, columns: Sequence[str] = tuple(LEDGER_COLUMNS)) -> Iterator[LedgerFile]:
    """A ledger, kept from other commands meanwhile. Raises BadInput when it cannot be read or written."""
    path = path.resolve()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        staged = _locked(path)
    except OSError as problem:
        raise BadInput(
            f"{path} cannot be written ({problem.strerror}). Mend its permissions and run again."
        ) from problem
    with staged:
        try:
            yield LedgerFile(path, staged, columns)
        finally:
            if _is_in_place(staged):
                os.unlink(staged.name)


@contextmanager
def copied(path: Path, columns: Sequence[str] = tuple(LEDGER_COLUMNS)) -> Iterator[LedgerFile]:
    """A ledger's copy, never to be published: nobody has to wait for it, and the folder may be read-only."""
    with tempfile.NamedTemporaryFile() as staged:
        yield LedgerFile(path.resolve(), staged, columns)


def _locked(path: Path) -> IO[bytes]:
    """The copy beside the ledger, held by us. Who waited finds that it became the ledger, and takes the next one."""
    name, deadline = path.with_name(f".{path.name}.staged"), time.monotonic() + SECONDS_TO_WAIT
    while True:
        staged = name.open("ab+")
        try:
            fcntl.flock(staged, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if _is_in_place(staged):
                return staged
            staged.close()
        except BlockingIOError:
            staged.close()
            if time.monotonic() > deadline:
                raise BadInput(f"Another command is writing to {path}. Wait for it and run again.") from None
            time.sleep(WAIT_AGAIN)


def _is_in_place(staged: IO[bytes]) -> bool:
    try:
        return os.path.samestat(os.fstat(staged.fileno()), os.stat(staged.name))
    except FileNotFoundError:
        return False


def _header(path: Path, staged: Path, columns: Sequence[str]) -> list[str]:
    try:
        header = read_header(staged)
    except BadInput as problem:
        raise BadInput(str(problem).replace(str(staged), str(path))) from problem
    assert_columns(path, header, columns)
    return header


def _line(fields: Sequence[str], quotes_all: bool) -> bytes:
    quoted: list[Any] = [
        '"' + field.replace('"', '""') + '"' if quotes_all or NEEDS_QUOTES.search(field) else field for field in fields
    ]
    return ",".join(quoted).encode()
