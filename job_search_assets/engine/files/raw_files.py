"""The files that people bring: found, checked, and handed to the engine as rows of text.

Text, since what a value means, and which value breaks the contract, is decided by queries that run on any
engine. Each file is read once, into a Parquet copy in the build folder that is named after the content's
hash, so that a file that has not changed is not read again.
"""

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.parquet as pq

from job_search_assets.engine.errors import BadInput, assert_columns
from job_search_assets.engine.files import csv_records, forgotten, parquet_records
from job_search_assets.engine.files.boxes_file import read_boxes
from job_search_assets.engine.files.content_hashes import ContentHashes
from job_search_assets.engine.files.inventory_file import read_inventory
from job_search_assets.logic.ledger import problems
from job_search_assets.logic.provenance import correct
from job_search_assets.logic.sources.boxes import PastBox
from job_search_assets.logic.splits import past
from job_search_assets.logic.users.rows import parse, settle
from job_search_assets.schemas.contracts import (
    BOXES_FILE,
    CONTRACTS,
    CORRECTIONS_FILE,
    FORGOTTEN,
    FORGOTTEN_COLUMNS,
    FORGOTTEN_FILE,
    LEDGER,
    LEDGER_COLUMNS,
    MANUAL_STEPS_FILE,
    SOURCES_FILE,
)
from job_search_assets.schemas.splits import SPLIT_LEDGER_COLUMNS, SPLIT_LEDGER_FILE

SPLIT_LEDGER = "splits_ledger"
REFERENCE_FILES = {
    LEDGER: CORRECTIONS_FILE,
    SPLIT_LEDGER: SPLIT_LEDGER_FILE,
    FORGOTTEN: FORGOTTEN_FILE,
    "sources": SOURCES_FILE,
    "manual_steps": MANUAL_STEPS_FILE,
    "boxes": BOXES_FILE,
}
LEDGERS = {LEDGER: LEDGER_COLUMNS, SPLIT_LEDGER: SPLIT_LEDGER_COLUMNS, FORGOTTEN: FORGOTTEN_COLUMNS}
INPUT_FILES = (*CONTRACTS, *REFERENCE_FILES)  # every file that tables are made from, by name
FORMAT = "1"  # of the staged copies: a new number makes every file be read again
BATCHES_IN_A_GROUP = 4  # batches of about 16 MiB of CSV that one row group of a staged copy holds
ENDINGS = {".csv": csv_records, ".parquet": parquet_records}


