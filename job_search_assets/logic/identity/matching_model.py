"""The match model: what every level weighs, how the weights are added up, and how far each judge is believed.

Two steps. Estimation takes the comparisons as independent, which they are not; a logistic regression on the match
weights then finds how much of each to count, with all candidates as soft labels (they have the right share of pairs
of one person) and the judged pairs as what people say. What is stored are the weights as finally counted: a score is
their plain sum.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from job_search_assets.logic.identity import judges
from job_search_assets.logic.identity.comparisons import COMPARISONS
from job_search_assets.logic.identity.estimation import GAMMAS, Weights, estimate, rounded, sigmoid
from job_search_assets.schemas.models import FittedModel

Floats = npt.NDArray[np.float64]


def fit(
    patterns: pd.DataFrame,
    judgements: pd.DataFrame,
    *,
    steps: int,
    smoothing: float,
    first_share: float,
    judged_weight: float,
    penalty: float,
    prior_pairs: float,
) -> FittedModel:
    """The model from patterns of candidates (`estimation.sampled`) and judgements (`estimation.judged`).

    Twice: the first time every verdict counts as true, the second time as its judge is believed.
    """
    judgements = judgements.assign(weight=judgements["is_same_person"].astype(float))
    for _ in range(2):
        weights = estimate(patterns, judgements, steps=steps, smoothing=smoothing, first_share=first_share)
        bias, factors = _classify(patterns, judgements, weights, judged_weight=judged_weight, penalty=penalty)
        judgements = judgements.assign(log_odds=bias + weights.of(_levels(judgements)) @ factors)
        rates = judges.rate(judgements, prior_pairs=prior_pairs)
        judgements["weight"] = judges.truth(judgements, rates)
    return FittedModel(
        _estimator(weights, bias, factors, rates), _metrics(patterns, weights, bias, factors), _facts(rates)
    )


def _levels(rows: pd.DataFrame) -> npt.NDArray[np.int64]:
    return rows[GAMMAS].to_numpy(np.int64)


def _classify(
    patterns: pd.DataFrame, judgements: pd.DataFrame, weights: Weights, *, judged_weight: float, penalty: float
) -> tuple[float, Floats]:
    """Bias and a factor for each comparison, in natural log odds a bit."""
    from sklearn.linear_model import LogisticRegression
    from threadpoolctl import threadpool_limits

    likely, counts = weights.probability(_levels(patterns)), patterns["pairs"].to_numpy(np.float64)
    heard = judgements["weight"].to_numpy(np.float64)
    told, judged = weights.of(_levels(patterns)), weights.of(_levels(judgements))
    rows = np.concatenate([told, told, judged, judged])
    is_same = np.repeat([True, False, True, False], [len(told), len(told), len(judged), len(judged)])
    mass = np.concatenate([counts * likely, counts * (1 - likely), judged_weight * heard, judged_weight * (1 - heard)])
    if not mass.any():
        return float(np.log(weights.share / (1 - weights.share))), np.full(len(COMPARISONS), np.log(2.0))
    with threadpool_limits(1):
        fitted = LogisticRegression(C=1 / penalty, max_iter=1000, tol=1e-8).fit(rows, is_same, mass)
    # A level that speaks for one person may count for nothing, but never against.
    return float(rounded(fitted.intercept_)[0]), np.array(rounded(np.maximum(fitted.coef_[0], 0.0)))


def _estimator(weights: Weights, bias: float, factors: Floats, rates: judges.Rates) -> dict[str, Any]:
    bits = factors / np.log(2.0)
    return {
        "bias": round(bias / float(np.log(2.0)), 6),
        "weights": {
            comparison.name: [round(float(w), 6) for w in factor * np.log2(m / u)]
            for comparison, factor, m, u in zip(COMPARISONS, bits, weights.m, weights.u, strict=True)
        },
        "m": {comparison.name: rounded(m) for comparison, m in zip(COMPARISONS, weights.m, strict=True)},
        "u": {comparison.name: rounded(u) for comparison, u in zip(COMPARISONS, weights.u, strict=True)},
        "judges": rates,
    }


def _metrics(patterns: pd.DataFrame, weights: Weights, bias: float, factors: Floats) -> dict[str, float]:
    counts = patterns["pairs"].to_numpy(np.float64)
    probability = sigmoid(bias + weights.of(_levels(patterns)) @ factors)
    return {
        "candidates_learned_from": float(counts.sum()),
        "share_of_one_person": round(float(probability @ counts / max(counts.sum(), 1.0)), 6),
        "share_before_classifier": round(weights.share, 6),
    }


def _facts(rates: judges.Rates) -> dict[str, Any]:
    return {
        "levels": {comparison.name: list(comparison.words) for comparison in COMPARISONS},
        "judges": {name: {"sensitivity": pair[0], "specificity": pair[1]} for name, pair in rates.items()},
    }
