"""How well the match model foretells verdicts that it has not seen: out of fold, no person in two folds.

Judged pairs are chosen by how they look, so they hold far more pairs of one person than candidates do. That moves all
log odds by one constant (Prentice and Pyke 1979), which is found and taken out before probabilities are held against
what people say; precision is told as it is among judged pairs.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt
import pandas as pd

from job_search_assets.logic.identity import judges, linkage
from job_search_assets.logic.identity.estimation import GAMMAS, sigmoid
from job_search_assets.schemas.models import FittedModel

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
Fit = Callable[[pd.DataFrame], FittedModel]

_KEYS = ["account_id_left", "account_id_right"]
_BINS = np.array([0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.98])  # most pairs are sure: finer at the ends
_THRESHOLDS = (0.1, 0.3, 0.5, 0.7, 0.9, 0.95, 0.99)


@dataclass(frozen=True)
class HeldOut:
    """One place a pair that trusted judges agree on, ordered by key.

    `weight` is the pair's match weight in bits by models that have seen no verdict on its person; `is_same` is what
    the judges say.
    """

    weight: Floats
    is_same: npt.NDArray[np.bool_]


def among_judged(candidate_pairs: ir.Table, merge_pairs: ir.Table) -> ir.Table:
    """The candidates of which both accounts were judged, with their levels: what may link two judged pairs."""
    asked = ibis.union(
        merge_pairs.select(account_id="account_id_left"),
        merge_pairs.select(account_id="account_id_right"),
        distinct=True,
    )
    other = asked.view()
    near = candidate_pairs.semi_join(asked, candidate_pairs.account_id_left == asked.account_id)
    near = near.semi_join(other, near.account_id_right == other.account_id)
    return near.select(*_KEYS, *GAMMAS).order_by(_KEYS)


def folds(judgements: pd.DataFrame, near: pd.DataFrame, model: FittedModel, *, folds: int) -> Whole:
    """For each judgement the fold of its person: accounts that anybody or the model thinks one person stay together.

    `near` has the columns of `among_judged`. A fold is drawn by the hash of the person's first account.
    """
    ids = np.unique(judgements[_KEYS].to_numpy(str))
    links = near[(match_weights(near, model.estimator) >= 0) & near[_KEYS].isin(ids).all(axis=1)]
    same = judgements[judgements["is_same_person"].to_numpy(bool)]
    pairs = np.concatenate([links[_KEYS].to_numpy(str), same[_KEYS].to_numpy(str)])
    left, right = np.searchsorted(ids, pairs).T.astype(np.int64)
    person = linkage.components(len(ids), left, right)
    drawn = np.array([int(sha256(account.encode()).hexdigest()[:8], 16) % folds for account in ids], np.int64)
    # A pair of two persons is held out with the first of them.
    return drawn[person[np.searchsorted(ids, judgements["account_id_left"].to_numpy(str))]]


def match_weights(pairs: pd.DataFrame, estimator: dict[str, Any]) -> Floats:
    """What the comparisons of each pair weigh together, in bits."""
    total = np.full(len(pairs), float(estimator["bias"]))
    for name, weights in estimator["weights"].items():
        total += np.append(weights, 0.0)[pairs[f"gamma_{name}"].to_numpy(np.int64)]  # the last is level -1: empty
    return total


def foretell(
    judgements: pd.DataFrame, fold: Whole, fit: Fit, rates: judges.Rates, *, trusted_accuracy: float
) -> HeldOut:
    """Each pair that trusted judges agree on, weighed by a model fitted without its fold's judgements."""
    weight = np.zeros(len(judgements))
    for number in np.unique(fold):
        is_out = fold == number
        model = fit(judgements[~is_out].reset_index(drop=True))
        weight[is_out] = match_weights(judgements[is_out], model.estimator)
    weighed = judgements[_KEYS].assign(weight=weight).drop_duplicates(_KEYS)
    heard = judges.verdicts(judgements, rates, trusted_accuracy=trusted_accuracy)
    told = weighed.merge(heard[heard["verdict"] != 0], on=_KEYS).sort_values(_KEYS)
    return HeldOut(told["weight"].to_numpy(np.float64), (told["verdict"] > 0).to_numpy(bool))


def graded(model: FittedModel, held_out: HeldOut) -> FittedModel:
    """The model with what it foretold among its metrics; none where there are no pairs of both kinds."""
    if held_out.is_same.all() or not held_out.is_same.any():
        return model
    from sklearn.metrics import average_precision_score

    rows = calibration(held_out)
    pairs = np.array([row["pairs"] for row in rows])
    gaps = np.array([abs(row["foretold"] - row["said"]) for row in rows])
    found = {
        "held_out_pairs": float(len(held_out.weight)),
        "held_out_average_precision": average_precision_score(held_out.is_same, held_out.weight.round(6)),
        "held_out_calibration_error": gaps @ pairs / pairs.sum(),
        "held_out_shift": _shift(held_out),
    }
    return replace(model, metrics=model.metrics | {name: round(float(value), 4) for name, value in found.items()})


def by_threshold(held_out: HeldOut) -> list[dict[str, float]]:
    """Precision and recall among judged pairs when all pairs of at least a match probability are called one person."""
    probability, same = sigmoid(held_out.weight * np.log(2.0)), held_out.is_same
    rows = []
    for threshold in _THRESHOLDS:
        found = probability >= threshold
        right = float((found & same).sum())
        rows.append(
            {
                "threshold": threshold,
                "precision": round(right / max(float(found.sum()), 1.0), 4),
                "recall": round(right / max(float(same.sum()), 1.0), 4),
            }
        )
    return rows


def curves(held_out: HeldOut) -> dict[str, list[tuple[float, float]]]:
    """Precision and recall by threshold, to draw."""
    rows = by_threshold(held_out)
    return {name: [(row["threshold"], row[name]) for row in rows] for name in ("precision", "recall")}


def calibration(held_out: HeldOut) -> list[dict[str, float]]:
    """A row for each bin of probabilities: how many pairs, what was foretold and what people say, on average."""
    probability = sigmoid((held_out.weight + _shift(held_out)) * np.log(2.0))
    at = np.digitize(probability, _BINS)
    return [
        {
            "pairs": float((at == place).sum()),
            "foretold": round(float(probability[at == place].mean()), 4),
            "said": round(float(held_out.is_same[at == place].mean()), 4),
        }
        for place in np.unique(at)
    ]


def _shift(held_out: HeldOut) -> float:
    """Bits to add to all match weights so that as many pairs are foretold to be one person as people say."""
    low, high = -60.0, 60.0
    for _ in range(60):  # halving: exact to far below the last digit shown
        middle = (low + high) / 2
        foretold = sigmoid((held_out.weight + middle) * np.log(2.0)).sum()
        low, high = (middle, high) if foretold < held_out.is_same.sum() else (low, middle)
    return round((low + high) / 2, 4)
