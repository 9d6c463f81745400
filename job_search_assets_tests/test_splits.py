"""Splits: exact counts for any numbers, by user, drawn the same way everywhere."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from job_search_assets.logic import splits
from job_search_assets_tests.conftest import Engine

LABELS = {"user_id": "string", "is_job_seeker": "boolean"}
SPLIT = {"user_id": "string", "split": "string", "is_job_seeker": "boolean"}
SIXTY_TWENTY_TWENTY = splits.shares_of(train=0.6, dev=0.2)


def labelled(engine: Engine, *, seekers: int, others: int) -> Any:
    ids = [f"u{number:04}" for number in range(seekers + others)]
    return engine.table({"user_id": ids, "is_job_seeker": [place < seekers for place in range(len(ids))]}, LABELS)


def divided(labels: Any, *, seed: int) -> Any:
    return splits.assign(labels, splits.exact_counts(splits.count_labels(labels), SIXTY_TWENTY_TWENTY), seed=seed)


def table(engine: Engine, *rows: tuple[str, str, bool]) -> Any:
    return engine.table(dict(zip(SPLIT, zip(*rows, strict=True), strict=True)), SPLIT)


def test_thirty_seekers_of_a_hundred_are_divided_18_6_6() -> None:
    assert splits.exact_counts({True: 30, False: 70}, SIXTY_TWENTY_TWENTY) == {
        True: {"train": 18, "dev": 6, "test": 6},
        False: {"train": 42, "dev": 14, "test": 14},
    }


@given(
    seekers=some.integers(0, 10_000),
    others=some.integers(0, 10_000),
    shares=some.sampled_from([(0.6, 0.2), (0.7, 0.15), (0.8, 0.1), (0.33, 0.33), (0.5, 0.49), (0.34, 0.05)]),
)
def test_every_count_and_every_size_is_its_ideal_rounded_up_or_down(
    seekers: int, others: int, shares: tuple[float, float]
) -> None:
    of_split = splits.shares_of(train=shares[0], dev=shares[1])
    counts = splits.exact_counts({True: seekers, False: others}, of_split)
    assert {label: sum(row.values()) for label, row in counts.items()} == {True: seekers, False: others}
    assert splits.is_exact(counts, of_split)


@given(
    users=some.tuples(*[some.integers(0, 300)] * 2), weights=some.lists(some.integers(1, 30), min_size=2, max_size=5)
)
def test_any_number_of_splits_is_exact(users: tuple[int, int], weights: list[int]) -> None:
    shares = {f"part {place}": Fraction(weight, sum(weights)) for place, weight in enumerate(weights)}
    assert splits.is_exact(splits.exact_counts({True: users[0], False: users[1]}, shares), shares)


@pytest.mark.parametrize("seed", [1, 2, 20260901])
def test_the_counts_are_the_same_for_every_seed(engine: Engine, seed: int) -> None:
    cells = splits.count_cells(divided(labelled(engine, seekers=30, others=70), seed=seed))
    assert cells[True] == {"train": 18, "dev": 6, "test": 6}
    assert cells[False] == {"train": 42, "dev": 14, "test": 14}


def test_who_goes_where_depends_on_seed_and_id_alone(engine: Engine) -> None:
    rows = engine.rows(divided(labelled(engine, seekers=3, others=3), seed=7), order_by="user_id")
    assert [row["split"] for row in rows] == ["train", "train", "dev", "train", "test", "train"]


def test_nobody_to_divide_gives_an_empty_table(engine: Engine) -> None:
    assert engine.rows(divided(labelled(engine, seekers=0, others=0), seed=1)) == []


def test_a_user_in_two_splits_is_found(engine: Engine) -> None:
    given_splits = table(engine, ("u", "train", True), ("u", "test", True), ("v", "dev", False))
    assert engine.rows(splits.users_in_several(given_splits)) == [{"user_id": "u", "rows": 2}]


def test_users_without_split_label_or_the_same_label_are_out_of_place(engine: Engine) -> None:
    labels = engine.table({"user_id": ["u", "v", "w"], "is_job_seeker": [True, True, False]}, LABELS)
    given_splits = table(engine, ("u", "train", True), ("v", "dev", False), ("x", "test", True))
    rows = engine.rows(splits.users_out_of_place(labels, given_splits), order_by="user_id")
    assert [row["user_id"] for row in rows] == ["v", "w", "x"]


def test_counts_are_named_by_split_and_label() -> None:
    cells = {True: {"train": 2, "test": 1}, False: {"train": 4, "test": 3}}
    assert splits.named_counts(cells) == {
        "train_job_seekers": 2,
        "test_job_seekers": 1,
        "train_others": 4,
        "test_others": 3,
    }


def test_a_count_off_by_one_is_not_exact() -> None:
    moved = {True: {"train": 19, "dev": 5, "test": 6}, False: {"train": 42, "dev": 14, "test": 14}}
    assert not splits.is_exact(moved, SIXTY_TWENTY_TWENTY)


def test_shares_that_leave_nothing_for_test_are_refused() -> None:
    with pytest.raises(ValueError, match=r"Nothing is left for test: train \(0.8\) and dev \(0.2\)"):
        splits.shares_of(train=0.8, dev=0.2)
