"""The ledger of splits through the whole pipeline: kept outside the build folder, read back, obeyed."""

import csv
import shutil
from pathlib import Path

import duckdb
import pytest

from job_search_assets.schemas.splits import SPLIT_LEDGER_COLUMNS, SPLIT_LEDGER_FILE
from job_search_assets_tests.pipeline import Ended, content, job_search, rows

ACCOUNTS_AND_SPLITS = """SELECT user_id, list(account_id ORDER BY account_id), any_value(split)
    FROM user_accounts JOIN job_seeker_splits USING (user_id) GROUP BY user_id ORDER BY user_id"""


@pytest.fixture
def build(first_run: tuple[Path, Ended], tmp_path: Path) -> Path:
    """A copy of the first run's build folder."""
    shutil.copytree(first_run[0], tmp_path / "build")
    return tmp_path / "build"


@pytest.fixture
def folder(data: Path, tmp_path: Path) -> Path:
    """A copy of the data folder, to put a ledger into."""
    shutil.copytree(data, tmp_path / "data")
    return tmp_path / "data"


def keep(folder: Path, *lines: tuple[object, ...]) -> None:
    with (folder / SPLIT_LEDGER_FILE).open("w", newline="") as file:
        csv.writer(file).writerows([SPLIT_LEDGER_COLUMNS, *lines])


def forget(build: Path) -> None:
    """As in a new build folder, but without the hours before."""
    with duckdb.connect(str(build / "warehouse.duckdb")) as connection:
        connection.execute("DROP TABLE split_ledger")


def test_every_account_of_a_labelled_user_is_in_the_ledger_once(first_run: tuple[Path, Ended]) -> None:
    told = rows(first_run[0], "SELECT account_id, split, step, cause FROM split_ledger ORDER BY account_id")
    wanted = [
        (account, split, 1, "drawn")
        for _, accounts, split in rows(first_run[0], ACCOUNTS_AND_SPLITS)
        for account in accounts
    ]
    assert told == sorted(wanted)


def test_a_ledger_that_was_exported_is_read_back_as_it_was(folder: Path, build: Path) -> None:
    before = content(build)
    out = folder / SPLIT_LEDGER_FILE
    ended = job_search("export", "split_ledger", "--data", folder, "--build", build, "--out", out)
    assert ended.code == 0, ended.said
    assert out.read_text().splitlines()[0] == ",".join(SPLIT_LEDGER_COLUMNS)
    forget(build)
    assert job_search("run", "--data", folder, "--build", build).code == 0
    assert content(build) == before


def test_who_stood_elsewhere_before_stays_there_and_whom_a_merge_taints_is_retired(folder: Path, build: Path) -> None:
    users = rows(build, ACCOUNTS_AND_SPLITS)
    moved, accounts, _ = next(user for user in users if user[2] == "test")
    tainted, several, _ = next(user for user in users if len(user[1]) > 1)
    keep(
        folder,
        *((1, account, "train", 1, moved, "drawn") for account in accounts),
        (1, several[0], "train", 1, "", "drawn"),
        (1, several[1], "test", 1, "", "drawn"),
    )
    forget(build)
    ended = job_search("run", "--data", folder, "--build", build)
    assert ended.code == 0, ended.said
    split = dict(rows(build, "SELECT user_id, split FROM job_seeker_splits"))
    assert (split[moved], split[tainted]) == ("train", "retired")
    assert "retired 1 (" in ended.said
    graded = [value for (value,) in rows(build, "SELECT value FROM model_evaluation WHERE metric = 'users'")]
    assert sum(graded) == sum(name in {"dev", "test"} for name in split.values())
    log = rows(build, "SELECT account_id, step, cause FROM split_ledger WHERE split = 'retired' ORDER BY account_id")
    assert log == [(account, 2, "stood in train and in test") for account in several]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ((1, "a", "valid", 1, "", "drawn"), "1 accounts in 'valid', and SplitSettings knows train, dev, test"),
        (("first", "a", "train", 1, "", "drawn"), "line 2: edition is no whole number"),
    ],
)
def test_a_ledger_that_cannot_be_followed_is_told(
    folder: Path, build: Path, line: tuple[object, ...], told: str
) -> None:
    keep(folder, line)
    ended = job_search("run", "--data", folder, "--build", build)
    assert ended.code == 2
    assert told in ended.said
    assert "Traceback" not in ended.said


def test_to_ask_again_changes_nothing(data: Path, build: Path) -> None:
    before = content(build)
    ended = job_search("run", "--data", data, "--build", build, "--select", "split_ledger")
    assert ended.code == 0, ended.said
    assert content(build) == before


@pytest.mark.parametrize(
    ("table", "out", "told"),
    [
        (
            "split_ledgers",
            "kept.csv",
            "There is no table split_ledgers. Did you mean split_ledger? There are account_deliveries,",
        ),
        ("split_ledger", "no/kept.csv", "cannot be written"),
        ("spam_model", "kept.csv", "spam_model is a model and no table"),
    ],
)
def test_an_export_that_cannot_be_made_is_told(
    first_run: tuple[Path, Ended], data: Path, tmp_path: Path, table: str, out: str, told: str
) -> None:
    ended = job_search("export", table, "--data", data, "--build", first_run[0], "--out", tmp_path / out)
    assert ended.code == 2
    assert told in ended.said
    assert list(tmp_path.iterdir()) == []
