"""What has happened since everything was last brought in line: corrections that came or went, inputs that moved."""

from collections.abc import Mapping
from dataclasses import dataclass

import dagster as dg
import ibis
import ibis.expr.types as ir
import pandas as pd

from job_search_assets.engine.files.raw_files import RawFiles
from job_search_assets.engine.tables import record
from job_search_assets.engine.tables.publishing import Update
from job_search_assets.engine.tables.table_schemas import ibis_types
from job_search_assets.engine.tables.updates import explained, origin_of
from job_search_assets.engine.tables.warehouse import Warehouse
from job_search_assets.logic.provenance import history, repairs
from job_search_assets.schemas.provenance import MODELS

TABLE, HISTORY, STEP = "repairs", "decision_history", "step"
NOTHING_ELSE = "code or settings changed"
EVENTS_AT_ONCE = 200


@dataclass(frozen=True)
class Since:
    """What changed since a table was last made: in words, and the corrections among it by their ids."""

    cause: str
    correction_ids: str


def since(
    context: dg.AssetExecutionContext, warehouse: Warehouse, raw_files: RawFiles, words: Mapping[str, str]
) -> Since:
    """Which inputs moved since the asset was last made, in `words` by input, and which corrections it has to name."""
    names = repairs.names(news(context, warehouse, raw_files)).to_pyarrow().to_pylist()
    some, everywhere = explained(context, warehouse, words)
    moved = [*(said for said, _ in some), *everywhere]
    return Since(", ".join(moved) or NOTHING_ELSE, repairs.listed([row["name"] for row in names]))


def news(context: dg.AssetExecutionContext, warehouse: Warehouse, raw_files: RawFiles) -> ir.Table:
    """What is to be told of corrections since `repairs` was last made, models being those the asset was made from."""
    made, now = _inputs_before(context, warehouse), _inputs_now(context)
    found = {model: made.get(model) for model in MODELS}
    moved = [model for model in MODELS if found[model] != now.get(model)]
    ledger = raw_files.ledger_rows(warehouse.connection)
    return warehouse.kept(repairs.news(ledger, so_far(warehouse), found=found, moved=moved))


def followed(
    context: dg.AssetExecutionContext, warehouse: Warehouse, raw_files: RawFiles, decision_history: ir.Table
) -> ir.Table | Update:
    """What comes to `repairs`: the news, with the step of `decision_history` that they brought, if they brought one."""
    moved = _inputs_before(context, warehouse).get(HISTORY) != _inputs_now(context).get(HISTORY)
    step = decision_history.step.max().as_scalar() if moved else ibis.null("int64")
    rows = news(context, warehouse, raw_files).mutate(step=step)
    return Update(warehouse.placed(TABLE).limit(0), rows) if warehouse.has(TABLE) else rows


def _inputs_before(context: dg.AssetExecutionContext, warehouse: Warehouse) -> Mapping[str, str | None]:
    made = record.origin(warehouse, context.asset_key.path[-1])
    return made.inputs if made else {}


def _inputs_now(context: dg.AssetExecutionContext) -> Mapping[str, str | None]:
    spec = context.assets_def.get_asset_spec(context.asset_key)
    return origin_of(context.get_step_execution_context(), spec).inputs


def so_far(warehouse: Warehouse) -> ir.Table:
    """The table `repairs` as it stands; without rows before the first run."""
    if warehouse.has(TABLE):
        return warehouse.table(TABLE)
    types = ibis_types(TABLE)
    return warehouse.from_pandas(pd.DataFrame(columns=list(types)), types)


def data_version_of(warehouse: Warehouse, table: str) -> str:
    """The data version of a table as it lies in the warehouse."""
    content = record.content(warehouse, table)
    assert content is not None, f"{table} is an input, so it was published"
    return content.version


def times_of_steps(instance: dg.DagsterInstance, warehouse: Warehouse, table: str) -> ir.Table:
    """When each step of a table was published, by Dagster's record of it: step, at (UTC)."""
    first: dict[int, float] = {}
    cursor = None
    while True:
        found = instance.fetch_materializations(dg.AssetKey(table), limit=EVENTS_AT_ONCE, cursor=cursor)
        for event in found.records:
            told = event.asset_materialization.metadata.get(STEP) if event.asset_materialization else None
            if told is not None:
                first[int(told.value)] = event.timestamp  # type: ignore[arg-type]  # newest first, so the oldest stays
        if not found.has_more:
            break
        cursor = found.cursor
    at = pd.to_datetime(list(first.values()), unit="s").round("s")
    return warehouse.from_pandas(pd.DataFrame({"step": list(first), "at": at}), {"step": "int64", "at": "timestamp(6)"})


def told(moved: ir.Table, before: ir.Table, since: Since) -> dict[str, int]:
    """For the page: the step, how many accounts moved by outcome, and of how many nobody's correction did it."""
    found = history.tally(moved).to_pyarrow().to_pylist()[0]
    last = int(before.step.max().execute())
    without = 0 if since.correction_ids else found["accounts_changed_that_were_there"]
    return {
        STEP: last + 1 if found["accounts_changed"] else last,
        **found,
        "accounts_changed_without_correction": without,
    }