class RawFiles:
    """The data folder's files: `raw/<name>.csv`, `raw/<name>.parquet`, or a folder `raw/<name>/` of either."""

    def __init__(self, data: Path, build: Path) -> None:
        self._data, self._staged = Path(data), Path(build) / "staged"
        self._hashes = ContentHashes(self._staged / "content_hashes.json")
        self._forgotten: tuple[str, forgotten.Forgotten] | None = None
        self._sound_ledger = ""  # the content of the ledger that was last found to be sound

    def check_all(self) -> None:
        """Raises BadInput unless all five raw files are there with all their columns; reads only headers."""
        for name in [*CONTRACTS, *LEDGERS]:
            self.unknown_columns(name)
        self.inventory()
        self.boxes()

    def judged(self, name: str, connection: Any) -> ir.Table:
        """A raw file's rows after its corrections, typed, each with the rule it breaks or null.

        They are parsed once for a connection and kept in a temporary table.
        """
        contract, corrections = CONTRACTS[name], self.content_hash(LEDGER)
        table = f"parsed_{name}_{self._hashes.of_text(self.content_hash(name), corrections)[:16]}"
        if table not in connection.list_tables(database=("temp", "main")):
            corrected = correct(self.text_rows(name, connection), self.ledger_rows(connection), contract)
            connection.create_table(table, parse(corrected, contract), temp=True)
        return settle(connection.table(table, database=("temp", "main")), contract)

    def texts(self, name: str, connection: Any) -> ir.Table:
        """The text of every record that can end among a raw file's rows: file, line, text."""
        columns = ["file", "line", "text"]
        return self.text_rows(name, connection).select(columns).union(self.ledger_rows(connection).select(columns))

    def text_rows(self, name: str, connection: Any) -> ir.Table:
        """A raw file's records: file, line, text, broken, broken_column, and the contract's columns as text.

        `name` is a raw file's name without ending. All five files are read into their copies first, so that one
        that is missing or is no table stops the run before anything is written.
        """
        return connection.read_parquet(str(self.read_all()[name]), table_name=f"text_of_{name}")

    def rows_of(self, name: str, connection: Any) -> ir.Table:
        """A raw file's records as `text_rows` gives them, in whatever state the other files are."""
        self.unknown_columns(name)
        return connection.read_parquet(str(self._copy(name, CONTRACTS[name].names)), table_name=f"text_of_{name}")

    def read_all(self) -> dict[str, Path]:
        """Reads whatever raw file is new into its copy; raises BadInput for one that is missing or no table."""
        self.check_all()
        return {table: self._copy(table, contract.names) for table, contract in CONTRACTS.items()}

    def ledger_rows(self, connection: Any) -> ir.Table:
        """The lines of `reference/corrections.csv` as text, none if there is no such file.

        Raises BadInput for a line that cannot be followed.
        """
        ledger = connection.read_parquet(str(self._copy(LEDGER, LEDGER_COLUMNS)), table_name=f"text_of_{LEDGER}")
        if self._sound_ledger != self.content_hash(LEDGER):
            self._assert_sound(problems(ledger), CORRECTIONS_FILE)
            self._sound_ledger = self.content_hash(LEDGER)
        return ledger

    def has_earlier_ledger(self, content_hash: str) -> bool:
        """Whether the copy of the ledger whose content had this hash is still there."""
        return self._copy_of(LEDGER, LEDGER_COLUMNS, content_hash).exists()

    def earlier_ledger(self, connection: Any, content_hash: str) -> ir.Table:
        """That ledger as rows of text."""
        copy = self._copy_of(LEDGER, LEDGER_COLUMNS, content_hash)
        return connection.read_parquet(str(copy), table_name=f"text_of_earlier_{LEDGER}")

    def split_ledger_rows(self, connection: Any) -> ir.Table:
        """The ledger of splits that is kept as `reference/splits_ledger.csv`, none if there is no such file.

        Raises BadInput for a line that cannot be followed.
        """
        rows = self.lines_of_split_ledger(connection)
        self._assert_sound(past.problems(rows), SPLIT_LEDGER_FILE)
        return past.typed(rows)

    def lines_of_split_ledger(self, connection: Any) -> ir.Table:
        """The same ledger as rows of text, sound or not."""
        copy = self._copy(SPLIT_LEDGER, SPLIT_LEDGER_COLUMNS)
        return connection.read_parquet(str(copy), table_name=f"text_of_{SPLIT_LEDGER}")

    def copies(self) -> list[Path]:
        """The copies of the files as they are now, made where they are missing."""
        ledgers = {name: columns for name, columns in LEDGERS.items() if name != FORGOTTEN}
        return [self._copy(name, columns) for name, columns in ledgers.items()] + list(self.read_all().values())

    def forgotten(self) -> forgotten.Forgotten:
        """Who is forgotten, nobody if there is no such file. Raises BadInput for a line that cannot be followed."""
        version = self.content_hash(FORGOTTEN)
        if self._forgotten is None or self._forgotten[0] != version:
            self.unknown_columns(FORGOTTEN)
            rows: list[dict[str, Any]] = []
            for path in self.files(FORGOTTEN):
                for batch in csv_records.record_batches(path, _header(path), FORGOTTEN_COLUMNS):
                    rows += batch.to_pylist()
            self._forgotten = version, forgotten.of_rows(rows, self._data / FORGOTTEN_FILE)
        return self._forgotten[1]

    def inventory(self) -> list[dict[str, Any]]:
        """The sources in `reference/sources.yaml`; raises BadInput, with the line, when they cannot be read."""
        return read_inventory(self._data / SOURCES_FILE)

    def boxes(self) -> list[PastBox]:
        """The boxes in `reference/boxes.yaml`; raises BadInput, with the line, when they cannot be read."""
        return read_boxes(self._data / BOXES_FILE)

    def files(self, name: str) -> list[Path]:
        """The files a name stands for, in order: a raw file's, or those of `corrections` and `sources`."""
        if name in REFERENCE_FILES:
            path = self._data / REFERENCE_FILES[name]
            return [path] if path.exists() else []
        return _found(self._data / "raw", name)

    def unknown_columns(self, name: str) -> list[str]:
        """Columns of a raw file that the contract does not know; raises BadInput if one that it knows is missing."""
        known = LEDGERS[name] if name in LEDGERS else CONTRACTS[name].names
        unknown: set[str] = set()
        for path in self.files(name):
            header = _header(path)
            assert_columns(path, header, known)
            unknown |= set(header) - set(known)
        return sorted(unknown)

    def content_hash(self, name: str) -> str:
        """SHA-256 over what a raw file, `corrections` or `sources` consists of, names of files included."""
        return self._hashes.of({self._relative(path): path for path in self.files(name)})

    def hashes(self, name: str) -> dict[str, str]:
        """SHA-256 of each file that a name stands for, by its path seen from the data folder."""
        return {self._relative(path): self._hashes.of_file(path) for path in self.files(name)}

    def _assert_sound(self, wrong_lines: ir.Table, file: str) -> None:
        for wrong in wrong_lines.order_by("line").limit(1).to_pyarrow().to_pylist():
            place = f"{self._data / file}, line {wrong['line']}"
            raise BadInput(f"{place}: {wrong['problem']}. Mend the line and run again.")

    def _relative(self, path: Path) -> str:
        return path.relative_to(self._data).as_posix()

    def _copy(self, name: str, columns: list[str]) -> Path:
        """The Parquet copy of what a name stands for; made now if the content or the columns are new."""
        copy = self._copy_of(name, columns, self.content_hash(name))
        if not copy.exists():
            batches = self._batches(self.files(name), columns)
            _write(copy, (self._without_forgotten(name, batch) for batch in batches), _schema(columns))
            for older in self._staged.glob(f"{name}-*.parquet"):
                if older != copy and name != LEDGER:  # what a ledger was tells what has changed in it
                    older.unlink()
        return copy

    def _copy_of(self, name: str, columns: list[str], content_hash: str) -> Path:
        """A copy is also named after who is forgotten, since it is made without them."""
        left_out = [self.content_hash(FORGOTTEN)] if self.files(FORGOTTEN) else []
        return self._staged / f"{name}-{self._hashes.of_text(FORMAT, *columns, content_hash, *left_out)[:32]}.parquet"

    def _without_forgotten(self, name: str, batch: pa.RecordBatch) -> pa.RecordBatch:
        if name in CONTRACTS:
            return forgotten.blanked(batch, CONTRACTS[name].accounts, self.forgotten())
        strip = {LEDGER: forgotten.without_lines, SPLIT_LEDGER: forgotten.without_splits}[name]
        return strip(batch, self.forgotten())

    def _batches(self, files: list[Path], columns: list[str]) -> Iterator[pa.RecordBatch]:
        for path in files:
            for batch in ENDINGS[path.suffix].record_batches(path, _header(path), columns):
                file = pa.repeat(self._relative(path), batch.num_rows)
                yield pa.RecordBatch.from_arrays([file, *batch.columns], schema=_schema(columns))


