"""The spam decision on one account with its reasons, read from an opened build."""

import functools
from typing import Any

import ibis
import pandas as pd

from job_search_assets.engine.stories.opened_builds import OpenedBuild
from job_search_assets.engine.tables.reading import Row, among, row, rows
from job_search_assets.engine.tables.warehouse import Warehouse
from job_search_assets.logic.provenance import reasons
from job_search_assets.logic.provenance.stories import Listing, Spam
from job_search_assets.settings import SpamSettings

# A kept account's share ($1) of the tables that its reasons are gathered from; $2 and $3 are what its looks weigh.
_ASKED = {
    "spam_decisions": "SELECT * FROM spam_decisions WHERE account_id = $1",
    "spam_evidence": "SELECT * FROM spam_evidence WHERE account_id = $1",
    "entries": """SELECT account_id, entry_id FROM blocklist_hits WHERE account_id = $1
                  UNION SELECT account_id, entry_id FROM report_grounds WHERE account_id = $1""",
    "raw_spam_reports": "SELECT * FROM raw_spam_reports WHERE account_id = $1",
    "features": """SELECT $1::VARCHAR AS account_id, unnest($2::VARCHAR[]) AS reference,
                          unnest($3::DOUBLE[]) AS weight""",
}


def tell(build: OpenedBuild, account: str, *, with_values: bool) -> Spam | None:
    """The decision on the account, None where there is none yet."""
    decision = row(build.warehouse, "SELECT * FROM spam_decisions WHERE account_id = ?", account)
    if decision is None:
        return None
    if decision["is_spam"]:
        told = rows(build.warehouse, "SELECT * FROM spam_reasons WHERE account_id = ?", account)
        has_features = any(reason["kind"] == "feature" for reason in told)
    else:
        has_features = build.models.card("spam_model")["version"] == decision["model_version"]
        told = of_kept(build, account, has_features=has_features)
    entries = [reason["reference"] for reason in told if reason["kind"] == "entry"]
    listings = _listings(build.warehouse, entries)
    return reasons.tell(decision, told, listings, has_features=has_features, with_values=with_values)


def _listings(warehouse: Warehouse, entries: list[str]) -> dict[str, Listing]:
    found = rows(
        warehouse,
        f"""SELECT e.entry_id, e.listed_by, e.listed_from, e.listed_until, coalesce(r.is_suspect, false) AS is_suspect,
                   e.is_confirmed, r.log_odds
            FROM raw_ip_blocklist AS e LEFT JOIN blocklist_review AS r USING (entry_id)
            WHERE e.entry_id IN {among(entries)}""",
        *entries,
    )
    return {entry.pop("entry_id"): Listing(**entry) for entry in found}


def _looks(build: OpenedBuild, account: str) -> pd.DataFrame:
    features = build.warehouse.duckdb.execute(
        """SELECT f.*, e.fold FROM spam_features AS f LEFT JOIN spam_examples AS e USING (account_id)
           WHERE account_id = ?""",
        [account],
    ).df()
    at_most = SpamSettings.model_validate(build.settings_of("spam_reasons")).features_in_reasons
    return reasons.looks(features, build.spam_model, at_most=at_most)


def of_kept(build: OpenedBuild, account: str, *, has_features: bool = True) -> list[Row]:
    """The reasons of an account that was kept, by the code that wrote those of removed ones.

    With `has_features` the spam model on file says which features spoke for spam, and which against it.
    """
    looks = _looks(build, account) if has_features else pd.DataFrame({"reference": [], "weight": []})
    return rows(build.warehouse, _gathering(build), account, looks["reference"].tolist(), looks["weight"].tolist())


@functools.cache
def _gathering(build: OpenedBuild) -> str:
    """The query that gathers reasons from the shares of one account; written once a build."""
    tables = {name: build.warehouse.table(name) for name in ("spam_decisions", "spam_evidence", "raw_spam_reports")}
    columns: dict[str, Any] = {name: table.schema() for name, table in tables.items()} | {
        "entries": {"account_id": "string", "entry_id": "string"},
        "features": {"account_id": "string", "reference": "string", "weight": "float64"},
    }
    shares = {name: ibis.table(columns[name], name=f"asked_{name}") for name in _ASKED}
    gathered = reasons.gather(
        shares["spam_decisions"],
        shares["spam_evidence"],
        shares["entries"],
        shares["raw_spam_reports"],
        build.warehouse.table("moderator_quality"),
        shares["features"],
        list_reasons=SpamSettings.model_validate(build.settings_of("spam_scores")).list_reasons,
    )
    told = ibis.to_sql(gathered.select("kind", "reference", "weight", "is_in_score", "detail"), dialect="duckdb")
    return f"WITH {', '.join(f'asked_{name} AS ({query})' for name, query in _ASKED.items())} SELECT * FROM ({told})"
