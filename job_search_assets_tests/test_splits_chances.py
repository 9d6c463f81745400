"""What a random draw would give, beside what brute force says it gives."""

from math import comb, factorial

import numpy as np
import pytest

from job_search_assets.logic.splits import chances, shares, verdicts

RATIO = shares.shares_of({"train": 0.6, "dev": 0.2, "test": 0.2})
EXACT = {True: {"train": 18, "dev": 6, "test": 6}, False: {"train": 42, "dev": 14, "test": 14}}
UNEVEN = {True: {"train": 20, "dev": 5, "test": 5}, False: {"train": 40, "dev": 15, "test": 15}}


def test_a_random_split_of_a_hundred_users_is_exact_in_one_case_of_twenty_one() -> None:
    as_even, no_more_even = chances.random_as_even(EXACT, RATIO)
    assert 1 / as_even == pytest.approx(21.1, abs=0.05)
    assert no_more_even == 1


def test_the_chances_of_an_uneven_split_are_those_of_all_cases_counted() -> None:
    sizes, as_even, as_bad = (60, 20, 20), 0.0, 0.0
    for train in range(31):
        for dev in range(min(20, 30 - train) + 1):
            test = 30 - train - dev
            if test <= 20:
                ways = [comb(size, count) for size, count in zip(sizes, (train, dev, test), strict=True)]
                chance = ways[0] * ways[1] * ways[2] / comb(100, 30)
                furthest = max(abs(train - 18), abs(dev - 6), abs(test - 6))
                as_even += chance * (furthest <= 2)
                as_bad += chance * (furthest >= 2)
    assert chances.random_as_even(UNEVEN, RATIO) == pytest.approx((as_even, as_bad))


def test_the_risk_of_a_draw_by_hash_is_that_of_all_cases_counted() -> None:
    safe = sum(
        factorial(20)
        / factorial(train)
        / factorial(dev)
        / factorial(20 - train - dev)
        * 0.6**train
        * 0.2 ** (20 - train)
        for train in range(9, 16)
        for dev in range(3, 6)
        if 3 <= 20 - train - dev <= 5
    )
    assert chances.risk_of_hash([20], RATIO, most_deviation=0.25) == pytest.approx(1 - safe)
    assert chances.risk_of_hash([20, 20], RATIO, most_deviation=0.25) == pytest.approx(1 - safe**2)


def test_the_risk_of_a_million_users_is_that_of_the_normal_curve() -> None:
    from scipy.stats import norm

    risk = chances.risk_of_hash([1_000_000], {"a": RATIO["test"], "b": 1 - RATIO["test"]}, most_deviation=0.004)
    assert risk == pytest.approx(2 * norm.sf(800.5 / 400), rel=0.01)


def test_auto_draws_by_hash_once_there_are_enough_users() -> None:
    limits = {"most_deviation": 0.05, "most_risk": 0.001}
    assert chances.method_for([3_000, 7_000], RATIO, method="auto", **limits).name == "exact"
    assert chances.method_for([30_000, 70_000], RATIO, method="auto", **limits).name == "hash"
    assert chances.method_for([3_000, 7_000], RATIO, method="hash", **limits).name == "hash"
    assert chances.method_for([30_000, 70_000], RATIO, method="exact", **limits).name == "exact"


def test_nobody_at_all_is_no_risk() -> None:
    assert chances.risk_of_hash([0, 0], RATIO, most_deviation=0.05) == 0
    nobody = {label: dict.fromkeys(RATIO, 0) for label in (True, False)}
    assert chances.random_as_even(nobody, RATIO) == (1, 1)


def test_the_expected_distance_of_a_random_count_is_its_mean() -> None:
    from scipy.stats import binom

    counted = [float(np.abs(np.arange(n + 1) - 0.2 * n) @ binom.pmf(np.arange(n + 1), n, 0.2)) for n in (1, 10, 33)]
    assert chances.expected_distance(np.array([1, 10, 33]), 0.2).tolist() == pytest.approx(counted)


@pytest.mark.parametrize(
    ("cells", "method", "holds"),
    [(EXACT, "exact", True), (UNEVEN, "exact", False), (UNEVEN, "hash", False), (EXACT, "hash", True)],
)
def test_counts_hold_when_they_are_exact_or_by_hash_near_enough(cells: shares.Cells, method: str, holds: bool) -> None:
    verdict = verdicts.counts_are_exact(cells, RATIO, method=method, most_deviation=0.1, most_risk=0.001)
    assert verdict.holds == holds
    assert verdict.evidence["off_by"] == (0 if cells is EXACT else 2)


def test_a_few_users_off_among_many_are_near_enough_by_hash() -> None:
    cells = {True: {"train": 605, "dev": 195, "test": 200}, False: {"train": 1200, "dev": 400, "test": 400}}
    verdict = verdicts.counts_are_exact(cells, RATIO, method="hash", most_deviation=0.05, most_risk=0.001)
    assert verdict.holds
    assert verdict.evidence["largest_deviation"] == 0.025
