"""Splits: exact counts for any numbers, by user, drawn the same way everywhere."""

from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from typing import Any

import ibis
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from job_search_assets.logic.splits import balance, drawing, exactness, past, shares
from job_search_assets.settings import SplitSettings
from job_search_assets_tests.conftest import Engine

UNITS = {"user_id": "string", "is_job_seeker": "boolean", "source": "string"}
STANDING = {"user_id": "string", "split": "string", "cause": "string"}
SPLIT = {"user_id": "string", "split": "string", "is_job_seeker": "boolean"}
SIXTY_TWENTY_TWENTY = shares.shares_of({"train": 0.6, "dev": 0.2, "test": 0.2})
SEVENTY_FIFTEEN_FIFTEEN = shares.shares_of({"train": 0.7, "dev": 0.15, "test": 0.15})
FOUR = shares.shares_of({"train": 0.5, "dev": 0.2, "test": 0.2, "holdout": 0.1})


def people(engine: Engine, *, seekers: int, others: int, first: int = 0) -> Any:
    """Users of two sources, turn by turn."""
    ids = [f"u{number:04}" for number in range(first, first + seekers + others)]
    labels = [place < seekers for place in range(len(ids))]
    sources = ["ab"[place % 2] for place in range(len(ids))]
    return engine.table({"user_id": ids, "is_job_seeker": labels, "source": sources}, UNITS)


def standing(engine: Engine, *rows: tuple[str, str, str]) -> Any:
    return engine.table({name: [row[place] for row in rows] for place, name in enumerate(STANDING)}, STANDING)


def divided(engine: Engine, units: Any, held: Any, *, method: str = "exact", seed: int = 1, ratio: Any = None) -> Any:
    ratio = ratio or SIXTY_TWENTY_TWENTY
    counted = drawing.cells(units, held).to_pandas()
    plan = drawing.plan(counted, ratio, method=method, most_deviation=0.05, most_risk=0.001, seed=seed)
    quotas = engine.table(plan.quotas.to_dict("list"), plan.types)
    drawn = drawing.draw(units, held, plan, quotas, ratio, seed=seed)
    return past.splits_of(units, past.places(units, held, drawn))


def table(engine: Engine, *rows: tuple[str, str, bool]) -> Any:
    return engine.table(dict(zip(SPLIT, zip(*rows, strict=True), strict=True)), SPLIT)


def counts(given_units: Sequence[int], ratio: Mapping[str, Fraction], held: Any = None) -> Any:
    return exactness.place(np.eye(2), np.array(given_units), ratio, held)


def test_thirty_seekers_of_a_hundred_are_divided_18_6_6() -> None:
    assert counts([30, 70], SIXTY_TWENTY_TWENTY).units.tolist() == [[18, 6, 6], [42, 14, 14]]


@settings(deadline=None, max_examples=60)
@given(
    users=some.tuples(*[some.integers(0, 10_000)] * 2),
    ratio=some.sampled_from([SIXTY_TWENTY_TWENTY, SEVENTY_FIFTEEN_FIFTEEN, FOUR]),
)
def test_every_count_and_every_size_is_its_ideal_rounded_up_or_down(
    users: tuple[int, int], ratio: Mapping[str, Fraction]
) -> None:
    placed = counts(users, ratio)
    assert placed.units.sum(axis=1).tolist() == list(users)
    assert (placed.off_by, placed.is_proved) == (0, True)
    assert shares.off_by(_cells(placed.units, ratio), ratio) == 0


@settings(deadline=None, max_examples=60)
@given(
    users=some.tuples(*[some.integers(0, 300)] * 2), weights=some.lists(some.integers(1, 30), min_size=2, max_size=5)
)
def test_any_number_of_splits_is_exact(users: tuple[int, int], weights: list[int]) -> None:
    ratio = {f"part {place}": Fraction(weight, sum(weights)) for place, weight in enumerate(weights)}
    assert counts(users, ratio).off_by == 0


@pytest.mark.parametrize("seed", range(60))
def test_persons_of_several_rows_are_exact_wherever_that_can_be(seed: int) -> None:
    generator = np.random.default_rng(seed)
    persons = generator.integers(1, 6, size=int(generator.integers(5, 100)))
    rows = np.stack([generator.binomial(persons, 0.3), persons], axis=1)
    rows[:, 1] -= rows[:, 0]
    weights, units = np.unique(rows, axis=0, return_counts=True)
    ratio = [SIXTY_TWENTY_TWENTY, SEVENTY_FIFTEEN_FIFTEEN][seed % 2]
    placed = exactness.place(weights, units, ratio)
    assert placed.is_proved
    assert placed.units.sum(axis=1).tolist() == units.tolist()
    got = weights.T @ placed.units
    assert shares.off_by(_cells(got, ratio), ratio) == placed.off_by
    assert (placed.off_by == 0) == _can_be_exact(weights, units, ratio)


