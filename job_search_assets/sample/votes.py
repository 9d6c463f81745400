"""job_seeker_votes.csv: who is looking for a job, as labellers of very different skill see it."""

import numpy as np

from job_search_assets.sample import draws, times
from job_search_assets.sample.accounts import Accounts
from job_search_assets.sample.reports import Table
from job_search_assets.sample.shares import Shares

# Sensitivity and specificity as real crowd workers have them; the fourth answers nearly at random.
_SKILLS = np.array(
    [[0.93, 0.77], [0.83, 0.88], [0.82, 0.95], [0.62, 0.48], [0.73, 0.95], [0.95, 0.86], [0.63, 0.93], [0.90, 0.93]]
)
_FROM, _SECOND_GUIDE = 1_717_200_000, 1_756_684_800  # 2024-06-01 and 2025-09-01
_RIGHT_IN_DOUBT, _MENDED_BY_GUIDE = 0.5, 0.08  # chance of the right answer on an ambiguous item, and what guide 2 adds


def job_seeker_votes(
    rng: np.random.Generator, accounts: Accounts, is_seeker: np.ndarray, shares: Shares
) -> tuple[Table, Table, Table]:
    """The votes, which voted accounts are truly ambiguous, and the labellers' true skill."""
    items = _items(rng, accounts, shares)
    ids, is_genuine = accounts.columns["account_id"][items], accounts.person[items] >= 0
    is_ambiguous = draws.chosen(rng, is_genuine, shares.ambiguous_items)
    item, labeller = _ballots(rng, len(items))
    moment = times.until_the_end(rng, np.maximum(accounts.created[items], _FROM)[item])
    truth, is_second = _truths(rng, accounts, items, is_seeker)[item], moment >= _SECOND_GUIDE
    right = np.where(truth, _SKILLS[labeller, 0], _SKILLS[labeller, 1])
    right = np.where(is_ambiguous[item], _RIGHT_IN_DOUBT + _MENDED_BY_GUIDE * is_second, right)
    names = draws.identifiers(rng, len(_SKILLS), "ann-", 4)
    votes = {
        "account_id": ids[item],
        "labeller": names[labeller],
        "is_job_seeker": draws.flags(truth ^ (rng.random(len(item)) >= right)),
        "labelled_at": times.iso(moment),
        "guide_version": np.where(is_second, "2", "1").astype(object),
    }
    doubts = {"account_id": ids[is_genuine], "is_ambiguous": draws.flags(is_ambiguous[is_genuine])}
    return votes, doubts, _labellers(names)


def _ballots(rng: np.random.Generator, items: int) -> tuple[np.ndarray, np.ndarray]:
    """The item and the labeller of each vote: mostly three votes an item, no labeller twice on one."""
    ballots = np.array([3, 2, 5])[draws.weighted(rng, items, (0.76, 0.12, 0.12))]
    order = np.argsort(rng.random((items, len(_SKILLS))), axis=1)
    item, turn = np.nonzero(np.arange(len(_SKILLS)) < ballots[:, None])
    return item, order[item, turn]


def _items(rng: np.random.Generator, accounts: Accounts, shares: Shares) -> np.ndarray:
    """The voted accounts: one of most persons, two of some, and as large a share of the spam accounts."""
    genuine = np.flatnonzero(accounts.person >= 0)
    owner = accounts.person[genuine]
    lot = rng.random(len(genuine))
    order = np.lexsort((lot, owner))
    rank = np.arange(len(owner)) - np.searchsorted(owner, owner)  # owners lie side by side
    is_voted = rng.random(int(owner.max()) + 1) < shares.voted_persons
    twice = rng.random(len(is_voted)) < 0.2
    voted = genuine[order][is_voted[owner] & ((rank == 0) | (twice[owner] & (rank == 1)))]
    most = int(shares.most_votes / 3.12 * (1 - shares.spam))
    voted = rng.permutation(voted)[:most]
    spam = np.flatnonzero(accounts.person < 0)
    return np.concatenate([voted, rng.permutation(spam)[: round(len(voted) * len(spam) / len(genuine))]])


def _truths(rng: np.random.Generator, accounts: Accounts, items: np.ndarray, is_seeker: np.ndarray) -> np.ndarray:
    """What an answer should be: the person's truth; of spam accounts, a coin's or that of a stranger."""
    person = accounts.person[items]
    stranger = is_seeker[rng.integers(len(is_seeker), size=len(items))]
    made_up = np.where(rng.random(len(items)) < 0.5, rng.random(len(items)) < 0.5, stranger)
    return np.where(person >= 0, is_seeker[person], made_up)


def _labellers(names: np.ndarray) -> Table:
    sensitivity, specificity = (draws.strings([f"{rate:g}" for rate in rates]) for rates in _SKILLS.T)
    tasks = np.repeat(draws.strings(["job_seeker_votes"]), len(names))
    return {"labeller": names, "task": tasks, "sensitivity": sensitivity, "specificity": specificity}
