"""Provenance: what is decided about an account is whole, and every decision can be explained."""

import dagster as dg
import ibis.expr.types as ir

from job_search_assets.engine.tables.warehouse import Warehouse
from job_search_assets.logic.provenance import completeness, outcomes


@dg.asset_check(asset="decisions", blocking=True)
def every_account_is_decided_to_the_end(decisions: ir.Table) -> dg.AssetCheckResult:
    """Who is kept is some user's and has a predicted class, who is removed is nobody's, each label has its split."""
    found = outcomes.gaps(decisions).to_pyarrow().to_pylist()[0]
    counts = {name: count or 0 for name, count in found.items()}
    return dg.AssetCheckResult(passed=not any(counts.values()), metadata=counts)


@dg.asset_check(asset="decisions", additional_deps=list(completeness.TABLES))
def every_account_can_be_explained(decisions: ir.Table, warehouse: dg.ResourceParam[Warehouse]) -> dg.AssetCheckResult:
    """Whoever asks what became of an account gets an answer that is on record and adds up to what was decided.

    It does not block: what follows is no less right, but a person could not be told why.
    """
    tables = {name: warehouse.table(name) for name in completeness.TABLES}
    counts = completeness.count(tables, decisions)
    examples = completeness.examples(tables) if any(counts.values()) else []
    return dg.AssetCheckResult(
        passed=not any(counts.values()), metadata={**counts, "which": dg.MetadataValue.json(examples)}
    )
