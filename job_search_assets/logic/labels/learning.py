"""Expectation-maximisation over votes: hidden answers and labellers' rates, each learned from the other.

The model is that of Dawid and Skene (1979, Applied Statistics 28): a user's true answer is hidden, and each
labeller tells a yes and a no apart at rates of their own. Plain Dawid-Skene is far too sure of itself where
votes are few, for two reasons that are mended here. Rates of rarely seen labellers are drawn towards the
average (a prior worth some votes), and an account may be ambiguous: there all labellers are as good as a coin
(a mixture, in the spirit of Whitehill et al. 2009, NIPS 22), so three votes against one leave some doubt.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

Array = np.ndarray[Any, Any]

ROUNDS = 500  # the steps shrink long before; this only ends a run that would swing for ever
STILL = 1e-6  # the sum of what moves in a round; rates are given in six digits
SAFE_RATES = (0.01, 0.99)  # nobody is always right, whatever their votes so far
FIRST_GUESS = (8.0, 10.0)  # without any vote labellers are taken to be right eight times in ten


@dataclass(frozen=True)
class Beliefs:
    """What is assumed before the first vote.

    `votes`: how many votes' weight the labellers' average has in each labeller's rates. `users`: how many
    users' weight the majority's share of job seekers has in the base rate; few votes alone cannot tell a rare answer
    from labellers who miss it. `ambiguous_share` of the accounts is thought to be ambiguous, with the weight
    of `ambiguous_accounts` accounts.
    """

    votes: float
    users: float
    ambiguous_share: float
    ambiguous_accounts: float


@dataclass(frozen=True)
class Votes:
    """Votes as numbers: arrays of one entry a vote, but `owner`, which gives each account's user.

    `is_one_coin`: a labeller is right as often on a yes as on a no.
    """

    account: Array
    coder: Array
    answer: Array
    owner: Array
    coders: int
    is_one_coin: bool = False

    @property
    def users(self) -> int:
        """How many users were voted on."""
        return int(self.owner.max()) + 1 if len(self.owner) else 0


@dataclass(frozen=True)
class Learned:
    """Rates of being right (one row a coder; columns: on a no, on a yes) and the two shares."""

    right: Array
    average: Array
    base_rate: float
    ambiguous_share: float


def encode(votes: pd.DataFrame, group: Sequence[str], *, is_one_coin: bool = False) -> Votes:
    """Votes as numbers; those with equal values in `group` share a pair of rates."""
    account, _ = pd.factorize(votes["account_id"])
    user, _ = pd.factorize(votes["user_id"])
    coder = votes.groupby(list(group), sort=True).ngroup().to_numpy() if group else np.zeros(len(votes), dtype=np.int64)
    owner = np.zeros(int(account.max()) + 1 if len(account) else 0, dtype=np.int64)
    owner[account] = user
    coders = int(coder.max()) + 1 if len(coder) else 1
    return Votes(account, coder, votes["is_job_seeker"].to_numpy(dtype=np.int64), owner, coders, is_one_coin)


def learn(votes: Votes, beliefs: Beliefs) -> Learned:
    """Expectation-maximisation from the users' shares of yes."""
    yes, said = _yes_and_votes(votes)
    share = (yes + 0.5) / (said + 1)
    posterior = np.stack([1 - share, share], axis=1)
    clear = np.full((len(votes.owner), 2), 1 - beliefs.ambiguous_share)
    learned = _maximise(votes, posterior, clear, beliefs)
    for _ in range(ROUNDS):
        posterior, clear, _likelihood = expect(votes, learned)
        before, learned = learned, _maximise(votes, posterior, clear, beliefs)
        if _distance(before, learned) < STILL:
            break
    return learned


def _maximise(votes: Votes, posterior: Array, clear: Array, beliefs: Beliefs) -> Learned:
    weight = posterior[votes.owner] * clear
    seen = _sums(votes.coder, weight[votes.account], votes.coders)
    said = np.stack([1 - votes.answer, votes.answer], axis=1)
    right = _sums(votes.coder, weight[votes.account] * said, votes.coders)
    if votes.is_one_coin:
        seen, right = (np.repeat(counts.sum(axis=1, keepdims=True), 2, axis=1) for counts in (seen, right))
    average = (right.sum(axis=0) + FIRST_GUESS[0]) / (seen.sum(axis=0) + FIRST_GUESS[1])
    rates = np.clip((right + beliefs.votes * average) / (seen + beliefs.votes), *SAFE_RATES)
    seekers = posterior[:, 1].sum() + beliefs.users * _majority_share(votes)
    unclear = len(votes.owner) - weight.sum() + beliefs.ambiguous_share * beliefs.ambiguous_accounts
    return Learned(
        rates,
        average,
        base_rate=float(seekers / (votes.users + beliefs.users)),
        ambiguous_share=float(unclear / (len(votes.owner) + beliefs.ambiguous_accounts)),
    )


