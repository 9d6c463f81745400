"""Whether rows that are scored again get the cells that are built, and which step is the first to tell otherwise."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pandas as pd

# In the order of the pipeline: what differs in one step makes all that follow differ.
STEPS = (
    "rejected_rows",
    "raw_users",
    "spam_features",
    "blocklist_hits",
    "report_grounds",
    "spam_scores",
    "spam_evidence",
    "spam_decisions",
    "spam_reasons",
    "despammed_users",
    "match_details",
    "match_predictions",
    "user_accounts",
    "clean_users",
    "job_seeker_predictions",
)
ACCOUNT = "account"  # the column that says whose row it is, in every table that is compared


@dataclass(frozen=True)
class Difference:
    """The first step in which an account's rows are not what is built, and the columns that differ there."""

    account: str
    step: str
    columns: tuple[str, ...]


def compare(scored: Mapping[str, pd.DataFrame], built: Mapping[str, pd.DataFrame]) -> list[Difference]:
    """For each account that differs its first step (`STEPS`); rows by `account`, cells as they are, order aside."""
    found: dict[str, Difference] = {}
    for step in STEPS:
        for account, columns in _differing(scored[step], built[step]).items():
            found.setdefault(account, Difference(account, step, columns))
    return [found[account] for account in sorted(found)]


def located(differences: Sequence[Difference]) -> str | None:
    """The step at fault: of all accounts' first steps the earliest."""
    return min((difference.step for difference in differences), key=STEPS.index, default=None)


def cells(tables: Mapping[str, pd.DataFrame]) -> int:
    """How many cells are compared."""
    return sum(table.size for table in tables.values())


def _differing(one: pd.DataFrame, other: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    columns = [column for column in other.columns if column != ACCOUNT]
    mine, theirs = (_as_text(table[[ACCOUNT, *columns]]) for table in (one, other))
    both = mine.value_counts(dropna=False).sub(theirs.value_counts(dropna=False), fill_value=0)
    accounts = sorted({key[0] for key in both[both != 0].index})
    return {account: _columns(mine, theirs, account, columns) for account in accounts}


def _columns(mine: pd.DataFrame, theirs: pd.DataFrame, account: str, columns: Sequence[str]) -> tuple[str, ...]:
    """The columns whose values are not the same, or `rows` where there are more or fewer rows."""
    here, there = (table[table[ACCOUNT] == account] for table in (mine, theirs))
    if len(here) != len(there):
        return ("rows",)
    return tuple(name for name in columns if sorted(here[name]) != sorted(there[name]))


def _as_text(table: pd.DataFrame) -> pd.DataFrame:
    """Every cell as one text, missing values as none: two floats are the same when all their digits are."""
    return pd.DataFrame({name: [_text(cell) for cell in table[name].to_numpy(object)] for name in table.columns})


def _text(cell: Any) -> str:
    if cell is None or cell is pd.NaT or cell != cell:
        return ""
    # Adding nothing makes one zero of two; a decimal is the number that it is, however many noughts it ends in.
    return repr(float(cell) + 0.0) if isinstance(cell, float | Decimal) else str(cell)
