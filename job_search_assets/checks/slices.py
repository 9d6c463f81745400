"""Slices: the model is about as good for all, and enough is known to say so."""

import dagster as dg
import ibis.expr.types as ir

from job_search_assets.logic.slices import verdicts
from job_search_assets.settings import SliceSettings


@dg.asset_check(asset="error_slices")
def no_slice_is_much_worse(error_slices: ir.Table, config: SliceSettings) -> dg.AssetCheckResult:
    """Where the model is much worse, something is amiss with these users' data, labels or features."""
    named = verdicts.much_worse(error_slices, times=config.much_worse)
    return dg.AssetCheckResult(
        passed=not named,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={
            "slices": dg.MetadataValue.json(named),
            "times": config.much_worse,
            "too_few_users_to_tell": verdicts.too_few(error_slices),
        },
    )


@dg.asset_check(asset="error_slices")
def no_factor_is_mostly_missing(error_slices: ir.Table, config: SliceSettings) -> dg.AssetCheckResult:
    """Errors cannot be led back to a cause of which nothing is on record."""
    lacking = verdicts.mostly_missing(error_slices, most=config.most_missing)
    return dg.AssetCheckResult(
        passed=not lacking,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"factors": dg.MetadataValue.json(lacking), "limit": config.most_missing},
    )
