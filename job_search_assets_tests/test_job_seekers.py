"""The job-seeker model: what it sees, how it is chosen, how it is judged."""

import dataclasses
import hashlib
from typing import Any

import numpy as np
import pandas as pd
import pytest

from job_search_assets.logic.job_seekers import (
    candidates,
    features,
    fitting,
    votes_calibration,
)
from job_search_assets.logic.job_seekers.fitting import fitted_on
from job_search_assets.schemas.models import FittedModel
from job_search_assets_tests.conftest import Engine

SPLIT = {"user_id": "string", "split": "string", "is_job_seeker": "boolean"}
BY_VOTES = {"user_id": "string", "is_job_seeker_by_votes": "boolean", "confidence_by_votes": "float64"}
USER = {feature.name: "string" for feature in features.FEATURES if feature.kind in ("ordinal", "category")} | {
    "user_id": "string",
    "city_development_index": "float64",
    "years_experience": "float64",
    "training_hours": "float64",
    "has_relevant_experience": "boolean",
    "account_count": "int64",
}


def made_up(users: int, *, seed: int = 1, signal: float = 4.0) -> pd.DataFrame:
    """Labelled users of whom those in poorly developed cities look for a job; a tenth of each value is missing."""
    draw = np.random.default_rng(seed)
    ids = [hashlib.sha256(f"{seed}|{place}".encode()).hexdigest()[:12] for place in range(users)]
    frame = pd.DataFrame({"user_id": sorted(ids)})
    for name in features.names_of("number", "boolean"):
        frame[name] = draw.random(users)
    for feature in features.FEATURES:
        if feature.is_in_model and feature.kind in ("ordinal", "category"):
            values = feature.order if feature.kind == "ordinal" else ("one", "two", "three")
            frame[feature.name] = draw.choice(values, users)
    chance = 1 / (1 + np.exp(signal * (frame["city_development_index"] - 0.2)))
    frame["is_job_seeker"] = draw.random(users) < chance
    frame["chance"] = np.where(frame["is_job_seeker"], 0.97, 0.02)
    frame["split"] = np.resize(["train", "train", "train", "dev", "test"], users)
    hidden = draw.random((users, len(fitting.INPUTS))) < 0.1
    frame[fitting.INPUTS] = frame[fitting.INPUTS].astype(object).mask(hidden, None)
    return frame


def fit(users: pd.DataFrame) -> FittedModel:
    return fitting.fit(users, least_of_a_label=10, least_to_calibrate=30)


def test_the_model_never_sees_gender_region_ids_or_how_a_row_was_collected() -> None:
    forbidden = {"gender", "region", "country", "source", "device", "account_count", "user_id", "created_at"}
    assert set(fitting.INPUTS).isdisjoint(forbidden)
    assert fitting.INPUTS


def test_a_users_features_are_numbers_and_words_and_missing_stays_missing(engine: Engine) -> None:
    values: dict[str, list[Any]] = {name: [None, None] for name in USER}
    values |= {"user_id": ["u", "v"], "has_relevant_experience": [True, None], "education_level": [None, "phd"]}
    rows = engine.rows(features.model_table(engine.table(values, USER)), order_by="user_id")
    assert set(rows[0]) == {"user_id", *fitting.INPUTS}
    assert [(row["has_relevant_experience"], row["education_level"]) for row in rows] == [(1.0, None), (None, "phd")]


def test_test_users_are_out_of_reach_of_the_fit(engine: Engine) -> None:
    values: dict[str, list[Any]] = {name: [None] * 4 for name in USER} | {"user_id": ["a", "b", "c", "d"]}
    given = {
        "user_id": ["a", "b", "c", "d"],
        "split": ["train", "dev", "test", "train"],
        "is_job_seeker": [True, False, True, False],
    }
    users, splits = engine.table(values, USER), engine.table(given, SPLIT)
    said = {"is_job_seeker_by_votes": [True, True, True, False], "confidence_by_votes": [0.9, 0.8, 0.7, 0.6]}
    labels = engine.table({"user_id": given["user_id"], **said}, BY_VOTES)
    everybody = engine.rows(fitting.examples(users, splits, labels, most=10, seed=1))
    one_each = engine.rows(fitting.examples(users, splits, labels, most=1, seed=1))
    assert [row["user_id"] for row in everybody] == ["a", "b", "d"]
    assert [row["is_job_seeker"] for row in everybody] == [True, True, False]  # what votes alone say
    assert [row["chance"] for row in everybody] == pytest.approx([0.9, 0.8, 0.4])
    assert [row["user_id"] for row in one_each] == ["b", "d"]


