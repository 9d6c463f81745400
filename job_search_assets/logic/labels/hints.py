"""What a user's features say of the answer, by a model that has not seen that user's votes.

Features enter a label as its prior, in the way of Raykar et al. (2010, JMLR 11): the classifier learns from what the
votes make likely, not from hard labels. Each user is judged by the fold's model that learned from the others; the
fold is drawn from the user's id, so that a model can be held while votes come and go.
"""

import hashlib
from typing import Any

import numpy as np
import pandas as pd

from job_search_assets.logic.job_seekers.candidates import logistic_regression
from job_search_assets.logic.job_seekers.fitting import inputs, said_by
from job_search_assets.logic.labels.learning import Array

SAFE = 1e-4  # no features make an answer surer than this; two votes can overrule it


def folds_of(users: pd.Series, *, folds: int, seed: int) -> Array:
    """The fold of each user, by SHA-256 of seed and id."""
    digests = [hashlib.sha256(f"{seed}|{user}".encode()).digest() for user in users]
    return np.array([int.from_bytes(digest[:4], "big") % folds for digest in digests], dtype=np.int64)


def fit(users: pd.DataFrame, yes: Array, *, folds: int, seed: int) -> tuple[list[Any], Array]:
    """One classifier a fold, and each user's log odds by the one that has not learned from them.

    `yes` is the chance that votes alone give each user to be a job seeker. A user is learned from twice, once as
    either, weighted by those chances.
    """
    fold, models, odds = folds_of(users["user_id"], folds=folds, seed=seed), [], np.zeros(len(users))
    for held_out in range(folds):
        seen = fold != held_out
        models.append(_fitted(users[seen], yes[seen]))
        if not seen.all():
            odds[~seen] = log_odds(said_by(models[-1], users[~seen]))
    return models, odds


def stretch(odds: Array, said: Array) -> tuple[float, float]:
    """Shift and slope that turn the classifiers' log odds into those under which the votes are likeliest.

    `said` are the votes' log likelihoods per user. A regularised classifier of doubtful labels is too timid or too
    bold; two numbers mend it. One imagined user in favour of leaving everything as it is keeps few votes sober.
    """
    from scipy.optimize import minimize

    def surprise(line: Array) -> tuple[float, Array]:
        prior = line[0] + line[1] * odds
        log_yes, log_no = said[:, 1] - np.logaddexp(0, -prior), said[:, 0] - np.logaddexp(0, prior)
        likelihood = np.logaddexp(log_yes, log_no)
        gap = np.exp(log_yes - likelihood) - 1 / (1 + np.exp(-prior))
        away = line - np.array([0.0, 1.0])
        return float(away @ away / 2 - likelihood.sum()), away - np.array([gap.sum(), gap @ odds])

    found = minimize(surprise, np.array([0.0, 1.0]), jac=True, method="L-BFGS-B", bounds=[(-5, 5), (0, 5)])
    return round(float(found.x[0]), 4), round(float(found.x[1]), 4)


def predict(model: dict[str, Any], users: pd.DataFrame) -> pd.DataFrame:
    """The chance of each user to be a job seeker as far as features tell; without classifiers it is the base rate."""
    chance = np.full(len(users), model["base_rate"])
    if model["hint_models"] and len(users):
        fold = folds_of(users["user_id"], folds=len(model["hint_models"]), seed=model["seed"])
        for number, classifier in enumerate(model["hint_models"]):
            ours = fold == number
            if ours.any():
                odds = log_odds(said_by(classifier, users[ours]))
                chance[ours] = from_log_odds(model["stretch"][0] + model["stretch"][1] * odds)
    return pd.DataFrame({"user_id": users["user_id"], "probability": chance.clip(SAFE, 1 - SAFE).round(6)})


def log_odds(chance: Array) -> Array:
    """The log odds of chances, none of them certain."""
    safe = np.clip(chance, SAFE, 1 - SAFE)
    return np.log(safe / (1 - safe))


def from_log_odds(odds: Array) -> Array:
    """The chances behind log odds."""
    return 1 / (1 + np.exp(-odds))


def _fitted(users: pd.DataFrame, yes: Array) -> Any:
    import warnings

    from threadpoolctl import threadpool_limits

    rows = inputs(users)
    answers = np.repeat([True, False], len(users))
    classifier = logistic_regression()
    weight = {f"{classifier.steps[-1][0]}__sample_weight": np.concatenate([yes, 1 - yes])}
    with threadpool_limits(1), warnings.catch_warnings():
        # As in the job-seeker model: numbers that many users share give fewer bins than asked for.
        warnings.filterwarnings("ignore", message="Bins whose width are too small|Feature . is constant")
        return classifier.fit(pd.concat([rows, rows]), answers, **weight)
