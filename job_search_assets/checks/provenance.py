"""Provenance: what is decided about an account is whole."""

import dagster as dg
import ibis.expr.types as ir

from job_search_assets.logic.provenance import outcomes


@dg.asset_check(asset="decisions", blocking=True)
def every_account_is_decided_to_the_end(decisions: ir.Table) -> dg.AssetCheckResult:
    """Who is kept is some user's and has a predicted class, who is removed is nobody's, each label has its split."""
    found = outcomes.gaps(decisions).to_pyarrow().to_pylist()[0]
    counts = {name: count or 0 for name, count in found.items()}
    return dg.AssetCheckResult(passed=not any(counts.values()), metadata=counts)
