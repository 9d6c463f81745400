"""What a table or model comes from and since when, read from an opened build and from Dagster's own record."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from job_search_assets.engine.files import originals
from job_search_assets.engine.stories.opened_builds import OpenedBuild
from job_search_assets.engine.tables import record
from job_search_assets.engine.tables.reading import Row, row, rows
from job_search_assets.logic.provenance.lineage import FILE, MODEL
from job_search_assets.logic.provenance.table_stories import Making, Original, SourceFile, TableStory
from job_search_assets.settings import SourceSettings

TABLES = ("table_provenance", "source_inventory")
_MOST_EVENTS = 1000  # materialisations of one table that are looked back on


def is_table(build: OpenedBuild, asked: str) -> bool:
    """Whether it is on record what a table or model of that name comes from."""
    return row(build.warehouse, 'SELECT 1 FROM table_provenance WHERE "table" = ?', asked) is not None


def of_table(build: OpenedBuild, table: str) -> TableStory:
    """What a table or model comes from that `is_table`."""
    found = rows(build.warehouse, 'SELECT * FROM table_provenance WHERE "table" = ? ORDER BY place', table)
    versions = {thing["name"]: thing["version"] for thing in found if thing["kind"] != FILE}
    content = record.content(build.warehouse, table)
    now = content.version if content else build.models.card(table)["version"]
    made_at, unchanged_since = _since(build, table)
    return TableStory(
        name=table,
        rows=content.rows if content else None,
        made_at=made_at,
        unchanged_since=unchanged_since,
        is_behind=now != versions[table],
        files=tuple(
            SourceFile(thing["name"], thing["version"], thing["owner"]) for thing in found if thing["kind"] == FILE
        ),
        originals=_originals(build, [thing["name"] for thing in found if thing["kind"] == FILE]),
        steps=tuple(_making(build, thing, versions) for thing in found if thing["kind"] != FILE),
    )


def _originals(build: OpenedBuild, files: Sequence[str]) -> tuple[Original, ...]:
    """The files on other machines that the sources of these raw files declare, compared with what is there now."""
    declared = rows(build.warehouse, "SELECT * FROM source_inventory WHERE location IS NOT NULL ORDER BY source")
    mounts = Path(SourceSettings.model_validate(build.settings_of("source_inventory")).mounts)
    read = {re.split(r"[./]", file.removeprefix("raw/"))[0] for file in files if file.startswith("raw/")}
    return tuple(
        Original(
            source["source"],
            source["location"],
            source["sha256"],
            source["owner"],
            originals.state(source["location"], source["sha256"], mounts),
        )
        for source in declared
        if {"labelled_users": "users"}.get(source["delivers"], source["delivers"]) in read
    )


def _making(build: OpenedBuild, thing: Row, versions: Mapping[str, str]) -> Making:
    name, is_model = thing["name"], thing["kind"] == MODEL
    made = record.origin(build.warehouse, name)
    inputs = build.models.card(name)["data_versions"] if is_model else made.inputs if made else {}
    return Making(
        name=name,
        is_model=is_model,
        version=thing["version"],
        code_version=thing["code_version"],
        owner=thing["owner"],
        behind=tuple(sorted(key for key, version in inputs.items() if versions.get(key, version) != version)),
    )


def _since(build: OpenedBuild, table: str) -> tuple[str | None, str | None]:
    """When it was made last, and since when it has come out as it is."""
    if not build.folders.dagster_home.is_dir():
        return None, None
    import dagster as dg

    from job_search_assets.engine.graph.staleness import DATA_VERSION

    with dg.DagsterInstance.from_config(str(build.folders.dagster_home)) as instance:
        found = instance.fetch_materializations(dg.AssetKey(table), limit=_MOST_EVENTS).records
    if not found:
        return None, None
    made = [
        (event.timestamp, (event.asset_materialization.tags or {}).get(DATA_VERSION))
        for event in found
        if event.asset_materialization
    ]
    since = made[0][0]
    for timestamp, version in made:
        if version != made[0][1]:
            break
        since = timestamp
    return _utc(made[0][0]), _utc(since)


def _utc(timestamp: float) -> str:
    return f"{datetime.fromtimestamp(timestamp, UTC):%Y-%m-%dT%H:%M:%SZ}"