def test_the_candidate_that_foretells_the_votes_on_dev_best_is_taken() -> None:
    model = fit(made_up(600))
    gains = {name: model.metrics[f"dev_gain_{name}"] for name in [*candidates.SINGLE, *candidates.ENSEMBLES]}
    assert model.facts["candidate"] == max(gains, key=lambda name: gains[name])
    assert gains[model.facts["candidate"]] > gains["base_rate"]


def test_what_test_users_are_like_changes_nothing_fitted() -> None:
    users = made_up(600)
    changed = users.copy()
    is_test = changed["split"] == "test"
    changed.loc[is_test, "is_job_seeker"] = ~changed.loc[is_test, "is_job_seeker"]
    changed.loc[is_test, "company_type"] = "new"
    one, other = fit(users), fit(changed)
    assert one.metrics == other.metrics
    assert fitting.predict(one, users).equals(fitting.predict(other, users))


def test_a_user_gets_the_same_prediction_alone_and_in_a_batch() -> None:
    users = made_up(400)
    model = dataclasses.replace(fit(users), version="0123456789ab")
    together = fitting.predict(model, users)
    alone = pd.concat([fitting.predict(model, users.iloc[[place]]) for place in range(20)])
    assert together.head(20).equals(alone)
    assert set(together["model_version"]) == {"0123456789ab"}


def test_unseen_words_and_empty_forms_get_a_prediction() -> None:
    users = made_up(400)
    strangers = pd.DataFrame({name: [None, None] for name in ["user_id", *fitting.INPUTS]})
    strangers["user_id"] = ["u", "v"]
    strangers["company_type"] = [None, "never heard of"]
    assert fitting.predict(fit(users), strangers)["probability"].between(0, 1).all()


def test_a_feature_that_nobody_filled_in_does_no_harm() -> None:
    users = made_up(400)
    users["training_hours"] = None
    users["major_discipline"] = None
    assert fit(users).facts["why"] == "makes the votes on dev likeliest"


def test_with_too_few_labels_everybody_gets_the_base_rate_and_the_reason_is_told() -> None:
    users = made_up(30)
    users["is_job_seeker"] = [place < 3 for place in range(30)]
    model = fit(users)
    assert model.facts == {
        "candidate": "base_rate",
        "why": "train or dev has 0 users of a label, and 10 are needed",
    }
    # 3 of 18 in train, and one imagined user of each label.
    assert set(fitting.predict(model, users)["probability"]) == {0.2}


def test_without_any_label_the_base_rate_is_one_half() -> None:
    users = made_up(10)
    assert set(fitting.predict(fit(users.head(0)), users)["probability"]) == {0.5}


def test_an_overconfident_model_is_calibrated() -> None:
    users = made_up(2000)
    dev, usual = users[users["split"] == "dev"], float(users["chance"].mean())
    pipeline = fitted_on(candidates._boosting(max_iter=400), users[users["split"] == "train"])
    before = {"members": {"sure_of_itself": pipeline}, "intercept": 0.0, "slope": 1.0}
    after = fitting.calibrated({"sure_of_itself": pipeline}, dev, usual)
    assert 0 < after["slope"] < 0.8
    says = dev["chance"].to_numpy()
    assert votes_calibration.gain(fitting.probabilities(after, dev), says, usual) > votes_calibration.gain(
        fitting.probabilities(before, dev), says, usual
    )


def voted(truth: np.ndarray, *, right: float, seed: int) -> np.ndarray:
    """The chance by one vote each of a labeller who is right so often, where three of ten look for a job."""
    said = truth ^ (np.random.default_rng(seed).random(len(truth)) >= right)
    yes, no = 0.3 * right, 0.7 * (1 - right)
    return np.where(said, yes / (yes + no), 0.3 * (1 - right) / (0.3 * (1 - right) + 0.7 * right))


def test_votes_that_err_do_not_flatten_what_is_promised() -> None:
    log_odds = np.random.default_rng(1).normal(-1.3, 1.5, 20_000)
    truth = np.random.default_rng(2).random(20_000) < votes_calibration.chances(log_odds)
    by_votes = voted(truth, right=0.8, seed=3)
    intercept, slope = votes_calibration.fit(log_odds / 2, by_votes, 0.3)
    assert (intercept, slope) == (pytest.approx(0, abs=0.1), pytest.approx(2, abs=0.15))
    assert votes_calibration.found_share(by_votes, 0.3) == pytest.approx(truth.mean(), abs=0.01)


def test_a_line_that_falls_is_not_taken() -> None:
    log_odds = np.linspace(-3, 3, 200)
    assert votes_calibration.fit(log_odds, (log_odds < 0) * 1.0, 0.5) == (0.0, 1.0)
