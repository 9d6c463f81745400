"""Which columns of other tables a column was made from, read off the query that made it.

Only what the query says for certain is told: a column that passed through a frame, a model or a temporary table has no
entry, and a reader falls back on which tables went in.
"""

from collections.abc import Iterator
from typing import Any

import dagster as dg
import ibis.expr.operations as ops
import ibis.expr.types as ir

from job_search_assets.engine.tables.publishing import Update
from job_search_assets.engine.tables.table_schemas import table_schemas

LINEAGE = "dagster/column_lineage"
SCRATCH = "scratch"  # the catalogue of temporary tables
Source = tuple[str, str]

AS_THEY_ARE = (
    ops.Filter,
    ops.Sort,
    ops.Limit,
    ops.Distinct,
    ops.DropColumns,
    ops.DropNull,
    ops.FillNull,
    ops.Sample,
    ops.SelfReference,
    ops.JoinReference,
)
COUNTS_ROWS = (ops.CountStar, ops.RowID)


class _UnknownOrigin(Exception):
    """The query does not say where a value comes from."""


def lineage_metadata(rows: ir.Table | Update) -> dict[str, dg.TableColumnLineage]:
    """Metadata of a materialisation by which Dagster knows the columns' origins; empty where none is certain."""
    sources = sources_of(rows.rows if isinstance(rows, Update) else rows)
    deps = {
        column: [dg.TableColumnDep(dg.AssetKey(table), name) for table, name in sorted(found)]
        for column, found in sources.items()
    }
    return {LINEAGE: dg.TableColumnLineage(deps)} if deps else {}


def sources_of(rows: ir.Table) -> dict[str, frozenset[Source]]:
    """Table and column pairs by column, without the columns that are constant or of unknown origin."""
    reader = _Reader()
    found = {}
    for column in rows.columns:
        try:
            found[column] = reader.of_column(rows.op(), column)
        except (_UnknownOrigin, RecursionError):
            continue
    return {column: sources for column, sources in found.items() if sources}


class _Reader:
    """Follows values back to tables; what it has followed once it remembers, since queries share their parts."""

    def __init__(self) -> None:
        self._known: dict[Any, frozenset[Source]] = {}

    def of_column(self, rows: ops.Relation, name: str) -> frozenset[Source]:
        key = (rows, name)
        if key not in self._known:
            self._known[key] = self._of_column(rows, name)
        return self._known[key]

    def _of_column(self, rows: ops.Relation, name: str) -> frozenset[Source]:
        if isinstance(rows, ops.DatabaseTable):
            return frozenset([_published(rows, name)])
        if isinstance(rows, ops.InMemoryTable):
            return frozenset()
        if isinstance(rows, ops.Project | ops.JoinChain | ops.DummyTable):
            return self.of_value(rows.values[name])
        if isinstance(rows, ops.Aggregate):
            return self.of_value({**rows.groups, **rows.metrics}[name])
        if isinstance(rows, ops.Union | ops.Intersection):
            return self.of_column(rows.left, name) | self.of_column(rows.right, name)
        if isinstance(rows, ops.Difference):
            return self.of_column(rows.left, name)
        if isinstance(rows, AS_THEY_ARE):
            return self.of_column(rows.parent, name)
        raise _UnknownOrigin

    def of_value(self, value: ops.Node) -> frozenset[Source]:
        if value not in self._known:
            self._known[value] = self._of_value(value)
        return self._known[value]

    def _of_value(self, value: ops.Node) -> frozenset[Source]:
        if isinstance(value, ops.Field):
            return self.of_column(value.rel, value.name)
        if isinstance(value, COUNTS_ROWS):
            return frozenset()
        parts = [self.of_value(part) for part in _parts(value)]
        if isinstance(value, ops.Subquery):
            parts += [self.of_column(value.rel, name) for name in value.rel.schema]
        return frozenset().union(*parts)


def _parts(value: ops.Node) -> Iterator[ops.Node]:
    """The values that a value is made of."""
    for part in value.__args__:
        for one in part if isinstance(part, tuple) else [part]:
            if isinstance(one, ops.Value):
                yield one


def _published(table: ops.DatabaseTable, column: str) -> Source:
    if table.namespace.catalog == SCRATCH or table.name not in table_schemas():
        raise _UnknownOrigin
    return table.name, column
