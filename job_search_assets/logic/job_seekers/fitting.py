"""Candidates are fitted on train, calibrated and compared on dev.

A model is one or several pipelines whose log odds are averaged, with a slope and an intercept behind them.
"""

import warnings
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from job_search_assets.logic.job_seekers import votes_calibration
from job_search_assets.logic.job_seekers.candidates import ENSEMBLES, SINGLE
from job_search_assets.logic.job_seekers.features import model_table, names_of
from job_search_assets.schemas.models import FittedModel

INPUTS = names_of("number", "boolean", "ordinal", "category")
UNGRADED = ["train", "retired"]  # splits whose users say nothing about a model
SUREST = 1e-3  # a tree's leaf of one label is no proof: nobody is told less than this, or more than 1 less this
FAINTEST = 0.05  # chance of a label below which it is not worth a row of its own to learn from


def examples(users: ir.Table, splits: ir.Table, labels: ir.Table, *, most: int, seed: int) -> ir.Table:
    """The users of train and dev: features, label and chance by votes, in the order of ids; at most so many of each.

    Test stays out of reach here, so nothing that is fitted can depend on it. That is also why the label is the one
    by votes alone: features help with a label by what they say of all users, those of test among them. Beyond the
    limit users are drawn by SHA-256 of seed and id.
    """
    return _of(users, splits.filter(splits.split.isin(["train", "dev"])), labels, most=most, seed=seed)


def examples_outside_train(users: ir.Table, splits: ir.Table, labels: ir.Table, *, most: int, seed: int) -> ir.Table:
    """The same of users that no model learned from: what a fitted one may be looked at with, never chosen by."""
    return _of(users, splits.filter(splits.split.notin(UNGRADED)), labels, most=most, seed=seed)


def _of(users: ir.Table, splits: ir.Table, labels: ir.Table, *, most: int, seed: int) -> ir.Table:
    sure = labels.confidence_by_votes
    by_votes = labels.select(
        "user_id",
        is_job_seeker="is_job_seeker_by_votes",
        chance=labels.is_job_seeker_by_votes.ifelse(sure, 1 - sure),
    )
    seen = splits.select("user_id", "split").inner_join(by_votes, "user_id")
    digest = (ibis.literal(f"{seed}|") + seen.user_id).hexdigest("sha256")
    place = ibis.row_number().over(ibis.window(group_by=seen.split, order_by=[digest, seen.user_id]))
    drawn = seen.mutate(place=place).filter(ibis._.place < most).drop("place")
    return model_table(users).inner_join(drawn, "user_id").order_by("user_id")


def fit(users: pd.DataFrame, *, least_of_a_label: int, least_to_calibrate: int) -> FittedModel:
    """The candidate that foretells the votes on dev best, fitted on train and calibrated on dev.

    `users` are `examples`. The likelihood of votes is a proper score: it is best for who tells the true probability.
    The chosen model is not fitted again on train and dev together: so dev remains a second, unlearned opinion beside
    test, and whoever moves from dev to train is seen to change something. With fewer than `least_of_a_label` users of a
    label in train or dev nothing can be learned or chosen, and everybody gets the base rate; the reason is among the
    facts.
    """
    train, dev = users[users["split"] == "train"], users[users["split"] == "dev"]
    poorest = min(_least_common(train), _least_common(dev))
    if poorest < least_of_a_label:
        why = f"train or dev has {poorest} users of a label, and {least_of_a_label} are needed"
        base_rate = {"members": {"base_rate": _smoothed_base_rate(train)}, "intercept": 0.0, "slope": 1.0}
        return FittedModel(base_rate, facts={"candidate": "base_rate", "why": why})
    fitted = {name: fitted_on(make(), train) for name, make in SINGLE.items()}
    usual, is_calibrated = float(users["chance"].mean()), _least_common(dev) >= least_to_calibrate
    models = {
        name: calibrated({member: fitted[member] for member in members}, dev, usual, is_calibrated=is_calibrated)
        for name, members in ({name: [name] for name in SINGLE} | ENSEMBLES).items()
    }
    says = dev["chance"].to_numpy()
    gains = {
        name: round(votes_calibration.gain(probabilities(model, dev), says, usual), 6) for name, model in models.items()
    }
    chosen = max(gains, key=lambda name: gains[name])
    return FittedModel(
        models[chosen],
        metrics={f"dev_gain_{name}": gain for name, gain in gains.items()},
        facts={
            "candidate": chosen,
            "why": "makes the votes on dev likeliest",
            "is_calibrated_on_dev": is_calibrated and chosen != "base_rate",
        },
    )


