"""What more labels would bring: the model learned from fewer of them, and the curve carried on with its interval."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import ibis.expr.types as ir
import numpy as np
import pandas as pd

from job_search_assets.logic.job_seekers import fitting
from job_search_assets.logic.job_seekers.candidates import SINGLE
from job_search_assets.logic.job_seekers.evaluation import log_loss, roc_auc

Array = np.ndarray[Any, Any]
MEASURED, EXPECTED, UNKNOWN = "measured", "expected", "can't tell"
COLUMNS = ["metric", "labelled_users", "learned_from", "value", "low", "high", "gain", "gain_low", "gain_high", "basis"]
PARTS = (1 / 8, 1 / 4, 1 / 2, 1)  # of the users of train: halves, since a power law is straight over them
POWERS = np.arange(3, 11) / 10  # of a learning curve: slow ones of flexible models, and 1, a regression's own
QUICK = ("logistic_regression", "shallow_boosting")
DRAWS = 200  # of users behind each interval
# How much worse than perfect each metric is, so that one law serves all.
LOSSES: Mapping[str, Callable[[Array, Array], float]] = {
    "log_loss": log_loss,
    "roc_auc": lambda truth, score: 1 - roc_auc(truth, score),
}


class Scope(NamedTuple):
    """How finely to measure, and how far to look; `JobSeekerSettings` says what each is."""

    folds: int
    multiples: Sequence[float]
    least_of_a_label: int
    seed: int


class _Measured(NamedTuple):
    """What was found for each number of users learned from: a loss on all, and on users drawn again."""

    sizes: Array
    on_all: Array
    drawn: Array


def learning_curve(users: pd.DataFrame, candidate: str, *, labelled: float, scope: Scope) -> pd.DataFrame:
    """One row per metric and number of labelled users: what is reached, and what that is better than today.

    `users` are the `fitting.examples`, `labelled` how many labelled users stand in all splits for one in train. Each
    user of train and dev is foretold by models of parts of the other folds; test has no say. Beyond today the curve is
    carried on as a + b / n^c (an inverse power law: Mukherjee et al. 2003, Viering and Loog 2021), fitted for each set
    of users drawn again, so that the interval holds what is not known of a, b and c. Where learning from more is not
    shown to have helped so far, nobody can tell.
    """
    sizes, told = _foretold(users, candidate, scope)
    truth = users["is_job_seeker"].to_numpy(dtype=bool)
    now = int((users["split"] == "train").sum())
    rows = [row for metric in LOSSES for row in _rows(metric, _measure(metric, truth, told, sizes, scope), now, scope)]
    curve = pd.DataFrame(rows, columns=[name for name in COLUMNS if name != "labelled_users"])
    curve["labelled_users"] = (curve["learned_from"] * labelled).round().astype("int64")
    numbers = ["value", "low", "high", "gain", "gain_low", "gain_high"]
    return curve[COLUMNS].astype(dict.fromkeys(numbers, "float64")).round(6)


def labelled_for_each(splits: ir.Table) -> float:
    """How many labelled users stand in all splits for one in train; 1 where train is empty."""
    counts = splits.aggregate(all=splits.count(), train=(splits.split == "train").sum()).to_pyarrow().to_pylist()[0]
    return float(counts["all"] / counts["train"]) if counts["train"] else 1.0


def curves(curve: pd.DataFrame) -> dict[str, list[tuple[float, float]]]:
    """The ROC AUC by labelled users, with the ends of its interval, as points of a picture's lines."""
    told = curve[(curve["metric"] == "roc_auc") & curve["value"].notna()]
    names = {"expected" if (told["basis"] == EXPECTED).any() else "measured": "value", "low": "low", "high": "high"}
    return {
        name: list(zip(told["labelled_users"].astype(float), told[column], strict=True))
        for name, column in names.items()
    }


def stand_in(metrics: Mapping[str, float]) -> str:
    """The one of two quick candidates that did better on dev; the others' curves fall much alike."""
    return max(QUICK, key=lambda name: metrics.get(f"dev_gain_{name}", 0.0))


