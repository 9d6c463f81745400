"""Drift: what was delivered is like what the models know."""

import dagster as dg
import ibis.expr.types as ir

from job_search_assets.logic.drift import verdicts
from job_search_assets.settings import DriftSettings

EXAMPLES = 20


@dg.asset_check(asset="delivery_drift", blocking=True)
def the_delivery_is_like_those_before(delivery_drift: ir.Table, config: DriftSettings) -> dg.AssetCheckResult:
    """What models learned need not hold for accounts of another kind. By its setting this warns, or stops the run."""
    found = verdicts.moved(delivery_drift, accepted=config.accepted_delivery)
    severity = dg.AssetCheckSeverity.ERROR if config.is_blocking else dg.AssetCheckSeverity.WARN
    return dg.AssetCheckResult(
        passed=not found,
        severity=severity,
        metadata={
            "moved": len(found),
            "which": dg.MetadataValue.json(found[:EXAMPLES]),
            "level": config.level,
            "least_effect": config.least_effect,
            **verdicts.scope(delivery_drift),
        },
    )


@dg.asset_check(asset="delivery_drift", blocking=True)
def known_accounts_are_read_as_before(delivery_drift: ir.Table, config: DriftSettings) -> dg.AssetCheckResult:
    """Models learned from rows as they were read then; what reads them otherwise now is as good as another world."""
    found = verdicts.read_otherwise(delivery_drift)
    severity = dg.AssetCheckSeverity.ERROR if config.is_blocking else dg.AssetCheckSeverity.WARN
    return dg.AssetCheckResult(
        passed=not found,
        severity=severity,
        metadata={
            "sources": len(found),
            "which": dg.MetadataValue.json(found[:EXAMPLES]),
            "limit": config.least_effect,
        },
    )


@dg.asset_check(asset="delivery_drift")
def sources_deliver_as_much_as_before(delivery_drift: ir.Table, config: DriftSettings) -> dg.AssetCheckResult:
    """Another mix of sources moves every total, though no source is another one than before."""
    found = verdicts.mixed(delivery_drift, accepted=config.accepted_delivery)
    return dg.AssetCheckResult(
        passed=not found,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"sources": len(found), "which": dg.MetadataValue.json(found[:EXAMPLES])},
    )
