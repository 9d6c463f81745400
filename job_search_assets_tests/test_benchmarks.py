"""The scores and measurements that the benchmarks print."""

import shutil
from itertools import combinations
from pathlib import Path

import hypothesis.strategies as st
import pandas as pd
import pytest
from hypothesis import given

from benchmarks import identity_data, job_seekers
from benchmarks.identity_scale import add, withhold
from benchmarks.identity_scores import Alike, Quality, b_cubed, look_alikes, pairwise
from benchmarks.processes import Measured, measured
from job_search_assets.logic.job_seekers.features import names_of
from job_search_assets_tests.pipeline import job_search

ACCOUNTS = "abcdefgh"


@st.composite
def partitions(draw: st.DrawFn) -> dict[str, str]:
    return {account: str(draw(st.integers(0, 4))) for account in draw(st.sets(st.sampled_from(ACCOUNTS)))}


def test_pairs_of_one_user_and_of_one_person_are_counted() -> None:
    persons = {"a": "1", "b": "1", "c": "1", "d": "2", "e": "2"}
    users = {"a": "x", "b": "x", "c": "y", "d": "y", "e": "y"}
    # Found: ab, cd, ce, de. True: ab, ac, bc, de.
    assert pairwise(users, persons) == Quality(precision=2 / 4, recall=2 / 4)


def test_b_cubed_is_an_average_over_accounts() -> None:
    persons = {"a": "1", "b": "1", "c": "1", "d": "2", "e": "2"}
    users = {"a": "x", "b": "x", "c": "y", "d": "y", "e": "y"}
    found = b_cubed(users, persons)
    assert found.precision == pytest.approx((1 + 1 + 1 / 3 + 2 / 3 + 2 / 3) / 5)
    assert found.recall == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1 + 1) / 5)


def test_an_account_without_a_user_is_alone_whatever_other_users_are_called() -> None:
    assert pairwise({"b": "a", "c": "a"}, {"a": "1", "b": "1", "c": "1"}) == Quality(precision=1.0, recall=1 / 3)


def test_accounts_that_are_not_asked_about_count_for_nothing() -> None:
    assert pairwise({"a": "x", "spam": "x"}, {"a": "1"}) == Quality(precision=1.0, recall=1.0)


def test_f1_is_the_harmonic_mean_and_nothing_where_nothing_is_right() -> None:
    assert Quality(0.5, 1.0).f1 == pytest.approx(2 / 3)
    assert Quality(0.0, 0.0).f1 == 0.0


@given(partitions(), partitions())
def test_pairwise_agrees_with_looking_at_every_pair(users: dict[str, str], persons: dict[str, str]) -> None:
    pairs = list(combinations(sorted(persons), 2))
    found = {(one, two) for one, two in pairs if one in users and two in users and users[one] == users[two]}
    true = {(one, two) for one, two in pairs if persons[one] == persons[two]}
    right = len(found & true)
    expected = Quality(right / len(found) if found else 1.0, right / len(true) if true else 1.0)
    assert pairwise(users, persons) == expected


@given(partitions(), partitions())
def test_b_cubed_agrees_with_looking_at_every_account(users: dict[str, str], persons: dict[str, str]) -> None:
    precision, recall = [], []
    for account in persons:
        in_user = {o for o in persons if o == account or (account in users and users.get(o) == users[account])}
        in_person = {other for other in persons if persons[other] == persons[account]}
        precision.append(len(in_user & in_person) / len(in_user))
        recall.append(len(in_user & in_person) / len(in_person))
    found = b_cubed(users, persons)
    assert found.precision == pytest.approx(sum(precision) / len(precision) if precision else 1.0)
    assert found.recall == pytest.approx(sum(recall) / len(recall) if recall else 1.0)


