"""The spam decision on one account with its reasons, read from an opened build."""

import functools

import ibis
import pandas as pd

from job_search_assets.engine.opened_builds import OpenedBuild
from job_search_assets.engine.reading import Row, among, row, rows
from job_search_assets.engine.warehouse import Warehouse
from job_search_assets.logic.provenance import reasons
from job_search_assets.logic.provenance.stories import Listing, Spam
from job_search_assets.settings import SpamSettings

# A kept account's share of the tables that its reasons are gathered from, and how each is cut down to it.
_ASKED = {
    "spam_decisions": "SELECT * FROM spam_decisions WHERE account_id = ?",
    "spam_evidence": "SELECT * FROM spam_evidence WHERE account_id = ?",
    "entries": """SELECT account_id, entry_id FROM blocklist_hits WHERE account_id = $1
                  UNION SELECT account_id, entry_id FROM report_grounds WHERE account_id = $1""",
    "raw_spam_reports": "SELECT * FROM raw_spam_reports WHERE account_id = ?",
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
    connection = build.warehouse.duckdb
    for table, query in _ASKED.items():
        connection.execute(f"CREATE OR REPLACE TEMP TABLE asked_{table} AS {query}", [account])
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE asked_features(account_id VARCHAR, reference VARCHAR, weight DOUBLE)"
    )
    looks = _looks(build, account).to_numpy().tolist() if has_features else []
    if looks:
        connection.executemany("INSERT INTO asked_features VALUES (?, ?, ?)", looks)
    return rows(build.warehouse, _gathering(build))


@functools.cache
def _gathering(build: OpenedBuild) -> str:
    """The query that gathers reasons from the tables that are cut down to one account; written once a build."""
    connection = build.warehouse.connection
    asked = {name: connection.table(f"asked_{name}", database=("temp", "main")) for name in (*_ASKED, "features")}
    gathered = reasons.gather(
        asked["spam_decisions"],
        asked["spam_evidence"],
        asked["entries"],
        asked["raw_spam_reports"],
        build.warehouse.table("moderator_quality"),
        asked["features"],
        list_reasons=SpamSettings.model_validate(build.settings_of("spam_scores")).list_reasons,
    )
    return str(ibis.to_sql(gathered.select("kind", "reference", "weight", "is_in_score", "detail"), dialect="duckdb"))
