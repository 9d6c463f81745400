"""How the job-seeker model is graded: metrics, ceilings, and the alarms of leaks."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from job_search_assets.logic.job_seekers import evaluation, leaks, verdicts, votes_calibration
from job_search_assets.logic.job_seekers.verdicts import Measured
from job_search_assets_tests.conftest import Engine
from job_search_assets_tests.test_job_seekers import BY_VOTES, SPLIT, made_up

PREDICTION = {"user_id": "string", "probability": "float64"}


def test_predictions_are_judged_beside_label_confidence_and_split(engine: Engine) -> None:
    predictions = engine.table({"user_id": ["u", "x"], "probability": [0.7, 0.1]}, PREDICTION)
    splits = engine.table({"user_id": ["u"], "split": ["test"], "is_job_seeker": [True]}, SPLIT)
    labels = engine.table(
        {"user_id": ["u"], "is_job_seeker_by_votes": [False], "confidence_by_votes": [0.8]},
        BY_VOTES,
    )
    assert engine.rows(evaluation.judged_predictions(predictions, splits, labels)) == [
        {"user_id": "u", "split": "test", "is_job_seeker": False, "confidence": 0.8, "probability": 0.7}
    ]


def judged(*, users: int, seed: int = 1) -> pd.DataFrame:
    frame = made_up(users, seed=seed)
    frame["confidence"] = 0.9
    frame["probability"] = (1 / (1 + np.exp(4 * (frame["city_development_index"].astype(float) - 0.2)))).fillna(0.3)
    return frame[["user_id", "split", "is_job_seeker", "confidence", "probability"]]


def number_of(report: pd.DataFrame, metric: str, split: str = "test") -> Any:
    return report[(report["split"] == split) & (report["metric"] == metric)].iloc[0]


def test_every_metric_has_the_ceiling_that_its_labels_allow() -> None:
    report = evaluation.evaluate(judged(users=300), {"dev_gain_forest": 0.1}, resamples=10, seed=1)
    has_ceiling = report.dropna(subset="ceiling")
    assert set(has_ceiling["metric"]) == {*evaluation.METRICS}
    assert number_of(report, "accuracy")["ceiling"] == 0.9


def test_the_ceilings_are_what_somebody_who_knew_the_truth_would_reach() -> None:
    draw = np.random.default_rng(1)
    truth = draw.random(10_000) < 0.3
    said = truth ^ (draw.random(10_000) >= 0.9)
    # Labels that are right nine times in ten, told with the confidence that each of the two answers has.
    right = {label: float((truth == label)[said == label].mean()) for label in (True, False)}
    users = pd.DataFrame({"is_job_seeker": said, "confidence": np.where(said, right[True], right[False])})
    ceilings = evaluation.label_ceilings(users)
    best = np.where(truth, said[truth].mean(), said[~truth].mean())
    for metric, ceiling in ceilings.items():
        assert evaluation.METRICS[metric](said, best) == pytest.approx(ceiling, abs=1e-6), metric
    assert set(ceilings) == set(evaluation.METRICS)


def test_the_report_has_each_metric_once_a_split_with_its_interval() -> None:
    report = evaluation.evaluate(judged(users=300), {"dev_gain_forest": 0.1}, resamples=50, seed=1)
    assert not report.duplicated(["split", "metric"]).any()
    assert number_of(report, "gain_forest", "dev")["value"] == 0.1
    for metric in evaluation.METRICS:
        found = number_of(report, metric)
        assert found["low"] <= found["high"]
    assert number_of(report, "label_ceiling")["value"] == 0.9
    assert number_of(report, "users")["value"] == 60
    assert evaluation.headlines(report)["users"] == 60


def test_a_split_of_one_label_has_no_metrics_and_does_not_fail() -> None:
    users = judged(users=50)
    users["is_job_seeker"] = True
    report = evaluation.evaluate(users, {}, resamples=20, seed=1)
    assert "roc_auc" not in set(report["metric"])
    assert number_of(report, "base_rate")["value"] == 1


def test_nobody_labelled_gives_a_report_of_zero_users() -> None:
    report = evaluation.evaluate(judged(users=10).head(0), {}, resamples=20, seed=1)
    assert report[["split", "metric", "value"]].to_numpy().tolist() == [["dev", "users", 0.0], ["test", "users", 0.0]]


def test_ranking_counts_ties_for_a_half() -> None:
    truth = np.array([True, True, False, False])
    assert evaluation.roc_auc(truth, np.array([0.9, 0.5, 0.5, 0.1])) == 0.875


def test_precision_is_averaged_over_the_job_seekers_with_equal_predictions_as_one_step() -> None:
    truth = np.array([True, False, True, False])
    assert evaluation.average_precision(truth, np.array([0.9, 0.8, 0.7, 0.1])) == pytest.approx((1 + 2 / 3) / 2)
    assert evaluation.average_precision(truth, np.array([0.9, 0.5, 0.5, 0.1])) == pytest.approx((1 + 2 / 3) / 2)


def test_promises_that_are_kept_have_no_calibration_error() -> None:
    by_votes = np.array([1.0, 0.0] * 50)
    assert votes_calibration.calibration_error(by_votes, np.full(100, 0.5), 0.5) == pytest.approx(0)
    assert votes_calibration.calibration_error(by_votes, np.full(100, 0.9), 0.5) == pytest.approx(0.4)


def test_ids_that_give_the_answer_away_raise_the_alarm() -> None:
    users = judged(users=600)
    honest = evaluation.evaluate(users, {}, resamples=10, seed=1)
    users["user_id"] = np.where(users["is_job_seeker"], "a", "b") + users["user_id"]
    leaky = evaluation.evaluate(users, {}, resamples=10, seed=1)
    for report, holds in ((honest, True), (leaky, False)):
        row = number_of(report, "id_only_roc_auc")
        numbers = {"id_only_roc_auc": Measured(*(float(row[name]) for name in ("value", "low", "high")))}
        assert verdicts.is_at_chance(numbers, least_surprise=4).holds is holds


def test_ids_that_tell_the_opposite_raise_the_alarm_too() -> None:
    numbers = {"id_only_roc_auc": Measured(0.2, 0.13, 0.27)}
    assert not verdicts.is_at_chance(numbers, least_surprise=4).holds


def test_short_ids_and_long_ids_can_both_be_read() -> None:
    users = pd.DataFrame({"user_id": ["a", "b" * 50] * 30, "is_job_seeker": [True, False] * 30})
    assert leaks.score_from_ids(users, users.head(2), seed=1).tolist()[0] > 0.5


def test_a_model_above_the_label_ceiling_has_seen_the_labels() -> None:
    ceiling = {"label_ceiling": Measured(0.9, 0.9, 0.9)}
    assert verdicts.stays_below_the_ceiling(ceiling | {"accuracy": Measured(0.91, 0.88, 0.94)}).holds
    assert not verdicts.stays_below_the_ceiling(ceiling | {"accuracy": Measured(0.97, 0.95, 0.99)}).holds


def test_a_model_no_better_than_the_base_rate_is_told_so() -> None:
    base = {"base_rate_log_loss": Measured(0.6, 0.6, 0.6)}
    good = base | {"log_loss": Measured(0.5, 0.4, 0.6), "roc_auc": Measured(0.7, 0.6, 0.8)}
    assert verdicts.beats_the_base_rate(good).holds
    assert not verdicts.beats_the_base_rate(good | {"log_loss": Measured(0.61, 0.5, 0.7)}).holds
    assert not verdicts.beats_the_base_rate(good | {"roc_auc": Measured(0.55, 0.45, 0.65)}).holds
    assert not verdicts.beats_the_base_rate({}).holds


def test_numbers_on_test_leave_dev_out_and_fill_missing_ends(engine: Engine) -> None:
    report = engine.table(
        {
            "split": ["dev", "test"],
            "metric": ["users", "users"],
            "value": [5.0, 4.0],
            "low": [None] * 2,
            "high": [None] * 2,
        },
        {"split": "string", "metric": "string", "value": "float64", "low": "float64", "high": "float64"},
    )
    assert verdicts.numbers_on_test(report) == {"users": Measured(4.0, 4.0, 4.0)}


def test_users_without_a_prediction_and_predictions_of_nobody_are_counted(engine: Engine) -> None:
    users = engine.table({"user_id": ["a", "b", "c"]}, {"user_id": "string"})
    predictions = engine.table({"user_id": ["a", "a", "x"], "probability": [0.1, 0.1, 0.2]}, PREDICTION)
    assert engine.rows(verdicts.prediction_counts(predictions, users)) == [
        {"users_without_prediction": 2, "predictions_without_user": 1, "users_with_several": 1}
    ]
