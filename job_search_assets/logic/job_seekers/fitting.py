"""Candidates are fitted on train, chosen on dev, and the chosen one is calibrated on dev."""

import warnings
from typing import Any

import ibis
import ibis.expr.types as ir
import pandas as pd

from job_search_assets.logic.job_seekers.candidates import SINGLE, average_of
from job_search_assets.logic.job_seekers.features import model_table, names_of
from job_search_assets.schemas.models import FittedModel

INPUTS = names_of("number", "boolean", "ordinal", "category")


def examples(users: ir.Table, splits: ir.Table, labels: ir.Table, *, most: int, seed: int) -> ir.Table:
    """The users of train and dev with features and label by votes, in the order of ids; at most so many of each.

    Test stays out of reach here, so nothing that is fitted can depend on it. That is also why the label is the one
    by votes alone: features help with a label by what they say of all users, those of test among them. Beyond the
    limit users are drawn by SHA-256 of seed and id.
    """

    by_votes = labels.select("user_id", is_job_seeker="is_job_seeker_by_votes")
    seen = splits.filter(splits.split.isin(["train", "dev"])).select("user_id", "split")
    seen = seen.inner_join(by_votes, "user_id")
    digest = (ibis.literal(f"{seed}|") + seen.user_id).hexdigest("sha256")
    place = ibis.row_number().over(ibis.window(group_by=seen.split, order_by=[digest, seen.user_id]))
    drawn = seen.mutate(place=place).filter(ibis._.place < most).drop("place")
    return model_table(users).inner_join(drawn, "user_id").order_by("user_id")


def fit(users: pd.DataFrame, *, least_of_a_label: int, least_to_calibrate: int) -> FittedModel:
    """The candidate with the lowest log loss on dev, fitted on train and calibrated on dev.

    Log loss is a proper score: it is best for who tells the true probability. The chosen model is not fitted
    again on train and dev together: so dev remains a second, unlearned opinion beside test, and whoever moves
    from dev to train is seen to change something. With fewer than `least_of_a_label` users of a label in train
    or dev nothing can be learned or chosen, and everybody gets the base rate; the reason is among the facts.
    """
    train, dev = users[users["split"] == "train"], users[users["split"] == "dev"]
    poorest = min(_least_common(train), _least_common(dev))
    if poorest < least_of_a_label:
        why = f"train or dev has {poorest} users of a label, and {least_of_a_label} are needed"
        return FittedModel(_smoothed_base_rate(train), facts={"candidate": "base_rate", "why": why})
    fitted = {name: fitted_on(make(), train) for name, make in SINGLE.items()}
    fitted["average"] = fitted_on(average_of(fitted), train)
    losses = {name: log_loss_on(model, dev) for name, model in fitted.items()}
    chosen = min(losses, key=lambda name: losses[name])
    model = fitted[chosen]
    if chosen != "base_rate" and _least_common(dev) >= least_to_calibrate:
        model = calibrated_if_better(model, dev, losses[chosen])
    facts = {"candidate": chosen, "why": "lowest log loss on dev", "is_calibrated_on_dev": model is not fitted[chosen]}
    metrics = {f"dev_log_loss_{name}": loss for name, loss in losses.items()}
    return FittedModel(model, metrics=metrics | {"dev_log_loss": log_loss_on(model, dev)}, facts=facts)


def predict(model: FittedModel, users: pd.DataFrame) -> pd.DataFrame:
    """The probability of each user to be a job seeker, in six decimals, with the model's version."""
    return pd.DataFrame(
        {
            "user_id": users["user_id"],
            "probability": probabilities(model.estimator, users).round(6),
            "model_version": model.version,
        }
    )


def probabilities(estimator: Any, users: pd.DataFrame) -> Any:
    """One probability a row. On one thread: sums over many would depend on how many there are."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        return estimator.predict_proba(inputs(users))[:, list(estimator.classes_).index(True)]


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


def fitted_on(model: Any, users: pd.DataFrame) -> Any:
    """The model fitted to the users' labels, on one thread, so that sums have one order."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1), warnings.catch_warnings():
        # Numbers that many users share give fewer bins than asked for, which is what should happen.
        warnings.filterwarnings("ignore", message="Bins whose width are too small|Feature . is constant")
        return model.fit(inputs(users), users["is_job_seeker"].to_numpy(dtype=bool))


def calibrated_if_better(model: Any, users: pd.DataFrame, loss: float) -> Any:
    """The model behind Platt's sigmoid, unless that gains no more than its two numbers would by chance."""
    from sklearn.calibration import CalibratedClassifierCV
    from sklearn.frozen import FrozenEstimator

    calibrated = fitted_on(CalibratedClassifierCV(FrozenEstimator(model), method="sigmoid"), users)
    gain_by_chance = 1 / len(users)
    return calibrated if loss - log_loss_on(calibrated, users) > gain_by_chance else model


def _smoothed_base_rate(users: pd.DataFrame) -> Any:
    """The share of job seekers with one imagined user of each label, so that nobody is told 0 or 1."""
    from sklearn.dummy import DummyClassifier

    labels = [True, False, *users["is_job_seeker"].tolist()]
    return DummyClassifier(strategy="prior").fit([[0]] * len(labels), labels)


def log_loss_on(model: Any, users: pd.DataFrame) -> float:
    """Mean surprise at the users' labels, in nats, to six decimals."""
    from sklearn.metrics import log_loss

    truth = users["is_job_seeker"].to_numpy(dtype=bool)
    return round(float(log_loss(truth, probabilities(model, users), labels=[False, True])), 6)


def _least_common(users: pd.DataFrame) -> int:
    seekers = int(users["is_job_seeker"].sum())
    return min(seekers, len(users) - seekers)