def _majority_share(votes: Votes) -> float:
    """Share of users of whom most votes say yes, ties for a half; one imagined user of each kind is added."""
    yes, said = _yes_and_votes(votes)
    return float(((1 + np.sign(2 * yes - said)) / 2).sum() + 1) / (votes.users + 2)


def _yes_and_votes(votes: Votes) -> tuple[Array, Array]:
    user = votes.owner[votes.account]
    return np.bincount(user, votes.answer, minlength=votes.users), np.bincount(user, minlength=votes.users)


def expect(votes: Votes, learned: Learned, prior: Array | None = None) -> tuple[Array, Array, Array]:
    """Per user the two posteriors, per account the chance to be clear given each, per user the likelihood.

    `prior` holds each user's log odds before the votes; without it everybody has those of the base rate.
    """
    spoken = _sums(votes.account, _terms(votes, learned), len(votes.owner))
    both = _with_doubt(spoken, np.bincount(votes.account, minlength=len(votes.owner)), learned)
    joint = _sums(votes.owner, both, votes.users) + _log_priors(votes, learned, prior)
    likelihood = np.logaddexp(joint[:, 0], joint[:, 1])
    clear = np.exp(spoken + np.log(1 - learned.ambiguous_share) - both)
    return np.exp(joint - likelihood[:, None]), clear, likelihood


def foresee(votes: Votes, learned: Learned, prior: Array | None = None) -> Array:
    """Per vote its log likelihood given the other votes on the same user: how well the one foretells the other.

    Their mean is a proper score of a way to read votes (a pseudo-likelihood: Besag 1975, The Statistician 24), and
    the only one that methods of every kind can be held to.
    """
    terms, said = _terms(votes, learned), np.bincount(votes.account, minlength=len(votes.owner))
    spoken = _sums(votes.account, terms, len(votes.owner))
    both = _with_doubt(spoken, said, learned)
    joint = _sums(votes.owner, both, votes.users) + _log_priors(votes, learned, prior)
    account, user = votes.account, votes.owner[votes.account]
    others = _with_doubt(spoken[account] - terms, said[account] - 1, learned)
    without = joint[user] - both[account] + others
    return np.logaddexp(joint[user, 0], joint[user, 1]) - np.logaddexp(without[:, 0], without[:, 1])


def log_likelihoods(votes: Votes, learned: Learned) -> Array:
    """Per user the log likelihood of the votes if the user is none, and if the user is a job seeker."""
    spoken = _sums(votes.account, _terms(votes, learned), len(votes.owner))
    both = _with_doubt(spoken, np.bincount(votes.account, minlength=len(votes.owner)), learned)
    return _sums(votes.owner, both, votes.users)


def _terms(votes: Votes, learned: Learned) -> Array:
    is_answer = votes.answer[:, None] == np.array([0, 1])
    return np.where(is_answer, np.log(learned.right)[votes.coder], np.log(1 - learned.right)[votes.coder])


def _with_doubt(spoken: Array, said: Array, learned: Learned) -> Array:
    """Log likelihoods of so many votes on an account that may be ambiguous."""
    share = learned.ambiguous_share
    return np.logaddexp(spoken + np.log(1 - share), (np.log(share) + said * np.log(0.5))[:, None])


def _log_priors(votes: Votes, learned: Learned, prior: Array | None) -> Array:
    if prior is None:
        return np.log([1 - learned.base_rate, learned.base_rate])
    return np.stack([-np.logaddexp(0, prior), -np.logaddexp(0, -prior)], axis=1)


def _sums(group: Array, values: Array, groups: int) -> Array:
    return np.stack([np.bincount(group, values[:, side], minlength=groups) for side in (0, 1)], axis=1)


def _distance(before: Learned, after: Learned) -> float:
    shares = abs(before.base_rate - after.base_rate) + abs(before.ambiguous_share - after.ambiguous_share)
    return float(np.abs(before.right - after.right).max()) + shares


def subset(votes: Votes, chosen: Array) -> Votes:
    """The chosen votes, their accounts and users numbered anew."""
    accounts, account = np.unique(votes.account[chosen], return_inverse=True)
    _, owner = np.unique(votes.owner[accounts], return_inverse=True)
    return Votes(account, votes.coder[chosen], votes.answer[chosen], owner, votes.coders, votes.is_one_coin)


def doubts(votes: Votes, learned: Learned, prior: Array | None = None) -> Array:
    """Per user the chance that one of the accounts voted on is ambiguous."""
    posterior, clear, _ = expect(votes, learned, prior)
    return 1 - (posterior * np.exp(_sums(votes.owner, np.log(np.maximum(clear, 1e-300)), votes.users))).sum(axis=1)
