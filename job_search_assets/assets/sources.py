"""Sources: the inventory of where data comes from, and the files that people bring."""

import dagster as dg
import ibis.expr.types as ir
import pandas as pd

from job_search_assets.engine.files.raw_files import INPUT_FILES, RawFiles
from job_search_assets.engine.reporting import pictures
from job_search_assets.engine.reporting.projects import Project
from job_search_assets.engine.reporting.reports import Reports
from job_search_assets.logic.sources import boxes, collecting, plan_table, present, worth
from job_search_assets.settings import PlanSettings, SourceSettings

input_files = [
    dg.AssetSpec(
        ["files", name],
        group_name="files",
        kinds={"file"},
        owners=["team:data"],
        description=f"The input `{name}` of the data folder, a file or a folder of files, known by its content's hash.",
    )
    for name in INPUT_FILES
]


@dg.op
def observe_files(
    context: dg.OpExecutionContext, raw_files: dg.ResourceParam[RawFiles], project: dg.ResourceParam[Project]
) -> None:
    """Records each input file's content hash, so that the graph shows which tables are behind."""
    context.log_event(dg.AssetObservation(["files", "project"], tags={"dagster/data_version": project.version()}))
    for name in INPUT_FILES:
        tags = {"dagster/data_version": raw_files.content_hash(name)}
        context.log_event(dg.AssetObservation(["files", name], tags=tags))


@dg.job
def look_at_files() -> None:
    """Looks at the input files; what they changed then shows as stale. `job-search run` does it by itself."""
    observe_files()


@dg.asset(kinds={"yaml"}, owners=["team:data"], deps=[dg.AssetKey(["files", "sources"])])
def source_inventory(
    context: dg.AssetExecutionContext, raw_files: dg.ResourceParam[RawFiles], config: SourceSettings
) -> pd.DataFrame:
    """Every source with its owner, rights, daily yield, cost, the worth of its rows, and what speaks against it.

    Ideas and rejected sources stand beside the chosen ones, with who proposed them and why, so that nothing is found
    out twice. Kept by people in `reference/sources.yaml`; the record of where its rows came from.
    """
    policy = worth.Policy(**config.model_dump(include=set(worth.Policy._fields)))
    sources = worth.compared(raw_files.inventory(), days=config.usual_days, policy=policy)
    compared, prices = pictures.table(worth.comparison(sources)), pictures.bars(worth.prices(sources))
    context.add_output_metadata({"compared": compared, "cost_per_usable_row": prices})
    return sources


@dg.asset(kinds={"scipy"}, owners=["team:data"])
def collection_plan(
    context: dg.AssetExecutionContext,
    source_inventory: pd.DataFrame,
    raw_users: ir.Table,
    user_accounts: ir.Table,
    job_seeker_labels: ir.Table,
    raw_job_seeker_votes: ir.Table,
    reports: dg.ResourceParam[Reports],
    config: PlanSettings,
) -> pd.DataFrame:
    """What to collect next: which sources, in what order, how many rows by when, for the most usable rows in the box.

    The box comes first: asked is what can be had in so many days, not how many days so many rows take. Also drawn in
    `reports/collection_plan.svg`.
    """
    there = present.count(raw_users, user_accounts, job_seeker_labels, raw_job_seeker_votes)
    wish = collecting.Wish(**config.model_dump(include=set(collecting.Wish.__annotations__)))
    made = collecting.collect(source_inventory, there, wish)
    tracks = plan_table.tracks(made)
    reports.write_text("collection_plan.svg", pictures.gantt_svg(tracks, config.days))
    context.add_output_metadata({"plan": pictures.gantt(tracks, config.days), "usable_rows": made.usable_rows})
    return plan_table.table(made)


@dg.asset(kinds={"yaml"}, owners=["team:data"], deps=[dg.AssetKey(["files", "boxes"])])
def collection_boxes(
    context: dg.AssetExecutionContext,
    source_inventory: ir.Table,
    raw_users: ir.Table,
    raw_job_seeker_votes: ir.Table,
    user_accounts: ir.Table,
    learning_curve: pd.DataFrame,
    raw_files: dg.ResourceParam[RawFiles],
    config: PlanSettings,
) -> pd.DataFrame:
    """Past boxes: planned beside actual rows, what came after the end, what past boxes had foretold, and the gain.

    So that the next plan is not believed more than the last ones deserve. Boxes stand in `reference/boxes.yaml`, where
    `job-search plan --record` writes them.
    """
    came = boxes.rows_by_day(raw_users, raw_job_seeker_votes, source_inventory).to_pandas()
    labelled = boxes.labelled_by_day(raw_job_seeker_votes, user_accounts).to_pandas()
    told = boxes.table(raw_files.boxes(), came, labelled, learning_curve, least_gain=config.least_gain)
    context.add_output_metadata({"boxes": pictures.bars(boxes.kept(told))})
    return told
