"""CROWDLAB: a weighted mean of a classifier's opinion and of the votes.

The method of Goh, Tkachenko and Mueller (2022, arXiv 2210.06812). Written from the paper: Cleanlab's own wants a
matrix of items by labellers, weighs a second time by the consensus it has just made, and cannot say what it makes of
votes that it has not seen. The benchmark compares the two.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from job_search_assets.logic.labels.learning import Array, Votes

LEAST_WEIGHT = 1e-6  # of a labeller or model that is worse than naming the commoner answer always


@dataclass(frozen=True)
class Trust:
    """The weights: how often a vote meets the consensus, each labeller's weight, the classifier's.

    `right` is how often each labeller's votes meet the consensus, which the weighted mean itself does not need.
    """

    agreement: float
    labellers: Array
    classifier: float
    right: Array


def weigh(votes: Votes, hints: Array, *, prior_votes: float) -> Trust:
    """The weights from votes and the classifier's out-of-fold chances, by the paper's sections 3 and 4.

    A labeller is weighed by agreement with the others on the same users, the classifier by agreement with the
    majority, both against an annotator who always names the commoner answer. `prior_votes` draws `right` of rarely
    seen labellers to the average.
    """
    user, said, yes = _counts(votes)
    majority = np.where(2 * yes == said, hints > 0.5, 2 * yes > said)
    is_shared = said > 1
    is_met = votes.answer == majority[user]
    if not is_shared.any():
        return Trust(0.5, np.full(votes.coders, LEAST_WEIGHT), 1.0, np.full(votes.coders, 0.5))
    met = np.bincount(user, is_met, minlength=votes.users)
    agreement = float((met[is_shared] / said[is_shared]).mean())
    commoner = 2 * majority[is_shared].sum() > is_shared.sum()
    least_error = max(float((majority[is_shared] != commoner).mean()), LEAST_WEIGHT)
    alike = np.where(votes.answer == 1, yes[user], said[user] - yes[user]) - 1
    others = np.bincount(votes.coder, said[user] - 1, minlength=votes.coders)
    error = 1 - np.bincount(votes.coder, alike, minlength=votes.coders) / np.maximum(others, 1)
    labellers = np.where(others > 0, np.maximum(1 - error / least_error, LEAST_WEIGHT), LEAST_WEIGHT)
    missed = float(((hints > 0.5) != majority)[is_shared].mean())
    classifier = max(1 - missed / least_error, LEAST_WEIGHT) * float(np.sqrt(said.mean()))
    seen = np.bincount(votes.coder, minlength=votes.coders)
    right = np.bincount(votes.coder, is_met, minlength=votes.coders) + prior_votes * agreement
    return Trust(agreement, labellers, classifier, np.clip(right / (seen + prior_votes), 0.01, 0.99))


def read(votes: Votes, trust: Trust, hints: Array) -> Array:
    """Each user's chance to be a job seeker: the weighted mean over classifier and votes."""
    total, weight = _sums(votes, trust, hints)
    return total / weight


def foresee(votes: Votes, trust: Trust, hints: Array) -> Array:
    """Per vote its log likelihood given the other votes on the same user."""
    user = votes.owner[votes.account]
    total, weight = _sums(votes, trust, hints)
    own = trust.labellers[votes.coder]
    chance = (total[user] - own * _opinion(votes, trust)) / np.maximum(weight[user] - own, 1e-12)
    is_yes = chance if votes.users else np.zeros(0)
    right = trust.right[votes.coder]
    said_yes = is_yes * right + (1 - is_yes) * (1 - right)
    return np.log(np.clip(np.where(votes.answer == 1, said_yes, 1 - said_yes), 1e-6, 1))


def described(trust: Trust, names: list[str]) -> dict[str, Any]:
    """The weights as plain values, by labeller; a labeller nobody knows has the mean weight."""
    weights = [round(float(weight), 6) for weight in trust.labellers]
    return {
        "agreement": round(trust.agreement, 6),
        "classifier": round(trust.classifier, 6),
        "labellers": [list(pair) for pair in zip(names, weights, strict=True)],
        "stranger": round(float(np.mean(trust.labellers)), 6),
    }


def _sums(votes: Votes, trust: Trust, hints: Array) -> tuple[Array, Array]:
    user = votes.owner[votes.account]
    own = trust.labellers[votes.coder]
    total = trust.classifier * hints + np.bincount(user, own * _opinion(votes, trust), minlength=votes.users)
    return total, trust.classifier + np.bincount(user, own, minlength=votes.users)


def _opinion(votes: Votes, trust: Trust) -> Array:
    return np.where(votes.answer == 1, trust.agreement, 1 - trust.agreement)


def _counts(votes: Votes) -> tuple[Array, Array, Array]:
    user = votes.owner[votes.account]
    return (
        user,
        np.bincount(user, minlength=votes.users),
        np.bincount(user, votes.answer, minlength=votes.users),
    )