def test_look_alikes_are_merged_when_any_of_their_accounts_share_a_user() -> None:
    persons = {"a": "1", "b": "1", "c": "2", "d": "3", "e": "4"}
    users = {"a": "x", "b": "y", "c": "y", "d": "z", "e": "z"}
    # 1 and 2 share y; 3 and 4 share z but are in no group together; person 5 has no account left.
    assert look_alikes(users, persons, [["1", "2", "3"], ["4", "5"]]) == Alike(pairs=3, merged=1)


def test_the_truth_leaves_out_spam_and_broken_records(tmp_path: Path) -> None:
    (tmp_path / "truth").mkdir()
    (tmp_path / "truth" / "accounts.csv").write_text("account_id,is_spam,person_id\na,false,1\nb,true,\nc,false,2\n")
    (tmp_path / "truth" / "dirt.csv").write_text("account_id,breaks_contract\nc,true\na,false\n")
    (tmp_path / "truth" / "lookalikes.csv").write_text("group,kind,person_id\n1,family,1\n1,namesake,2\n1,family,3\n")
    truth = identity_data.truth(tmp_path)
    assert truth.persons == {"a": "1"}
    assert truth.groups == [["1", "3"], ["2"]]


def test_a_process_tells_its_memory_and_what_it_said() -> None:
    took = measured("timeit", "-n", "1", "-r", "1", "-s", "held = b'1' * 1_000_000_000", "print('done')")
    assert "done" in took.said
    assert took.gigabytes > 0.9
    assert took.seconds > 0


def test_a_process_that_fails_stops_the_benchmark_with_what_it_said() -> None:
    with pytest.raises(SystemExit, match=r"No module named benchmarks\.nothing"):
        measured("benchmarks.nothing")


def test_seconds_and_rows_of_assets_are_read_from_what_a_run_says(data: Path, tmp_path: Path) -> None:
    ended = job_search("run", "--data", data, "--build", tmp_path, "--select", "key:source_inventory")
    took = Measured(seconds=1.0, cpu_seconds=1.0, gigabytes=1.0, said=ended.said)
    assert set(took.assets) == {"source_inventory"}
    assert took.rows["source_inventory"] > 0


def test_the_youngest_accounts_that_nobody_mentions_are_withheld_and_come_back(data: Path, tmp_path: Path) -> None:
    grown = tmp_path / "grown"
    shutil.copytree(data, grown)
    taken = withhold(grown, 20)
    left = (grown / "raw" / "users.csv").read_bytes()
    add(grown, taken)
    assert sorted((grown / "raw" / "users.csv").read_bytes().split(b"\n")) == sorted(
        (data / "raw" / "users.csv").read_bytes().split(b"\n")
    )
    ids = {line.split(b",")[0] for line in taken}
    assert len(ids) == 20
    for name in ("spam_reports", "merge_pairs", "job_seeker_votes"):
        assert not any(key in (data / "raw" / f"{name}.csv").read_bytes() for key in ids)
    assert min(line.split(b",")[1] for line in taken) >= b"2026"
    assert not any(key in left for key in ids)


def test_the_plain_peer_is_given_each_users_fullest_account_the_oldest_of_equals() -> None:
    told = dict.fromkeys(names_of("number", "boolean", "ordinal", "category"))
    forms = pd.DataFrame(
        [
            {"user_id": "u", "account_id": "a", "created_at": 1, **told, "training_hours": 1.0},
            {
                "user_id": "u",
                "account_id": "b",
                "created_at": 3,
                **told,
                "training_hours": 2.0,
                "years_experience": 2.0,
            },
            {
                "user_id": "u",
                "account_id": "c",
                "created_at": 2,
                **told,
                "training_hours": 3.0,
                "years_experience": 2.0,
            },
            {"user_id": "v", "account_id": "d", "created_at": 1, **told},
        ]
    )
    assert job_seekers._fullest(forms)["training_hours"].tolist()[:1] == [3.0]
    assert job_seekers._fullest(forms)["user_id"].tolist() == ["u", "v"]