def _schema(columns: list[str]) -> pa.Schema:
    return csv_records.records_schema(columns).insert(0, pa.field("file", pa.string()))


def _header(path: Path) -> list[str]:
    try:
        return ENDINGS[path.suffix].read_header(path)
    except OSError as problem:
        raise BadInput(f"{path} cannot be read ({problem.strerror}). Mend its permissions and run again.") from problem


def _found(folder: Path, name: str) -> list[Path]:
    kinds = " or ".join(f"{name}{ending}" for ending in ENDINGS)
    found = [path for path in (folder / name, *(folder / f"{name}{ending}" for ending in ENDINGS)) if path.exists()]
    if not found:
        raise BadInput(f"There is no {folder / name}.csv. Put {kinds}, or a folder {name}/ of such, into {folder}.")
    if len(found) > 1:
        raise BadInput(f"Both {found[0]} and {found[1]} exist. Keep the one to be read and move the other away.")
    if found[0].is_file() and found[0].suffix in ENDINGS:
        return found
    inside = sorted(path for path in found[0].glob("[!._]*") if path.suffix in ENDINGS) if found[0].is_dir() else []
    if not inside:
        raise BadInput(f"{found[0]} holds no .csv and no .parquet file. Put at least one there.")
    return inside


def _write(copy: Path, batches: Iterator[pa.RecordBatch], schema: pa.Schema) -> None:
    """Beside its place first, so that a killed run leaves no half of a copy."""
    copy.parent.mkdir(parents=True, exist_ok=True)
    partial = copy.with_suffix(".partial")
    try:
        with pq.ParquetWriter(partial, schema, compression="zstd", compression_level=1) as writer:
            while held := list(itertools.islice(batches, BATCHES_IN_A_GROUP)):
                writer.write_table(pa.Table.from_batches(held))
        partial.rename(copy)
    finally:
        partial.unlink(missing_ok=True)
