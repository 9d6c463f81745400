"""What two builds say differently: whose outcomes, and of whom any number behind an outcome."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

from job_search_assets.logic.provenance.outcomes import OUTCOMES

# Tables with the numbers behind outcomes, and the columns that say whose.
NUMBERS = {
    "decisions": ["account_id"],
    "spam_evidence": ["account_id"],
    "match_predictions": ["account_id_left", "account_id_right"],
    "job_seeker_labels": ["user_id"],
}

Tables = Mapping[str, Mapping[tuple[Any, ...], Mapping[str, Any]]]


def read(build: Path) -> Tables:
    """These tables of a build, each row by its key."""
    with duckdb.connect(str(build / "warehouse.duckdb"), read_only=True) as connection:
        tables = {}
        for table, key in {**NUMBERS, "user_accounts": ["account_id"]}.items():
            frame = connection.execute(f"FROM {table}").fetch_arrow_table().to_pylist()
            tables[table] = {tuple(row[name] for name in key): row for row in frame}
        return tables


def differing(before: Tables, after: Tables) -> set[tuple[str, str]]:
    """The accounts, each with an outcome that is another one."""
    one, other = before["decisions"], after["decisions"]
    return {
        (key[0], outcome)
        for key in {*one, *other}
        for outcome, column in OUTCOMES.items()
        if one.get(key, {}).get(column) != other.get(key, {}).get(column)
    }


def moved(before: Tables, after: Tables) -> set[str]:
    """The accounts of whom any number behind an outcome is another one."""
    found: set[str] = set()
    for table in NUMBERS:
        keys = {key for key in {*before[table], *after[table]} if before[table].get(key) != after[table].get(key)}
        if table != "job_seeker_labels":
            found |= {account for key in keys for account in key}
            continue
        for tables in (before, after):
            found |= {key[0] for key, row in tables["user_accounts"].items() if (row["user_id"],) in keys}
    return found
