"""Quality on real data whose truth is known: the folder that JOB_SEARCH_REAL_DATA names (raw/, reference/, truth/).

The floors are what users were promised, not what we reach; a change that falls below one has broken something.
"""

import csv
import os
import shutil
from collections import Counter
from pathlib import Path

import pytest

from job_search_assets_tests.conftest import unavailable
from job_search_assets_tests.pipeline import job_search, rows


@pytest.fixture(scope="module")
def real_data() -> Path:
    folder = os.environ.get("JOB_SEARCH_REAL_DATA")
    if not folder or not (Path(folder) / "truth").is_dir():
        unavailable("JOB_SEARCH_REAL_DATA names no data set with its truth")
    return Path(folder)


@pytest.fixture(scope="module")
def real_build(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    build = tmp_path_factory.mktemp("real")
    ended = job_search("run", "--data", real_data, "--build", build)
    assert ended.code == 0, ended.said
    return build


def truth(data: Path, name: str) -> list[dict[str, str]]:
    with (data / "truth" / f"{name}.csv").open(newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def persons(real_data: Path) -> dict[str, str]:
    """The person of each genuine account whose record keeps the contract."""
    dirt = {row["account_id"] for row in truth(real_data, "dirt") if row["breaks_contract"] == "true"}
    return {
        row["account_id"]: row["person_id"]
        for row in truth(real_data, "accounts")
        if row["account_id"] not in dirt and row["person_id"]
    }


def wrongly_removed(build: Path, persons: dict[str, str]) -> set[str]:
    removed = {account for (account,) in rows(build, "SELECT account_id FROM spam_decisions WHERE is_spam")}
    return removed & set(persons)


def wrong_entries(data: Path) -> set[str]:
    return {row["entry_id"] for row in truth(data, "blocklist") if row["is_wrong"] == "true"}


def test_every_record_that_breaks_the_contract_is_rejected_at_its_line_and_nothing_else(
    real_data: Path, real_build: Path
) -> None:
    broken = [row for row in truth(real_data, "dirt") if row["breaks_contract"] == "true"]
    found = dict(rows(real_build, 'SELECT line, "table" FROM rejected_rows'))
    lines = (real_data / "raw" / "users.csv").read_bytes().split(b"\n")
    repeated = {row["account_id"] for row in broken if row["kind"] == "duplicate_account_id"}
    certain = {int(row["line"]) for row in broken if row["account_id"] not in repeated}
    others = [lines[line - 1].split(b",")[0].decode() for line in set(found) - certain]
    assert len(found) == len(broken)
    assert set(found.values()) == {"users"}
    assert certain <= set(found)
    assert set(others) <= repeated  # of two rows with one id either may be the one that is named


def test_spam_is_removed_and_people_are_not(real_data: Path, real_build: Path, persons: dict[str, str]) -> None:
    removed = {account for (account,) in rows(real_build, "SELECT account_id FROM spam_decisions WHERE is_spam")}
    spam = {row["account_id"] for row in truth(real_data, "accounts") if row["is_spam"] == "true"}
    spam &= {account for (account,) in rows(real_build, "SELECT account_id FROM raw_users")}
    assert len(removed & set(persons)) <= 40
    assert len(removed & spam) / len(removed) >= 0.95
    assert len(removed & spam) / len(spam) >= 0.92


def test_wrong_entries_are_named_before_anybody_tells(real_data: Path, real_build: Path) -> None:
    named = {entry for (entry,) in rows(real_build, "SELECT entry_id FROM blocklist_review WHERE is_suspect")}
    assert wrong_entries(real_data) <= named
    assert len(named - wrong_entries(real_data)) <= 3


def test_accounts_are_merged_into_the_persons_they_are(real_build: Path, persons: dict[str, str]) -> None:
    users = {a: u for a, u in rows(real_build, "SELECT account_id, user_id FROM user_accounts") if a in persons}
    together = _pairs(Counter((user, persons[account]) for account, user in users.items()))
    precision = together / _pairs(Counter(users.values()))
    recall = together / _pairs(Counter(persons[account] for account in users))
    assert precision >= 0.96
    assert 2 * precision * recall / (precision + recall) >= 0.94


def test_labels_agree_with_the_truth_and_split_counts_are_exact(
    real_data: Path, real_build: Path, persons: dict[str, str]
) -> None:
    seeker = {row["person_id"]: row["is_job_seeker"] == "true" for row in truth(real_data, "persons")}
    labels = rows(
        real_build,
        """SELECT l.is_job_seeker, list(a.account_id) FROM job_seeker_labels l JOIN user_accounts a USING (user_id)
           GROUP BY l.user_id, l.is_job_seeker""",
    )
    right = [
        label == seeker[Counter(known).most_common(1)[0][0]]
        for label, accounts in labels
        if (known := sorted(persons[account] for account in accounts if account in persons))
    ]
    assert sum(right) / len(right) >= 0.91
    for label in (True, False):
        counts = dict(
            rows(
                real_build, "SELECT split, count(*) FROM job_seeker_splits WHERE is_job_seeker = ? GROUP BY 1", [label]
            )
        )
        for split, share in (("train", 0.6), ("dev", 0.2), ("test", 0.2)):
            assert abs(counts[split] - share * sum(counts.values())) < 1


def test_withdrawing_the_wrong_entries_frees_everybody_in_them(
    real_data: Path, real_build: Path, persons: dict[str, str], tmp_path: Path
) -> None:
    inside = {
        account
        for entry in wrong_entries(real_data)
        for (account,) in rows(real_build, "SELECT account_id FROM blocklist_hits WHERE entry_id = ?", [entry])
    }
    corrected, build = tmp_path / "corrected", tmp_path / "build"
    shutil.copytree(real_data, corrected, ignore=shutil.ignore_patterns("truth"), copy_function=shutil.copyfile)
    shutil.copytree(real_build, build)
    (corrected / "reference").chmod(0o755)
    lines = [
        f"c-{number},ip_blocklist,{entry},withdraw,,,ann,2026-11-01T00:00:00Z,not a spammers' network"
        for number, entry in enumerate(sorted(wrong_entries(real_data)))
    ]
    header = "correction_id,table,key,action,column,value,made_by,made_at,why"
    (corrected / "reference" / "corrections.csv").write_text("\n".join([header, *lines, ""]))
    ended = job_search("run", "--data", corrected, "--build", build)
    assert ended.code == 0, ended.said
    assert wrongly_removed(build, persons) & inside == set()


def _pairs(sizes: Counter[object]) -> int:
    return sum(size * (size - 1) // 2 for size in sizes.values())