def _foretold(users: pd.DataFrame, candidate: str, scope: Scope) -> tuple[Array, Array]:
    """How many users were learned from, and for each such number what is then said of every user."""
    place = _places(users["user_id"], scope.seed)
    fold, train = place % scope.folds, int((users["split"] == "train").sum())
    sizes, told = [], []
    for size in (round(train * part) for part in PARTS):
        learners = [_first(users[fold != each], place[fold != each], size) for each in range(scope.folds)]
        if min(_least_common(some) for some in learners) < scope.least_of_a_label:
            continue
        score = np.empty(len(users))
        for each, some in enumerate(learners):
            model = fitting.fitted_on(SINGLE[candidate](), some)
            score[fold == each] = fitting.said_by(model, users[fold == each])
        sizes.append(min(size, min(len(some) for some in learners)))
        told.append(score)
    return np.array(sizes, dtype=float), np.array(told).reshape(len(sizes), len(users))


def _places(ids: pd.Series, seed: int) -> Array:
    """Each user's place in an order by SHA-256: folds and parts are cut from it, so smaller parts lie in larger."""
    digests = [hashlib.sha256(f"{seed}|curve|{user}".encode()).hexdigest() for user in ids]
    places = np.empty(len(digests), dtype=int)
    places[np.argsort(np.array(digests, dtype=str), kind="stable")] = np.arange(len(digests))
    return places


def _first(users: pd.DataFrame, place: Array, size: int) -> pd.DataFrame:
    chosen = np.argsort(place)[:size]
    return users.iloc[np.sort(chosen)]


def _least_common(users: pd.DataFrame) -> int:
    seekers = int(users["is_job_seeker"].sum())
    return min(seekers, len(users) - seekers)


def _measure(metric: str, truth: Array, told: Array, sizes: Array, scope: Scope) -> _Measured:
    draw = np.random.Generator(np.random.PCG64(scope.seed))
    drawn = [draw.integers(0, len(truth), len(truth)) for _ in range(DRAWS if len(sizes) else 0)]
    drawn = [some for some in drawn if 0 < truth[some].sum() < len(truth)]
    loss = LOSSES[metric]
    return _Measured(
        sizes,
        np.array([loss(truth, score) for score in told]),
        np.array([[loss(truth[some], score[some]) for score in told] for some in drawn]).reshape(
            len(drawn), len(sizes)
        ),
    )


def _rows(metric: str, measured: _Measured, now: int, scope: Scope) -> list[tuple[Any, ...]]:
    sizes, level, drawn = measured
    rows = []
    for place, size in enumerate(sizes):
        gain = _told(level[-1] - level[place], drawn[:, -1] - drawn[:, place])
        rows.append((metric, int(size), *_value(metric, level[place], drawn[:, place]), *gain, MEASURED))
    is_learning = len(sizes) > 2 and len(drawn) and np.percentile(drawn[:, 0] - drawn[:, -1], 2.5) > 0
    ahead = [round(now * multiple) for multiple in scope.multiples]
    if not is_learning:
        return rows + [(metric, size, *(None,) * 6, UNKNOWN) for size in ahead]
    gain, gains = _gains(sizes, level[None, :], ahead)[0], _gains(sizes, drawn, ahead)
    for place, size in enumerate(ahead):
        value = _value(metric, level[-1] - gain[place], drawn[:, -1] - gains[:, place])
        rows.append((metric, size, *value, *_told(gain[place], gains[:, place]), EXPECTED))
    return rows


def _value(metric: str, loss: float, drawn: Array) -> tuple[float, float | None, float | None]:
    """The metric as it is told elsewhere, with the ends of its 95 % interval."""
    found, low, high = _told(loss, drawn)
    return (1 - found, high and 1 - high, low and 1 - low) if metric == "roc_auc" else (found, low, high)


def _told(found: float, drawn: Array) -> tuple[float, float | None, float | None]:
    """A number with the ends of its 95 % interval; without where nobody could be drawn again."""
    if not len(drawn):
        return found, None, None
    low, high = np.percentile(drawn, [2.5, 97.5])
    return found, float(low), float(high)


def _gains(sizes: Array, losses: Array, ahead: Sequence[int]) -> Array:
    """How far each row's loss falls from the last of the sizes to those ahead, by the law that fits it best.

    It never rises: a model that learns more is not thought to become worse.
    """
    centred = losses - losses.mean(axis=1, keepdims=True)
    best, gains = np.full(len(losses), np.inf), np.zeros((len(losses), len(ahead)))
    for power in POWERS:
        steps = sizes**-power - (sizes**-power).mean()
        slope = np.maximum(centred @ steps / (steps @ steps), 0.0)
        miss = ((centred - slope[:, None] * steps) ** 2).sum(axis=1)
        falls = slope[:, None] * (sizes[-1] ** -power - np.array(ahead, dtype=float) ** -power)
        gains = np.where((miss < best)[:, None], falls, gains)
        best = np.minimum(best, miss)
    return gains
