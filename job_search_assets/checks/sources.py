"""Sources: what must hold between accounts and the inventory."""

import dagster as dg
import ibis.expr.types as ir

from job_search_assets.logic import sources


@dg.asset_check(asset="raw_users", additional_ins={"source_inventory": dg.AssetIn("source_inventory")})
def every_source_is_in_the_inventory(raw_users: ir.Table, source_inventory: ir.Table) -> dg.AssetCheckResult:
    """Rows from a source that nobody has described have no owner, no rights and no price."""
    found = sources.strangers(raw_users, source_inventory).order_by("source").to_pyarrow().to_pylist()
    return dg.AssetCheckResult(
        passed=not found,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"sources_not_in_the_inventory": len(found), "which": dg.MetadataValue.json(found[:20])},
    )
