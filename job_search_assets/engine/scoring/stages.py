"""Tables that pass through: each request fills them anew, by queries that were planned once.

A stage is a temporary table that is filled within a transaction, and the end of a request takes the transaction back:
nothing of it is written anywhere, and nothing is left of it.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from job_search_assets.engine.scoring.lookups import Lookup

AT_A_TIME = 2_048  # rows: DuckDB makes room for so many in each column of an answer, and of a million by itself
PREFIX = "scored_"  # of the tables' names: some stages are named as tables of the warehouse
# What must not go into a plan that is made while the stages are empty: what DuckDB knows of their values then, and the
# filters that one side of a join hands to the scan of the other, which it keeps from request to request.
UNSAFE = "statistics_propagation,join_filter_pushdown"


class _Slot:
    """Rows that DuckDB reads through Arrow's stream interface, whichever they are when it does."""

    def __init__(self, schema: pa.Schema) -> None:
        self.schema, self.rows = schema, schema.empty_table()

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        return self.rows.__arrow_c_stream__(requested_schema)

    def put(self, rows: pa.Table) -> None:
        """What is read from now on."""
        self.rows = rows if rows.schema == self.schema else rows.select(self.schema.names).cast(self.schema)

    def clear(self) -> None:
        """Nothing, from now on."""
        self.rows = self.schema.empty_table()


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
    requests of few rows. Requests of many read the whole tables. Once all is declared, `prepare` plans it.
    """

    def __init__(self, connection: Any, database: tuple[str, str], *, looks_up: bool = False) -> None:
        self._connection, self._database, self._looks_up = connection, database, looks_up
        self._stages: list[str] = []
        self._slots: dict[str, _Slot] = {}  # what comes from Python: given stages, and rows looked up
        self._needs: dict[str, str] = {}
        self._kept: list[str] = []
        self._near: dict[str, _Near] = {}
        self._held: dict[Any, pa.Table] = {}  # what is looked up, by the expression that gave it
        self._queries: dict[str, str] = {}
        self._reads: dict[str, list[str]] = {}  # by stage what is to be looked up before its query runs
        self._prepared: list[str] = []
        self._rows: dict[str, int] = {}  # of this request, by stage that is filled
        self._is_found: set[str] = set()  # what is looked up already for this request

    def keep(self, name: str, rows: ir.Table, order_by: tuple[str, ...] = ()) -> ir.Table:
        """A table that stays as it is from request to request."""
        ordered = rows.order_by(list(order_by)) if order_by else rows
        made: ir.Table = self._connection.create_table(name, ordered, database=self._database, overwrite=True)
        self._kept.append(name)
        return made

    def given(self, name: str, schema: Mapping[str, Any]) -> ir.Table:
        """A stage that `put` fills."""
        self._slots[name] = _Slot(ibis.schema(dict(schema)).to_pyarrow())
        self._connection.con.register(_given(name), self._slots[name])
        return self._declared(name, schema)

    def _declared(self, name: str, schema: Mapping[str, Any]) -> ir.Table:
        self._connection.create_table(PREFIX + name, schema=ibis.schema(dict(schema)), temp=True)
        self._stages.append(name)
        return self.table(name)

    def near(self, name: str, rows: ir.Table, **sources: str) -> ir.Table:
        """At least those rows that hold, in one of the named columns, what a column of a stage holds then.

        A source is `stage.column`, or several with a space between. What reads them must join them on these columns.
        """
        if not self._looks_up:
            return rows
        places = {column: [_place(source) for source in named.split()] for column, named in sources.items()}
        self._slots[name] = slot = _Slot(rows.schema().to_pyarrow())
        self._connection.con.register(PREFIX + name, slot)
        if rows.op() not in self._held:
            # Of several chunks Arrow would make one whenever rows are taken; a chunk of plain text ends at 2 GiB.
            self._held[rows.op()] = rows.to_pyarrow().cast(_large(slot.schema)).combine_chunks()
        self._near[name] = _Near(Lookup(self._held[rows.op()], tuple(places)), places)
        return self.table(name)

    def filled(self, name: str, rows: ir.Table, needs: str = "") -> ir.Table:
        """A stage that `run` fills with what the query gives then; nothing, where the stage that it needs is empty."""
        return self.filled_by(name, ibis.to_sql(rows, dialect="duckdb"), dict(rows.schema().items()), needs)

    def filled_by(self, name: str, query: str, schema: Mapping[str, Any], needs: str = "") -> ir.Table:
        """The same with a query in DuckDB's dialect, whose columns have the schema's order."""
        self._needs[name] = needs
        self._queries[name] = query
        self._reads[name] = self._near_of(query)
        return self._declared(name, schema)

    def prepare(self) -> None:
        """Plans how each stage is filled. Whenever a table is made or dropped later, DuckDB plans all of it anew."""
        self._connection.con.execute(f"SET disabled_optimizers = '{UNSAFE}'")
        for name in self._stages:
            rows = f"({self._queries[name]})" if name in self._queries else f'"{_given(name)}"'
            self._prepare(_filling(name), f"INSERT INTO {self.name_of(name)} SELECT * FROM {rows} AS made")
            self._prepare(_reading(name), f"SELECT * FROM {self.name_of(name)}")
        for name, columns in self._looked_up_by().items():
            self._prepare(_seeking(name), f"SELECT {', '.join(columns)} FROM {self.name_of(name)}")

    def _looked_up_by(self) -> dict[str, list[str]]:
        """By stage its columns that anything is looked up by."""
        places = {place for near in self._near.values() for named in near.sources.values() for place in named}
        of_stages = sorted(place for place in places if place[0] in self._stages)
        return {stage: [f'"{column}"' for _, column in rows] for stage, rows in groupby(of_stages, itemgetter(0))}

    def _prepare(self, name: str, query: str) -> None:
        self._connection.con.execute(f'PREPARE "{name}" AS {query}')
        self._prepared.append(name)

    @contextmanager
    def request(self) -> Iterator[None]:
        """Within it stages may be filled and read; after it all are empty."""
        self._connection.con.execute("BEGIN TRANSACTION")
        try:
            yield
        finally:
            self._connection.con.execute("ROLLBACK")
            self._rows.clear()
            self._is_found.clear()
            for slot in self._slots.values():
                slot.clear()

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
            if self._needs[name] and not self.rows_in(self._needs[name]):
                continue
            for near in self._reads[name]:
                if near not in self._is_found:
                    self._look_up(near)
            self._fill(name)

    def put(self, name: str, rows: pa.Table) -> None:
        """Fills a given stage."""
        self._slots[name].put(rows)
        self._fill(name)
        self._slots[name].clear()

    def _fill(self, name: str) -> None:
        assert not any(name in self._near[found].stages for found in self._is_found), name
        ((self._rows[name],),) = self._connection.con.execute(f'EXECUTE "{_filling(name)}"').fetchall()

    def read(self, name: str) -> pa.Table:
        """What a stage holds now."""
        read: pa.Table = self._connection.con.execute(f'EXECUTE "{_reading(name)}"').to_arrow_table(AT_A_TIME)
        return read

    def rows_in(self, name: str) -> int:
        """How many rows a stage holds now."""
        return self._rows.get(name, 0)

    def _near_of(self, query: str) -> list[str]:
        """What a query reads of looked up rows, and what those are looked up by, in the order of their making."""
        read: set[str] = set()
        for name, near in reversed(self._near.items()):
            if name in read or self.name_of(name) in query:
                read |= {name, *near.stages}
        return [name for name in self._near if name in read]

    def _look_up(self, name: str) -> None:
        near, held = self._near[name], {stage: self._sought(stage) for stage in self._near[name].stages}
        wanted = {column: [held[stage][at] for stage, at in places] for column, places in near.sources.items()}
        self._slots[name].put(near.lookup.rows(wanted))
        self._is_found.add(name)

    def _sought(self, stage: str) -> pa.Table:
        """What a stage, or rows looked up, hold of what others are looked up by."""
        if stage in self._near:
            return self._slots[stage].rows
        sought: pa.Table = self._connection.con.execute(f'EXECUTE "{_seeking(stage)}"').to_arrow_table(AT_A_TIME)
        return sought

    def reads(self, table: str) -> bool:
        """Whether any stage's query names this table."""
        return any(f'"{table}"' in query for query in self._queries.values())

    def plans(self) -> dict[str, str]:
        """How DuckDB carries out each stage's query, as it explains it."""
        duckdb = self._connection.con
        return {
            name: str(duckdb.execute(f'EXPLAIN EXECUTE "{_filling(name)}"').fetchall()[0][1]) for name in self._needs
        }

    def close(self) -> None:
        """Takes the stages off the connection."""
        duckdb = self._connection.con
        for name in self._prepared:
            duckdb.execute(f'DEALLOCATE "{name}"')
        for name in self._slots:
            duckdb.unregister(_given(name) if name in self._stages else PREFIX + name)
        for name in self._stages:
            duckdb.execute(f"DROP TABLE {self.name_of(name)}")
        for name in self._kept:
            self._connection.drop_table(name, database=self._database, force=True)
        self._slots.clear()
        duckdb.execute("RESET disabled_optimizers")


def _given(name: str) -> str:
    return f"given_{name}"


def _filling(name: str) -> str:
    return f"fill_{name}"


def _reading(name: str) -> str:
    return f"read_{name}"


def _seeking(name: str) -> str:
    return f"seek_{name}"


def _large(schema: pa.Schema) -> pa.Schema:
    """The schema with texts that may be of any length in all."""
    return pa.schema(
        [field.with_type(pa.large_string()) if pa.types.is_string(field.type) else field for field in schema]
    )


def _place(source: str) -> tuple[str, str]:
    stage, column = source.split(".")
    return stage, column
