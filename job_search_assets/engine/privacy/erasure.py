"""Taking forgotten accounts out of what a build remembers beyond its inputs.

Most tables follow their inputs: a repair takes the rows out. Held tables and those that remember their own past do
not, nor do Dagster's records, reports, copies of files and the blocks that DuckDB has freed but not overwritten.
"""

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import dagster as dg

from job_search_assets.engine.folders import Folders
from job_search_assets.engine.graph.ordering import ordered
from job_search_assets.engine.graph.staleness import DATA_VERSION
from job_search_assets.engine.privacy.traces import ACCOUNT, CORRECTED_KEY, USER_ID, is_named, pattern, words
from job_search_assets.engine.tables import matching, record
from job_search_assets.engine.tables.holding import REMEMBERING, is_held
from job_search_assets.engine.tables.table_schemas import key_of
from job_search_assets.engine.tables.warehouse import Warehouse, quoted
from job_search_assets.logic.identity import commonness
from job_search_assets.logic.identity.merging import USER


def purge(defs: dg.Definitions, instance: dg.DagsterInstance, folders: Folders, names: Mapping[str, str]) -> list[str]:
    """Takes accounts out of held tables and of those that remember; returns the tables that had any.

    `names` has a pseudonym for each account: where it gave its name to the user of another, that stands there now.
    """
    warehouse, changed = Warehouse(folders.warehouse), []
    try:
        values = _values_of_nobody_else(warehouse, list(names))
        for spec in ordered(defs):
            table = spec.key.path[-1]
            if (is_held(spec) or table in REMEMBERING) and warehouse.has(table):
                version = _purge_table(warehouse, table, names, values.get(table))
                if version:
                    _tell_dagster(instance, spec.key, version)
                    changed.append(table)
    finally:
        warehouse.close()
    return changed


def _values_of_nobody_else(warehouse: Warehouse, accounts: Sequence[str]) -> dict[str, str]:
    """Where held tables list values, those that only these accounts have: scratch tables of keys by table."""
    if not all(warehouse.has(table) for table in ("match_details", "common_values", "large_blocks")):
        return {}
    details = warehouse.table("match_details")
    others = warehouse.kept(details.filter(details.account_id.notin(accounts)))
    found = {
        "common_values": commonness.nobodys(warehouse.table("common_values"), others),
        "large_blocks": matching.blocks_of_nobody(warehouse, others, warehouse.table("large_blocks")),
    }
    return {table: warehouse.kept(keys).get_name() for table, keys in found.items()}


def _purge_table(warehouse: Warehouse, table: str, names: Mapping[str, str], keys: str | None) -> str | None:
    """The table's new data version; None if nobody was in it. `keys` is a relation of rows that go as well."""
    columns, run = warehouse.table(table).columns, warehouse.duckdb.execute
    known, accounts = record.content(warehouse, table), list(names)
    with record.transaction(warehouse):
        for column in (name for name in columns if name.startswith(ACCOUNT)):
            run(f'DELETE FROM "{table}" WHERE list_contains(?, "{column}")', [accounts])
        if keys:
            match = " AND ".join(f't."{column}" = k."{column}"' for column in key_of(table))
            run(f'DELETE FROM "{table}" AS t USING {keys} AS k WHERE {match}')
        if CORRECTED_KEY in columns:
            run(f'DELETE FROM "{table}" WHERE regexp_matches("{CORRECTED_KEY}", ?)', [pattern(accounts)])
        for column in (name for name in columns if name.endswith(USER_ID)):
            for account, stand_in in names.items():
                run(f'UPDATE "{table}" SET "{column}" = ? WHERE "{column}" = ?', [USER + stand_in, USER + account])
        now = record.content_of(warehouse, table)
        if known is None or now.version == known.version:
            return None
        record.forget_steps(warehouse, table)
        record.write(warehouse, table, now, record.origin(warehouse, table) or record.Origin(None, {}, {}))
    return now.version


def _tell_dagster(instance: dg.DagsterInstance, key: dg.AssetKey, version: str) -> None:
    """The table was not made again, but it is another one now: what is below has to know."""
    event = instance.get_latest_materialization_event(key)
    if event is None or event.asset_materialization is None:
        return
    tags = {**(event.asset_materialization.tags or {}), DATA_VERSION: version}
    instance.report_runless_asset_event(
        dg.AssetMaterialization(key, description="Rows of forgotten accounts were taken out.", tags=tags)
    )


