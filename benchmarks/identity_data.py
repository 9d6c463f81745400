"""The data sets of the identity benchmark: folders of our raw files with their truth beside them."""

import csv
import os
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from benchmarks.processes import job_search, measured

SEED = "1"


@dataclass(frozen=True)
class Truth:
    """Who is behind each genuine account whose record keeps the contract, and which persons were made to look alike."""

    persons: dict[str, str]
    judged: set[str]  # accounts of persons of whom pairs were judged, where whole persons were set apart for it
    groups: list[list[str]]


def generated(accounts: int, folder: Path) -> Path:
    """A generated sample of that many accounts."""
    job_search("sample", "--accounts", str(accounts), "--seed", SEED, "--out", str(folder))
    return folder


def febrl3(folder: Path) -> Path:
    """Febrl 3 (`benchmarks.febrl3`), written by a process of its own, since it takes pandas."""
    measured("benchmarks.febrl3", str(folder))
    return folder


def real() -> Path | None:
    """The folder that JOB_SEARCH_REAL_DATA names."""
    named = os.environ.get("JOB_SEARCH_REAL_DATA")
    return Path(named) if named else None


def truth(folder: Path) -> Truth:
    """The truth of a data folder. Raises SystemExit when it has none."""
    if not (folder / "truth" / "accounts.csv").exists():
        raise SystemExit(f"{folder} has no truth/accounts.csv: without it nothing can be scored.")
    broken = {row["account_id"] for row in _rows(folder, "dirt") if row["breaks_contract"] == "true"}
    accounts = [row for row in _rows(folder, "accounts") if row["person_id"] and row["account_id"] not in broken]
    groups = defaultdict(list)
    for row in _rows(folder, "lookalikes"):
        groups[row["kind"], row["group"]].append(row["person_id"])
    return Truth(
        {row["account_id"]: row["person_id"] for row in accounts},
        {row["account_id"] for row in accounts if row.get("is_judged") == "true"},
        list(groups.values()),
    )


def users(path: Path) -> dict[str, str]:
    """account_id -> user_id, from a file with both."""
    with path.open(encoding="utf-8", newline="") as file:
        return {row["account_id"]: row["user_id"] for row in csv.DictReader(file)}


def _rows(folder: Path, name: str) -> list[dict[str, str]]:
    path = folder / "truth" / f"{name}.csv"
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
