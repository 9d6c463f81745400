"""How good the predictions are on dev and on test, with intervals, beside what bounds them from below and above."""

from collections.abc import Callable, Mapping
from typing import Any

import ibis.expr.types as ir
import numpy as np
import pandas as pd

from job_search_assets.logic.job_seekers.leaks import score_from_ids
from job_search_assets.logic.job_seekers.votes_calibration import calibration_error

Array = np.ndarray[Any, Any]

COLUMNS = ("split", "metric", "value", "low", "high", "ceiling")
CLASS_THRESHOLD = 0.5  # probability above which a user is more likely a job seeker than not
MOST_DRAWN, LEAST_RESAMPLES = 1_000_000, 50  # of a bootstrap: what takes a few seconds, what percentiles need


def judged_predictions(predictions: ir.Table, splits: ir.Table, labels: ir.Table) -> ir.Table:
    """One row a user in a split: the prediction beside the label by votes alone, its confidence and the split.

    By votes alone, since a label that features helped to make agrees with a model of the same features more often
    than either is right.
    """
    by_votes = labels.select("user_id", is_job_seeker="is_job_seeker_by_votes", confidence="confidence_by_votes")
    known = splits.select("user_id", "split").inner_join(by_votes, "user_id")
    joined = known.inner_join(predictions.select("user_id", "probability"), "user_id")
    return joined.select("user_id", "split", "is_job_seeker", "confidence", "probability").order_by("user_id")


def evaluate(users: pd.DataFrame, candidates: Mapping[str, float], *, resamples: int, seed: int) -> pd.DataFrame:
    """One row a split and metric: value, ends of its 95 % interval, and ceiling, missing where a number has none.

    `users` are those of `judged_predictions`. Intervals are percentiles over users drawn again with replacement
    (Efron 1979). The base rate is what a model must beat; the ceiling is what somebody who knew the truth would reach
    against labels as sure as these. `candidates` are the numbers by which the model was chosen on dev.
    """

    usual = float(_chance(users).mean()) if len(users) else 0.5
    ceilings = {split: label_ceilings(users[users["split"] == split]) for split in ("dev", "test")}
    rows = [("dev", name.removeprefix("dev_"), value, None, None, None) for name, value in candidates.items()]
    for split in ("dev", "test"):
        chosen = users[users["split"] == split]
        found = _bounds(chosen, ceilings[split]) + _measured(chosen, usual, resamples, seed)
        rows += [(split, *row, ceilings[split].get(row[0])) for row in found]
    rows += [("test", *row, None) for row in _id_only(users, seed)]
    report = pd.DataFrame(rows, columns=list(COLUMNS))
    return report.astype(dict.fromkeys(("value", "low", "high", "ceiling"), "float64")).round(6)


def label_ceilings(users: pd.DataFrame) -> dict[str, float]:
    """By metric, what somebody who knew the truth would reach against labels that are as sure as they say.

    Such a person names `named` users, of whom `found` are labelled as job seekers. The log loss is that of the best
    chance for either group; for the metrics of ranking nobody can be told apart within a group.
    """
    if users.empty:
        return {}
    is_seeker, confidence = users["is_job_seeker"].to_numpy(dtype=bool), users["confidence"].to_numpy()
    seekers, total = float(is_seeker.sum()), len(users)
    if not 0 < seekers < total:
        return {"accuracy": float(confidence.mean())}
    found = float(confidence[is_seeker].sum())
    named = found + float((1 - confidence[~is_seeker]).sum())
    left = seekers - found
    return {
        "accuracy": float(confidence.mean()),
        "roc_auc": (found / seekers + 1 - (named - found) / (total - seekers)) / 2,
        "average_precision": (found * found / named + left * seekers / total) / seekers,
        "log_loss": (_entropy(found, named) + _entropy(left, total - named)) / total,
    }


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


def accuracy(truth: Array, score: Array) -> float:
    """Share of users whose likelier class is their label."""
    return float(((score > CLASS_THRESHOLD) == truth).mean())


METRICS: dict[str, Callable[[Array, Array], float]] = {
    "roc_auc": roc_auc,
    "average_precision": average_precision,
    "log_loss": log_loss,
    "accuracy": accuracy,
}


def _bounds(users: pd.DataFrame, ceilings: Mapping[str, float]) -> list[tuple[Any, ...]]:
    """Number of users, what the base rate alone reaches, and what somebody who knew the truth would reach."""
    if users.empty:
        return [("users", 0.0, None, None)]
    seekers = users["is_job_seeker"].to_numpy(dtype=bool)
    rate = float(seekers.mean())
    ranked = [("label_ceiling_roc_auc", ceilings["roc_auc"], None, None)] if "roc_auc" in ceilings else []
    return [
        ("users", float(len(users)), None, None),
        ("base_rate", rate, None, None),
        ("base_rate_accuracy", max(rate, 1 - rate), None, None),
        ("base_rate_log_loss", log_loss(seekers, np.full(len(users), rate)), None, None),
        ("label_ceiling", ceilings["accuracy"], None, None),
        *ranked,
    ]


def _entropy(part: float, whole: float) -> float:
    """The surprise, over a whole, at who is in the part and who is not, when only its share is known."""
    shares = [share for share in (part / whole, 1 - part / whole) if share > 0] if whole > 0 else []
    return -whole * float(sum(share * np.log(share) for share in shares))


def _chance(users: pd.DataFrame) -> Array:
    """Each user's chance to be a job seeker by votes alone."""
    sure = users["confidence"].to_numpy(dtype=float)
    return np.where(users["is_job_seeker"].to_numpy(dtype=bool), sure, 1 - sure)


def _measured(users: pd.DataFrame, usual: float, resamples: int, seed: int) -> list[tuple[Any, ...]]:
    truth, score = users["is_job_seeker"].to_numpy(dtype=bool), users["probability"].to_numpy()
    if truth.all() or not truth.any():
        return []
    draws = [draw for draw in _draws(len(truth), resamples, seed) if 0 < truth[draw].sum() < len(truth)]
    measured = [
        (name, metric(truth, score), *_interval(metric, truth, score, draws)) for name, metric in METRICS.items()
    ]
    return [*measured, ("calibration_error", calibration_error(_chance(users), score, usual), None, None)]


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
