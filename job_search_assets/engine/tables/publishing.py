"""Putting a table into the warehouse: staged beside the old one, validated, hashed, published in one transaction.

Either the whole table is replaced, or an `Update` says which rows go and which come; what is published, its data
version and what changed are on record (`engine.tables.record`) in the same transaction.
"""

import inspect
from collections.abc import Sequence
from dataclasses import dataclass

import ibis.expr.types as ir
import pandera.errors
import pandera.ibis as pa
from pandera.config import ValidationDepth, config_context

from job_search_assets.engine.tables import record
from job_search_assets.engine.tables.record import Origin
from job_search_assets.engine.tables.schema_rules import surely_keeps
from job_search_assets.engine.tables.warehouse import STAGED, Warehouse

NAMES_A_COLUMN = {
    pandera.errors.SchemaErrorReason.COLUMN_NOT_IN_SCHEMA,
    pandera.errors.SchemaErrorReason.COLUMN_NOT_IN_DATAFRAME,
}
EXAMPLES_OF_A_BREACH = 20  # a breach with 100,000 cases once wrote 6 MB into the event log
UNKNOWN = Origin(None, {}, {})


class SchemaBreach(Exception):
    """A new table that breaks its schema; it was not published and the old one is untouched."""


@dataclass(frozen=True)
class Update:
    """What brings a table in line without making it anew: the rows that go and the rows that come.

    `gone` are rows of `Warehouse.placed(table)`, so that they need not be looked up again by their key.
    """

    gone: ir.Table
    rows: ir.Table


@dataclass(frozen=True)
class Published:
    """What is known of a table once it is in place."""

    rows: int
    data_version: str


def publish(
    warehouse: Warehouse,
    name: str,
    rows: ir.Table,
    schema: type[pa.DataFrameModel],
    key: Sequence[str],
    *,
    origin: Origin = UNKNOWN,
    log: str | None = None,
) -> Published:
    """Replaces the table by the given rows, sorted by the key, once they keep to the schema.

    A run that is killed at any moment leaves the old table or the new one. `log` names the key columns (by how they
    begin) whose values are logged for rows that changed. Raises SchemaBreach.
    """
    record.prepare(warehouse)
    staged = _stage(warehouse, name, rows, schema, key)
    try:
        before, now = record.content(warehouse, name), record.content_of(warehouse, staged)
        with record.transaction(warehouse):
            if before is None or log is None or before.columns != now.columns or not warehouse.has(name):
                record.forget_steps(warehouse, name)
            elif before.version != now.version:
                record.add_step(warehouse, name, before, now, differing_keys(f'"{name}"', f'"{staged}"', key, log))
            warehouse.duckdb.execute(f'DROP TABLE IF EXISTS "{name}"')
            warehouse.duckdb.execute(f'ALTER TABLE "{staged}" RENAME TO "{name}"')
            _comment(warehouse, name, schema)
            record.write(warehouse, name, now, origin)
        warehouse.validated.add(name)
    finally:
        warehouse.duckdb.execute(f'DROP TABLE IF EXISTS "{staged}"')
    return Published(now.rows, now.version)


def publish_update(
    warehouse: Warehouse,
    name: str,
    update: Update,
    schema: type[pa.DataFrameModel],
    key: Sequence[str],
    *,
    origin: Origin = UNKNOWN,
    log: str,
) -> Published:
    """Takes rows out of the table and puts others in, once these keep to the schema and their keys are free.

    Rows that come as they went are left alone, so that what is logged are true changes. Raises SchemaBreach.
    """
    before = record.content(warehouse, name)
    assert before is not None, f"{name} was never published, so there is nothing to update"
    staged = _stage(warehouse, name, update.rows, schema, key)
    try:
        gone = _gone(warehouse, update.gone)
        _assert_free(warehouse, name, staged, gone, key)
        _leave_out_what_stays(warehouse, staged, gone, key)
        went = record.content_of(warehouse, staged, f"(SELECT * EXCLUDE (row_in_table) FROM {gone})")
        now = before.changed_by(gone=went, come=record.content_of(warehouse, staged))
        with record.transaction(warehouse):
            if now.version != before.version:
                record.add_step(warehouse, name, before, now, differing_keys(gone, f'"{staged}"', key, log))
                warehouse.duckdb.execute(f'DELETE FROM "{name}" WHERE rowid IN (SELECT row_in_table FROM {gone})')
                warehouse.duckdb.execute(f'INSERT INTO "{name}" SELECT * FROM "{staged}"')
            record.write(warehouse, name, now, origin)
    finally:
        warehouse.duckdb.execute(f'DROP TABLE IF EXISTS "{staged}"')
    return Published(now.rows, now.version)


def breaches_in_place(warehouse: Warehouse, name: str, schema: type[pa.DataFrameModel]) -> list[str]:
    """The same of a published table; one that was published whole since the warehouse was opened is known to be sound.

    Nobody else can write to a warehouse that is open, and nobody knows who wrote to it before.
    """
    return [] if name in warehouse.validated else find_breaches(warehouse.table(name), schema)


