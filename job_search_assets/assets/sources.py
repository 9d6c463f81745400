"""Sources: the inventory of where data comes from, and the files that people bring."""

import dagster as dg
import pandas as pd

from job_search_assets.engine.raw_files import INPUT_FILES, RawFiles

input_files = [
    dg.AssetSpec(
        ["files", name],
        group_name="sources",
        kinds={"file"},
        owners=["team:data"],
        description=f"The input `{name}` of the data folder, a file or a folder of files, known by its content's hash.",
    )
    for name in INPUT_FILES
]


@dg.op
def observe_files(context: dg.OpExecutionContext, raw_files: dg.ResourceParam[RawFiles]) -> None:
    """Records each input file's content hash, so that the graph shows which tables are behind."""
    for name in INPUT_FILES:
        tags = {"dagster/data_version": raw_files.content_hash(name)}
        context.log_event(dg.AssetObservation(["files", name], tags=tags))


@dg.job
def look_at_files() -> None:
    """Looks at the input files; what they changed then shows as stale. `job-search run` does it by itself."""
    observe_files()


@dg.asset(kinds={"yaml"}, owners=["team:data"], deps=[dg.AssetKey(["files", "sources"])])
def source_inventory(raw_files: dg.ResourceParam[RawFiles]) -> pd.DataFrame:
    """Every source with its owner, rights, daily yield, cost and the quality of its labels.

    Kept by people in `reference/sources.yaml`, so that errors can be traced to where rows came from and the
    next collection can be planned.
    """
    return pd.DataFrame(raw_files.inventory())
