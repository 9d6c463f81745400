"""Which features weighed most: parts that add up, importance that is luck where a feature says nothing."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from job_search_assets.logic.job_seekers import explanation, fitting, signal_curve
from job_search_assets_tests.conftest import Engine
from job_search_assets_tests.test_job_seekers import SPLIT, made_up
from job_search_assets_tests.test_labels import counted, hints
from job_search_assets_tests.test_labels_influence import THREE


class Planted:
    """A pipeline that knows the city and, of those with training, the years; nothing else moves it."""

    classes_ = np.array([False, True])

    def predict_proba(self, users: pd.DataFrame) -> Any:
        told = users[["city_development_index", "years_experience", "training_hours"]].fillna(0.5)
        log_odds = (
            3 - 6 * told["city_development_index"] + 2 * told["years_experience"] * (told["training_hours"] > 0.5)
        )
        chance = 1 / (1 + np.exp(-log_odds.to_numpy()))
        return np.column_stack([1 - chance, chance])


MODEL = {"members": {"planted": Planted()}, "intercept": 0.2, "slope": 1.5}
MOVERS = {"city_development_index", "years_experience", "training_hours"}


def test_the_parts_of_a_prediction_add_up_and_features_that_say_nothing_weigh_nothing() -> None:
    users = made_up(60)
    weighed = explanation.weigh(MODEL, users.head(1), users.tail(32), seed=1)
    [log_odds] = fitting.log_odds(MODEL, users.head(1))
    assert weighed.usual == pytest.approx(fitting.log_odds(MODEL, users.tail(32)).mean())
    assert weighed.usual + sum(weighed.weights.values()) == pytest.approx(log_odds)
    assert {name for name, weight in weighed.weights.items() if abs(weight) > 1e-9} <= MOVERS
    assert [abs(weight) for weight in weighed.weights.values()] == sorted(map(abs, weighed.weights.values()))[::-1]


def test_where_features_only_add_up_a_weight_is_the_difference_that_the_value_makes() -> None:
    users = made_up(33)
    users["city_development_index"] = users["city_development_index"].astype("float64").fillna(0.5)
    users["training_hours"] = 0.0  # nobody has training: the years say nothing
    weighed = explanation.weigh(MODEL, users.head(1), users.tail(32), seed=1)
    apart = users["city_development_index"]
    assert weighed.weights["city_development_index"] == pytest.approx(
        -9 * (apart.iloc[0] - apart.tail(32).mean()), abs=0.02
    )


def test_what_is_told_adds_up_to_the_last_digit() -> None:
    log_odds, usual, weights = explanation.told(explanation.Weighed(0.1234564, {"one": 0.3333333, "other": 0.3333333}))
    assert round(usual + sum(weights.values()), 6) == log_odds == 0.790123


def test_a_feature_that_says_nothing_is_worth_nothing() -> None:
    users = made_up(400)
    users["is_job_seeker"] = fitting.probabilities(MODEL, users) > 0.5
    found = explanation.importance(MODEL, users, seed=1).set_index("feature")
    idle = found.drop(index=list(MOVERS))
    assert (idle[["log_loss_increase", "roc_auc_decrease", "roc_auc_low", "roc_auc_high"]] == 0).all(axis=None)
    assert found.loc["city_development_index", "roc_auc_low"] > 0.1
    assert next(iter(explanation.falls(found.reset_index()))) == "city_development_index"
    assert found["users"].eq(400).all()


def test_importance_is_empty_where_all_users_have_one_label_and_does_not_depend_on_the_order_of_rows() -> None:
    users = made_up(80)
    shuffled = users.sample(frac=1, random_state=2)
    assert explanation.importance(MODEL, users, seed=1).equals(explanation.importance(MODEL, shuffled, seed=1))
    users["is_job_seeker"] = True
    assert explanation.importance(MODEL, users, seed=1)["roc_auc_decrease"].isna().all()


def test_model_and_labellers_are_graded_on_the_same_votes_by_number_of_fields_told() -> None:
    empty = dict.fromkeys(fitting.INPUTS)
    users = pd.DataFrame(
        [
            {"user_id": "a", **empty, "city_development_index": 0.1},  # the model says yes
            {"user_id": "b", **empty, "city_development_index": 0.9},  # no
            {"user_id": "c", **empty},  # of nothing told it says yes
        ]
    )
    answered = pd.DataFrame(
        [
            ("a", "a", "ann", True, True),
            ("a", "a", "bob", False, True),
            ("b", "b", "ann", False, True),
            ("c", "c", "ann", True, True),
        ],
        columns=["user_id", "account_id", "labeller", "is_job_seeker", "by_others"],
    )
    curve = signal_curve.signal_curve(MODEL, users, answered, seed=1).set_index(["what", "fields"])
    assert curve.loc[("as told", 1), ["users", "votes", "labellers", "model"]].tolist() == [
        2,
        3,
        pytest.approx(1 / 3, abs=1e-6),
        pytest.approx(2 / 3, abs=1e-6),
    ]
    assert curve.loc[("as told", 0), ["users", "labellers", "model"]].tolist() == [1, 1, 1]
    taken = curve.loc["taken away"]
    assert taken.index.tolist() == [1, 0]
    assert taken.loc[0, ["users", "votes", "model"]].tolist() == [3, 4, 1]  # it sees nothing of anybody: yes
    assert taken["labellers"].isna().all()


def test_a_vote_is_graded_by_the_others_on_users_outside_train(engine: Engine) -> None:
    cast = counted(
        engine,
        *(("held out", "a", name, "1", name != "cat") for name in ("ann", "cat", "dan")),
        *(("learned from", "b", name, "1", True) for name in ("ann", "dan")),
        ("asked once", "c", "dan", "1", False),
    )
    users = ["held out", "learned from", "asked once"]
    splits = engine.table({"user_id": users, "split": ["test", "train", "dev"], "is_job_seeker": [True] * 3}, SPLIT)
    found = engine.rows(signal_curve.answers(cast, THREE, hints(engine), splits), order_by="labeller")
    assert [(row["user_id"], row["labeller"], row["is_job_seeker"], row["by_others"]) for row in found] == [
        ("held out", "ann", True, False),
        ("held out", "cat", False, True),
        ("held out", "dan", True, False),
    ]
