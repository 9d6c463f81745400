"""What Dagster is told about our assets beyond what their functions say, and what they run on."""

from collections.abc import Callable, Iterator
from typing import Any

import dagster as dg

from job_search_assets.engine.files.raw_files import RawFiles
from job_search_assets.engine.folders import Folders
from job_search_assets.engine.guarding import gate
from job_search_assets.engine.lineage import openlineage
from job_search_assets.engine.lineage.code_versions import code_version
from job_search_assets.engine.reporting.projects import Project
from job_search_assets.engine.reporting.reports import Reports
from job_search_assets.engine.tables.io_managers import AssetStore
from job_search_assets.engine.tables.model_files import ModelFiles
from job_search_assets.engine.tables.table_schemas import column_schema, table_schemas
from job_search_assets.engine.tables.warehouse import Warehouse


def described(asset: Any) -> Any:
    """The asset with its stage as group, its code version, and its columns on its page before the first run."""
    if isinstance(asset, dg.AssetSpec):
        return asset
    module = asset.op.compute_fn.decorated_fn.__module__
    version, stage = code_version(module), module.rpartition(".")[2]

    def describe(spec: dg.AssetSpec) -> dg.AssetSpec:
        table = spec.key.path[-1]
        metadata = dict(spec.metadata)
        if table in table_schemas():
            metadata["dagster/column_schema"] = column_schema(table)
            metadata["dagster/table_name"] = f"main.{table}"
        group = stage if spec.group_name in (None, "default") else spec.group_name
        return spec.replace_attributes(code_version=version, metadata=metadata, group_name=group)

    return asset.map_asset_specs(describe)


def resources(definitions: Callable[[], dg.Definitions]) -> dict[str, Any]:
    """The warehouse, raw files, reports and the store between assets, wherever the environment says they are.

    `definitions` gives all that is defined, for those who are told of a run when it ends.
    """
    store, warehouse = _asset_store(definitions), _warehouse(definitions)
    return {
        "warehouse": warehouse,
        "raw_files": _raw_files,
        "reports": _reports,
        "project": _project(definitions),
        "io_manager": store,
    }


def _warehouse(definitions: Callable[[], dg.Definitions]) -> dg.ResourceDefinition:
    # Every run has the warehouse, on the command line and in the pages alike, before anything is written.
    @dg.resource(description="DuckDB, opened when first needed, closed when the run ends.")
    def warehouse(context: dg.InitResourceContext) -> Iterator[Warehouse]:
        folders = Folders.from_environment()
        with gate.around(context, folders, definitions):
            folders.prepare()
            opened = Warehouse(folders.warehouse)
            try:
                yield opened
            finally:
                opened.close()

    return warehouse


@dg.resource(description="The raw and reference files of the data folder.")
def _raw_files(_: dg.InitResourceContext) -> RawFiles:
    folders = Folders.from_environment()
    return RawFiles(data=folders.data, build=folders.build)


@dg.resource(description="The folder of files for people, in the build folder.")
def _reports(_: dg.InitResourceContext) -> Reports:
    return Reports(Folders.from_environment().build / "reports")


def _project(definitions: Callable[[], dg.Definitions]) -> dg.ResourceDefinition:
    @dg.resource(description="The project as it stands: its definitions, tests, manual steps.")
    def project(_: dg.InitResourceContext) -> Project:
        return Project(definitions, Folders.from_environment())

    return project


def _asset_store(definitions: Callable[[], dg.Definitions]) -> dg.IOManagerDefinition:
    # Every run has the store, on the command line and in the pages alike, so its end is the end of the run's steps.
    @dg.io_manager(  # type: ignore[arg-type]  # Dagster takes a generator too; its types do not say so
        required_resource_keys={"warehouse"},
        description="Tables to and from the warehouse, fitted models to and from files.",
    )
    def store(context: dg.InitResourceContext) -> Iterator[AssetStore]:
        try:
            yield AssetStore(context.resources.warehouse, ModelFiles(Folders.from_environment().build / "models"))
        finally:
            if context.instance is not None and context.run is not None:
                openlineage.tell(context.instance, context.run.run_id, definitions)

    return store
