"""Probabilities set right by what people said: votes err, and a model that takes them for true promises too little.

Who fits a model to labels of which a tenth is wrong learns how likely a label is, not how likely the truth: those who
are sure are told as less sure. So probabilities are fitted here, and measured, by how likely they make the votes.
"""

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
SUREST = 1e-4  # no votes are surer of a label than this
STEADINESS = 1.0  # standard deviation of the slope around 1, as believed before any vote is seen
CALIBRATION_BINS = 10
STEPS = 200  # of expectation maximisation; a share of groups of users is known to 6 digits long before


def gain(chance: Array, by_votes: Array, usual: float) -> float:
    """By how many nats a user these probabilities foretell the votes better than one number for all; higher is better.

    `by_votes` is each user's chance to be a job seeker given the votes alone, where `usual` is the chance without any.
    The likelihood of votes is a proper score of what is true (Raykar et al. 2010), and of sure labels the log loss.
    """
    says = np.clip(by_votes, SUREST, 1 - SUREST)
    return float(np.log(chance * says / usual + (1 - chance) * (1 - says) / (1 - usual)).mean())


def fit(log_odds: Array, by_votes: Array, usual: float) -> tuple[float, float]:
    """Intercept and slope by which log odds make the votes likeliest (Platt 1999, with votes in place of labels)."""
    from scipy.optimize import minimize

    def loss(line: Array) -> float:
        belief = (line[1] - 1) ** 2 / (2 * STEADINESS**2 * len(log_odds))
        return belief - gain(chances(line[0] + line[1] * log_odds), by_votes, usual)

    found = minimize(loss, np.array([0.0, 1.0]), method="Nelder-Mead", options={"xatol": 1e-6, "fatol": 1e-9})
    # A line that falls would say that who looks likelier is less likely.
    intercept, slope = found.x if found.x[1] > 0 else (0.0, 1.0)
    return round(float(intercept), 6), round(float(slope), 6)


def found_share(by_votes: Array, usual: float) -> float:
    """The share of job seekers among users that makes their votes likeliest: no errors of labels bias it."""
    says = np.clip(by_votes, SUREST, 1 - SUREST)
    share, yes, no = usual, says / usual, (1 - says) / (1 - usual)
    for _ in range(STEPS):
        share = float((share * yes / (share * yes + (1 - share) * no)).mean())
    return share


def calibration_error(by_votes: Array, score: Array, usual: float) -> float:
    """Mean distance between promised and found share of job seekers, over ten groups of nearly equal size.

    The found share is the one that makes the votes likeliest; a share of labels would be drawn to one half by their
    errors. `by_votes` is each user's chance by votes, `usual` the chance without any. Equal predictions are in one
    group: within one promise nobody can be told apart. It has no bootstrap interval: drawing users again adds distance
    of its own, and the interval would lie above the number.
    """
    edges = np.quantile(score, np.arange(1, CALIBRATION_BINS) / CALIBRATION_BINS)
    group = np.searchsorted(edges, score, side="right")
    inside = [group == each for each in np.unique(group)]
    off = [abs(found_share(by_votes[each], usual) - score[each].mean()) * each.sum() for each in inside]
    return float(sum(off) / len(score))


def chances(log_odds: Array) -> Array:
    """Log odds as probabilities."""
    told: Array = 1 / (1 + np.exp(-log_odds))
    return told
