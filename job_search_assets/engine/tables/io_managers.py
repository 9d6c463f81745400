"""Between assets: tables live in the warehouse, fitted models in files."""

from typing import Any

import dagster as dg
import ibis.expr.types as ir
import pandas as pd

from job_search_assets.engine.errors import BadInput
from job_search_assets.engine.tables.column_lineage import lineage_metadata
from job_search_assets.engine.tables.holding import MODELS
from job_search_assets.engine.tables.model_files import ModelFiles
from job_search_assets.engine.tables.publishing import SchemaBreach, Update, publish, publish_update
from job_search_assets.engine.tables.table_schemas import ibis_types, key_of, table_schemas
from job_search_assets.engine.tables.updates import ACCOUNTS, origin_of
from job_search_assets.engine.tables.warehouse import Warehouse
from job_search_assets.schemas.models import FittedModel


class AssetStore(dg.IOManager):
    """Publishes what an asset returned and hands it on in the form that the next asset asks for.

    A table arrives as an Ibis table or as a frame sorted by its key, whichever the parameter's annotation says;
    a model arrives loaded, with its version.
    """

    def __init__(self, warehouse: Warehouse, models: ModelFiles) -> None:
        self._warehouse, self._models = warehouse, models

    def handle_output(self, context: dg.OutputContext, obj: ir.Table | pd.DataFrame | Update | FittedModel) -> None:
        name = context.asset_key.path[-1]
        if isinstance(obj, FittedModel):
            self._store_model(context, name, obj)
        else:
            self._publish_table(context, name, obj)
        self._name_mode(context)
        self._warehouse.drop_temporary_tables()

    def _name_mode(self, context: dg.OutputContext) -> None:
        mode = context.step_context.dagster_run.tags.get(MODELS)
        if mode:
            context.add_output_metadata({"models": mode})

    def load_input(self, context: dg.InputContext) -> Any:
        name = context.asset_key.path[-1]
        if context.dagster_type.typing_type is FittedModel:
            return self._models.on_file(name)
        if not self._warehouse.has(name):
            raise BadInput(
                f"There is no table {name} in the warehouse yet. `job-search run` makes it and what is above it."
            )
        table = self._warehouse.table(name)
        if context.dagster_type.typing_type is pd.DataFrame:
            return self._warehouse.to_pandas(table.order_by(key_of(name)))
        return table

    def _publish_table(self, context: dg.OutputContext, name: str, rows: ir.Table | pd.DataFrame | Update) -> None:
        schema = table_schemas()[name]
        if isinstance(rows, pd.DataFrame):
            rows = self._warehouse.from_pandas(rows, ibis_types(name))
        origin, lineage = origin_of(context.step_context, context.asset_spec), lineage_metadata(rows)
        try:
            log = context.asset_spec.metadata.get("changes")
            if isinstance(rows, Update):
                published = publish_update(
                    self._warehouse, name, rows, schema, key_of(name), origin=origin, log=log or ACCOUNTS
                )
            else:
                published = publish(self._warehouse, name, rows, schema, key_of(name), origin=origin, log=log)
        except SchemaBreach as breach:
            raise dg.Failure(str(breach), allow_retries=False) from None
        context.add_output_metadata({"dagster/row_count": published.rows, **lineage})
        _set_data_version(context, published.data_version)

    def _store_model(self, context: dg.OutputContext, name: str, model: FittedModel) -> None:
        version = self._models.store(name, model, _card(context))
        context.add_output_metadata(
            {"model_version": version, **model.metrics, "facts": dg.MetadataValue.json(model.facts)}
        )
        _set_data_version(context, version)


def _card(context: dg.OutputContext) -> dict[str, Any]:
    """What a model was made from: its code, its settings, and the content of the tables that went in."""
    origin = origin_of(context.step_context, context.asset_spec)
    return {
        "asset": context.asset_key.to_user_string(),
        "code_version": origin.code_version,
        "settings": origin.settings,
        "data_versions": origin.inputs,
    }


def _set_data_version(context: dg.OutputContext, version: str) -> None:
    # The content's hash, so that what is downstream goes stale only when the content changed.
    context.step_context.set_data_version(context.asset_key, dg.DataVersion(version))
