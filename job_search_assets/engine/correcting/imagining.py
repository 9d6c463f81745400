"""What-ifs: the tables as they would be if other corrections were in force, worked out beside the warehouse.

The very functions that make the assets are called, in the order of the graph, on the published tables where nothing
changed and on imagined ones where something did; whatever comes out as it was stops the wave there. The warehouse is
attached for reading only, and all that is imagined goes with its folder.
"""

import logging
import shutil
import tempfile
import typing
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import dagster as dg
import duckdb
import ibis.expr.types as ir
import pandas as pd

from job_search_assets.engine.correcting.imagined_files import ImaginedFiles
from job_search_assets.engine.errors import BadInput
from job_search_assets.engine.folders import Folders
from job_search_assets.engine.graph.ordering import ordered
from job_search_assets.engine.graph.waiting import inputs
from job_search_assets.engine.tables import record
from job_search_assets.engine.tables.holding import Models, is_held
from job_search_assets.engine.tables.model_files import ModelFiles
from job_search_assets.engine.tables.publishing import Update, differing_keys
from job_search_assets.engine.tables.record import Content, Origin
from job_search_assets.engine.tables.table_schemas import ibis_types, key_of, table_schemas
from job_search_assets.engine.tables.updates import ACCOUNTS, ENTRIES, USERS, StandIn
from job_search_assets.engine.tables.warehouse import Warehouse, in_use, quoted
from job_search_assets.schemas.models import FittedModel

BUILT = "built"  # the name that the published tables are attached by
# Of a view the rows have no place to be known by, so here it is a column (`engine.tables.matching` numbers rows by it).
NUMBERED = {"match_details"}
FRESH = 1 << 40  # what the numbers of imagined rows begin with: more than a table has rows


class ImaginedWarehouse(Warehouse):
    """A database of its own in which the published tables show through wherever nothing else was imagined."""

    def __init__(self, folder: Path, built: Path) -> None:
        super().__init__(folder / "imagined.duckdb")
        self._built, self._imagined = built, set[str]()
        self._opened = dict[str, ir.Table]()  # to look up a table's columns takes as long as a short query

    def table(self, name: str) -> ir.Table:
        if name not in self._opened:
            is_built = name not in self._imagined
            self._opened[name] = self.built(name) if is_built else self.connection.table(name)
        return self._opened[name]

    def built(self, name: str) -> ir.Table:
        """The table as it is published."""
        return self.connection.table(name, database=(BUILT, "main"))

    def has(self, table: str) -> bool:
        return table in self._imagined or table in self.connection.list_tables(database=(BUILT, "main"))

    def imagine(self, name: str, made: ir.Table | Update, origin: Origin) -> bool:
        """Puts what an asset returned in the place of a table; says whether that changes any row of it."""
        fresh = self._stage(name, made.rows if isinstance(made, Update) else made)
        gone = self._gone(name, made.gone) if isinstance(made, Update) else f"{BUILT}.main.{name}"
        before = f"(SELECT * EXCLUDE (row_in_table) FROM {gone})" if isinstance(made, Update) else gone
        changed = f"{self.scratch()}.main.changed_of_{name}"
        keys = differing_keys(before, fresh, key_of(name), _logged(name))
        self.duckdb.execute(f"CREATE OR REPLACE TABLE {changed} AS {keys}")
        if not self._count_of(changed):
            return False
        numbered = [f", {number} AS number" if name in NUMBERED else "" for number in ("rowid", f"rowid + {FRESH}")]
        come = f"SELECT *{numbered[1]} FROM {fresh}"
        stays = f"SELECT *{numbered[0]} FROM {BUILT}.main.{name}"
        if isinstance(made, Update):
            stays += f" WHERE rowid NOT IN (SELECT row_in_table FROM {gone})"
            come = f"{stays} UNION ALL {come}"
        self.duckdb.execute(f"CREATE VIEW {name} AS {come}")
        self._imagined.add(name)
        self._opened.pop(name, None)
        self._log(name, self._count_of(fresh) - self._count_of(gone), changed, origin)
        return True

    def changed(self, name: str) -> ir.Table | None:
        """The logged key values (account_id, user_id, entry_id) of rows imagined otherwise; None if none are."""
        if name not in self._imagined:
            return None
        steps = record.steps_since(self, name, self._version_before(name))
        return None if steps is None else record.changed_keys(self, {name: steps}, named=_logged(name))

    def _count_of(self, relation: str) -> int:
        return int(self.duckdb.execute(f"SELECT count(*) FROM {relation}").fetchone()[0])

    def _log(self, name: str, more: int, changed: str, origin: Origin) -> None:
        """Puts on record that a table has so many rows more, and (a scratch table of keys) who is told by them."""
        was = record.content(self, name)
        now = Content(f"imagined {name}", more + (was.rows if was else self._count_of(f"{BUILT}.main.{name}")), 0)
        if was is not None and _logged(name):
            record.add_step(self, name, was, now, f"SELECT * FROM {changed}")
        record.write(self, name, now, origin)

    def _version_before(self, name: str) -> str | None:
        found = self.duckdb.execute(f'SELECT version FROM {BUILT}.record.contents WHERE "table" = ?', [name]).fetchone()
        return found[0] if found else None

    def _stage(self, name: str, rows: ir.Table) -> str:
        """The rows as a table of its own in the schema's columns; a frame's have them already."""
        columns = list(table_schemas()[name].to_schema().columns)
        staged = f"rows_of_{name}"
        self.connection.create_table(staged, rows.select(columns), database=(self.scratch(), "main"), overwrite=True)
        return f"{self.scratch()}.main.{staged}"

    def _gone(self, name: str, gone: ir.Table) -> str:
        self.connection.create_table(f"gone_of_{name}", gone, database=(self.scratch(), "main"), overwrite=True)
        return f"{self.scratch()}.main.gone_of_{name}"

    @property
    def _scratch_database(self) -> str:
        return ":memory:"

    def _attach(self, connection: Any) -> None:
        """Nothing of it outlasts the question, so nothing has to reach the disk."""
        try:
            connection.execute(f"ATTACH {quoted(self._built)} AS {BUILT} (READ_ONLY)")
        except duckdb.Error as problem:
            raise in_use(self._built, problem) from problem


