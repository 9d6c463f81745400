"""What a label model learns of made-up votes whose truth is known."""

from typing import Any

import ibis
import numpy as np
import pandas as pd
import pytest

from job_search_assets.logic.job_seekers.features import names_of
from job_search_assets.logic.labels import consensus, judgement
from job_search_assets.logic.labels.learning import Beliefs
from job_search_assets_tests.conftest import Engine
from job_search_assets_tests.test_labels import COUNTED, HINTS, counted, judge, label

BELIEFS = Beliefs(votes=20, users=100, ambiguous_share=0.1, ambiguous_accounts=100)


def featureless(users: Any) -> pd.DataFrame:
    """Users of whom nothing is known but the id."""
    ids = sorted(set(users))
    numbers = dict.fromkeys(names_of("number", "boolean"), np.nan)
    return pd.DataFrame({"user_id": ids, **numbers, **dict.fromkeys(names_of("ordinal", "category"))})


def fit(frame: pd.DataFrame, users: pd.DataFrame | None = None, **changed: Any) -> Any:
    ordered = frame.sort_values(["user_id", "account_id", "labeller"], ignore_index=True)
    wanted = {
        "beliefs": BELIEFS,
        "folds": 5,
        "least_users": 50,
        "least_votes_each": 10,
        "least_ambiguity": 0.1,
        "gold_labeller": "",
        "seed": 1,
    }
    return consensus.fit(ordered, featureless(frame["user_id"]) if users is None else users, **wanted | changed)


def simulated(
    users: int, *, rates: dict[str, tuple[float, float]], votes_each: int, ambiguous: float = 0.0, seed: int = 1
) -> tuple[pd.DataFrame, pd.Series, pd.Series]:
    """Votes drawn by (specificity, sensitivity) a labeller; the truth and who is ambiguous, by user."""
    draw = np.random.default_rng(seed)
    ids = [f"u{number:05}" for number in range(users)]
    truth = pd.Series(draw.random(users) < 0.3, index=ids)
    unclear = pd.Series(draw.random(users) < ambiguous, index=ids)
    rows = []
    for user in ids:
        for labeller in sorted(draw.choice(sorted(rates), votes_each, replace=False)):
            right = 0.5 if unclear[user] else rates[labeller][int(truth[user])]
            rows.append((user, user, labeller, "1", bool(truth[user] == (draw.random() < right))))
    return pd.DataFrame(rows, columns=list(COUNTED)), truth, unclear


def test_rates_are_learned_and_a_careless_labeller_shows() -> None:
    rates = {"ann": (0.95, 0.9), "bob": (0.9, 0.8), "cat": (0.6, 0.6), "dan": (0.85, 0.95)}
    cast, _, _ = simulated(800, rates=rates, votes_each=3)
    model = fit(cast).estimator
    assert model["method"] == "dawid_skene"
    learned = {labeller: (specificity, sensitivity) for labeller, _, specificity, sensitivity in model["rates"]}
    for labeller, expected in rates.items():
        assert learned[labeller] == pytest.approx(expected, abs=0.1)


def test_confidence_is_what_it_holds() -> None:
    rates = {f"ann-{number:02}": (0.9, 0.75) for number in range(40)}
    cast, truth, _ = simulated(500, rates=rates, votes_each=3, ambiguous=0.1, seed=4)
    model = fit(cast).estimator
    nothing = ibis.memtable({"user_id": [], "probability": []}, schema=HINTS)
    labels = judgement.label(ibis.memtable(cast), model, nothing, guide_version="1").to_pandas()
    right = (labels["is_job_seeker"] == truth[labels["user_id"]].to_numpy()).mean()
    assert labels["confidence"].mean() == pytest.approx(right, abs=0.03)


def test_few_users_are_read_by_majority() -> None:
    cast, _, _ = simulated(20, rates={"ann": (0.9, 0.9), "bob": (0.9, 0.9), "cat": (0.6, 0.6)}, votes_each=3)
    model = fit(cast)
    assert model.estimator["method"] == "majority"
    assert model.facts["methods"][0]["why"] == "fewer than 50 users have votes"
    assert len({rates for *_, rates in model.estimator["rates"]}) == 1


def test_without_any_vote_there_are_no_labels(engine: Engine) -> None:
    model = fit(pd.DataFrame({name: [] for name in COUNTED})).estimator
    cast = counted(engine)
    assert engine.rows(label(engine, cast, model)) == []
    assert engine.rows(judge(engine, cast, model)) == []
