"""What the warehouse remembers of its tables: it lies in the schema `record`, written in one transaction with them.

`contents` has a row a table: its data version, the parts that version is made of, and what the table was made from.
`steps` has a row a change, with the data version before and after; `changed` the keys whose rows that step touched.
So a table that is made row by row of others can ask which keys have changed since it was last made.
"""

import hashlib
import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import ibis.expr.types as ir

from job_search_assets.engine.tables.warehouse import Warehouse

_TABLES = """
CREATE SCHEMA IF NOT EXISTS record;
CREATE TABLE IF NOT EXISTS record.contents
    ("table" VARCHAR, columns VARCHAR, rows BIGINT, mixed VARCHAR, version VARCHAR, origin VARCHAR);
CREATE TABLE IF NOT EXISTS record.steps ("table" VARCHAR, step BIGINT, before VARCHAR, after VARCHAR);
CREATE TABLE IF NOT EXISTS record.changed ("table" VARCHAR, step BIGINT, key VARCHAR);
"""


@dataclass(frozen=True)
class Content:
    """The parts of a data version: columns with types, number of rows, and the rows' hashes combined."""

    columns: str
    rows: int
    mixed: int | None

    @property
    def version(self) -> str:
        """32 hex digits that depend on columns, types and rows, not on their order."""
        return hashlib.sha256(f"({self.columns}, {self.rows}, {self.mixed})".encode()).hexdigest()[:32]

    def changed_by(self, *, gone: "Content", come: "Content") -> "Content":
        """The content after some rows went and others came; exclusive or takes a hash out as it put it in."""
        rows = self.rows - gone.rows + come.rows
        mixed = (self.mixed or 0) ^ (gone.mixed or 0) ^ (come.mixed or 0)
        return Content(self.columns, rows, mixed if rows else None)


@dataclass(frozen=True)
class Origin:
    """What a table was made from: code, settings, and the data version of each input."""

    code_version: str | None
    settings: Mapping[str, Any]
    inputs: Mapping[str, str | None]

    def as_text(self) -> str:
        """As it lies in the record."""
        return json.dumps([self.code_version, self.settings, self.inputs], sort_keys=True)

    @classmethod
    def of_text(cls, text: str) -> "Origin":
        """From the record."""
        return cls(*json.loads(text))


def content_of(warehouse: Warehouse, table: str, relation: str | None = None) -> Content:
    """The content of a table, or of a relation (SQL) with that table's columns.

    The MD5 numbers of the rows are combined by exclusive or, which no order of rows or threads can change;
    rows are told apart by their key, so no two of them cancel out.
    """
    columns = warehouse.duckdb.execute(
        "SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = ? ORDER BY column_index", [table]
    ).fetchall()
    rows, mixed = warehouse.duckdb.execute(
        f"SELECT count(*), bit_xor(md5_number(to_json(r)::VARCHAR)) FROM {relation or _quoted(table)} AS r"
    ).fetchone()
    return Content(repr(columns), rows, mixed)


def _quoted(table: str) -> str:
    return f'"{table}"'


@contextmanager
def transaction(warehouse: Warehouse) -> Iterator[None]:
    """All that is done inside, or nothing of it."""
    warehouse.duckdb.execute("BEGIN TRANSACTION")
    try:
        yield
    except BaseException:
        warehouse.duckdb.execute("ROLLBACK")
        raise
    warehouse.duckdb.execute("COMMIT")


def prepare(warehouse: Warehouse) -> None:
    """Makes the record's own tables where there are none."""
    warehouse.duckdb.execute(_TABLES)


def content(warehouse: Warehouse, table: str) -> Content | None:
    """The content on record, if the table has one."""
    found = _row(warehouse, 'SELECT columns, rows, mixed FROM record.contents WHERE "table" = ?', table)
    return Content(found[0], found[1], int(found[2]) if found[2] is not None else None) if found else None


def origin(warehouse: Warehouse, table: str) -> Origin | None:
    """What the table was last made from, if that is on record."""
    found = _row(warehouse, 'SELECT origin FROM record.contents WHERE "table" = ?', table)
    return Origin.of_text(found[0]) if found else None


def code_version(warehouse: Warehouse, table: str) -> str:
    """The version of the code that last made the table; empty where that is not on record."""
    made = origin(warehouse, table)
    return (made.code_version if made else None) or ""


