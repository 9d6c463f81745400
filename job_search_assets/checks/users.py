"""Raw rows: every record is accounted for, every correction meets one, and what is odd is named."""

import dagster as dg
import ibis.expr.types as ir

from job_search_assets.engine.files.raw_files import RawFiles
from job_search_assets.engine.tables.warehouse import Warehouse
from job_search_assets.logic import provenance, sources
from job_search_assets.logic.users import conservation
from job_search_assets.logic.users.rows import FORGOTTEN_RULE, WITHDRAWN
from job_search_assets.schemas.contracts import CONTRACTS
from job_search_assets.settings import UsersSettings

Files = dg.ResourceParam[RawFiles]
Store = dg.ResourceParam[Warehouse]
EXAMPLES = 20


@dg.asset_check(
    asset="raw_users",
    additional_ins={"raw_places": dg.AssetIn("raw_places"), "rejected_rows": dg.AssetIn("rejected_rows")},
    blocking=True,
)
def every_line_is_kept_or_rejected(
    raw_users: ir.Table, raw_places: ir.Table, rejected_rows: ir.Table, raw_files: Files, warehouse: Store
) -> dg.AssetCheckResult:
    """A record in neither table was lost in silence; one in both would be refused and counted all the same."""
    records = [raw_files.text_rows(name, warehouse.connection) for name in CONTRACTS]
    found = conservation.account_for(records, raw_places, rejected_rows).to_pyarrow().to_pylist()[0]
    found["accounts_without_a_place"] = conservation.without_a_place(raw_users, raw_places).count().to_pyarrow().as_py()
    amiss = found["lost"] + found["twice"] + found["unknown"] + found["accounts_without_a_place"]
    return dg.AssetCheckResult(passed=amiss == 0, metadata=found)


@dg.asset_check(asset="rejected_rows")
def no_record_breaks_the_contract(rejected_rows: ir.Table) -> dg.AssetCheckResult:
    """What was refused is missing from all that follows until the source or a correction mends it."""
    broken = sources.rows_per_rule(rejected_rows.filter(~rejected_rows.rule.isin([WITHDRAWN, FORGOTTEN_RULE])))
    found = broken.order_by(broken["rows"].desc(), "table", "column", "rule").to_pyarrow().to_pylist()
    return dg.AssetCheckResult(
        passed=not found,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={
            "rows": sum(rule["rows"] for rule in found),
            "rules": dg.MetadataValue.json(found[:EXAMPLES]),
        },
    )


@dg.asset_check(asset="rejected_rows")
def every_correction_matches_a_row(rejected_rows: ir.Table, raw_files: Files, warehouse: Store) -> dg.AssetCheckResult:
    """A correction that meets no row was mistyped, or is no longer needed; what it was meant for stays wrong."""
    ledger = raw_files.ledger_rows(warehouse.connection)
    tables = {name: raw_files.text_rows(name, warehouse.connection) for name in CONTRACTS}
    idle = [provenance.unmatched(rows, ledger, CONTRACTS[name]) for name, rows in tables.items()]
    found = [line for table in idle for line in table.order_by("line").to_pyarrow().to_pylist()]
    return dg.AssetCheckResult(
        passed=not found,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"corrections_without_a_row": len(found), "which": dg.MetadataValue.json(found[:EXAMPLES])},
    )


@dg.asset_check(asset="raw_users")
def every_column_is_known(raw_users: ir.Table, raw_files: Files) -> dg.AssetCheckResult:
    """A column outside the contract is ignored: a new one to take in, or a known one misspelt."""
    found = {name: columns for name in CONTRACTS if (columns := raw_files.unknown_columns(name))}
    return dg.AssetCheckResult(
        passed=not found,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"columns_ignored": sum(map(len, found.values())), "which": dg.MetadataValue.json(found)},
    )


@dg.asset_check(asset="raw_users")
def birth_dates_are_of_people_alive(raw_users: ir.Table, config: UsersSettings) -> dg.AssetCheckResult:
    """Dates beyond a human's age are placeholders or slips of the pen, and weak evidence of who is who."""
    old = conservation.unlikely_birth_dates(raw_users, most_years=config.most_years_of_age)
    named = old.order_by("account_id").limit(EXAMPLES).to_pyarrow().to_pylist()
    return dg.AssetCheckResult(
        passed=not named,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={
            "accounts": old.count().to_pyarrow().as_py(),
            "limit_in_years": config.most_years_of_age,
            "which": dg.MetadataValue.json([account["account_id"] for account in named]),
        },
    )
