"""How good the predictions are on dev and on test, with intervals, beside what bounds them from below and above."""

from collections.abc import Callable, Mapping
from typing import Any

import ibis.expr.types as ir
import numpy as np
import pandas as pd

from job_search_assets.logic.job_seekers.leaks import score_from_ids

Array = np.ndarray[Any, Any]

COLUMNS = ("split", "metric", "value", "low", "high")
CALIBRATION_BINS = 10
MOST_DRAWN, LEAST_RESAMPLES = 1_000_000, 50  # of a bootstrap: what takes a few seconds, what percentiles need


def judged_predictions(predictions: ir.Table, splits: ir.Table, labels: ir.Table) -> ir.Table:
    """One row a user in a split: the prediction beside the label, the label's confidence and the split."""
    known = splits.inner_join(labels.select("user_id", "confidence"), "user_id")
    joined = known.inner_join(predictions.select("user_id", "probability"), "user_id")
    return joined.select("user_id", "split", "is_job_seeker", "confidence", "probability").order_by("user_id")


def evaluate(users: pd.DataFrame, candidates: Mapping[str, float], *, resamples: int, seed: int) -> pd.DataFrame:
    """One row a split and metric: value and the ends of the 95 % interval, missing where a number has none.

    `users` are those of `judged_predictions`. Intervals are percentiles over users drawn again with replacement
    (Efron 1979). The base rate is what a model must beat, the label ceiling what none can; `candidates` are the
    numbers by which the model was chosen on dev.
    """
    rows = [
        ("dev", name.removeprefix("dev_"), value, None, None)
        for name, value in candidates.items()
        if name != "dev_log_loss"
    ]
    for split in ("dev", "test"):
        chosen = users[users["split"] == split]
        rows += [(split, *row) for row in _bounds(chosen)]
        rows += [(split, *row) for row in _measured(chosen, resamples, seed)]
    rows += [("test", *row) for row in _id_only(users, seed)]
    report = pd.DataFrame(rows, columns=list(COLUMNS))
    return report.astype({"value": "float64", "low": "float64", "high": "float64"}).round(6)


def headlines(report: pd.DataFrame) -> dict[str, float]:
    """What is reported on test, by metric: numbers worth following from run to run."""
    on_test = report[report["split"] == "test"]
    return dict(zip(on_test["metric"], on_test["value"].astype(float), strict=True))


def roc_auc(truth: Array, score: Array) -> float:
    """The chance that a job seeker is ranked above somebody who is none; ties count half."""
    from scipy.stats import rankdata

    seekers = int(truth.sum())
    ranks = rankdata(score)[truth].sum()
    return float((ranks - seekers * (seekers + 1) / 2) / (seekers * (len(truth) - seekers)))


def average_precision(truth: Array, score: Array) -> float:
    """Mean precision over the job seekers, from the surest prediction down; equal predictions count as one step."""
    falling = np.argsort(-score, kind="stable")
    is_last_of_equals = np.append(np.diff(score[falling]) != 0, True)
    reached = np.flatnonzero(is_last_of_equals)
    found = np.cumsum(truth[falling])[reached]
    gained = np.diff(found, prepend=0)
    return float((gained * found / (reached + 1)).sum() / found[-1])


def log_loss(truth: Array, score: Array) -> float:
    """Mean surprise at the labels, in nats; lower is better, and only true probabilities are best."""
    said = np.clip(np.where(truth, score, 1 - score), 1e-6, 1)
    return float(-np.log(said).mean())


def calibration_error(truth: Array, score: Array) -> float:
    """Mean distance between promised and found share of job seekers, over ten groups of nearly equal size.

    Equal predictions are in one group: within one promise nobody can be told apart. It has no bootstrap interval:
    drawing users again adds distance of its own, and the interval would lie above the number.
    """
    edges = np.quantile(score, np.arange(1, CALIBRATION_BINS) / CALIBRATION_BINS)
    group = np.searchsorted(edges, score, side="right")
    return float(np.abs(np.bincount(group, truth) - np.bincount(group, score)).sum() / len(truth))


def accuracy(truth: Array, score: Array) -> float:
    """Share of users whose likelier class is their label."""
    return float(((score > 0.5) == truth).mean())


METRICS: dict[str, Callable[[Array, Array], float]] = {
    "roc_auc": roc_auc,
    "average_precision": average_precision,
    "log_loss": log_loss,
    "accuracy": accuracy,
}


def _bounds(users: pd.DataFrame) -> list[tuple[Any, ...]]:
    """Number of users, what the base rate alone reaches, and what somebody who knew the truth would reach."""
    if users.empty:
        return [("users", 0.0, None, None)]
    seekers, confidence = users["is_job_seeker"].to_numpy(dtype=bool), users["confidence"].to_numpy()
    rate = float(seekers.mean())
    sure = [confidence[seekers == label].mean() for label in (True, False) if (seekers == label).any()]
    return [
        ("users", float(len(users)), None, None),
        ("base_rate", rate, None, None),
        ("base_rate_accuracy", max(rate, 1 - rate), None, None),
        ("base_rate_log_loss", log_loss(seekers, np.full(len(users), rate)), None, None),
        ("label_ceiling", float(confidence.mean()), None, None),
        ("label_ceiling_roc_auc", float(np.mean(sure)), None, None),
    ]


def _measured(users: pd.DataFrame, resamples: int, seed: int) -> list[tuple[Any, ...]]:
    truth, score = users["is_job_seeker"].to_numpy(dtype=bool), users["probability"].to_numpy()
    if truth.all() or not truth.any():
        return []
    draws = [draw for draw in _draws(len(truth), resamples, seed) if 0 < truth[draw].sum() < len(truth)]
    measured = [
        (name, metric(truth, score), *_interval(metric, truth, score, draws)) for name, metric in METRICS.items()
    ]
    return [*measured, ("calibration_error", calibration_error(truth, score), None, None)]


def _id_only(users: pd.DataFrame, seed: int) -> list[tuple[Any, ...]]:
    """What a model reaches on test that knows nothing but ids, with its interval under chance alone."""
    train, test = users[users["split"] == "train"], users[users["split"] == "test"]
    seekers = int(test["is_job_seeker"].sum())
    if train["is_job_seeker"].nunique() < 2 or not 0 < seekers < len(test):
        return []
    score = score_from_ids(train, test, seed=seed)
    found = roc_auc(test["is_job_seeker"].to_numpy(dtype=bool), score)
    # The standard error of an AUC of one half (Hanley and McNeil 1982).
    error = ((len(test) + 1) / (12 * seekers * (len(test) - seekers))) ** 0.5
    return [("id_only_roc_auc", found, found - 1.96 * error, found + 1.96 * error)]


def _draws(users: int, resamples: int, seed: int) -> list[Array]:
    """Users drawn again, so many times; fewer times where many users make the intervals narrow anyway."""
    generator = np.random.Generator(np.random.PCG64(seed))
    times = min(resamples, max(LEAST_RESAMPLES, MOST_DRAWN // users))
    return [generator.integers(0, users, users) for _ in range(times)]


def _interval(
    metric: Callable[[Array, Array], float], truth: Array, score: Array, draws: list[Array]
) -> tuple[float | None, float | None]:
    if not draws:
        return None, None
    found = [metric(truth[draw], score[draw]) for draw in draws]
    low, high = np.percentile(found, [2.5, 97.5])
    return float(low), float(high)
