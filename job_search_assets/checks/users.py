"""Raw rows: every record is accounted for, every correction meets one, and what is odd is named."""

import dagster as dg
import ibis.expr.types as ir

from job_search_assets.checks.judged import judged
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


@dg.asset_check(asset="rejected_rows", additional_ins={"raw_places": dg.AssetIn("raw_places")})
def no_record_breaks_the_contract(rejected_rows: ir.Table, raw_places: ir.Table) -> dg.AssetCheckResult:
    """What was refused is missing from all that follows until the source or a correction mends it.

    A file of which nothing was kept is no slip of a few records, and fails.
    """
    broken = rejected_rows.filter(~rejected_rows.rule.isin([WITHDRAWN, FORGOTTEN_RULE]))
    rules = sources.rows_per_rule(broken)
    found = rules.order_by(rules["rows"].desc(), "table", "column", "rule").to_pyarrow().to_pylist()
    refused = sources.refused_files(broken, raw_places)
    return judged(
        not found,
        {
            "rows": sum(rule["rows"] for rule in found),
            "rules": found[:EXAMPLES],
            "files_of_which_nothing_was_kept": refused[:EXAMPLES],
        },
        to_do="rejected_rows has file, line, column and rule of each. Mend them where they come from, or with "
        "`job-search correct`.",
        severity=dg.AssetCheckSeverity.ERROR if refused else dg.AssetCheckSeverity.WARN,
    )


@dg.asset_check(asset="rejected_rows")
def every_correction_matches_a_row(rejected_rows: ir.Table, raw_files: Files, warehouse: Store) -> dg.AssetCheckResult:
    """A correction that meets no row was mistyped, or is no longer needed; what it was meant for stays wrong."""
    ledger = raw_files.ledger_rows(warehouse.connection)
    tables = {name: raw_files.text_rows(name, warehouse.connection) for name in CONTRACTS}
    idle = [provenance.unmatched(rows, ledger, CONTRACTS[name]) for name, rows in tables.items()]
    found = [line for table in idle for line in table.order_by("line").to_pyarrow().to_pylist()]
    return judged(
        not found,
        {"corrections_without_a_row": len(found), "which": found[:EXAMPLES]},
        to_do="Take it back and write it with the right key: `job-search correct corrections ID withdraw`.",
    )


@dg.asset_check(asset="raw_users")
def every_column_is_known(raw_users: ir.Table, raw_files: Files) -> dg.AssetCheckResult:
    """A column outside the contract is ignored: a new one to take in, or a known one misspelt."""
    found = {name: columns for name in CONTRACTS if (columns := raw_files.unknown_columns(name))}
    return judged(
        not found,
        {"columns_ignored": sum(map(len, found.values())), "which": found},
        to_do="A misspelt one: mend the file's header. A new one is declared in schemas/contracts.py.",
    )


@dg.asset_check(asset="raw_users")
def birth_dates_are_of_people_alive(raw_users: ir.Table, config: UsersSettings) -> dg.AssetCheckResult:
    """Dates beyond a human's age are placeholders or slips of the pen, and weak evidence of who is who."""
    old = conservation.unlikely_birth_dates(raw_users, most_years=config.most_years_of_age)
    named = old.order_by("account_id").limit(EXAMPLES).to_pyarrow().to_pylist()
    return judged(
        not named,
        {
            "accounts": old.count().to_pyarrow().as_py(),
            "most_years_of_age": config.most_years_of_age,
            "which": [account["account_id"] for account in named],
        },
        to_do="Have the source leave placeholders empty, or correct a slip: `job-search correct users ACCOUNT replace "
        "birth_date=YYYY-MM-DD`.",
    )
