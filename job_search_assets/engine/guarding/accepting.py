"""What becomes of edits: built on at a person's word, made good by making the table again, or put back by hand."""

from collections.abc import Collection, Iterator, Sequence

import dagster as dg

from job_search_assets.engine.folders import Folders
from job_search_assets.engine.graph.staleness import DATA_VERSION
from job_search_assets.engine.guarding import edits
from job_search_assets.engine.guarding.closings import CLOSINGS
from job_search_assets.engine.guarding.edits import Edit
from job_search_assets.engine.tables import record
from job_search_assets.engine.tables.holding import REMEMBERING
from job_search_assets.engine.tables.model_files import ModelFiles
from job_search_assets.engine.tables.table_schemas import table_schemas
from job_search_assets.engine.tables.warehouse import Warehouse
from job_search_assets.schemas.contracts import CORRECTIONS_FILE

PAST = {*REMEMBERING, "evaluation_history"}  # what extends its own past, and has nothing else to be made of


def can_be_remade(edit: Edit) -> bool:
    """Whether the asset can be made again from its inputs; what remembers its own past cannot."""
    return edit.asset is not None and edit.asset not in PAST


def is_made_good(edit: Edit, wanted: Collection[str]) -> bool:
    """Whether a run that makes these assets makes the edited one again."""
    return can_be_remade(edit) and edit.asset in wanted


def can_be_built_on(folders: Folders, edit: Edit) -> bool:
    """Whether a word is enough: bytes that cannot be read, and a model that is not on its card, no word can mend."""
    if not edit.after:
        return False
    return not edit.name.startswith("models/") or edits.is_on_its_card(folders, str(edit.asset))


def ways_back(edit: Edit) -> Iterator[str]:
    """How a person undoes an edit that no run makes good."""
    if edit.name.startswith("staged/") or edit.name == CLOSINGS:
        yield f"delete {edit.name} in the build folder: it is made again"
    elif edit.name == CORRECTIONS_FILE:
        yield "put the lines back, and take a correction back by `job-search correct corrections ID withdraw`"
    elif not can_be_remade(edit):
        yield f"bring the build folder back from a copy: {edit.name} remembers what cannot be made again"


def follow(instance: dg.DagsterInstance, folders: Folders, accepted: Sequence[Edit], remade: Sequence[Edit]) -> None:
    """Puts accepted edits on record, so that what is below follows, and takes edited tables off it, to be made anew."""
    if not [*accepted, *remade]:
        return
    warehouse = Warehouse(folders.warehouse)
    try:
        for edit in accepted:
            _accept(instance, warehouse, ModelFiles(folders.build / "models"), edit)
        for edit in remade:
            if edit.name in table_schemas():
                record.forget(warehouse, edit.name)
    finally:
        warehouse.close()


def _accept(instance: dg.DagsterInstance, warehouse: Warehouse, models: ModelFiles, edit: Edit) -> None:
    if edit.name in table_schemas():
        with record.transaction(warehouse):
            now = record.content_of(warehouse, edit.name)
            record.forget_steps(warehouse, edit.name)
            made_from = record.origin(warehouse, edit.name) or record.Origin(None, {}, {})
            record.write(warehouse, edit.name, now, made_from)
        _tell_dagster(instance, edit.name, now.version)
    elif edit.name.startswith("models/"):
        _tell_dagster(instance, str(edit.asset), models.card(str(edit.asset))["version"])
    elif edit.name.startswith(edits.RECORD):
        with record.transaction(warehouse):
            for table in warehouse.connection.list_tables():
                record.forget_steps(warehouse, table)


def _tell_dagster(instance: dg.DagsterInstance, asset: str, version: str) -> None:
    event = instance.get_latest_materialization_event(dg.AssetKey(asset))
    if event is not None and event.asset_materialization is not None:
        tags = {**(event.asset_materialization.tags or {}), DATA_VERSION: version}
        told = dg.AssetMaterialization(asset, description="Edited outside a run, and accepted as it is.", tags=tags)
        instance.report_runless_asset_event(told)
