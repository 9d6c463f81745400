"""Thresholds: expected and measured B-cubed figures, the choice, and what it is drawn from."""

import math
from datetime import datetime, timedelta
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from job_search_assets.logic.identity import linkage, merging, thresholds
from job_search_assets_tests.conftest import Engine

Rows = list[tuple[int, int, float, float]]  # left, right, probability, verdicts in bits
SETTINGS = {"candidates": [0.3, 0.6], "fixed": None, "steady": 0.6, "least_judged": 0, "largest": 100}


def chosen_of(rows: Rows, *, accounts: int, roots: list[int] | None = None, **changed: Any) -> pd.DataFrame:
    pairs = pd.DataFrame(rows, columns=["left", "right", "probability", "verdicts"])
    pairs["probability"] = (pairs["probability"].astype(float) * linkage.MILLION).round().astype(int)
    drawn = pd.DataFrame({"number": range(accounts) if roots is None else roots}, dtype="int64")
    return thresholds.choose(pairs, drawn, accounts=accounts, **{**SETTINGS, **changed})


def figures(found: pd.DataFrame, kind: str) -> list[tuple[float, ...]]:
    return list(found[[f"{kind}_{name}" for name in ("precision", "recall", "f1")]].itertuples(index=False, name=None))


def test_what_is_expected_of_a_group_is_summed_from_its_probabilities() -> None:
    found = chosen_of([(0, 1, 0.5, 0.0)], accounts=3)
    # Together the two are .75 pure and lack nothing; apart they are pure and have 1 of 1.5 accounts expected.
    together, apart = (0.75 + 0.75 + 1) / 3, (1 / 1.5 + 1 / 1.5 + 1) / 3
    assert figures(found, "expected") == [
        pytest.approx((together, 1.0, 2 * together / (1 + together)), abs=1e-6),
        pytest.approx((1.0, apart, 2 * apart / (1 + apart)), abs=1e-6),
    ]


def test_the_threshold_of_the_best_expected_f1_is_chosen() -> None:
    doubtful = chosen_of([(0, 1, 0.31, 0.0)], accounts=2)
    sure = chosen_of([(0, 1, 0.59, 0.0)], accounts=2)
    assert thresholds.chosen(doubtful) == 0.6
    assert thresholds.chosen(sure) == 0.3
    assert list(sure["reason"]) == ["best expected F1", ""]


def test_a_fixed_threshold_stands_and_is_measured_among_the_others() -> None:
    found = chosen_of([(0, 1, 0.59, 0.0)], accounts=2, fixed=0.5)
    assert list(found["threshold"]) == [0.3, 0.5, 0.6]
    assert (thresholds.chosen(found), found["reason"][1]) == (0.5, "fixed in the settings")


def test_with_few_judged_pairs_the_threshold_is_the_steady_one() -> None:
    rows: Rows = [(0, 1, 0.59, 3.0)]
    assert thresholds.chosen(chosen_of(rows, accounts=2, least_judged=1)) == 0.3
    found = chosen_of(rows, accounts=2, least_judged=2)
    assert thresholds.chosen(found) == 0.6
    assert "too few judged pairs to choose" in list(found["reason"])


def test_verdicts_measure_groups_and_have_no_say_in_them() -> None:
    found = chosen_of([(0, 1, 0.9, -40.0), (2, 3, 0.1, 40.0), (4, 5, 0.9, 0.0)], accounts=6)
    assert figures(found, "measured") == [pytest.approx((0.75, 0.75, 0.75), abs=1e-6)] * 2
    assert figures(found, "expected") == figures(
        chosen_of([(0, 1, 0.9, 0.0), (2, 3, 0.1, 0.0), (4, 5, 0.9, 0.0)], accounts=6), "expected"
    )


def test_where_nobody_judged_nothing_is_measured() -> None:
    found = chosen_of([(0, 1, 0.5, 0.0)], accounts=2)
    assert all(math.isnan(value) for row in figures(found, "measured") for value in row)
    assert "measured_f1" not in thresholds.shown(found)


def test_without_accounts_the_steady_threshold_is_kept() -> None:
    assert thresholds.chosen(chosen_of([], accounts=0)) == 0.6


def test_only_components_of_drawn_accounts_are_expected_of_and_all_judged_ones_measured() -> None:
    rows: Rows = [(0, 1, 0.9, 0.0), (2, 3, 0.5, 0.0), (4, 5, 0.8, 40.0)]
    found = chosen_of(rows, accounts=6, roots=[0, 3])
    assert list(found["accounts"]) == [2, 2]
    assert figures(found, "expected")[0] == pytest.approx((0.95, 1.0, 2 * 0.95 / 1.95), abs=1e-6)
    assert figures(found, "measured")[0] == pytest.approx((1.0, 1.0, 1.0), abs=1e-6)


@settings(max_examples=30, deadline=None)
@given(some.randoms(use_true_random=False), some.integers(2, 12))
def test_any_order_of_pairs_gives_the_same_table(random: Any, accounts: int) -> None:
    rows: Rows = [
        (left, right, random.choice([0.2, 0.45, 0.5, 0.9]), random.choice([0.0, 0.0, 2.5, -4.5]))
        for right in range(accounts)
        for left in range(right)
        if random.random() < 0.6
    ]
    found = chosen_of(rows, accounts=accounts)
    shuffled = list(rows)
    random.shuffle(shuffled)
    pd.testing.assert_frame_equal(chosen_of(shuffled, accounts=accounts), found)


def accounts_of(engine: Engine, count: int) -> Any:
    opened = [datetime(2026, 3, 1) + timedelta(days=count - place) for place in range(count)]
    kinds = {"account_id": "string", "created_at": "timestamp(6)"}
    return engine.table({"account_id": [f"a{place:03}" for place in range(count)], "created_at": opened}, kinds)


def test_pairs_are_weighed_without_verdicts(engine: Engine) -> None:
    scored = {"account_id_left": ["a000"], "account_id_right": ["a002"], "match_weight": [3.0], "mw_verdict": [4.0]}
    kinds = {
        "account_id_left": "string",
        "account_id_right": "string",
        "match_weight": "float64",
        "mw_verdict": "float64",
    }
    aged = merging.by_age(accounts_of(engine, 3))
    assert engine.rows(thresholds.compared(engine.table(scored, kinds), aged)) == [
        {"left": 0, "right": 2, "probability": 333_333, "verdicts": 4.0}
    ]


def test_accounts_are_drawn_by_their_ids_and_only_where_there_are_too_many(engine: Engine) -> None:
    many, fewer = (merging.by_age(accounts_of(engine, count)) for count in (400, 300))
    assert int(thresholds.drawn(many, most=400).count().execute()) == 400
    some_of_many = engine.rows(thresholds.drawn(many, most=100).join(many, "number").select("account_id"))
    some_of_fewer = engine.rows(thresholds.drawn(fewer, most=75).join(fewer, "number").select("account_id"))
    assert 70 < len(some_of_many) < 130
    kept = {row["account_id"] for row in some_of_many if row["account_id"] < "a300"}
    assert kept == {row["account_id"] for row in some_of_fewer}
