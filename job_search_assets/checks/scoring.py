"""Scoring: what new rows are told is what the pipeline would make of them."""

import dagster as dg

from job_search_assets.checks.judged import judged
from job_search_assets.engine.files.raw_files import RawFiles
from job_search_assets.engine.scoring import parity
from job_search_assets.engine.scoring.bundles import TABLES
from job_search_assets.engine.tables.warehouse import Warehouse
from job_search_assets.settings import ScoringSettings


@dg.asset_check(asset="job_seeker_predictions", additional_deps=list(TABLES))
def scoring_raw_rows_again_gives_the_same(
    raw_files: dg.ResourceParam[RawFiles], warehouse: dg.ResourceParam[Warehouse], config: ScoringSettings
) -> dg.AssetCheckResult:
    """A sample of raw rows goes through scoring, and every cell must be the one that is built.

    Else production would be told something other than what was learned from and reported; the step is named in which
    the two first part. Where parts of the build are of different runs nothing can be scored, and it says so.
    """
    found = parity.verdict(warehouse, raw_files, rows=config.rows_again)
    return judged(
        not found["rows_that_differ"] and "unfit" not in found,
        found,
        to_do="`job-search run` brings all parts to one state."
        if "unfit" in found
        else "Don't score with this build: the step that is named does otherwise with new rows. Code that only one of "
        "the two ways takes is the first suspect.",
        severity=dg.AssetCheckSeverity.WARN if "unfit" in found else dg.AssetCheckSeverity.ERROR,
    )
