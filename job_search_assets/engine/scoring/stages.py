"""Tables that pass through: each request fills them anew, by queries that were planned once.

A stage is a view of rows that lie in memory as Arrow; what they are changes with every request, the plans of the
queries that read them do not. Nothing of a request is written anywhere, and nothing is left of it once it is cleared.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from job_search_assets.engine.scoring.lookups import Lookup

CASTS = {"float64": 'CAST("{0}" AS DOUBLE) AS "{0}"', "int64": 'CAST("{0}" AS BIGINT) AS "{0}"'}
AT_A_TIME = 2_048  # rows: DuckDB makes room for so many in each column of an answer, and of a million by itself
PREFIX = "scored_"  # of the views' names: some stages are named as tables of the warehouse
# DuckDB hands what one side of a join holds to the scan of the other as a filter, and keeps it in a prepared plan: a
# scan that starts before the next request's filter is there leaves out rows by the last request's.
UNSAFE = "join_filter_pushdown"


class _Slot:
    """Rows that DuckDB reads through Arrow's stream interface, whichever they are when it does.

    Of a stream it knows nothing beforehand: neither that it is empty nor what is in it.
    """

    def __init__(self, schema: pa.Schema) -> None:
        self.schema, self.rows = schema, schema.empty_table()

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        return self.rows.__arrow_c_stream__(requested_schema)


@dataclass(frozen=True)
class _Near:
    """Of a table the rows that hold what columns of stages hold: by column the (stage, column) pairs."""

    lookup: Lookup
    sources: Mapping[str, list[tuple[str, str]]]

    @property
    def stages(self) -> set[str]:
        """Those that it is looked up by."""
        return {stage for places in self.sources.values() for stage, _ in places}


class Stages:
    """The stages of a plan on one connection, and what is kept beside them from request to request.

    With `looks_up` the rows of a table that a request may meet (`near`) are looked up before they are read: for
    requests of few rows. Requests of many read the whole tables.
    """

    def __init__(self, connection: Any, database: tuple[str, str], *, looks_up: bool = False) -> None:
        self._connection, self._database, self._looks_up = connection, database, looks_up
        self._slots: dict[str, _Slot] = {}
        self._needs: dict[str, str] = {}
        self._kept: list[str] = []
        self._near: dict[str, _Near] = {}
        self._held: dict[Any, pa.Table] = {}  # what is looked up, by the expression that gave it
        self._queries: dict[str, str] = {}
        self._reads: dict[str, list[str]] = {}  # by stage what is to be looked up before its query runs
        self._is_found: set[str] = set()  # what is looked up already for this request
        connection.con.execute(f"SET disabled_optimizers = '{UNSAFE}'")

    def keep(self, name: str, rows: ir.Table, order_by: tuple[str, ...] = ()) -> ir.Table:
        """A table that stays as it is from request to request."""
        ordered = rows.order_by(list(order_by)) if order_by else rows
        made: ir.Table = self._connection.create_table(name, ordered, database=self._database, overwrite=True)
        self._kept.append(name)
        return made

    def given(self, name: str, schema: Mapping[str, Any]) -> ir.Table:
        """A stage that `put` fills."""
        self._slots[name] = _Slot(ibis.schema(dict(schema)).to_pyarrow())
        self._connection.con.register(PREFIX + name, self._slots[name])
        return self.table(name)

    def near(self, name: str, rows: ir.Table, **sources: str) -> ir.Table:
        """At least those rows that hold, in one of the named columns, what a column of a stage holds then.

        A source is `stage.column`, or several with a space between. What reads them must join them on these columns.
        """
        if not self._looks_up:
            return rows
        places = {column: [_place(source) for source in named.split()] for column, named in sources.items()}
        made = self.given(name, dict(rows.schema().items()))
        if rows.op() not in self._held:
            # Of several chunks Arrow would make one whenever rows are taken; a chunk of plain text ends at 2 GiB.
            self._held[rows.op()] = rows.to_pyarrow().cast(_large(self._slots[name].schema)).combine_chunks()
        self._near[name] = _Near(Lookup(self._held[rows.op()], tuple(places)), places)
        return made

    def filled(self, name: str, rows: ir.Table, needs: str = "") -> ir.Table:
        """A stage that `run` fills with what the query gives then; nothing, where the stage that it needs is empty."""
        return self.filled_by(name, ibis.to_sql(rows, dialect="duckdb"), dict(rows.schema().items()), needs)

    def filled_by(self, name: str, query: str, schema: Mapping[str, Any], needs: str = "") -> ir.Table:
        """The same with a query in DuckDB's dialect, whose columns have the schema's order."""
        self._needs[name] = needs
        self._queries[name] = query
        self._reads[name] = self._near_of(query)
        # A decimal that DuckDB makes of a literal is another number once Arrow casts it: so DuckDB casts.
        columns = ", ".join(CASTS.get(str(kind).lstrip("!"), '"{0}"').format(column) for column, kind in schema.items())
        self._connection.con.execute(f'PREPARE "{PREFIX}{name}" AS SELECT {columns} FROM ({query}) AS made')
        return self.given(name, schema)

    def table(self, name: str) -> ir.Table:
        """A stage of the plan."""
        made: ir.Table = self._connection.table(PREFIX + name)
        return made

    def name_of(self, stage: str) -> str:
        """The stage's name in SQL."""
        return f'"{PREFIX}{stage}"'

    def run(self, *names: str) -> None:
        """Fills these stages, one after the other."""
        for name in names:
            if self._needs[name] and not self._slots[self._needs[name]].rows.num_rows:
                continue
            for near in self._reads[name]:
                if near not in self._is_found:
                    self._look_up(near)
            self.put(name, self._connection.con.execute(f'EXECUTE "{PREFIX}{name}"').to_arrow_table(AT_A_TIME))

    def _near_of(self, query: str) -> list[str]:
        """What a query reads of looked up rows, and what those are looked up by, in the order of their making."""
        read: set[str] = set()
        for name, near in reversed(self._near.items()):
            if name in read or self.name_of(name) in query:
                read |= {name, *near.stages}
        return [name for name in self._near if name in read]

    def _look_up(self, name: str) -> None:
        near = self._near[name]
        wanted = {column: [self.read(stage)[held] for stage, held in places] for column, places in near.sources.items()}
        self._slots[name].rows = near.lookup.rows(wanted).cast(self._slots[name].schema)
        self._is_found.add(name)

    def put(self, name: str, rows: pa.Table) -> None:
        """Fills a stage, before anything is looked up by it."""
        assert not any(name in self._near[found].stages for found in self._is_found), name
        slot = self._slots[name]
        slot.rows = rows if rows.schema == slot.schema else rows.select(slot.schema.names).cast(slot.schema)

    def read(self, name: str) -> pa.Table:
        """What a stage holds now."""
        return self._slots[name].rows

    def clear(self) -> None:
        """Empties all stages."""
        self._is_found.clear()
        for slot in self._slots.values():
            slot.rows = slot.schema.empty_table()

    def reads(self, table: str) -> bool:
        """Whether any stage's query names this table."""
        return any(f'"{table}"' in query for query in self._queries.values())

    def plans(self) -> dict[str, str]:
        """How DuckDB carries out each stage's query, as it explains it."""
        duckdb = self._connection.con
        return {name: str(duckdb.execute(f'EXPLAIN EXECUTE "{PREFIX}{name}"').fetchall()[0][1]) for name in self._needs}

    def close(self) -> None:
        """Takes the stages off the connection."""
        for name in self._slots:
            self._connection.con.unregister(PREFIX + name)
        for name in self._queries:
            self._connection.con.execute(f'DEALLOCATE "{PREFIX}{name}"')
        for name in self._kept:
            self._connection.drop_table(name, database=self._database, force=True)
        self._slots.clear()
        self._connection.con.execute("RESET disabled_optimizers")


def _large(schema: pa.Schema) -> pa.Schema:
    """The schema with texts that may be of any length in all."""
    return pa.schema(
        [field.with_type(pa.large_string()) if pa.types.is_string(field.type) else field for field in schema]
    )


def _place(source: str) -> tuple[str, str]:
    stage, column = source.split(".")
    return stage, column
