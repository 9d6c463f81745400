"""Sources: the inventory of where data comes from."""

import dagster as dg
import pandas as pd

from job_search_assets.engine.raw_files import RawFiles


@dg.asset(kinds={"yaml"}, owners=["team:data"], deps=[dg.AssetKey(["files", "sources"])])
def source_inventory(raw_files: dg.ResourceParam[RawFiles]) -> pd.DataFrame:
    """Every source with its owner, rights, daily yield, cost and the quality of its labels.

    Kept by people in `reference/sources.yaml`, so that errors can be traced to where rows came from and the
    next collection can be planned.
    """
    return pd.DataFrame(raw_files.inventory())
