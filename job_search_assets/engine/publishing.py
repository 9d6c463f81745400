"""Putting a table into the warehouse: staged beside the old one, validated, hashed, swapped in one transaction."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import ibis.expr.types as ir
import pandera.errors
import pandera.ibis as pa
from pandera.config import ValidationDepth, config_context

from job_search_assets.engine.warehouse import STAGED, Warehouse

NAMES_A_COLUMN = {
    pandera.errors.SchemaErrorReason.COLUMN_NOT_IN_SCHEMA,
    pandera.errors.SchemaErrorReason.COLUMN_NOT_IN_DATAFRAME,
}
EXAMPLES_OF_A_BREACH = 20  # a breach with 100,000 cases once wrote 6 MB into the event log


class SchemaBreach(Exception):
    """A new table that breaks its schema; it was not published and the old one is untouched."""


@dataclass(frozen=True)
class Published:
    """What is known of a table once it is in place."""

    rows: int
    data_version: str


def publish(
    warehouse: Warehouse, name: str, rows: ir.Table, schema: type[pa.DataFrameModel], key: Sequence[str]
) -> Published:
    """Replaces the table by the given rows, sorted by the key, once they keep to the schema.

    A run that is killed at any moment leaves the old table or the new one. Raises SchemaBreach.
    """
    staged = name + STAGED
    ordered = rows.select(list(schema.to_schema().columns)) if _has_all(rows, schema) else rows
    warehouse.connection.create_table(staged, ordered.order_by(list(key)), overwrite=True)
    try:
        breaches = find_breaches(warehouse.table(staged), schema)
        if breaches:
            raise SchemaBreach(f"{name} was not published, since it breaks its schema: " + "; ".join(breaches))
        published = Published(count_rows(warehouse, staged), content_hash(warehouse, staged))
        _swap(warehouse.duckdb, staged, name)
    finally:
        warehouse.duckdb.execute(f'DROP TABLE IF EXISTS "{staged}"')
    return published


def find_breaches(table: ir.Table, schema: type[pa.DataFrameModel]) -> list[str]:
    """Sentences that say which column broke which rule; values are never named."""
    # The verdict of an aggregate over no rows is NULL, which pandera takes for a breach: there only columns count.
    is_empty = int(table.count().execute()) == 0
    depth = ValidationDepth.SCHEMA_ONLY if is_empty else ValidationDepth.SCHEMA_AND_DATA
    try:
        with config_context(validation_depth=depth):
            schema.validate(table, lazy=True)
    except pandera.errors.SchemaErrors as problem:
        said = {_sentence(error) for error in problem.schema_errors}
        return sorted(said)[:EXAMPLES_OF_A_BREACH]
    return []


def count_rows(warehouse: Warehouse, name: str) -> int:
    """How many rows a table has."""
    return int(warehouse.duckdb.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0])


def content_hash(warehouse: Warehouse, name: str) -> str:
    """The table's data version: 32 hex digits that depend on columns, types and rows, not on their order.

    The MD5 numbers of the rows are combined by exclusive or, which no order of rows or threads can change;
    rows are told apart by their key, so no two of them cancel out.
    """
    columns = warehouse.duckdb.execute(
        "SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = ? ORDER BY column_index",
        [name],
    ).fetchall()
    rows, mixed = warehouse.duckdb.execute(
        f'SELECT count(*), bit_xor(md5_number(to_json(r)::VARCHAR)) FROM "{name}" AS r'
    ).fetchone()
    return hashlib.sha256(repr((columns, rows, mixed)).encode()).hexdigest()[:32]


def _has_all(rows: ir.Table, schema: type[pa.DataFrameModel]) -> bool:
    return set(rows.columns) == set(schema.to_schema().columns)


def _sentence(error: pandera.errors.SchemaError) -> str:
    rule = error.reason_code.name.lower().replace("_", " ")
    if error.reason_code in NAMES_A_COLUMN:
        return f"{rule}: {error.failure_cases}"
    column = getattr(error.schema, "name", None)
    return f"{rule}: {column}, {error.check}"


def _swap(connection: Any, staged: str, name: str) -> None:
    connection.execute("BEGIN TRANSACTION")
    connection.execute(f'DROP TABLE IF EXISTS "{name}"')
    connection.execute(f'ALTER TABLE "{staged}" RENAME TO "{name}"')
    connection.execute("COMMIT")
