"""Which features weighed most in what the model says: of one user, and of users in general."""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from job_search_assets.logic.job_seekers import fitting
from job_search_assets.logic.job_seekers.evaluation import roc_auc

Array = np.ndarray[Any, Any]
OTHERS = 32  # users of train that one is compared with, each in two orders of the features
DRAWS = 100  # of users behind an interval, which only has to say what is more than luck
SHIFTS = 3  # times each feature's values are dealt out again among users


IMPORTANCE = [
    *("feature", "users", "log_loss_increase", "log_loss_low", "log_loss_high"),
    *("roc_auc_decrease", "roc_auc_low", "roc_auc_high"),
]


class Weighed(NamedTuple):
    """Log odds (ln): of the others on average, and what each feature of this user adds; together the user's own."""

    usual: float
    weights: dict[str, float]


def weigh(model: dict[str, Any], user: pd.DataFrame, others: pd.DataFrame, *, seed: int) -> Weighed:
    """What each feature of the one user adds to the log odds that others have on average; heaviest first.

    Shapley values, sampled (Strumbelj and Kononenko 2014): the user's values take the place of another user's one by
    one, in a random order and in the reverse one, and each is given the change that it makes. So the parts add up to
    the score for any kind of model, whatever it makes of combinations. `others` are users of train.
    """
    names, draw = fitting.INPUTS, np.random.Generator(np.random.PCG64(seed))
    orders = [draw.permutation(len(names)) for _ in range(len(others))]
    orders = [way for order in orders for way in (order, order[::-1])]
    told = _in_steps(user[names], others[names], orders)
    steps = fitting.log_odds(model, told).reshape(len(orders), len(names) + 1)
    added = np.zeros(len(names))
    for order, reached in zip(orders, steps, strict=True):
        added[order] += np.diff(reached)
    parts = dict(zip(names, (added / len(orders)).tolist(), strict=True))
    return Weighed(float(steps[:, 0].mean()), dict(sorted(parts.items(), key=lambda part: (-abs(part[1]), part[0]))))


def told(weighed: Weighed) -> tuple[float, float, dict[str, float]]:
    """Log odds, their usual part and each feature's part in six decimals that add up to the last digit."""
    weights = {name: round(weight, 6) for name, weight in weighed.weights.items()}
    log_odds = round(weighed.usual + sum(weighed.weights.values()), 6)
    return log_odds, round(log_odds - sum(weights.values()), 6), weights


def _in_steps(user: pd.DataFrame, others: pd.DataFrame, orders: list[Array]) -> pd.DataFrame:
    """Each other user, twice, and the same with one more of the user's own values at a time."""
    width = user.shape[1]
    rank = np.empty((len(orders), width), dtype=int)
    for place, order in enumerate(orders):
        rank[place, order] = np.arange(width)
    is_own = (rank[:, None, :] < np.arange(width + 1)[None, :, None]).reshape(-1, width)
    start = np.repeat(np.arange(len(others)), 2 * (width + 1))
    columns = {
        name: np.where(is_own[:, place], user[name].iloc[0], others[name].to_numpy(dtype=object)[start])
        for place, name in enumerate(user)
    }
    return pd.DataFrame(columns)


def importance(model: dict[str, Any], users: pd.DataFrame, *, seed: int) -> pd.DataFrame:
    """One row a feature: how much worse the model is when the feature's values are dealt out again, with intervals.

    Permutation importance (Breiman 2001; Fisher, Rudin and Dominici 2019) on users that the model did not learn from,
    `fitting.examples_outside_train`. Values are dealt out by shifting them along an order of users that is
    drawn once, so each value goes to somebody else. Two features that say the same can stand in for each other, and
    both then look less important than they are together.
    """
    users = users.sort_values("user_id", ignore_index=True)
    truth, draw = users["is_job_seeker"].to_numpy(dtype=bool), np.random.Generator(np.random.PCG64(seed))
    if not 0 < truth.sum() < len(truth):
        return pd.DataFrame([(name, len(users), *(None,) * 6) for name in fitting.INPUTS], columns=IMPORTANCE)
    order, before = draw.permutation(len(users)), fitting.probabilities(model, users)
    drawn = [draw.integers(0, len(users), len(users)) for _ in range(DRAWS)]
    some = [np.arange(len(users)), *(few for few in drawn if 0 < truth[few].sum() < len(few))]
    # All in one go: of few users a call of the model costs more than its rows.
    dealt = [_dealt_out(users, name, order, shift) for name in fitting.INPUTS for shift in _shifts(len(users))]
    after = fitting.probabilities(model, pd.concat(dealt, ignore_index=True)).reshape(len(fitting.INPUTS), SHIFTS, -1)
    ranks = [roc_auc(truth[few], before[few]) for few in some]
    rows = []
    for name, scores in zip(fitting.INPUTS, after, strict=True):
        more = np.mean([_surprises(truth, score) for score in scores], axis=0) - _surprises(truth, before)
        falls = [
            rank - float(np.mean([roc_auc(truth[few], score[few]) for score in scores]))
            for rank, few in zip(ranks, some, strict=True)
        ]
        rows.append((name, len(users), *_with_ends([float(more[few].mean()) for few in some]), *_with_ends(falls)))
    return pd.DataFrame(rows, columns=IMPORTANCE).round(6)


def _with_ends(numbers: list[float]) -> tuple[float, float, float]:
    """The first number, of everybody, with the ends of the interval that the others span."""
    low, high = np.percentile(numbers[1:], [2.5, 97.5])
    return numbers[0], float(low), float(high)


def falls(importance: pd.DataFrame) -> dict[str, tuple[float, float]]:
    """By feature the interval of what the ROC AUC falls by, the most important first."""
    told = importance.dropna(subset="roc_auc_decrease").sort_values(
        ["roc_auc_decrease", "feature"], ascending=[False, True]
    )
    ends = zip(told["roc_auc_low"].astype(float), told["roc_auc_high"].astype(float), strict=True)
    return dict(zip(told["feature"].astype(str), ends, strict=True))


def _shifts(users: int) -> list[int]:
    return [max(1, users * part // (SHIFTS + 1)) for part in range(1, SHIFTS + 1)]


def _dealt_out(users: pd.DataFrame, name: str, order: Array, shift: int) -> pd.DataFrame:
    values = users[name].to_numpy(dtype=object)
    moved = np.empty_like(values)
    moved[order] = values[np.roll(order, shift)]
    return users[fitting.INPUTS].astype(object).assign(**{name: pd.Series(moved, dtype=object)})


def _surprises(truth: Array, score: Array) -> Array:
    """Each user's log loss, in nats."""
    return -np.log(np.clip(np.where(truth, score, 1 - score), 1e-6, 1))
