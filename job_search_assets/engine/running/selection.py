"""Which assets a run is about: those that a selection names, and those that are not built yet."""

import re
import warnings
from collections.abc import Sequence

import dagster as dg

from job_search_assets.engine.errors import BadInput, nearest
from job_search_assets.engine.folders import Folders
from job_search_assets.engine.graph.ordering import every_asset
from job_search_assets.engine.tables.model_files import ModelFiles
from job_search_assets.engine.tables.warehouse import Warehouse

SELECTIONS = (
    "Write for example `clean_users`, `key:a or key:b`, `+key:clean_users` with all above it, "
    "`key:spam_model+` with all below it, or `group:spam`. The README lists the tables."
)


def not_built(defs: dg.Definitions, folders: Folders) -> set[dg.AssetKey]:
    """The assets that have neither a table nor a model yet."""
    models, tables = ModelFiles(folders.build / "models"), _tables(folders)
    return {key for key in every_asset(defs) if key.path[-1] not in tables and not models.has(key.path[-1])}


def select(defs: dg.Definitions, selection: str, folders: Folders) -> list[dg.AssetKey]:
    """The assets that a selection in Dagster's language names, and what their checks read that is not built yet.

    Raises BadInput when the selection cannot be read or names nothing.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", dg.BetaWarning)  # some words of the language are new
        try:
            chosen = dg.AssetSelection.from_string(selection).resolve(defs.resolve_asset_graph())
        except dg.DagsterError as problem:
            raise BadInput(
                f"--select {selection!r} cannot be followed.{_meant(defs, selection)} {SELECTIONS}"
            ) from problem
    keys = [key for key in every_asset(defs) if key in chosen]
    if not keys:
        raise BadInput(f"--select {selection!r} names no asset.{_meant(defs, selection)} {SELECTIONS}")
    return _with_what_checks_read(defs, keys, not_built(defs, folders))


def _meant(defs: dg.Definitions, selection: str) -> str:
    """Which asset or group a word of the selection that is none may stand for."""
    specs = [spec for spec in defs.resolve_all_asset_specs() if spec.group_name]
    known = {spec.key.path[-1] for spec in specs} | {str(spec.group_name) for spec in specs}
    hints = (nearest(word, known) for word in re.findall(r"\w+", selection) if word not in known)
    return next(filter(None, hints), "")


def _with_what_checks_read(
    defs: dg.Definitions, keys: Sequence[dg.AssetKey], absent: set[dg.AssetKey]
) -> list[dg.AssetKey]:
    graph, wanted, waiting = defs.resolve_asset_graph(), set(keys), list(keys)
    while waiting:
        key = waiting.pop()
        checks = [graph.get(check) for check in graph.asset_check_keys if check.asset_key == key]
        read = {parent for check in checks for parent in check.parent_entity_keys if isinstance(parent, dg.AssetKey)}
        above = graph.get(key).parent_keys if key not in keys else set()
        more = ((read | above) & absent) - wanted
        wanted |= more
        waiting += more
    return [key for key in every_asset(defs) if key in wanted]


def _tables(folders: Folders) -> set[str]:
    if not folders.warehouse.exists():
        return set()
    warehouse = Warehouse(folders.warehouse, is_read_only=True)
    try:
        return set(warehouse.connection.list_tables())
    finally:
        warehouse.close()
