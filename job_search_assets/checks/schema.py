"""One blocking check a table: it keeps to its schema.

A table that breaks its schema is never published, so these fail only when a table was changed behind our back;
they are the record, on each asset's page and in CI, that the contract holds.
"""

import dagster as dg

from job_search_assets.engine.tables.publishing import breaches_in_place
from job_search_assets.engine.tables.table_schemas import table_schemas
from job_search_assets.engine.tables.warehouse import Warehouse


def keeps_its_schema(table: str) -> dg.AssetChecksDefinition:
    """The check of one table."""
    schema = table_schemas()[table]

    @dg.asset_check(
        asset=table,
        name=f"{table}_keeps_its_schema",
        blocking=True,
        description=f"Columns, types, nulls, key and value rules are as `{schema.__name__}` declares them.",
    )
    def check(warehouse: dg.ResourceParam[Warehouse]) -> dg.AssetCheckResult:
        breaches = breaches_in_place(warehouse, table, schema)
        return dg.AssetCheckResult(passed=not breaches, metadata={"breaches": breaches, "number": len(breaches)})

    return check


schema_checks = [keeps_its_schema(table) for table in sorted(table_schemas())]
