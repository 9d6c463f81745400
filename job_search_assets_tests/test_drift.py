"""Drift: nothing is said where nothing moved, and what moved is named by its source."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from job_search_assets.logic.drift import chances, differences
from job_search_assets_tests.made_up_accounts import LIMITS, SOURCES, higher, made_up, moved, told


def test_of_two_cells_the_chance_is_fishers_doubled() -> None:
    draw = np.random.default_rng(1)
    for _ in range(100):
        table = draw.integers(1, draw.choice([5, 60, 3000]), (2, 2))
        margins = table.sum(), table[0].sum(), table[:, 1].sum()
        tails = stats.hypergeom.cdf(table[0, 1], *margins), stats.hypergeom.sf(table[0, 1] - 1, *margins)
        assert chances.two_sided(table[None]) == pytest.approx(min(1, 2 * min(tails)), rel=1e-4)


def test_of_several_strata_the_chance_is_that_of_the_sum() -> None:
    tables = np.array([[[8, 4], [12, 6]], [[5, 5], [15, 3]]])
    one, other = (
        stats.hypergeom.pmf(np.arange(20), table.sum(), table[0].sum(), table[:, 1].sum()) for table in tables
    )
    both = np.convolve(one, other)
    assert chances.two_sided(tables) == pytest.approx(min(1, 2 * min(both[:10].sum(), both[9:].sum())))


def test_of_frequent_cells_the_chance_is_nearly_pearsons() -> None:
    table = np.array([[400, 130], [300, 70], [200, 60], [100, 40]])
    expected = stats.chi2_contingency(table, correction=False).pvalue
    assert chances.nominal(table[None]) == pytest.approx(expected, rel=0.02)


def test_the_tail_of_equal_squares_is_that_of_a_chi_square() -> None:
    assert chances.tail(np.full(5, 0.7), 0.7 * 40) == pytest.approx(stats.chi2.sf(40, 5), rel=0.02)


def test_of_ordered_cells_the_chance_is_uniform_far_out_too() -> None:
    draw = np.random.default_rng(3)
    shares = np.full(12, 1 / 12)
    drawn = [np.stack([draw.multinomial(900, shares), draw.multinomial(300, shares)], axis=1) for _ in range(3000)]
    found = np.array([chances.ordered(table[None]) for table in drawn])
    assert (found <= 0.05).mean() == pytest.approx(0.05, abs=0.012)
    assert (found <= 0.005).mean() <= 0.01


def test_nothing_is_said_where_nothing_moved() -> None:
    alarms = [not moved(told(made_up(2000, seed), made_up(700, 1000 + seed))).empty for seed in range(15)]
    assert sum(alarms) <= 2


def test_a_number_higher_in_one_source_is_found_and_the_source_named_first() -> None:
    for seed in range(5):
        drift = told(made_up(5000, seed), higher(made_up(4000, 100 + seed), "training_hours", ["own_app"], 0.3))
        first = drift.loc[1]
        assert (first["source"], first["feature"], first["verdict"]) == ("own_app", "training_hours", "moved")
        assert first["low"] < first["effect"] < first["high"] < 0


def test_the_total_that_one_source_moves_is_put_down_to_it() -> None:
    drift = told(made_up(5000, 1), higher(made_up(4000, 2), "age", ["partner"], 1.0))
    total = drift[(drift["source"] == "*") & (drift["feature"] == "age") & (drift["aspect"] == "values")]
    assert list(total["verdict"]) == ["due to sources that moved"]
    assert set(moved(drift)["source"]) == {"partner"}


def test_what_moves_in_every_source_alike_is_found_where_no_source_alone_would_tell() -> None:
    drift = told(made_up(5000, 1), higher(made_up(1500, 2), "age", list(SOURCES), 0.17))
    assert list(moved(drift)["source"]) == ["*"]


def test_two_sources_that_moved_are_told_of_each_other() -> None:
    drift = told(made_up(5000, 1), higher(made_up(4000, 2), "age", ["partner", "own_app"], 0.5))
    beside = moved(drift).set_index("source")["beside"]
    assert beside["partner"] == "own_app moved too"
    assert beside["own_app"] == "partner moved too"


def test_another_mix_of_sources_is_a_finding_of_its_own_and_explains_what_it_moves() -> None:
    """Simpson's: no source has moved, only the total."""

    def higher_there(accounts: pd.DataFrame) -> pd.DataFrame:
        return higher(accounts, "age", ["partner"], 2.0)

    delivered = higher_there(made_up(4000, 2))
    delivered = pd.concat([delivered, delivered[delivered["source"] == "partner"]], ignore_index=True)
    drift = told(higher_there(made_up(6000, 1)), delivered)
    assert moved(drift).empty
    assert drift.loc[1, ["source", "feature", "verdict"]].tolist() == ["partner", "source", "mix of sources moved"]
    assert "due to the mix of sources" in set(drift[drift["feature"] == "age"]["verdict"])


def test_values_that_vanish_are_found_as_missing() -> None:
    delivered = made_up(2000, 2)
    delivered["phone"] = delivered["phone"].mask((delivered["source"] == "partner") & (np.arange(2000) % 4 == 0))
    first = told(made_up(4000, 1), delivered).loc[1]
    assert first[["source", "feature", "aspect", "condition"]].tolist() == ["partner", "phone", "missing", "IS NULL"]


def test_what_is_too_small_to_matter_is_no_alarm() -> None:
    delivered = higher(made_up(4000, 2), "age", ["own_app"], 0.3)
    drift = told(made_up(5000, 1), delivered, LIMITS._replace(least_effect=0.5))
    assert moved(drift).empty
    assert drift["verdict"].eq("moved too little to matter").any()


def test_of_few_accounts_nothing_is_said() -> None:
    few = made_up(40, 2)
    drift = told(made_up(2000, 1), few[few["source"] == "partner"])
    assert drift[drift["source"] == "partner"]["p_value"].isna().all()


def test_a_value_of_few_accounts_is_not_named() -> None:
    """A free text may be somebody's own."""
    delivered = made_up(400, 2)
    delivered["major_discipline"] = [f"Ann Example {place}" for place in range(400)]
    drift = told(made_up(400, 1), delivered)
    assert drift[drift["feature"] == "major_discipline"]["verdict"].eq("moved").any()
    assert not drift["condition"].str.contains("Ann Example", na=False).any()


def test_the_interval_of_a_difference_is_newcombes() -> None:
    """His example: 56 of 70 against 48 of 80 (Newcombe 1998, table II, method 10: .0524 to .3339)."""
    found = differences.of_cell(np.array([[[48, 56], [32, 14]]]), np.array([0]))
    assert found.effect == pytest.approx(0.2)
    assert (found.low, found.high) == (pytest.approx(0.0524, abs=5e-5), pytest.approx(0.3339, abs=5e-5))
