"""Raw tables: what files and corrections say, typed; what breaks the contract stands in a table of its own."""

import dagster as dg
import ibis.expr.types as ir

from job_search_assets.engine.raw_files import RawFiles
from job_search_assets.engine.updates import LOGGED
from job_search_assets.engine.warehouse import Warehouse
from job_search_assets.logic.users import rows
from job_search_assets.schemas.contracts import (
    CONTRACTS,
    IP_BLOCKLIST,
    JOB_SEEKER_VOTES,
    MERGE_PAIRS,
    SPAM_REPORTS,
    USERS,
)

Files = dg.ResourceParam[RawFiles]
Store = dg.ResourceParam[Warehouse]
CORRECTIONS = dg.AssetKey(["files", "corrections"])
ALL_FILES = [CORRECTIONS, *(dg.AssetKey(["files", name]) for name in CONTRACTS)]


@dg.asset(kinds={"duckdb"}, owners=["team:data"], deps=[dg.AssetKey(["files", "users"]), CORRECTIONS])
def raw_users(raw_files: Files, warehouse: Store) -> ir.Table:
    """Accounts as they signed up: the rows of `users` that keep the contract, after corrections.

    The contract is checked before anything is learned from a row, so that no later step has to doubt a date, a
    number or a key.
    """
    return rows.accepted(raw_files.judged("users", warehouse.connection), USERS)


@dg.asset(kinds={"duckdb"}, owners=["team:data"], deps=ALL_FILES)
def raw_places(raw_files: Files, warehouse: Store) -> ir.Table:
    """Where each row of the raw tables stood: file and line.

    A table of its own, since a line's number changes whenever a file is sorted anew and no decision may.
    """
    judged = {table: raw_files.judged(table, warehouse.connection) for table in CONTRACTS}
    return rows.together([rows.places(judged[table], CONTRACTS[table]) for table in CONTRACTS])


@dg.asset(kinds={"duckdb"}, owners=["team:data"], deps=ALL_FILES)
def rejected_rows(raw_files: Files, warehouse: Store) -> ir.Table:
    """Records that break the contract, with place, rule and text as read, and those that corrections withdrew.

    Nothing is dropped in silence: what is here can be mended, by the source or by a correction.
    """
    judged = {table: raw_files.judged(table, warehouse.connection) for table in CONTRACTS}
    texts = {table: raw_files.texts(table, warehouse.connection) for table in CONTRACTS}
    return rows.together([rows.rejected(judged[table], texts[table], CONTRACTS[table]) for table in CONTRACTS])


@dg.asset(
    group_name="spam",
    kinds={"duckdb"},
    owners=["team:data"],
    deps=[dg.AssetKey(["files", "spam_reports"]), CORRECTIONS],
)
def raw_spam_reports(raw_files: Files, warehouse: Store) -> ir.Table:
    """Moderators' verdicts on accounts, after corrections.

    Kept as they were given, contradictions and all: what a verdict is worth is for the spam stage to say.
    """
    return rows.accepted(raw_files.judged("spam_reports", warehouse.connection), SPAM_REPORTS)


@dg.asset(
    group_name="spam",
    kinds={"duckdb"},
    owners=["team:data"],
    deps=[dg.AssetKey(["files", "ip_blocklist"]), CORRECTIONS],
)
def raw_ip_blocklist(raw_files: Files, warehouse: Store) -> ir.Table:
    """Blocklist entries with the time they are in force, after corrections.

    Ended entries stay: an account is judged by what was listed when it signed up. `is_confirmed` marks entries
    that a person stood up for.
    """
    return rows.accepted(raw_files.judged("ip_blocklist", warehouse.connection), IP_BLOCKLIST)


@dg.asset(
    group_name="identity",
    kinds={"duckdb"},
    owners=["team:data"],
    deps=[dg.AssetKey(["files", "merge_pairs"]), CORRECTIONS],
    metadata=LOGGED,
)
def raw_merge_pairs(raw_files: Files, warehouse: Store) -> ir.Table:
    """People's judgements whether two accounts are one person, after corrections.

    One row per labeller, so that disagreement stays visible.
    """
    return rows.accepted(raw_files.judged("merge_pairs", warehouse.connection), MERGE_PAIRS)


@dg.asset(
    group_name="labels",
    kinds={"duckdb"},
    owners=["team:data"],
    deps=[dg.AssetKey(["files", "job_seeker_votes"]), CORRECTIONS],
)
def raw_job_seeker_votes(raw_files: Files, warehouse: Store) -> ir.Table:
    """Labellers' votes on who is looking for a job, after corrections.

    Votes are on accounts, since that is what labellers saw; they meet on users later.
    """
    return rows.accepted(raw_files.judged("job_seeker_votes", warehouse.connection), JOB_SEEKER_VOTES)