def calibrated(
    members: dict[str, Any], users: pd.DataFrame, usual: float, *, is_calibrated: bool = True
) -> dict[str, Any]:
    """The average of fitted pipelines with the line that makes the users' votes likeliest; as it is if not asked to."""
    model = {"members": members, "intercept": 0.0, "slope": 1.0}
    if not is_calibrated or "base_rate" in members:
        return model
    intercept, slope = votes_calibration.fit(log_odds(model, users), users["chance"].to_numpy(), usual)
    return model | {"intercept": intercept, "slope": slope}


def predict(model: FittedModel, users: pd.DataFrame) -> pd.DataFrame:
    """The probability of each user to be a job seeker, in six decimals, with the model's version."""
    return pd.DataFrame(
        {
            "user_id": users["user_id"],
            "probability": probabilities(model.estimator, users).round(6),
            "model_version": model.version,
        }
    )


def probabilities(model: dict[str, Any], users: pd.DataFrame) -> Any:
    """One probability a row."""
    return votes_calibration.chances(log_odds(model, users))


def log_odds(model: dict[str, Any], users: pd.DataFrame) -> Any:
    """The log odds of each row: the members' average, on the model's line."""
    told = np.clip(_said(list(model["members"].values()), users), SUREST, 1 - SUREST)
    return model["intercept"] + model["slope"] * np.log(told / (1 - told)).mean(axis=0)


def said_by(pipeline: Any, users: pd.DataFrame) -> Any:
    """What one pipeline says of each row."""
    return _said([pipeline], users)[0]


def _said(pipelines: list[Any], users: pd.DataFrame) -> list[Any]:
    """What each pipeline says. On one thread: sums over many would depend on how many there are."""
    from threadpoolctl import threadpool_limits

    told = inputs(users)
    with threadpool_limits(1):
        return [pipeline.predict_proba(told)[:, list(pipeline.classes_).index(True)] for pipeline in pipelines]


def inputs(users: pd.DataFrame) -> pd.DataFrame:
    """A user's features in the form that scikit-learn takes them in."""
    # scikit-learn takes None for an empty text and NaN for an empty number; a batch without any value has neither.
    words = names_of("ordinal", "category")
    plain = users[words].astype(object)
    return (
        users[INPUTS]
        .astype(dict.fromkeys(names_of("number", "boolean"), "float64"))
        .assign(**plain.where(plain.notna(), None))  # type: ignore[call-overload]  # the stubs know no None here
    )


def fitted_on(pipeline: Any, users: pd.DataFrame) -> Any:
    """The pipeline fitted to what is said of the users, on one thread, so that sums have one order.

    A user whom the votes leave in doubt is learned from twice, as one and as the other, each by its chance.
    """
    from threadpoolctl import threadpool_limits

    seeker, chance = users["is_job_seeker"].to_numpy(dtype=bool), users["chance"].to_numpy(dtype=float)
    sure, told = np.where(seeker, chance, 1 - chance), inputs(users)
    in_doubt = sure < 1 - FAINTEST
    weights = np.concatenate([np.where(in_doubt, sure, 1.0), 1 - sure[in_doubt]])
    last = f"{pipeline.steps[-1][0]}__sample_weight" if hasattr(pipeline, "steps") else "sample_weight"
    with threadpool_limits(1), warnings.catch_warnings():
        # Numbers that many users share give fewer bins than asked for, which is what should happen.
        warnings.filterwarnings("ignore", message="Bins whose width are too small|Feature . is constant")
        return pipeline.fit(
            pd.concat([told, told[in_doubt]], ignore_index=True),
            np.concatenate([seeker, ~seeker[in_doubt]]),
            **{last: weights},
        )


def _smoothed_base_rate(users: pd.DataFrame) -> Any:
    """The share of job seekers with one imagined user of each label, so that nobody is told 0 or 1."""
    from sklearn.dummy import DummyClassifier

    labels = [True, False, *users["is_job_seeker"].tolist()]
    return DummyClassifier(strategy="prior").fit([[0]] * len(labels), labels)


def _least_common(users: pd.DataFrame) -> int:
    seekers = int(users["is_job_seeker"].sum())
    return min(seekers, len(users) - seekers)
