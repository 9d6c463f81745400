"""The learning curve: measured below today's labels, carried on beyond, and silent where nothing is known."""

import numpy as np
import pandas as pd
import pytest

from job_search_assets.logic.job_seekers import learning_curve
from job_search_assets.logic.job_seekers.learning_curve import EXPECTED, MEASURED, UNKNOWN, Scope
from job_search_assets_tests.conftest import Engine
from job_search_assets_tests.test_job_seekers import SPLIT, made_up

SCOPE = Scope(folds=5, multiples=[2.0, 4.0], least_of_a_label=10, seed=1)


def curve_of(users: pd.DataFrame) -> pd.DataFrame:
    seen = users[users["split"] != "test"].sort_values("user_id", ignore_index=True)
    return learning_curve.learning_curve(seen, "logistic_regression", labelled=5 / 3, scope=SCOPE)


def test_more_labels_are_expected_to_help_where_they_have_helped_so_far() -> None:
    curve = curve_of(made_up(1500))
    for _, told in curve.groupby("metric"):
        assert told["basis"].tolist() == [MEASURED] * 4 + [EXPECTED] * 2
        assert told["learned_from"].tolist() == [112, 225, 450, 900, 1800, 3600]
        assert told["labelled_users"].tolist() == [187, 375, 750, 1500, 3000, 6000]
        assert told["gain"].is_monotonic_increasing
        assert told["gain"].iloc[3] == 0
        assert (told["low"] <= told["value"]).all()
        assert (told["value"] <= told["high"]).all()


def test_nobody_can_tell_how_much_better_users_are_ranked_where_features_say_nothing() -> None:
    users = made_up(1000)
    users["is_job_seeker"] = np.random.default_rng(5).random(len(users)) < 0.3
    users["chance"] = users["is_job_seeker"] * 1.0
    curve = curve_of(users)
    ahead = curve[(curve["learned_from"] > 600) & (curve["metric"] == "roc_auc")]
    assert set(ahead["basis"]) == {UNKNOWN}
    assert ahead[["value", "low", "high", "gain", "gain_low", "gain_high"]].isna().all(axis=None)


def test_with_too_few_labels_there_is_a_row_for_each_number_asked_and_no_figure() -> None:
    curve = curve_of(made_up(30))
    assert set(curve["basis"]) == {UNKNOWN}
    assert curve["learned_from"].tolist() == [36, 72] * 2
    assert curve["value"].isna().all()


def test_test_users_have_no_say_in_the_curve_nor_has_the_order_of_rows() -> None:
    users = made_up(600)
    other = users.copy()
    other.loc[other["split"] == "test", ["is_job_seeker", "chance"]] = [True, 1.0]
    assert curve_of(users).equals(curve_of(other.sample(frac=1, random_state=1)))


def test_a_law_that_was_planted_is_carried_on() -> None:
    sizes = np.array([100.0, 200.0, 400.0, 800.0])
    losses = 0.4 + 2.0 * sizes**-0.6
    [[near, far]] = learning_curve._gains(sizes, losses[None, :], [1600, 3200])
    assert near == pytest.approx(2.0 * (800**-0.6 - 1600**-0.6))
    assert far == pytest.approx(2.0 * (800**-0.6 - 3200**-0.6))


def test_a_loss_that_rises_is_not_expected_to_rise_on() -> None:
    sizes = np.array([100.0, 200.0, 400.0])
    assert learning_curve._gains(sizes, np.array([[0.5, 0.6, 0.7]]), [800]).tolist() == [[0.0]]


def test_labelled_users_in_all_splits_for_each_in_train(engine: Engine) -> None:
    splits = engine.table(
        {"user_id": ["a", "b", "c"], "split": ["train", "dev", "train"], "is_job_seeker": [True] * 3}, SPLIT
    )
    assert learning_curve.labelled_for_each(splits) == 1.5
    assert learning_curve.labelled_for_each(splits.filter(splits.split == "none")) == 1.0


def test_the_quick_candidate_that_did_better_on_dev_stands_in() -> None:
    gains = {"dev_gain_logistic_regression": 0.1, "dev_gain_shallow_boosting": 0.2, "dev_gain_forest": 0.3}
    assert learning_curve.stand_in(gains) == "shallow_boosting"
