"""What has to be made again of a table that is made row by row of others.

An asset asks for the accounts whose rows changed in its inputs since it was last made, makes the rows that concern
them, and returns an `Update`. Where nobody can tell, or what it holds fixed has moved (code, settings, a model,
another input), the answer is None and the whole table is made anew. Both ways must give the same table.
"""

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import dagster as dg
import ibis
import ibis.expr.types as ir

from job_search_assets.engine.graph.staleness import DATA_VERSION, last_tags
from job_search_assets.engine.graph.waiting import inputs
from job_search_assets.engine.tables import record
from job_search_assets.engine.tables.publishing import Update
from job_search_assets.engine.tables.record import Origin
from job_search_assets.engine.tables.warehouse import Warehouse

# How the key columns begin whose values are logged.
ACCOUNTS, USERS, ENTRIES = "account_id", "user_id", "entry_id"
# Metadata of an asset whose changes are to be told even when it is made anew, by account, by user or by entry.
LOGGED, LOGGED_BY_USER, LOGGED_BY_ENTRY = {"changes": ACCOUNTS}, {"changes": USERS}, {"changes": ENTRIES}
ANEW = "job_search/anew"  # the tag of a run in which every table is made anew, whatever it was before
MOST_CHANGED = 0.2  # share of accounts beyond which making all anew is no slower

# What an asset hands to the store when it brings itself in line; Dagster has no union of types.
TABLE_OR_UPDATE = dg.DagsterType(
    name="TableOrUpdate",
    description="A whole table, or the rows of one that go and those that come.",
    type_check_fn=lambda _, made: isinstance(made, ir.Table | Update),
)


def origin_of(step: Any, spec: dg.AssetSpec) -> Origin:
    """What an asset is being made from in this step: its code, its settings and the data versions of its inputs."""
    versions = _versions(step.instance, step.run_id, step.step.key, tuple(inputs(spec)))
    return Origin(spec.code_version, dict(step.op_config or {}), versions)


@functools.lru_cache(maxsize=1)  # an asset asks at its beginning, and the store at its end
def _versions(instance: dg.DagsterInstance, _run: str, _step: str, above: tuple[dg.AssetKey, ...]) -> dict[str, Any]:
    known = last_tags(instance, above)
    return {key.to_user_string(): known.get(key, {}).get(DATA_VERSION) for key in above}


@dataclass(frozen=True)
class StandIn:
    """What an asset's function asks of its context, where it is called outside Dagster (`correcting.imagining`)."""

    asset_key: dg.AssetKey
    origin: Origin
    run: Any
    log: Any

    def add_output_metadata(self, metadata: Mapping[str, Any]) -> None:
        """Nobody looks at the page of a table that is only imagined."""


def _origin_now(context: dg.AssetExecutionContext | StandIn) -> Origin:
    if isinstance(context, StandIn):
        return context.origin
    return origin_of(context.get_step_execution_context(), context.assets_def.get_asset_spec(context.asset_key))


def changed_accounts(
    context: dg.AssetExecutionContext, warehouse: Warehouse, *inputs: str, rows_of: str
) -> ir.Table | None:
    """The accounts (account_id) that changed in these inputs since the asset was last made; None: make all anew.

    `rows_of` is the table whose rows are the accounts. When no input moved at all somebody asked for the asset to be
    made, so it is made anew.
    """
    found = changed_keys(context, warehouse, {ACCOUNTS: inputs}, rows_of=rows_of)
    return None if found is None else found[ACCOUNTS]


def changed_users(
    context: dg.AssetExecutionContext, warehouse: Warehouse, *inputs: str, rows_of: str
) -> ir.Table | None:
    """The same by user: the users (user_id) whose rows changed in these inputs."""
    found = changed_keys(context, warehouse, {USERS: inputs}, rows_of=rows_of)
    return None if found is None else found[USERS]