def find_breaches(table: ir.Table, schema: type[pa.DataFrameModel]) -> list[str]:
    """Sentences that say which column broke which rule; values are never named.

    Raises RuntimeError when rules could not be tried at all, as in a run that is stopped: that is no breach.
    """
    if surely_keeps(table, schema):
        return []
    # The verdict of an aggregate over no rows is NULL, which pandera takes for a breach: there only columns count.
    is_empty = int(table.count().execute()) == 0
    depth = ValidationDepth.SCHEMA_ONLY if is_empty else ValidationDepth.SCHEMA_AND_DATA
    try:
        with config_context(validation_depth=depth):
            schema.validate(table, lazy=True)
    except pandera.errors.SchemaErrors as problem:
        # A column of a wrong type makes its checks fail to run too, but then the type is among the errors.
        if all(error.reason_code is pandera.errors.SchemaErrorReason.CHECK_ERROR for error in problem.schema_errors):
            raise RuntimeError(f"The rules of {schema.__name__} could not be tried") from problem
        said = {_sentence(error) for error in problem.schema_errors}
        return sorted(said)[:EXAMPLES_OF_A_BREACH]
    return []


def content_hash(warehouse: Warehouse, name: str) -> str:
    """The data version of a table as it is now."""
    return record.content_of(warehouse, name).version


def _stage(warehouse: Warehouse, name: str, rows: ir.Table, schema: type[pa.DataFrameModel], key: Sequence[str]) -> str:
    """The rows as a table of their own, valid and sorted by key; returns its name."""
    staged = name + STAGED
    has_all = set(rows.columns) == set(schema.to_schema().columns)
    ordered = rows.select(list(schema.to_schema().columns)) if has_all else rows
    warehouse.connection.create_table(staged, ordered.order_by(list(key)), overwrite=True)
    breaches = find_breaches(warehouse.table(staged), schema)
    if breaches:
        warehouse.duckdb.execute(f'DROP TABLE "{staged}"')
        raise _breach(name, breaches)
    return staged


def _comment(warehouse: Warehouse, name: str, schema: type[pa.DataFrameModel]) -> None:
    """Puts what the schema says of the table and its columns where whoever queries the warehouse finds it."""
    about = {f'TABLE "{name}"': inspect.getdoc(schema)}
    for column, declared in schema.to_schema().columns.items():
        about[f'COLUMN "{name}"."{column}"'] = declared.description
    told = (f"COMMENT ON {what} IS '{said.replace(chr(39), 2 * chr(39))}'" for what, said in about.items() if said)
    warehouse.duckdb.execute(";".join(told))


def _breach(name: str, breaches: Sequence[str]) -> SchemaBreach:
    return SchemaBreach(f"{name} was not published, since it breaks its schema: " + "; ".join(breaches))


def _gone(warehouse: Warehouse, gone: ir.Table) -> str:
    """The rows that go, each with its place in the table, as a scratch table; returns its name."""
    scratch = warehouse.scratch()
    warehouse.connection.create_table("rows_gone", gone, database=(scratch, "main"), overwrite=True)
    return f"{scratch}.main.rows_gone"


def _assert_free(warehouse: Warehouse, name: str, staged: str, gone: str, key: Sequence[str]) -> None:
    """Raises SchemaBreach when a row that comes has the key of one that stays."""
    using = ", ".join(f'"{column}"' for column in key)
    taken = warehouse.duckdb.execute(
        f'SELECT count(*) FROM "{staged}" AS s SEMI JOIN "{name}" AS t USING ({using}) '
        f"WHERE NOT EXISTS (SELECT 1 FROM {gone} AS g WHERE "
        + " AND ".join(f'g."{column}" = s."{column}"' for column in key)
        + ")"
    ).fetchone()[0]
    if taken:
        raise _breach(name, [f"unique: {using}"])


def _leave_out_what_stays(warehouse: Warehouse, staged: str, gone: str, key: Sequence[str]) -> None:
    using = ", ".join(f'"{column}"' for column in key)
    same = f"{warehouse.scratch()}.main.rows_same"
    warehouse.duckdb.execute(
        f"CREATE OR REPLACE TABLE {same} AS SELECT {using} FROM {_hashed(_quoted(staged), key)} "
        f"JOIN {_hashed(f'(SELECT * EXCLUDE (row_in_table) FROM {gone})', key)} USING ({using}, hash_of_row)"
    )
    for table in (f'"{staged}"', gone):
        match = " AND ".join(f'{table}."{column}" = s."{column}"' for column in key)
        warehouse.duckdb.execute(f"DELETE FROM {table} USING {same} AS s WHERE {match}")


def _quoted(table: str) -> str:
    return f'"{table}"'


def _hashed(relation: str, key: Sequence[str]) -> str:
    columns = ", ".join(f'"{column}"' for column in key)
    return f"(SELECT {columns}, hash(r) AS hash_of_row FROM {relation} AS r)"


def differing_keys(one: str, other: str, key: Sequence[str], log: str) -> str:
    """SQL that selects, each once, the logged key values of rows that are not the same in both relations.

    `log` says how the key columns begin whose values are selected.
    """
    using = ", ".join(f'"{column}"' for column in key)
    logged = ", ".join(f'"{column}"::VARCHAR' for column in key if column.startswith(log))
    return (
        f"SELECT DISTINCT unnest([{logged}]) FROM (SELECT {using} FROM {_hashed(one, key)} AS a "
        f"FULL JOIN {_hashed(other, key)} AS b USING ({using}) WHERE a.hash_of_row IS DISTINCT FROM b.hash_of_row)"
    )


def _sentence(error: pandera.errors.SchemaError) -> str:
    rule = error.reason_code.name.lower().replace("_", " ")
    if error.reason_code in NAMES_A_COLUMN:
        return f"{rule}: {error.failure_cases}"
    column = getattr(error.schema, "name", None)
    return f"{rule}: {column}, {error.check}"
