"""Tables that pass through: each request fills them anew, by queries that were planned once.

A stage is a view of rows that lie in memory as Arrow; what they are changes with every request, the plans of the
queries that read them do not. Nothing is written anywhere, and nothing of a request is left after it.
"""

from collections.abc import Mapping
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

CASTS = {"float64": 'CAST("{0}" AS DOUBLE) AS "{0}"', "int64": 'CAST("{0}" AS BIGINT) AS "{0}"'}
PREFIX = "scored_"  # of the views' names: some stages are named as tables of the warehouse
# DuckDB hands what one side of a join holds to the scan of the other as a filter, and keeps it in a prepared plan: a
# scan that starts before the next request's filter is there leaves out rows by the last request's.
UNSAFE = "join_filter_pushdown"


class _Slot:
    """Rows that DuckDB reads through Arrow's stream interface, whichever they are when it does."""

    def __init__(self, schema: pa.Schema) -> None:
        self.schema, self.rows = schema, schema.empty_table()

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        return self.rows.__arrow_c_stream__(requested_schema)


class Stages:
    """The stages of a plan on one connection, and what is kept beside them from request to request."""

    def __init__(self, connection: Any, database: tuple[str, str]) -> None:
        self._connection, self._database = connection, database
        self._slots: dict[str, _Slot] = {}
        self._needs: dict[str, str] = {}
        connection.con.execute(f"SET disabled_optimizers = '{UNSAFE}'")

    def keep(self, name: str, rows: ir.Table, order_by: tuple[str, ...] = ()) -> ir.Table:
        """A table that stays as it is from request to request."""
        ordered = rows.order_by(list(order_by)) if order_by else rows
        made: ir.Table = self._connection.create_table(name, ordered, database=self._database, overwrite=True)
        return made

    def given(self, name: str, schema: Mapping[str, Any]) -> ir.Table:
        """A stage that `put` fills."""
        self._slots[name] = _Slot(ibis.schema(dict(schema)).to_pyarrow())
        self._connection.con.register(PREFIX + name, self._slots[name])
        return self.table(name)

    def filled(self, name: str, rows: ir.Table, needs: str = "") -> ir.Table:
        """A stage that `run` fills with what the query gives then; nothing, where the stage that it needs is empty."""
        return self.filled_by(name, ibis.to_sql(rows, dialect="duckdb"), dict(rows.schema().items()), needs)

    def filled_by(self, name: str, query: str, schema: Mapping[str, Any], needs: str = "") -> ir.Table:
        """The same with a query in DuckDB's dialect, whose columns have the schema's order."""
        self._needs[name] = needs
        # A decimal that DuckDB makes of a literal is another number once Arrow casts it: so DuckDB casts.
        columns = ", ".join(CASTS.get(str(kind), '"{0}"').format(column) for column, kind in schema.items())
        self._connection.con.execute(f'PREPARE "{PREFIX}{name}" AS SELECT {columns} FROM ({query}) AS made')
        return self.given(name, schema)

    def table(self, name: str) -> ir.Table:
        """A stage of the plan."""
        made: ir.Table = self._connection.table(PREFIX + name)
        return made

    def name_of(self, stage: str) -> str:
        """The stage's name in SQL."""
        return f'"{PREFIX}{stage}"'

    def name_of_kept(self, table: str) -> str:
        """The full name in SQL of a table that is kept."""
        return f'"{self._database[0]}"."{self._database[1]}"."{table}"'

    def run(self, *names: str) -> None:
        """Fills these stages, one after the other."""
        for name in names:
            if self._needs[name] and not self._slots[self._needs[name]].rows.num_rows:
                continue
            self.put(name, self._connection.con.execute(f'EXECUTE "{PREFIX}{name}"').to_arrow_table())

    def put(self, name: str, rows: pa.Table) -> None:
        """Fills a stage."""
        slot = self._slots[name]
        slot.rows = rows if rows.schema == slot.schema else rows.select(slot.schema.names).cast(slot.schema)

    def read(self, name: str) -> pa.Table:
        """What a stage holds now."""
        return self._slots[name].rows

    def clear(self) -> None:
        """Empties all stages."""
        for slot in self._slots.values():
            slot.rows = slot.schema.empty_table()

    def plans(self) -> dict[str, str]:
        """How DuckDB carries out each stage's query, as it explains it."""
        duckdb = self._connection.con
        return {name: str(duckdb.execute(f'EXPLAIN EXECUTE "{PREFIX}{name}"').fetchall()[0][1]) for name in self._needs}

    def close(self) -> None:
        """Takes the stages off the connection."""
        for name in self._slots:
            self._connection.con.unregister(PREFIX + name)
        self._slots.clear()
        self._connection.con.execute("RESET disabled_optimizers")