def moved_inputs(context: dg.AssetExecutionContext | StandIn, warehouse: Warehouse) -> Mapping[str, str | None] | None:
    """The inputs that are not what the asset was last made from, with the version that it was made from.

    None where the whole asset has to be made anew: it never was made, its code or settings are others, or somebody
    asked for it.
    """
    if ANEW in context.run.tags:
        return None
    table, now = context.asset_key.path[-1], _origin_now(context)
    made = record.origin(warehouse, table)
    if made is None or not warehouse.has(table):
        return None
    if (made.code_version, made.settings) != (now.code_version, now.settings):
        return None
    names = {*made.inputs, *now.inputs}
    return {name: made.inputs.get(name) for name in names if made.inputs.get(name) != now.inputs.get(name)}


def changed_keys(
    context: dg.AssetExecutionContext, warehouse: Warehouse, inputs: Mapping[str, Sequence[str]], *, rows_of: str
) -> Mapping[str, ir.Table] | None:
    """The same where some inputs are by account and others by user: for each kind of key the inputs, and what changed.

    None where anything else changed as well, or so much that all is better made anew.
    """
    moved = moved_inputs(context, warehouse)
    if not moved or set(moved) - {name for names in inputs.values() for name in names}:
        return None
    steps = {name: record.steps_since(warehouse, name, version) for name, version in moved.items()}
    if any(found is None for found in steps.values()):
        return None
    known, changed = record.content(warehouse, rows_of), {}
    most = MOST_CHANGED * (known.rows if known else 0)
    for named, names in inputs.items():
        changed[named] = record.changed_keys(
            warehouse, {name: steps[name] or [] for name in names if name in steps}, named=named
        )
        if int(changed[named].count().execute()) > most:
            return None
    return changed


def changed_since(warehouse: Warehouse, made: str, of: str) -> ir.Table | None:
    """The accounts (account_id) whose rows in `of` changed since the table `made` was made from it; None: unknown."""
    origin, now = record.origin(warehouse, made), record.content(warehouse, of)
    if origin is None or now is None:
        return None
    version = origin.inputs.get(of)
    steps = [] if version == now.version else record.steps_since(warehouse, of, version)
    return None if steps is None else record.changed_keys(warehouse, {of: steps})


def explained(
    context: dg.AssetExecutionContext, warehouse: Warehouse, words: Mapping[str, str]
) -> tuple[list[tuple[str, ir.Table]], list[str]]:
    """Which inputs have changed since the asset was last made, in `words` by input.

    Those whose log tells for which accounts (words, account_id), and those that concern all, models among them.
    """
    made = record.origin(warehouse, context.asset_key.path[-1])
    now = _origin_now(context)
    some: list[tuple[str, ir.Table]] = []
    for name, said in words.items():
        before = made.inputs.get(name) if made else None
        if before == now.inputs.get(name):
            continue
        steps = record.steps_since(warehouse, name, before)
        if steps is not None:
            some.append((said, record.changed_keys(warehouse, {name: steps})))
    told = {said for said, _ in some}
    moved = [said for name, said in words.items() if not made or made.inputs.get(name) != now.inputs.get(name)]
    return some, [said for said in moved if said not in told]


def concerning(rows: ir.Table, changed: ir.Table | None) -> ir.Table:
    """The rows in which one of the accounts (or users) stands; None: all.

    Looked for in every column whose name begins as that of `changed` does.
    """
    if changed is None:
        return rows
    (named,) = changed.columns
    found = None
    for column in (name for name in rows.columns if name.startswith(named)):
        meets = rows[column].isin(changed[named])
        found = meets if found is None else found | meets
    return rows.filter(found)


def replacing(warehouse: Warehouse, table: str, rows: ir.Table, changed: ir.Table | None) -> ir.Table | Update:
    """The rows as the whole table where `changed` is None, else in place of all that concern these accounts (users)."""
    if changed is None:
        return rows
    return Update(concerning(warehouse.placed(table), changed), rows)


def outcome(warehouse: Warehouse, table: str, made: ir.Table | Update) -> ir.Table:
    """The table as it will be once `made` is published."""
    if not isinstance(made, Update):
        return made
    before = warehouse.table(table)
    stays = warehouse.placed(table).anti_join(made.gone, "row_in_table").drop("row_in_table")
    return ibis.union(stays, made.rows.select(before.columns))
