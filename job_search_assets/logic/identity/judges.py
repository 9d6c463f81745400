"""How far each judge of pairs is to be believed, and what their verdicts weigh.

A verdict is evidence with the judge's own error rates (Dawid and Skene 1979), the match model standing in for the
truth that nobody knows. It enters last, on top of the comparisons and out of all estimates that they rest on, so that
no judge is checked against himself.
"""

import numpy as np
import numpy.typing as npt
import pandas as pd

from job_search_assets.logic.identity.estimation import rounded, sigmoid

Floats = npt.NDArray[np.float64]
Rates = dict[str, list[float]]

VERDICTS = {"account_id_left": "string", "account_id_right": "string", "mw_verdict": "float64", "verdict": "int64"}
TRUSTED = {
    "account_id_left": "string",
    "account_id_right": "string",
    "labeller": "string",
    "is_same_person": "boolean",
}

_ROUNDS = 20  # of expectation maximisation; the rates stand still to three digits after some ten
_BELIEF = 0.95  # what a judge nobody has seen anything of is taken to get right
# Whatever the counts, no judge is right or wrong for certain.
_LEAST, _MOST = 0.02, 0.98


def rate(judgements: pd.DataFrame, *, prior_pairs: float) -> Rates:
    """Each judge's sensitivity and specificity: how often they say "same" of one person and "not" of two.

    `judgements` has account_id_left, account_id_right, labeller, is_same_person and `log_odds`, the natural log odds
    by the comparisons alone. `prior_pairs` is the weight of all judges' average in each one's rates.
    """
    names, judge = np.unique(judgements["labeller"].to_numpy(str), return_inverse=True)
    rates = np.full((len(names), 2), _BELIEF)
    for _ in range(_ROUNDS):
        same = truth(judgements, dict(zip(names, rates.tolist(), strict=True)))
        rates = _rates(judgements["is_same_person"].to_numpy(bool), judge, same, len(names), prior_pairs)
    return {str(name): rounded(pair) for name, pair in zip(names, rates, strict=True)}


def _rates(
    says: npt.NDArray[np.bool_], judge: npt.NDArray[np.int64], same: Floats, judges: int, prior: float
) -> Floats:
    found = []
    for right, mass in ((says, same), (~says, 1 - same)):
        hits = np.bincount(judge, weights=right * mass, minlength=judges)
        seen = np.bincount(judge, weights=mass, minlength=judges)
        average = (hits.sum() + _BELIEF) / (seen.sum() + 1)
        found.append((hits + prior * average) / (seen + prior))
    return np.clip(np.stack(found, axis=1), _LEAST, _MOST)


def truth(judgements: pd.DataFrame, rates: Rates) -> Floats:
    """For each judgement how probably its pair is one person, by the comparisons and all of the pair's verdicts.

    Judged pairs are chosen by how they look and hold far more pairs of one person than candidates do: what the
    comparisons say is moved by as much as the verdicts ask for.
    """
    evidence = weights(judgements, rates) * np.log(2.0)
    pair = judgements.groupby(["account_id_left", "account_id_right"], sort=True).ngroup().to_numpy()
    heard = np.bincount(pair, weights=evidence)[pair] if len(pair) else evidence
    odds, shift = judgements["log_odds"].to_numpy(np.float64), 0.0
    for _ in range(_ROUNDS if len(odds) else 0):
        same = sigmoid(odds + shift + heard)
        shift += float(np.clip(_log_odds(same.mean()) - _log_odds(sigmoid(odds + shift).mean()), -2, 2))
    return sigmoid(odds + shift + heard)


def _log_odds(share: float) -> float:
    share = min(max(share, 1e-6), 1 - 1e-6)
    return float(np.log(share / (1 - share)))


def weights(judgements: pd.DataFrame, rates: Rates) -> Floats:
    """What each judgement weighs, in bits: positive for "same", negative for "not"."""
    known = [rates.get(labeller, [_BELIEF, _BELIEF]) for labeller in judgements["labeller"]]
    sensitivity, specificity = np.array(known, np.float64).reshape(-1, 2).T
    says = judgements["is_same_person"].to_numpy(bool)
    return np.where(says, np.log2(sensitivity / (1 - specificity)), np.log2((1 - sensitivity) / specificity)).astype(
        np.float64
    )


def verdicts(judgements: pd.DataFrame, rates: Rates, *, trusted_accuracy: float) -> pd.DataFrame:
    """One row a judged pair: mw_verdict (bits, all judges) and verdict (1 same, -1 not, 0 open), by trusted judges.

    A judge is trusted when they get `trusted_accuracy` right on average. Where as many trusted judges say "same" as
    say "not" the pair is open: the comparisons decide.
    """
    counted = pd.DataFrame(
        {
            **_ordered(judgements),
            # Rounded one by one, so that a pair's verdicts add up to what they weigh together.
            "mw_verdict": weights(judgements, rates).round(6),
            "verdict": np.where(judgements["is_same_person"], 1, -1)
            * _is_trusted(judgements, rates, trusted_accuracy).to_numpy(np.int64),
        }
    )
    heard = counted.groupby(["account_id_left", "account_id_right"], as_index=False, sort=True).sum()
    heard["verdict"] = np.sign(heard["verdict"]).astype(np.int64)
    heard["mw_verdict"] = heard["mw_verdict"].round(6)
    return heard


def trusted(judgements: pd.DataFrame, rates: Rates, *, trusted_accuracy: float) -> pd.DataFrame:
    """The judgements of trusted judges, the account that comes first left: columns of `TRUSTED`."""
    own = judgements[_is_trusted(judgements, rates, trusted_accuracy)]
    return own.assign(**_ordered(own))[list(TRUSTED)]


def _is_trusted(judgements: pd.DataFrame, rates: Rates, least: float) -> "pd.Series[bool]":
    return judgements["labeller"].isin([name for name, pair in rates.items() if sum(pair) / 2 >= least])


def _ordered(judgements: pd.DataFrame) -> dict[str, "pd.Series[str]"]:
    left, right = judgements["account_id_left"], judgements["account_id_right"]
    return {
        "account_id_left": left.where(left < right, right),
        "account_id_right": right.where(left < right, left),
    }
