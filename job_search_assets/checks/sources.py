"""Sources: what must hold between accounts and the inventory."""

from pathlib import Path

import dagster as dg
import ibis.expr.types as ir
import pandas as pd

from job_search_assets.checks.judged import judged
from job_search_assets.engine.files import originals
from job_search_assets.logic import sources
from job_search_assets.logic.sources import boxes, worth
from job_search_assets.settings import SourceSettings


@dg.asset_check(asset="raw_users", additional_ins={"source_inventory": dg.AssetIn("source_inventory")})
def every_source_is_in_the_inventory(raw_users: ir.Table, source_inventory: ir.Table) -> dg.AssetCheckResult:
    """Rows from a source that nobody has described have no owner, no rights and no price."""
    found = sources.strangers(raw_users, source_inventory).order_by("source").to_pyarrow().to_pylist()
    return judged(
        not found,
        {"sources_not_in_the_inventory": len(found), "which": found[:20]},
        to_do="Describe it in reference/sources.yaml, with owner and rights, or mend its name in the file of users.",
    )


@dg.asset_check(asset="raw_users", additional_ins={"source_inventory": dg.AssetIn("source_inventory")})
def every_source_in_use_may_be_used(
    raw_users: ir.Table, source_inventory: ir.Table, config: SourceSettings
) -> dg.AssetCheckResult:
    """Rows of a source that was rejected, or that nobody may use, have no place in what we build."""
    policy = worth.Policy(**config.model_dump(include=set(worth.Policy._fields)))
    used = sources.in_use(raw_users, source_inventory).to_pandas()
    wrong, doubtful = sources.not_to_be_used(used, policy)
    return judged(
        not wrong + doubtful,
        {"not_to_be_used": wrong, "in_doubt": doubtful},
        to_do="Settle it with the source's owner and say so in reference/sources.yaml, or take its file out of raw/; "
        "`job-search impact source NAME` says what would be without its accounts.",
        severity=dg.AssetCheckSeverity.ERROR if wrong else dg.AssetCheckSeverity.WARN,
    )


@dg.asset_check(asset="collection_boxes")
def no_row_is_dated_after_its_box(collection_boxes: pd.DataFrame) -> dg.AssetCheckResult:
    """What came after the end is not what the box brought, however much it is wanted."""
    late = list(boxes.late_rows(collection_boxes))
    return judged(
        not late,
        {"rows_after_end": sum(box["rows_after_end"] for box in late), "which": late[:20]},
        to_do="Put them down to another box, or mend the box's end, in reference/boxes.yaml.",
    )


@dg.asset_check(asset="source_inventory")
def every_file_elsewhere_is_as_declared(source_inventory: pd.DataFrame, config: SourceSettings) -> dg.AssetCheckResult:
    """A file whose hash is another now is not the one that rows came from; one out of reach may be anything."""
    declared = list(originals.compared(worth.as_rows(source_inventory), Path(config.mounts)))
    differing = [file for file in declared if file["state"] == originals.DIFFERS]
    unreachable = [file for file in declared if file["state"] == originals.UNREACHABLE]
    return judged(
        not differing + unreachable,
        {"declared": len(declared), "differing": differing, "unreachable": unreachable},
        to_do="Of one that differs ask its owner which is right. One out of reach: mount it where the setting `mounts` "
        "says, or take its declaration out of reference/sources.yaml.",
        severity=dg.AssetCheckSeverity.ERROR if differing else dg.AssetCheckSeverity.WARN,
    )