def _can_be_exact(weights: Any, units: Any, ratio: Mapping[str, Fraction]) -> bool:
    """Whether there is a solution at all, asked in another way: nothing but limits, and no price on anything."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    rows, low, high = [], [], []
    for place, count in enumerate(units):
        rows.append(np.kron(np.eye(len(units))[place], np.ones(len(ratio))))
        low.append(count)
        high.append(count)
    for weight in [*weights.T, weights.sum(axis=1)]:
        total = int(weight @ units)
        for place, share in enumerate(ratio.values()):
            rows.append(np.kron(weight, np.eye(len(ratio))[place]))
            low.append(int(total * share))
            high.append(-int(-total * share // 1))
    found = milp(
        np.zeros(len(rows[0])),
        constraints=LinearConstraint(np.array(rows), low, high),
        integrality=1,
        bounds=Bounds(0, np.inf),
    )
    assert found.status in (0, 2)
    return bool(found.status == 0)


def test_what_is_held_is_made_up_for_by_those_who_come() -> None:
    held = np.array([[10, 0, 0], [0, 0, 0]])
    assert counts([20, 70], SIXTY_TWENTY_TWENTY, held).units.tolist() == [[8, 6, 6], [42, 14, 14]]


def test_a_split_that_holds_too_many_is_told_by_how_many() -> None:
    held = np.array([[0, 0, 10], [0, 0, 0]])
    placed = counts([20, 70], SIXTY_TWENTY_TWENTY, held)
    assert (placed.off_by, placed.is_proved) == (4, True)
    assert placed.units[0].tolist() == [16, 4, 0] or placed.units[0, 2] == 0


@pytest.mark.parametrize("seed", [1, 2, 20260901])
def test_the_counts_are_the_same_for_every_seed_and_so_are_those_of_sources(engine: Engine, seed: int) -> None:
    units = people(engine, seekers=30, others=70)
    splits = divided(engine, units, standing(engine), seed=seed)
    cells = balance.count_cells(splits, list(SIXTY_TWENTY_TWENTY))
    assert cells[True] == {"train": 18, "dev": 6, "test": 6}
    assert cells[False] == {"train": 42, "dev": 14, "test": 14}
    counted = balance.count_values(units, splits, ["source"])
    assert sorted(counted["users"].tolist()) == [10, 10, 10, 10, 30, 30]


def test_every_seed_gives_the_same_counts_and_other_people(tmp_path: Path) -> None:
    engine = Engine("duckdb", ibis.duckdb.connect(), tmp_path)
    units, nobody = people(engine, seekers=30, others=70), standing(engine)
    tested = set()
    for seed in range(20):
        rows = engine.rows(divided(engine, units, nobody, seed=seed))
        found = Counter((row["is_job_seeker"], row["split"]) for row in rows)
        assert found == {
            **{(True, "train"): 18, (True, "dev"): 6, (True, "test"): 6},
            **{(False, "train"): 42, (False, "dev"): 14, (False, "test"): 14},
        }
        tested.add(frozenset(row["user_id"] for row in rows if row["split"] == "test"))
    assert len(tested) == 20


def test_who_goes_where_depends_on_seed_and_id_alone(engine: Engine) -> None:
    rows = engine.rows(divided(engine, people(engine, seekers=3, others=3), standing(engine), seed=7), "user_id")
    again = engine.rows(divided(engine, people(engine, seekers=3, others=3), standing(engine), seed=7), "user_id")
    other = engine.rows(divided(engine, people(engine, seekers=3, others=3), standing(engine), seed=8), "user_id")
    assert rows == again != other
    assert [row["split"] for row in rows] == ["train", "train", "test", "train", "train", "dev"]


def test_by_hash_the_id_alone_decides(engine: Engine) -> None:
    units = people(engine, seekers=10, others=20)
    rows = engine.rows(divided(engine, units, standing(engine), method="hash", seed=7), "user_id")
    alone = people(engine, seekers=1, others=0)
    assert engine.rows(divided(engine, alone, standing(engine), method="hash", seed=7)) == rows[:1]
    for row in rows:
        drawn = int(sha256(f"7|{row['user_id']}".encode()).hexdigest()[:15], 16) / 16**15
        assert row["split"] == ("train" if drawn < 0.6 else "dev" if drawn < 0.8 else "test")
    assert {row["split"] for row in rows} == {"train", "dev", "test"}


def test_nobody_to_divide_gives_an_empty_table(engine: Engine) -> None:
    assert engine.rows(divided(engine, people(engine, seekers=0, others=0), standing(engine))) == []


def test_users_stay_put_when_others_join(engine: Engine) -> None:
    units = people(engine, seekers=4, others=6)
    held = standing(engine, ("u0000", "test", "joined"), ("u0009", "test", "joined"), ("u0001", "retired", "x"))
    rows = engine.rows(divided(engine, units, held), "user_id")
    split = {row["user_id"]: row["split"] for row in rows}
    assert (split["u0000"], split["u0009"], split["u0001"]) == ("test", "test", "retired")
    assert sorted(split.values()) == ["dev", "dev", "retired", "test", "test"] + ["train"] * 5


def test_a_user_in_two_splits_is_found(engine: Engine) -> None:
    given_splits = table(engine, ("u", "train", True), ("u", "test", True), ("v", "dev", False))
    assert engine.rows(balance.users_in_several(given_splits)) == [{"user_id": "u", "rows": 2}]


def test_users_without_split_label_or_the_same_label_are_out_of_place(engine: Engine) -> None:
    labels = engine.table(
        {"user_id": ["u", "v", "w"], "is_job_seeker": [True, True, False]},
        {"user_id": "string", "is_job_seeker": "boolean"},
    )
    given_splits = table(engine, ("u", "train", True), ("v", "dev", False), ("x", "test", True))
    rows = engine.rows(balance.users_out_of_place(labels, given_splits), order_by="user_id")
    assert [row["user_id"] for row in rows] == ["v", "w", "x"]


def test_fields_are_text_whatever_they_were_and_confidence_is_cut_into_classes(engine: Engine) -> None:
    labels = engine.table(
        {"user_id": ["u", "v", "w"], "is_job_seeker": [True, True, False], "confidence": [0.69, 0.7, 1.0]},
        {"user_id": "string", "is_job_seeker": "boolean", "confidence": "float64"},
    )
    users = engine.table(
        {"user_id": ["u", "v", "w"], "device": [None, "phone", "laptop"]}, {"user_id": "string", "device": "string"}
    )
    units = drawing.labelled(labels, users, fields=["device", "confidence"], confidence_bounds=[0.7, 0.9])
    assert [[row["device"], row["confidence"]] for row in engine.rows(units, "user_id")] == [
        ["none", "below 0.7"],
        ["phone", "below 0.9"],
        ["laptop", "from 0.9"],
    ]


def test_who_would_have_to_move_is_told_and_no_more_than_need_be(engine: Engine) -> None:
    rows = [(f"u{place}", "train" if place < 4 else "test", True) for place in range(5)]
    splits = table(engine, *rows)
    cells = balance.count_cells(splits, list(SIXTY_TWENTY_TWENTY))
    wanted = balance.moves(cells, SIXTY_TWENTY_TWENTY)
    assert wanted == [(True, "train", "dev", 1)]
    [mover] = balance.movers(splits, wanted, most=5)
    assert mover["user_id"] in {"u0", "u1", "u2", "u3"}
    assert (mover["from"], mover["to"]) == ("train", "dev")
    assert balance.movers(splits, wanted, most=0) == []


def test_counts_are_named_by_split_and_label() -> None:
    cells = {True: {"train": 2, "test": 1}, False: {"train": 4, "test": 3}}
    assert shares.named_counts(cells) == {
        "train_job_seekers": 2,
        "test_job_seekers": 1,
        "train_others": 4,
        "test_others": 3,
    }


def test_a_count_off_by_one_is_not_exact() -> None:
    moved = {True: {"train": 19, "dev": 5, "test": 6}, False: {"train": 42, "dev": 14, "test": 14}}
    assert shares.off_by(moved, SIXTY_TWENTY_TWENTY) == 1


@pytest.mark.parametrize(
    ("given_shares", "told"),
    [
        ({"train": 0.8, "dev": 0.2, "test": 0.2}, "sum to 1, and not to 1.2"),
        ({"train": 0.8, "dev": 0.2, "test": 0.0}, "must be above 0"),
        ({"train": 0.8, "test": 0.2}, "There is no split dev"),
        ({"train": 0.6, "dev": 0.2, "test": 0.1, "retired": 0.1}, "No split can be named retired"),
    ],
)
def test_shares_that_are_no_division_are_refused(given_shares: dict[str, float], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        shares.shares_of(given_shares)


def test_the_settings_divide() -> None:
    assert list(shares.shares_of(SplitSettings().shares)) == ["train", "dev", "test"]


def _cells(got: Any, ratio: Mapping[str, Fraction]) -> dict[bool, dict[str, int]]:
    return {label: dict(zip(ratio, map(int, row), strict=True)) for label, row in zip((True, False), got, strict=True)}