def write(warehouse: Warehouse, table: str, now: Content, made_from: Origin) -> None:
    """Puts a table's content on record. To be called inside the transaction that publishes the table."""
    mixed = None if now.mixed is None else str(now.mixed)
    warehouse.duckdb.execute('DELETE FROM record.contents WHERE "table" = ?', [table])
    warehouse.duckdb.execute(
        "INSERT INTO record.contents VALUES (?, ?, ?, ?, ?, ?)",
        [table, now.columns, now.rows, mixed, now.version, made_from.as_text()],
    )


def add_step(warehouse: Warehouse, table: str, before: Content, after: Content, keys: str) -> None:
    """Logs that a table changed, and the keys (SQL that selects them) whose rows did. Inside the transaction."""
    step = _row(warehouse, 'SELECT coalesce(max(step), 0) + 1 FROM record.steps WHERE "table" = ?', table)[0]
    run = warehouse.duckdb.execute
    run("INSERT INTO record.steps VALUES (?, ?, ?, ?)", [table, step, before.version, after.version])
    run(f"INSERT INTO record.changed SELECT ?, ?, key FROM ({keys}) AS keys(key)", [table, step])
    # When more keys are logged than the table has rows, whoever is that far behind does better to begin anew.
    too_far = run(
        """SELECT max(step) FROM (SELECT step, sum(count(*)) OVER (ORDER BY step DESC) AS keys FROM record.changed
           WHERE "table" = ? GROUP BY step) WHERE keys > ?""",
        [table, max(after.rows, 1000)],
    ).fetchone()[0]
    for log in ("changed", "steps"):
        run(f'DELETE FROM record.{log} WHERE "table" = ? AND step <= ?', [table, too_far or -1])


def forget_steps(warehouse: Warehouse, table: str) -> None:
    """A table was made anew: nobody can tell what changed. Inside the transaction that publishes it."""
    for log in ("steps", "changed"):
        warehouse.duckdb.execute(f'DELETE FROM record.{log} WHERE "table" = ?', [table])


def forget(warehouse: Warehouse, table: str) -> None:
    """Takes a table off the record, so that it is made anew and nobody takes over rows of what it is now."""
    with transaction(warehouse):
        forget_steps(warehouse, table)
        warehouse.duckdb.execute('DELETE FROM record.contents WHERE "table" = ?', [table])


def steps_since(warehouse: Warehouse, table: str, version: str | None) -> list[int] | None:
    """The steps that led from a data version of the table to the present one; None where the log doesn't tell."""
    if not is_prepared(warehouse):
        return None
    rows = warehouse.duckdb.execute(
        'SELECT step, before, after FROM record.steps WHERE "table" = ? ORDER BY step', [table]
    ).fetchall()
    starts = [place for place, (_, before, _) in enumerate(rows) if before == version]
    chain = rows[starts[-1] :] if starts else []
    is_whole = all(one[2] == other[1] for one, other in itertools.pairwise(chain))
    return [step for step, _, _ in chain] if chain and is_whole else None


def changed_keys(warehouse: Warehouse, steps: Mapping[str, Sequence[int]], *, named: str = "account_id") -> ir.Table:
    """The keys (a column of that name) logged in these steps of these tables, each once, as a temporary table."""
    chosen = [f"{name} {step}" for name, found in steps.items() for step in found]
    return warehouse.kept_query(
        f"""SELECT DISTINCT key AS {named} FROM record.changed WHERE list_contains(?, "table" || ' ' || step)""",
        [chosen],
    )


def count_changed(warehouse: Warehouse, table: str, steps: Sequence[int]) -> int:
    """How many keys were logged in these steps of the table, each counted once."""
    query = 'SELECT count(DISTINCT key) FROM record.changed WHERE "table" = ? AND list_contains(?, step)'
    return int(warehouse.duckdb.execute(query, [table, list(steps)]).fetchone()[0])


def is_prepared(warehouse: Warehouse) -> bool:
    """Whether the warehouse has a record at all."""
    return bool(
        warehouse.duckdb.execute("SELECT count(*) FROM duckdb_schemas() WHERE schema_name = 'record'").fetchone()[0]
    )


def _row(warehouse: Warehouse, query: str, table: str) -> Any:
    if not is_prepared(warehouse):
        return None
    return warehouse.duckdb.execute(query, [table]).fetchone()
