"""What OpenLineage events say of jobs and datasets beyond their names: columns, versions, owners, verdicts, origins."""

import inspect
import os
import textwrap
from collections.abc import Sequence
from typing import Any

import dagster as dg
from openlineage.client import event_v2, facet_v2

from job_search_assets.engine.graph.staleness import CODE_VERSION, DATA_VERSION, INPUT_VERSION
from job_search_assets.engine.tables.column_lineage import LINEAGE
from job_search_assets.engine.tables.table_schemas import column_schema, table_schemas

NAMESPACE = "job_search_assets"
Facets = dict[str, Any]


def namespace() -> str:
    """Where jobs and datasets are named, as OpenLineage's own variable says."""
    return os.environ.get("OPENLINEAGE_NAMESPACE") or NAMESPACE


def name_of(key: dg.AssetKey) -> str:
    """A dataset's name, the same on every machine."""
    name = key.path[-1]
    if name in table_schemas():
        return f"main.{name}"
    return key.to_user_string() if len(key.path) > 1 else f"models/{name}"


def job_name_of(key: Any) -> str:
    """A job's name, that of what it makes or checks."""
    return str(key.path[-1]) if isinstance(key, dg.AssetKey) else f"{key.asset_key.path[-1]}.{key.name}"


def of_job(key: Any, node: Any, graph: Any) -> Facets:
    """What kind of job it is, what it is for, who owns it, and the asset's own code."""
    is_asset = isinstance(key, dg.AssetKey)
    facets: Facets = {
        "jobType": facet_v2.job_type_job.JobTypeJobFacet("BATCH", "DAGSTER", "ASSET" if is_asset else "CHECK")
    }
    if node.description:
        facets["documentation"] = facet_v2.documentation_job.DocumentationJobFacet(node.description)
    if is_asset:
        code = textwrap.dedent(inspect.getsource(graph.assets_def_for_key(key).op.compute_fn.decorated_fn))
        facets["sourceCode"] = facet_v2.source_code_job.SourceCodeJobFacet("PYTHON", code)
        owners = [facet_v2.ownership_job.Owner(owner, "OWNER") for owner in node.owners]
        facets["ownership"] = facet_v2.ownership_job.OwnershipJobFacet(owners)
    return facets


def dataset_in(
    key: dg.AssetKey, made: dg.AssetMaterialization | None, judged: Sequence[dg.AssetCheckEvaluation]
) -> event_v2.InputDataset:
    """What went in, with its version if the record has it, and with the verdicts of checks on it."""
    version = ((made.tags or {}) if made else {}).get(INPUT_VERSION + key.to_user_string())
    verdicts = [
        facet_v2.data_quality_assertions_dataset.Assertion(
            assertion=check.check_name,
            success=check.passed,
            severity=check.severity.value.lower(),
            name=check.check_name,
        )
        for check in judged
        if check.asset_key == key
    ]
    assertions: Facets = {}
    if verdicts:
        facet = facet_v2.data_quality_assertions_dataset.DataQualityAssertionsDatasetFacet(verdicts)
        assertions["dataQualityAssertions"] = facet
    return event_v2.InputDataset(namespace(), name_of(key), facets=_version(version), inputFacets=assertions)


def dataset_out(key: dg.AssetKey, node: Any, made: dg.AssetMaterialization | None) -> event_v2.OutputDataset:
    """What came out; of a step that failed only what is known beforehand."""
    facets: Facets = {"ownership": _owners(node)}
    if node.description:
        facets["documentation"] = facet_v2.documentation_dataset.DocumentationDatasetFacet(node.description)
    if key.path[-1] in table_schemas():
        facets["schema"] = _schema(key.path[-1])
    statistics: Facets = {}
    if made is not None:
        facets |= _version((made.tags or {}).get(DATA_VERSION)) | _code((made.tags or {}).get(CODE_VERSION))
        facets |= _columns(made.metadata.get(LINEAGE))
        statistics = _rows(made.metadata.get("dagster/row_count"))
    return event_v2.OutputDataset(namespace(), name_of(key), facets=facets, outputFacets=statistics)


def _owners(node: Any) -> Any:
    owners = [facet_v2.ownership_dataset.Owner(owner, "OWNER") for owner in node.owners]
    return facet_v2.ownership_dataset.OwnershipDatasetFacet(owners)


def _schema(table: str) -> Any:
    fields = [
        facet_v2.schema_dataset.SchemaDatasetFacetFields(
            name=column.name, type=column.type, description=column.description, ordinal_position=place
        )
        for place, column in enumerate(column_schema(table).columns, 1)
    ]
    return facet_v2.schema_dataset.SchemaDatasetFacet(fields)


def _version(version: str | None) -> Facets:
    return {"version": facet_v2.dataset_version_dataset.DatasetVersionDatasetFacet(version)} if version else {}


def _code(version: str | None) -> Facets:
    if not version:
        return {}
    tag = facet_v2.tags_dataset.TagsDatasetFacetFields("code_version", version, "DAGSTER")
    return {"tags": facet_v2.tags_dataset.TagsDatasetFacet([tag])}


def _rows(count: Any) -> Facets:
    if count is None:
        return {}
    facet = facet_v2.output_statistics_output_dataset.OutputStatisticsOutputDatasetFacet(rowCount=int(count.value))
    return {"outputStatistics": facet}


def _columns(lineage: Any) -> Facets:
    if lineage is None:
        return {}

    def came_from(dep: dg.TableColumnDep) -> Any:
        direct = facet_v2.column_lineage_dataset.Transformation("DIRECT")
        name = name_of(dep.asset_key)
        return facet_v2.column_lineage_dataset.InputField(namespace(), name, dep.column_name, [direct])

    fields = {
        column: facet_v2.column_lineage_dataset.Fields([came_from(dep) for dep in deps])
        for column, deps in lineage.value.deps_by_column.items()
    }
    return {"columnLineage": facet_v2.column_lineage_dataset.ColumnLineageDatasetFacet(fields)}