def _logged(name: str) -> str:
    """The key column, or how the key columns begin, whose values tell whom a row is about."""
    key = key_of(name)
    return next((word for word in (ACCOUNTS, USERS, ENTRIES) if key[0].startswith(word)), "")


@dataclass
class Imagined:
    """The tables of a what-if, and the assets that come out otherwise."""

    warehouse: ImaginedWarehouse
    changed: list[str] = field(default_factory=list)
    models: list[str] = field(default_factory=list)


@contextmanager
def imagined(
    defs: dg.Definitions,
    folders: Folders,
    lines: Sequence[Mapping[str, str]],
    *,
    models: Models,
    up_to: str,
    beginning_with: Sequence[str] = (),
) -> Iterator[Imagined]:
    """The tables above `up_to`, itself with them, as they would be with these lines at the end of the ledger.

    `beginning_with` names assets to be made again whether or not an input of theirs changed. Raises BadInput when the
    warehouse is in use, or when a table that may change was made by another code.
    """
    folder = Path(tempfile.mkdtemp(prefix="what-if-"))
    warehouse = ImaginedWarehouse(folder, folders.warehouse)
    try:
        record.prepare(warehouse)
        warehouse.duckdb.execute(f"INSERT INTO record.contents SELECT * FROM {BUILT}.record.contents")
        found = Imagined(warehouse)
        fitted = ModelFiles(folder / "models")
        wave = _Wave(defs, warehouse, ImaginedFiles(folders.data, folders.build, lines), folders, fitted, found)
        wave.run(models, up_to, set(beginning_with))
        yield found
    finally:
        warehouse.close()
        shutil.rmtree(folder, ignore_errors=True)


