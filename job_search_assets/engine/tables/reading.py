"""Point queries on an open warehouse: rows by key as plain values, without the cost of building an expression.

Tables lie sorted by their keys, so DuckDB skips all but a few blocks; a question is a dozen of such queries.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from job_search_assets.engine.tables.warehouse import Warehouse

Row = dict[str, Any]
_FEW = 20


def rows(warehouse: Warehouse, query: str, *parameters: Any) -> list[Row]:
    """What a query gives, times as text in UTC."""
    found = warehouse.duckdb.execute(query, list(parameters))
    names = [column[0] for column in found.description]
    return [dict(zip(names, map(_plain, values), strict=True)) for values in found.fetchall()]


def row(warehouse: Warehouse, query: str, *parameters: Any) -> Row | None:
    """The first row of what a query gives, if any."""
    found = rows(warehouse, query, *parameters)
    return found[0] if found else None


def among(values: Sequence[str]) -> str:
    """Placeholders for a list of values: `column IN (?, ?)`; of no value, a list that holds nothing."""
    return f"({', '.join('?' * len(values))})" if values else "(NULL)"


def keyed(table: str, column: str, values: Sequence[str], condition: str = "true") -> str:
    """A query for the rows of a table, sorted by that column, that have one of these values there.

    Of few values each is looked for by itself: for a list DuckDB reads the whole table.
    """
    if not 0 < len(values) <= _FEW:
        return f'(SELECT * FROM {table} WHERE {condition} AND "{column}" IN {among(values)})'
    each = f'SELECT * FROM {table} WHERE {condition} AND "{column}" = ?'
    return f"({' UNION ALL '.join([each] * len(values))})"


def _plain(value: Any) -> Any:
    return f"{value.isoformat()}Z" if isinstance(value, datetime) else value
