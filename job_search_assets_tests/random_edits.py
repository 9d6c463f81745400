"""Random edits of a build and its data folder behind everybody's back: a row of a table, a byte of a file."""

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from job_search_assets.engine.folders import Folders
from job_search_assets.engine.guarding import edits, seals

WAREHOUSE = "warehouse.duckdb"
CELLS = {
    "BOOLEAN": "NOT coalesce({0}, false)",
    "VARCHAR": "concat({0}, 'x')",
    "DATE": "coalesce({0}, DATE '2000-01-01') + 1",
    "TIMESTAMP": "coalesce({0}, TIMESTAMP '2000-01-01') + INTERVAL 1 MINUTE",
}
NUMBER = "coalesce({0}, 0) + 1"


@dataclass(frozen=True)
class Edited:
    """What was edited, by the name that has to be told, and how."""

    name: str
    how: str

    def is_among(self, told: list[str]) -> bool:
        """Whether it is told of; a byte of the warehouse is one of some table, or of a block that none is in."""
        return self.name in told or (self.name == WAREHOUSE and bool(told))


@contextmanager
def edited(folders: Folders, draw: random.Random) -> Iterator[Edited]:
    """One random edit, undone at the end; half of them set the file's time back."""
    path = folders.warehouse if draw.random() < 0.5 else draw.choice(_files(folders))
    before, times = path.read_bytes(), (path.stat().st_atime_ns, path.stat().st_mtime_ns)
    try:
        if path == folders.warehouse and draw.random() < 0.9:
            done = _row(path, draw)
        else:
            done = Edited(_name(folders, path), _byte(path, draw))
        if draw.random() < 0.5:
            os.utime(path, ns=times)
        yield done
    finally:
        path.write_bytes(before)
        path.with_name(path.name + ".wal").unlink(missing_ok=True)


def found(folders: Folders) -> list[str]:
    """The names that the gate would tell, of what is built on, of reports and of deliveries."""
    from job_search_assets.engine.errors import BadInput

    seal = seals.read(folders)
    assert seal is not None
    try:
        told = [*edits.find(folders, seal), *edits.changed_inputs(folders, seal)]
    except BadInput as problem:
        return [name for name in (WAREHOUSE,) if name in str(problem)]
    return [edit.name for edit in told]


def _files(folders: Folders) -> list[Path]:
    inside = [path for path in seals.files_of(folders.build) if not path.name.startswith(WAREHOUSE)]
    return [*inside, folders.build / seals.SEAL, *edits.input_files(folders)]


def _name(folders: Folders, path: Path) -> str:
    return path.relative_to(folders.build if path.is_relative_to(folders.build) else folders.data).as_posix()


def _byte(path: Path, draw: random.Random) -> str:
    place, content = draw.randrange(path.stat().st_size), bytearray(path.read_bytes())
    content[place] ^= draw.randrange(1, 256)
    path.write_bytes(bytes(content))
    return f"byte {place}"


def _row(path: Path, draw: random.Random) -> Edited:
    with duckdb.connect(str(path)) as connection:
        tables = connection.execute(
            "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'main' AND estimated_size > 0 ORDER BY 1"
        ).fetchall()
        (table,) = draw.choice(tables)
        (rows,) = connection.execute(f'SELECT count(*) FROM "{table}"').fetchone() or (0,)
        place = f'rowid = (SELECT rowid FROM "{table}" ORDER BY rowid LIMIT 1 OFFSET {draw.randrange(rows)})'
        how = draw.choice(["delete", "copy", "update", "update", "update"])
        connection.execute(_statement(connection, table, place, how, draw))
        connection.execute("CHECKPOINT")
    return Edited(table, how)


def _statement(connection: duckdb.DuckDBPyConnection, table: str, place: str, how: str, draw: random.Random) -> str:
    if how == "delete":
        return f'DELETE FROM "{table}" WHERE {place}'
    if how == "copy":
        return f'INSERT INTO "{table}" SELECT * FROM "{table}" WHERE {place}'
    columns = connection.execute(
        "SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = ? AND schema_name = 'main'", [table]
    ).fetchall()
    column, kind = draw.choice([one for one in columns if "[" not in one[1]])
    value = CELLS.get(kind, NUMBER).format(f'"{column}"')
    return f'UPDATE "{table}" SET "{column}" = {value} WHERE {place}'
