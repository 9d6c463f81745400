"""Readiness: what people did by hand, and how far the project is from production."""

import dagster as dg
import ibis.expr.types as ir
import pandas as pd

from job_search_assets.assets import identity, job_seekers, labels, spam
from job_search_assets.engine.reporting.projects import WORTH, Project
from job_search_assets.engine.reporting.reports import Reports
from job_search_assets.engine.tables.table_schemas import table_schemas
from job_search_assets.engine.tables.warehouse import Warehouse
from job_search_assets.logic.readiness import figures, report, steps
from job_search_assets.settings import SliceSettings

OWNER = "team:data"
SERVED = "job_seeker_predictions"
FITTED = (spam.spam_model, identity.match_model, labels.label_model, job_seekers.job_seeker_model)
# Whether a model is behind its inputs is one of the questions, so all of them are inputs here too.
READ = {dep.asset_key.path[-1] for model in FITTED for spec in model.specs for dep in spec.deps}
MODELS = {model.key.path[-1] for model in FITTED}

project_files = dg.AssetSpec(
    ["files", "project"],
    group_name="files",
    kinds={"python"},
    owners=[OWNER],
    description="What is defined and tested: assets, owners, schemas, checks and tests, known by a hash of it all.",
)


@dg.asset(kinds={"yaml"}, owners=[OWNER], deps=[dg.AssetKey(["files", "manual_steps"])])
def manual_steps(job_seeker_predictions: ir.Table, project: dg.ResourceParam[Project]) -> pd.DataFrame:
    """What was done by hand, by whom and why, and how many predictions hang on it.

    Kept by people in `reference/manual_steps.yaml`. In a proof of concept a step is a debt on record; in production
    nothing is made of what an open one changed.
    """
    predictions = int(job_seeker_predictions.count().execute())
    return steps.table(project.manual_steps(), below=project.below(), served=SERVED, predictions=predictions)


@dg.asset(
    kinds={"python"},
    owners=[OWNER],
    deps=[project_files, *sorted(MODELS | READ | ({WORTH} & set(table_schemas())))],
)
def readiness(
    context: dg.AssetExecutionContext,
    manual_steps: pd.DataFrame,
    model_evaluation: ir.Table,
    evaluation_history: ir.Table,
    error_slices: ir.Table,
    job_seeker_predictions: ir.Table,
    project: dg.ResourceParam[Project],
    warehouse: dg.ResourceParam[Warehouse],
    reports: dg.ResourceParam[Reports],
    config: SliceSettings,
) -> pd.DataFrame:
    """How ready the project is for production: the ML Test Score's 28 items, judged from the project's own state.

    Owners, schemas, checks, tests, models' cards and published figures are looked up, never typed in. Also written to
    `reports/readiness.md` and `reports/readiness.html`, with what is missing by how many predictions hang on it.
    """
    found = figures.read(
        model_evaluation, evaluation_history, error_slices, job_seeker_predictions, times=config.much_worse
    )
    judged = report.judge(project.state(warehouse, found))
    told = report.told(judged, manual_steps)
    reports.write_text("readiness.md", report.as_markdown(told))
    reports.write_text("readiness.html", report.as_html(told))
    context.add_output_metadata({**report.scores(judged), "report": dg.MetadataValue.md(report.as_markdown(told))})
    return judged
