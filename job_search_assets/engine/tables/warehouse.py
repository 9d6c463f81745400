"""DuckDB behind Ibis: opened late, closed early, one writer at a time."""

import os
import re
import time
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import ibis
import ibis.expr.types as ir
import pandas as pd
import pyarrow as pa

from job_search_assets.engine.errors import BadInput

ROWS_IN_A_BATCH = 50_000  # of scored rows: large enough for NumPy, small enough to hold a few in memory
# Rows of a table that lie together, a multiple of DuckDB's 2,048. To find a row is to read one such group: with a
# quarter of DuckDB's own number that takes two thirds of the time, and the file is an eighth larger.
ROWS_IN_A_GROUP = 30_720
STAGED = "__staged"  # ends the name of a table that is not published yet

ibis.options.sql.fuse_selects = False  # DuckDB fuses them itself; for Ibis it is a tenth of a small run's time


class Warehouse:
    """The local warehouse, `build/warehouse.duckdb`.

    The file is opened when the first step needs it and closed when the run ends, so that a run that only
    reads settings or fails early never locks anyone out.
    """

    def __init__(self, path: Path, *, wait_seconds: float = 5.0, is_read_only: bool = False) -> None:
        self.path, self._wait_seconds, self._is_read_only = path, wait_seconds, is_read_only
        self._connection: Any = None
        self._count, self._has_scratch = 0, False
        self.validated = set[str]()  # the tables found to keep their schemas since the file was opened
        self.remembered = dict[Hashable, Any]()  # what was worked out for several tables since then

    @property
    def connection(self) -> Any:
        """The Ibis backend; opened at first use. Raises BadInput when another program holds the file."""
        if self._connection is None:
            self._connection = self._open()
        return self._connection

    @property
    def duckdb(self) -> Any:
        """The DuckDB connection under the Ibis backend."""
        return self.connection.con

    def close(self) -> None:
        """Lets go of the file; scratch tables go with it."""
        if self._connection is not None:
            self._connection.disconnect()
            self._connection, self._has_scratch = None, False
            self.validated.clear()
            self.remembered.clear()
            self._scratch_path.unlink(missing_ok=True)

    def has(self, table: str) -> bool:
        """Whether the table has been published."""
        place = "(database_name, schema_name) = (current_database(), current_schema())"
        query = f"SELECT count(*) FROM duckdb_tables() WHERE {place} AND table_name = ?"
        return bool(self.duckdb.execute(query, [table]).fetchone()[0])

    def table(self, name: str) -> ir.Table:
        """A published table."""
        return self.connection.table(name)

    def placed(self, name: str) -> ir.Table:
        """A published table with the place of each row, `row_in_table`, which holds until the table is next changed."""
        table = self.table(name)
        return table.mutate(row_in_table=table.rowid())

    def to_pandas(self, table: ir.Table) -> pd.DataFrame:
        """A table as a frame; dates are Python dates, since one before 1677 does not fit pandas' nanoseconds."""
        return _to_pandas(table.to_pyarrow())

    def from_pandas(self, frame: pd.DataFrame, schema: Mapping[str, str]) -> ir.Table:
        """A frame as a temporary table with the given Ibis types, columns in the schema's order."""
        return self._temporary(_to_arrow(frame, schema))

    def kept(self, table: ir.Table, name: str | None = None) -> ir.Table:
        """What a query gives, worked out once, as a temporary table: for queries that are used more than once.

        One with a name stays until the warehouse is closed, or until another is kept by that name.
        """
        self._count += 1
        made, database = name or f"temporary_{self._count}", (self.scratch(), "main")
        return self.connection.create_table(made, table, database=database, overwrite=name is not None)

    def kept_query(self, query: str, values: Sequence[Any] = ()) -> ir.Table:
        """The same of a query in the database's own words, with the values that its marks stand for."""
        self._count += 1
        name, database = f"temporary_{self._count}", self.scratch()
        self.duckdb.execute(f"CREATE TABLE {database}.main.{name} AS {query}", values)
        return self.connection.table(name, database=(database, "main"))

    def map_batches(
        self,
        table: ir.Table,
        function: Callable[[pd.DataFrame], pd.DataFrame],
        schema: Mapping[str, str],
        order_by: str,
    ) -> ir.Table:
        """Streams a table through a pandas function and returns what it gave as a temporary table.

        Batches arrive in the order of the key, `ROWS_IN_A_BATCH` rows at a time, so memory stays bounded
        whatever the table's size. The function must treat each row by itself: what it returns for a row
        may not depend on the batch that the row came in.
        """
        cursor = self.duckdb.cursor()  # which begins in the database in memory, where we do not live
        cursor.execute(f'USE "{self.duckdb.execute("SELECT current_database()").fetchone()[0]}"')
        reader = cursor.execute(ibis.to_sql(table.order_by(order_by), dialect="duckdb"))
        batches = reader.to_arrow_reader(ROWS_IN_A_BATCH)

        def scored() -> Iterator[pa.RecordBatch]:
            for batch in batches:
                yield from _to_arrow(function(_to_pandas(batch)), schema).to_batches()

        return self._temporary(pa.RecordBatchReader.from_batches(_arrow_schema(schema), scored()))

    def scratch(self) -> str:
        """The name of an attached database for a library's intermediate tables; its file goes when we close."""
        if not self._has_scratch:
            self._scratch_path.unlink(missing_ok=True)
            self.duckdb.execute(f"ATTACH {quoted(self._scratch_database)} AS scratch")
            self._has_scratch = True
        return "scratch"

    def drop_temporary_tables(self) -> None:
        """Frees what `from_pandas` and `map_batches` made, once what was built on it is published."""
        if self._connection is not None:
            made = "database_name = 'scratch' AND table_name LIKE 'temporary_%'"
            for (name,) in self.duckdb.execute(f"SELECT table_name FROM duckdb_tables() WHERE {made}").fetchall():
                self.duckdb.execute(f'DROP TABLE scratch.main."{name}"')

    @property
    def _scratch_database(self) -> str:
        return str(self._scratch_path)

    @property
    def _scratch_path(self) -> Path:
        return self.path.with_name("scratch.duckdb")

    def _temporary(self, rows: pa.Table | pa.RecordBatchReader) -> ir.Table:
        self._count += 1
        # Not a TEMPORARY table: those are hidden from the cursor that `map_batches` reads with.
        database, name = self.scratch(), f"temporary_{self._count}"
        # Ibis' create_table refuses a stream of batches, so DuckDB reads it under a name of its own.
        self.duckdb.register("incoming", rows)
        try:
            self.duckdb.execute(f"CREATE TABLE {database}.main.{name} AS SELECT * FROM incoming")
        finally:
            self.duckdb.unregister("incoming")
        return self.connection.table(name, database=(database, "main"))

    def _open(self) -> Any:
        deadline = time.monotonic() + self._wait_seconds
        while True:
            try:
                return self._connect()
            except duckdb.Error as problem:
                if "Could not set lock" not in str(problem) or time.monotonic() > deadline:
                    raise in_use(self.path, problem) from problem
                time.sleep(0.2)

    def _connect(self) -> Any:
        connection = in_memory(self.path.parent)
        try:
            self._attach(connection.con)
        except (duckdb.Error, BadInput):
            connection.disconnect()
            raise
        if not self._is_read_only:
            _drop_unfinished(connection)
        return connection

    def _attach(self, connection: Any) -> None:
        how = "READ_ONLY" if self._is_read_only else f"ROW_GROUP_SIZE {ROWS_IN_A_GROUP}"
        connection.execute(f'ATTACH {quoted(self.path)} AS "{self.path.stem}" ({how})')
        connection.execute(f'USE "{self.path.stem}"')