def forget_changes(folders: Folders, names: Mapping[str, str]) -> None:
    """Takes the accounts out of the log of changed keys. Only once every table is in line: the log leads there."""
    warehouse = Warehouse(folders.warehouse)
    try:
        if record.is_prepared(warehouse):
            warehouse.duckdb.execute("DELETE FROM record.changed WHERE regexp_matches(key, ?)", [pattern(names)])
    finally:
        warehouse.close()


def rewrite(folders: Folders) -> None:
    """The warehouse as a new file in place of the old one, whose freed blocks still hold what was deleted."""
    fresh = folders.warehouse.with_name("rewritten.duckdb")
    fresh.unlink(missing_ok=True)
    warehouse = Warehouse(folders.warehouse)
    try:
        warehouse.duckdb.execute(f"ATTACH {quoted(fresh)} AS rewritten")
        warehouse.duckdb.execute(f'COPY FROM DATABASE "{folders.warehouse.stem}" TO rewritten')
        warehouse.duckdb.execute("DETACH rewritten")
        warehouse.close()
        fresh.replace(folders.warehouse)
        folders.warehouse.with_name(folders.warehouse.name + ".wal").unlink(missing_ok=True)
    finally:
        warehouse.close()
        fresh.unlink(missing_ok=True)


def remove_leftovers(folders: Folders, accounts: Sequence[str]) -> int:
    """Removes reports that name the accounts, and what killed commands left; returns how many reports."""
    for rest in ("proof-*", "spill", "scratch.duckdb*", "staged/*.partial", "models/*.staged", "reports/*.staged"):
        for path in folders.build.glob(rest):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    named = [path for path in (folders.build / "reports").rglob("*") if path.is_file() and _names(path, accounts)]
    for path in named:
        path.unlink()
    return len(named)


def _names(path: Path, accounts: Sequence[str]) -> bool:
    return is_named(path, accounts) or bool(words(accounts).search(path.read_text(errors="replace")))


def drop_old_copies(folders: Folders, current: Iterable[Path]) -> None:
    """Removes copies of input files that are no longer the ones in use."""
    keep = {*current}
    for copy in (folders.build / "staged").glob("*.parquet"):
        if copy not in keep:
            copy.unlink()


def delete_runs(instance: dg.DagsterInstance, accounts: Sequence[str]) -> None:
    """Deletes Dagster's runs in whose launchpad somebody typed one of the accounts: what else was typed is theirs."""
    wanted = words(accounts)
    for run in instance.get_runs():
        if wanted.search(json.dumps(run.run_config, ensure_ascii=False)):
            instance.delete_run(run.run_id)


def scrub(folders: Folders, names: Mapping[str, str]) -> None:
    """Puts the pseudonyms in place of ids in Dagster's records, and writes their files anew."""
    wanted = words(names)
    for path in folders.dagster_home.rglob("*.db"):
        with closing(sqlite3.connect(path, timeout=30, isolation_level=None)) as connection:
            for table, column in _text_columns(connection):
                found = connection.execute(f'SELECT rowid, "{column}" FROM "{table}"').fetchall()
                new = [(scrubbed(text, names), rowid) for rowid, text in found if text and wanted.search(text)]
                connection.executemany(f'UPDATE "{table}" SET "{column}" = ? WHERE rowid = ?', new)
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _text_columns(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    columns = [
        (table, column[1], column[2])
        for (table,) in tables
        for column in connection.execute(f'PRAGMA table_info("{table}")').fetchall()
    ]
    return [(table, name) for table, name, kind in columns if kind.upper().startswith(("TEXT", "VARCHAR"))]


def scrubbed(text: str, names: Mapping[str, str]) -> str:
    """A text with the pseudonyms. JSON stays JSON: an id that is all digits must not be taken out of a number."""
    wanted = words(names)
    return _replaced(text, lambda words: wanted.sub(lambda found: f"{found[1] or ''}{names[found[2]]}", words))


def _replaced(text: str, replace: Callable[[str], str]) -> str:
    try:
        value = json.loads(text)
    except ValueError:
        return replace(text)
    return json.dumps(_walked(value, replace)) if isinstance(value, dict | list) else replace(text)


def _walked(value: Any, replace: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return _replaced(value, replace)
    if isinstance(value, list):
        return [_walked(one, replace) for one in value]
    if isinstance(value, dict):
        return {replace(name): _walked(one, replace) for name, one in value.items()}
    return value
