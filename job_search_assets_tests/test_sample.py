"""The generated sample keeps the contract for inputs, plants what it says, and tells the truth about it."""

import csv
import filecmp
import ipaddress
from collections import Counter
from datetime import date, datetime
from pathlib import Path

import pytest

from job_search_assets import sample
from job_search_assets.sample import draws, networks, romanised
from job_search_assets.sample.accounts import COLUMNS
from job_search_assets.sample.shares import Shares

ACCOUNTS = 3_000
KEYS = {
    "spam_reports": ("account_id", "reported_by", "reported_at"),
    "ip_blocklist": ("entry_id",),
    "merge_pairs": ("account_id_left", "account_id_right", "labeller"),
    "job_seeker_votes": ("account_id", "labeller", "labelled_at"),
}
Rows = list[dict[str, str]]


def read(path: Path) -> Rows:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("sample")
    sample.write(accounts=ACCOUNTS, seed=5, out=out)
    return out


@pytest.fixture(scope="module")
def truth(folder: Path) -> dict[str, Rows]:
    return {path.stem: read(path) for path in (folder / "truth").glob("*.csv")}


@pytest.fixture(scope="module")
def raw(folder: Path) -> dict[str, Rows]:
    """The raw files; of users.csv the rows without any flaw."""
    tables = {name: read(folder / "raw" / f"{name}.csv") for name in KEYS}
    flawed = {row["line"] for row in read(folder / "truth" / "dirt.csv")}
    lines = (folder / "raw" / "users.csv").read_bytes().split(b"\n")
    sound = [line.decode() for number, line in enumerate(lines, start=1) if str(number) not in flawed and number > 1]
    rows = csv.reader(line for line in sound if line.startswith("u"))
    return tables | {"users": [dict(zip(COLUMNS, row, strict=True)) for row in rows]}


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "other"):
        sample.write(accounts=300, seed=8, out=tmp_path / name)
    files = [path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*.*")]
    same, different, missing = filecmp.cmpfiles(tmp_path / "one", tmp_path / "other", files, shallow=False)
    assert (len(same), different, missing) == (17, [], [])


def test_another_seed_gives_other_people(tmp_path: Path) -> None:
    for seed in (1, 2):
        sample.write(accounts=300, seed=seed, out=tmp_path / str(seed))
    one, other = (read(tmp_path / str(seed) / "truth" / "accounts.csv") for seed in (1, 2))
    assert not {row["account_id"] for row in one} & {row["account_id"] for row in other}


def test_raw_data_is_never_overwritten(folder: Path) -> None:
    with pytest.raises(sample.SampleError, match="is not empty"):
        sample.write(accounts=ACCOUNTS, seed=5, out=folder)


def test_too_few_accounts_are_refused(tmp_path: Path) -> None:
    with pytest.raises(sample.SampleError, match="at least 100"):
        sample.write(accounts=10, seed=5, out=tmp_path)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(sample.SampleError, match="cannot be made"):
        sample.write(accounts=300, seed=5, out=tmp_path / "file")


def test_progress_names_each_file_with_its_rows(tmp_path: Path) -> None:
    told: dict[str, int] = {}
    rows = sample.write(accounts=300, seed=1, out=tmp_path, progress=told.__setitem__)
    assert told["raw/users"] == 300
    assert rows.items() <= told.items()


def test_what_people_wrote_is_kept(tmp_path: Path) -> None:
    (tmp_path / "reference").mkdir()
    (tmp_path / "reference" / "corrections.csv").write_text("mine\n")
    sample.write(accounts=300, seed=1, out=tmp_path)
    assert (tmp_path / "reference" / "corrections.csv").read_text() == "mine\n"
    assert (tmp_path / "reference" / "label_guide.md").exists()


@pytest.mark.parametrize("name", sorted(KEYS))
def test_a_key_is_unique(raw: dict[str, Rows], name: str) -> None:
    keys = Counter(tuple(row[column] for column in KEYS[name]) for row in raw[name])
    assert keys.most_common(1)[0][1] == 1


def test_flawless_rows_keep_the_contract(raw: dict[str, Rows]) -> None:
    assert len(raw["users"]) > ACCOUNTS * 0.98
    for row in raw["users"]:
        created = datetime.fromisoformat(row["created_at"]).date()
        assert row["source"] in {"own_web", "own_app", "partner_jobboard", "purchased_list"}
        assert not row["birth_date"] or date.fromisoformat(row["birth_date"]) <= created
        assert ipaddress.ip_address(row["signup_ip"])
        assert not row["city_development_index"] or 0 <= float(row["city_development_index"]) <= 1
        assert not row["years_experience"] or 0 <= float(row["years_experience"]) <= 60
        assert not row["training_hours"] or float(row["training_hours"]) >= 0
        assert row["has_relevant_experience"] in {"", "true", "false"}
        assert row["enrolled_university"] in {"", "none", "part_time", "full_time"}
        assert row["last_job_change"] in {"", "never", "1", "2", "3", "4", ">4"}


def test_hand_made_files_speak_of_accounts_that_exist(raw: dict[str, Rows], truth: dict[str, Rows]) -> None:
    known = {row["account_id"] for row in truth["accounts"]}
    assert len(known) == ACCOUNTS
    for name, columns in (
        ("spam_reports", ["account_id"]),
        ("merge_pairs", ["account_id_left", "account_id_right"]),
        ("job_seeker_votes", ["account_id"]),
    ):
        assert {row[column] for row in raw[name] for column in columns} <= known


def test_every_flaw_stands_on_its_line(folder: Path, truth: dict[str, Rows]) -> None:
    lines = (folder / "raw" / "users.csv").read_bytes().split(b"\n")
    assert len({row["kind"] for row in truth["dirt"]}) == 19
    for row in truth["dirt"]:
        assert lines[int(row["line"]) - 1].startswith(row["account_id"].encode() + b","), row
    assert {row["kind"] for row in truth["dirt"] if row["breaks_contract"] == "false"} == {"embedded_newline"}


def test_every_account_has_its_row(folder: Path, truth: dict[str, Rows]) -> None:
    starts = [line.split(b",")[0].decode() for line in (folder / "raw" / "users.csv").read_bytes().split(b"\n")]
    assert {row["account_id"] for row in truth["accounts"]} <= set(starts)


def test_a_repeated_id_is_the_later_row(folder: Path, truth: dict[str, Rows]) -> None:
    lines = (folder / "raw" / "users.csv").read_bytes().split(b"\n")
    for row in truth["dirt"]:
        if row["kind"] == "duplicate_account_id":
            first = next(line for line in lines if line.startswith(row["account_id"].encode()))
            later = lines[int(row["line"]) - 1]
            assert first is not later
            assert first.split(b",")[1] <= later.split(b",")[1]


def test_spam_and_persons_have_their_shares(truth: dict[str, Rows]) -> None:
    spam = [row for row in truth["accounts"] if row["is_spam"] == "true"]
    assert len(spam) == ACCOUNTS * 0.15
    assert {row["person_id"] for row in spam} == {""}
    sizes = Counter(Counter(row["person_id"] for row in truth["accounts"] if row["person_id"]).values())
    assert max(sizes) == 6
    assert 0.55 < sizes[1] / len(truth["persons"]) < 0.65
    seekers = sum(row["is_job_seeker"] == "true" for row in truth["persons"])
    assert 0.24 < seekers / len(truth["persons"]) < 0.32


def test_wrong_entries_hold_many_genuine_and_few_spam_accounts(raw: dict[str, Rows], truth: dict[str, Rows]) -> None:
    is_spam = {row["account_id"]: row["is_spam"] == "true" for row in truth["accounts"]}
    kind = {row["entry_id"]: row["kind"] for row in truth["blocklist"]}
    wrong = [ipaddress.ip_network(row["network"]) for row in raw["ip_blocklist"] if kind[row["entry_id"]] == "wrong"]
    assert len(wrong) == 2
    for network in wrong:
        inside = [row for row in raw["users"] if ipaddress.ip_address(row["signup_ip"]) in network]
        spam = sum(is_spam[row["account_id"]] for row in inside)
        assert 1 <= spam <= 4
        assert len(inside) - spam >= 15


def test_the_list_poisons_the_reports(raw: dict[str, Rows], truth: dict[str, Rows]) -> None:
    is_spam = {row["account_id"]: row["is_spam"] for row in truth["accounts"]}
    misled = [row for row in raw["spam_reports"] if row["reason"] == "blocklisted network"]
    assert {row["is_spam"] for row in misled} == {"true"}
    assert sum(is_spam[row["account_id"]] == "false" for row in misled) >= 20


def test_one_moderator_is_careless(raw: dict[str, Rows], truth: dict[str, Rows]) -> None:
    is_spam = {row["account_id"]: row["is_spam"] for row in truth["accounts"]}
    own = [row for row in raw["spam_reports"] if row["reason"] != "blocklisted network"]
    wrong = Counter(row["reported_by"] for row in own if row["is_spam"] != is_spam[row["account_id"]])
    assert wrong.most_common(1)[0][0] == "mod_1"


def test_judged_pairs_tell_the_truth_but_for_the_errors_named(raw: dict[str, Rows], truth: dict[str, Rows]) -> None:
    person = {row["account_id"]: row["person_id"] for row in truth["accounts"]}
    judged = {tuple(row[key] for key in KEYS["merge_pairs"]): row["is_same_person"] for row in raw["merge_pairs"]}
    for row in truth["pairs"]:
        left, right = person[row["account_id_left"]], person[row["account_id_right"]]
        assert (row["is_same_person"] == "true") == (left == right != "")
        told = judged[tuple(row[key] for key in KEYS["merge_pairs"])]
        assert (told != row["is_same_person"]) == (row["is_wrong"] == "true")
    share = sum(row["is_same_person"] == "true" for row in truth["pairs"]) / len(truth["pairs"])
    assert 0.42 < share < 0.48


def test_nobody_votes_twice_on_an_account(raw: dict[str, Rows]) -> None:
    votes = Counter((row["account_id"], row["labeller"]) for row in raw["job_seeker_votes"])
    assert votes.most_common(1)[0][1] == 1
    assert set(Counter(account for account, _ in votes).values()) == {2, 3, 5}


def test_the_guide_changes_on_its_day(raw: dict[str, Rows]) -> None:
    for row in raw["job_seeker_votes"]:
        assert row["guide_version"] == ("2" if row["labelled_at"] >= "2025-09-01" else "1")


def test_look_alikes_are_different_persons(truth: dict[str, Rows]) -> None:
    groups = Counter((row["kind"], row["group"]) for row in truth["lookalikes"])
    assert {kind for kind, _ in groups} == {"family", "namesake", "shared e-mail", "shared phone"}
    assert min(groups.values()) >= 2
    members = [row["person_id"] for row in truth["lookalikes"]]
    assert len(set(members)) == len(members)


def test_nobody_can_be_reached(raw: dict[str, Rows]) -> None:
    endings = {row["email"].rpartition(".")[2] for row in raw["users"] if row["email"]}
    assert endings <= {"example", "test", "invalid"}
    addresses = [ipaddress.ip_address(row["signup_ip"]) for row in raw["users"]]
    assert all(address.is_reserved for address in addresses if address.version == 4)
    assert all(address in ipaddress.ip_network("2001:db8::/32") for address in addresses if address.version == 6)


def test_what_people_make_by_hand_stays_at_a_human_size(tmp_path: Path) -> None:
    few = sample.Shares(most_reports=50, most_pairs=30, most_votes=40)
    rows = sample.write(accounts=1_000, seed=1, out=tmp_path, shares=few)
    assert rows["raw/spam_reports"] < 75
    assert rows["raw/merge_pairs"] < 40
    assert rows["raw/job_seeker_votes"] < 60


@pytest.mark.parametrize(
    ("name", "latin"),
    [("김", "Kim"), ("혜진", "Hyejin"), ("Łukasz", "Lukasz"), ("Müller", "Muller"), ("Жанна", "Zhanna")],
)
def test_names_can_be_typed_on_a_foreign_keyboard(name: str, latin: str) -> None:
    assert romanised.romanised(name) == latin


def test_the_sample_that_comes_along_is_what_the_command_writes(tmp_path: Path) -> None:
    data = Path(__file__).parent.parent / "data"
    sample.write(accounts=5_000, seed=7, out=tmp_path)
    files = [path.relative_to(tmp_path) for part in ("raw", "truth") for path in (tmp_path / part).iterdir()]
    assert filecmp.cmpfiles(tmp_path, data, files, shallow=False)[1:] == ([], [])


@pytest.mark.parametrize("accounts", [1_000_000, 3_000_000, 20_000_000])
def test_the_internet_is_large_enough_for_any_number_of_accounts(accounts: int) -> None:
    listed = networks.internet(draws.generator(1, "internet"), accounts, Shares()).listed
    assert len(listed.base) > 1000
    assert {"wrong", "mixed", "sound"} == set(listed.kind)
