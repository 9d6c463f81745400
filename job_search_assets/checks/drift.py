"""Drift: what was delivered is like what the models know."""

import dagster as dg
import ibis.expr.types as ir

from job_search_assets.checks.judged import judged
from job_search_assets.logic.drift import verdicts
from job_search_assets.settings import DriftSettings

EXAMPLES = 20


@dg.asset_check(asset="delivery_drift", blocking=True)
def the_delivery_is_like_those_before(delivery_drift: ir.Table, config: DriftSettings) -> dg.AssetCheckResult:
    """What models learned need not hold for accounts of another kind. By its setting this warns, or stops the run."""
    found = verdicts.moved(delivery_drift, accepted=config.accepted_delivery)
    severity = dg.AssetCheckSeverity.ERROR if config.is_blocking else dg.AssetCheckSeverity.WARN
    return judged(
        not found,
        {
            "moved": len(found),
            "which": found[:EXAMPLES],
            "level": config.level,
            "least_effect": config.least_effect,
            **verdicts.scope(delivery_drift),
        },
        to_do="Ask the source's owner. If a file is wrong, take it back; if the world has moved, accept the delivery: "
        "accepted_delivery in DriftSettings.",
        severity=severity,
    )


@dg.asset_check(asset="delivery_drift", blocking=True)
def known_accounts_are_read_as_before(delivery_drift: ir.Table, config: DriftSettings) -> dg.AssetCheckResult:
    """Models learned from rows as they were read then; what reads them otherwise now is as good as another world."""
    found = verdicts.read_otherwise(delivery_drift)
    severity = dg.AssetCheckSeverity.ERROR if config.is_blocking else dg.AssetCheckSeverity.WARN
    return judged(
        not found,
        {"sources": len(found), "which": found[:EXAMPLES], "least_effect": config.least_effect},
        to_do="`cause` says whether our code or the files are others. If that was meant, let models learn from it with "
        "`job-search run --refit`, and accept the deliveries so far: accepted_delivery in DriftSettings.",
        severity=severity,
    )


@dg.asset_check(asset="delivery_drift")
def sources_deliver_as_much_as_before(delivery_drift: ir.Table, config: DriftSettings) -> dg.AssetCheckResult:
    """Another mix of sources moves every total, though no source is another one than before."""
    found = verdicts.mixed(delivery_drift, accepted=config.accepted_delivery)
    return judged(
        not found,
        {"sources": len(found), "which": found[:EXAMPLES]},
        to_do="Ask whether a source's files are missing or doubled; if the mix is right, accept the delivery: "
        "accepted_delivery in DriftSettings.",
    )
