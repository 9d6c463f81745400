"""Raw tables: what files and corrections say, typed; what breaks the contract stands in a table of its own."""

import dagster as dg
import ibis.expr.types as ir

from job_search_assets.engine.files.raw_files import RawFiles
from job_search_assets.engine.tables import raw_updates
from job_search_assets.engine.tables.publishing import Update
from job_search_assets.engine.tables.updates import LOGGED, LOGGED_BY_ENTRY, TABLE_OR_UPDATE
from job_search_assets.engine.tables.warehouse import Warehouse
from job_search_assets.schemas.contracts import CONTRACTS

Files = dg.ResourceParam[RawFiles]
Store = dg.ResourceParam[Warehouse]
CORRECTIONS = dg.AssetKey(["files", "corrections"])
FORGOTTEN = dg.AssetKey(["files", "forgotten"])
ALL_FILES = [CORRECTIONS, FORGOTTEN, *(dg.AssetKey(["files", name]) for name in CONTRACTS)]


@dg.asset(
    kinds={"duckdb"},
    owners=["team:data"],
    dagster_type=TABLE_OR_UPDATE,
    deps=[dg.AssetKey(["files", "users"]), CORRECTIONS, FORGOTTEN],
    metadata=LOGGED,
)
def raw_users(context: dg.AssetExecutionContext, raw_files: Files, warehouse: Store) -> ir.Table | Update:
    """Accounts as they signed up: the rows of `users` that keep the contract, after corrections.

    The contract is checked before anything is learned from a row, so that no later step has to doubt a date, a
    number or a key.
    """
    return raw_updates.accepted_rows(context, warehouse, raw_files, "users")


@dg.asset(kinds={"duckdb"}, owners=["team:data"], dagster_type=TABLE_OR_UPDATE, deps=ALL_FILES)
def raw_places(context: dg.AssetExecutionContext, raw_files: Files, warehouse: Store) -> ir.Table | Update:
    """Where each row of the raw tables stood: file and line.

    A table of its own, since a line's number changes whenever a file is sorted anew and no decision may.
    """
    return raw_updates.place_rows(context, warehouse, raw_files)


@dg.asset(kinds={"duckdb"}, owners=["team:data"], dagster_type=TABLE_OR_UPDATE, deps=ALL_FILES)
def rejected_rows(context: dg.AssetExecutionContext, raw_files: Files, warehouse: Store) -> ir.Table | Update:
    """Records that break the contract, with place, rule and text as read, and those that corrections withdrew.

    Nothing is dropped in silence: what is here can be mended, by the source or by a correction.
    """
    return raw_updates.rejected(context, warehouse, raw_files)


@dg.asset(
    group_name="spam",
    kinds={"duckdb"},
    owners=["team:data"],
    dagster_type=TABLE_OR_UPDATE,
    deps=[dg.AssetKey(["files", "spam_reports"]), CORRECTIONS, FORGOTTEN],
    metadata=LOGGED,
)
def raw_spam_reports(context: dg.AssetExecutionContext, raw_files: Files, warehouse: Store) -> ir.Table | Update:
    """Moderators' verdicts on accounts, after corrections.

    Kept as they were given, contradictions and all: what a verdict is worth is for the spam stage to say.
    """
    return raw_updates.accepted_rows(context, warehouse, raw_files, "spam_reports")


@dg.asset(
    group_name="spam",
    kinds={"duckdb"},
    owners=["team:data"],
    dagster_type=TABLE_OR_UPDATE,
    deps=[dg.AssetKey(["files", "ip_blocklist"]), CORRECTIONS, FORGOTTEN],
    metadata=LOGGED_BY_ENTRY,
)
def raw_ip_blocklist(context: dg.AssetExecutionContext, raw_files: Files, warehouse: Store) -> ir.Table | Update:
    """Blocklist entries with the time they are in force, after corrections.

    Ended entries stay: an account is judged by what was listed when it signed up. `is_confirmed` marks entries
    that a person stood up for.
    """
    return raw_updates.accepted_rows(context, warehouse, raw_files, "ip_blocklist")


@dg.asset(
    group_name="identity",
    kinds={"duckdb"},
    owners=["team:data"],
    dagster_type=TABLE_OR_UPDATE,
    deps=[dg.AssetKey(["files", "merge_pairs"]), CORRECTIONS, FORGOTTEN],
    metadata=LOGGED,
)
def raw_merge_pairs(context: dg.AssetExecutionContext, raw_files: Files, warehouse: Store) -> ir.Table | Update:
    """People's judgements whether two accounts are one person, after corrections.

    One row per labeller, so that disagreement stays visible.
    """
    return raw_updates.accepted_rows(context, warehouse, raw_files, "merge_pairs")


@dg.asset(
    group_name="labels",
    kinds={"duckdb"},
    owners=["team:data"],
    dagster_type=TABLE_OR_UPDATE,
    deps=[dg.AssetKey(["files", "job_seeker_votes"]), CORRECTIONS, FORGOTTEN],
)
def raw_job_seeker_votes(context: dg.AssetExecutionContext, raw_files: Files, warehouse: Store) -> ir.Table | Update:
    """Labellers' votes on who is looking for a job, after corrections.

    Votes are on accounts, since that is what labellers saw; they meet on users later.
    """
    return raw_updates.accepted_rows(context, warehouse, raw_files, "job_seeker_votes")