@dataclass
class _Wave:
    defs: dg.Definitions
    warehouse: ImaginedWarehouse
    files: ImaginedFiles
    folders: Folders
    fitted: ModelFiles
    found: Imagined

    def run(self, models: Models, up_to: str, again: set[str]) -> None:
        specs = {spec.key: spec for spec in ordered(self.defs)}
        above = _above(specs, dg.AssetKey(up_to))
        files = self.files.touched(self.warehouse)
        for key, spec in specs.items():
            name, is_touched = key.path[-1], any(above.path[-1] in self.found.changed for above in inputs(spec))
            if key not in above or (models is Models.HELD and is_held(spec)):
                continue
            if name.removeprefix("raw_") in files:
                self._take(name, self.files.update(self.warehouse, name.removeprefix("raw_")), self._origin(spec))
            elif is_touched or name in again:
                self._take(name, self._call(spec), self._origin(spec))

    def _take(self, name: str, made: Any, origin: Origin) -> None:
        if isinstance(made, FittedModel):
            card: dict[str, Any] = {
                "asset": name,
                "code_version": origin.code_version,
                "settings": {},
                "data_versions": {},
            }
            if self.fitted.store(name, made, card) != self._built_models.card(name)["version"]:
                self.found.changed.append(name)
                self.found.models.append(name)
            return
        rows = self.warehouse.from_pandas(made, ibis_types(name)) if isinstance(made, pd.DataFrame) else made
        if self.warehouse.imagine(name, rows, origin):
            self.found.changed.append(name)

    def _call(self, spec: dg.AssetSpec) -> Any:
        self._assert_of_this_code(spec)
        definition = self.defs.resolve_asset_graph().get(spec.key).assets_def
        function: Any = definition.op.compute_fn
        hints = typing.get_type_hints(function.decorated_fn)
        arguments = {name: self._argument(name, kind, spec) for name, kind in hints.items() if name != "return"}
        return function.decorated_fn(**arguments)

    def _assert_of_this_code(self, spec: dg.AssetSpec) -> None:
        """Raises BadInput when another code made the table: what that changes would pass for the correction's doing."""
        name = spec.key.path[-1]
        made = record.origin(self.warehouse, name)
        if made is not None and made.code_version != spec.code_version:
            raise BadInput(
                f"{name} was made by code {made.code_version}, and this program's is {spec.code_version}: what "
                "the code has changed would pass for what the correction does. Run `job-search run` first."
            )

    def _argument(self, name: str, kind: Any, spec: dg.AssetSpec) -> Any:
        if name == "context":
            return StandIn(spec.key, self._origin(spec), SimpleNamespace(tags={}), logging.getLogger("imagined"))
        if name == "config":
            return kind(**self._settings(spec))
        if name in ("warehouse", "raw_files"):
            return self.warehouse if name == "warehouse" else self.files
        if kind is FittedModel:
            return (self.fitted if name in self.found.changed else self._built_models).on_file(name)
        table = self.warehouse.table(name)
        return self.warehouse.to_pandas(table.order_by(key_of(name))) if kind is pd.DataFrame else table

    def _origin(self, spec: dg.AssetSpec) -> Origin:
        """What the asset would be made from: as it was made last, but for the inputs that are imagined otherwise."""
        made = record.origin(self.warehouse, spec.key.path[-1]) or Origin(None, {}, {})
        moved = {name: self._version(name) for name in made.inputs if name in self.found.changed}
        return Origin(made.code_version, made.settings, {**made.inputs, **moved})

    def _version(self, name: str) -> str | None:
        content = record.content(self.warehouse, name) if self.warehouse.has(name) else None
        return content.version if content else self.fitted.card(name)["version"]

    def _settings(self, spec: dg.AssetSpec) -> Mapping[str, Any]:
        name = spec.key.path[-1]
        if name in table_schemas():
            made = record.origin(self.warehouse, name)
            return made.settings if made else {}
        settings: Mapping[str, Any] = self._built_models.card(name)["settings"]
        return settings

    @property
    def _built_models(self) -> ModelFiles:
        return ModelFiles(self.folders.build / "models")


def _above(specs: Mapping[dg.AssetKey, dg.AssetSpec], key: dg.AssetKey) -> set[dg.AssetKey]:
    found, waiting = {key}, [key]
    while waiting:
        for input_key in inputs(specs[waiting.pop()]):
            if input_key in specs and input_key not in found:
                found.add(input_key)
                waiting.append(input_key)
    return found