def in_memory(build: Path) -> Any:
    """An Ibis backend without a file, for questions to the raw files while the warehouse may be in use."""
    connection = ibis.duckdb.connect(**_options(build))
    connection.con.execute("SET TimeZone = 'UTC'")
    return connection


def _options(folder: Path) -> dict[str, str]:
    options = {"temp_directory": str(folder / "spill"), "memory_limit": _memory_limit()}
    if os.environ.get("JOB_SEARCH_THREADS"):
        options["threads"] = os.environ["JOB_SEARCH_THREADS"]
    return options


def _memory_limit() -> str:
    # DuckDB spills beyond this. Models and Arrow batches come on top of it.
    return os.environ.get("JOB_SEARCH_MEMORY") or "2GB"


def _drop_unfinished(connection: Any) -> None:
    """Drops what a killed run had staged and not published."""
    for name in connection.list_tables():
        if name.endswith(STAGED):
            connection.con.execute(f'DROP TABLE "{name}"')


def quoted(path: Path | str) -> str:
    """A path as text in SQL."""
    return "'" + str(path).replace("'", "''") + "'"


def in_use(path: Path, problem: duckdb.Error) -> BadInput:
    """What to tell of a warehouse that could not be opened: who holds it, or what is wrong with it."""
    is_locked = "Could not set lock" in str(problem)
    return BadInput(_holder(path, str(problem)) if is_locked else _unreadable(path, problem))


def _unreadable(path: Path, problem: duckdb.Error) -> str:
    said = str(problem).splitlines()[0]
    return f"The warehouse {path} cannot be opened: {said} Move the file away and run again: all is rebuilt."


def _holder(path: Path, message: str) -> str:
    found = re.search(r"held in (.+?) \(PID (\d+)\)", message)
    who = f"{found[1]} (process {found[2]})" if found else "another program"
    return f"The warehouse {path} is in use by {who}. Close that program, or wait for it, and run again."


def _arrow_schema(schema: Mapping[str, str]) -> pa.Schema:
    return ibis.schema(dict(schema)).to_pyarrow()


def _to_arrow(frame: pd.DataFrame, schema: Mapping[str, str]) -> pa.Table:
    return pa.Table.from_pandas(frame[list(schema)], schema=_arrow_schema(schema), preserve_index=False)


def _to_pandas(rows: pa.RecordBatch | pa.Table) -> pd.DataFrame:
    return rows.to_pandas(date_as_object=True)
