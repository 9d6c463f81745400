"""spam_reports.csv: six moderators' verdicts. One of them is careless, and the blocklist misleads all of them."""

import numpy as np

from job_search_assets.sample import draws, times
from job_search_assets.sample.accounts import Accounts
from job_search_assets.sample.blocklist import Blocklist
from job_search_assets.sample.draws import Strings
from job_search_assets.sample.networks import Listed
from job_search_assets.sample.shares import Shares

_ERRORS = np.array([0.08, 0.005, 0.007, 0.008, 0.012, 0.016])
_MODERATORS = draws.strings([f"mod_{number}" for number in range(1, 7)])
_LISTED = "blocklisted network"
_GROUNDS = draws.strings(["bulk text", "link to a shop", "phishing", "fake profile", "rude text", ""])
_CLEARED = draws.strings(["checked", "looks fine", "known customer", ""])
Table = dict[str, Strings]


def spam_reports(
    rng: np.random.Generator, accounts: Accounts, nets: Listed, entries: Blocklist, shares: Shares
) -> tuple[Table, Table]:
    """The reports, and the moderators' true error rates.

    Not a random sample: accounts with a text and those in bursts are looked at more. Where the list is hit, the
    list is often the only ground, and then a genuine account is reported as spam too.
    """
    is_spam, is_hit = accounts.person < 0, entries.is_hit(accounts)
    is_misled = _misled(rng, accounts, nets, is_hit)
    rows, moderator = _looked_at(rng, np.where(is_misled, 1.0, _chances(accounts, is_spam, shares)), shares)
    by_list = is_misled[rows] | draws.chosen(rng, (is_spam & is_hit)[rows], 0.45)
    is_wrong = (rng.random(len(rows)) < _ERRORS[moderator]) & ~by_list
    verdict = (is_spam[rows] ^ is_wrong) | by_list
    delay = 60 + rng.exponential(9 * times.DAY, len(rows)).astype(np.int64)
    table = {
        "account_id": accounts.columns["account_id"][rows],
        "is_spam": draws.flags(verdict),
        "reported_by": _MODERATORS[moderator],
        "reported_at": times.iso(np.minimum(accounts.created[rows] + delay, times.CLOSED + times.AFTERWARDS)),
        "reason": _reasons(rng, verdict, by_list),
    }
    return table, _skills()


def _misled(rng: np.random.Generator, accounts: Accounts, nets: Listed, is_hit: np.ndarray) -> np.ndarray:
    """The genuine accounts that are reported for their network alone: most in wrong entries, a quarter in others."""
    is_in_wrong = nets.kind[accounts.listed] == "wrong"
    share = np.where(is_in_wrong, 0.8, 0.25)
    return (accounts.person >= 0) & is_hit & (rng.random(len(share)) < share)


def _looked_at(rng: np.random.Generator, chance: np.ndarray, shares: Shares) -> tuple[np.ndarray, np.ndarray]:
    """The reported accounts and the moderator of each report; one in thirty is judged again by another."""
    chance = chance * min(1.0, shares.most_reports / chance.sum())
    once = np.flatnonzero(rng.random(len(chance)) < chance)
    is_twice = rng.random(len(once)) < 0.03
    moderator = rng.integers(len(_ERRORS), size=len(once))
    other = (moderator[is_twice] + rng.integers(1, len(_ERRORS), size=int(is_twice.sum()))) % len(_ERRORS)
    return np.concatenate([once, once[is_twice]]), np.concatenate([moderator, other])


def _chances(accounts: Accounts, is_spam: np.ndarray, shares: Shares) -> np.ndarray:
    weight = np.where(accounts.columns["about"] == "", 0.7, 1.5) * np.where(accounts.burst >= 0, 1.6, 1.0)
    share = np.where(is_spam, shares.reported_spam, shares.reported_genuine)
    mean = np.where(is_spam, weight[is_spam].mean(), weight[~is_spam].mean())
    return np.minimum(0.97, share * weight / mean)


def _reasons(rng: np.random.Generator, verdict: np.ndarray, by_list: np.ndarray) -> Strings:
    ground = _GROUNDS[draws.weighted(rng, len(verdict), (36, 20, 20, 5, 4, 15))]
    cleared = _CLEARED[draws.weighted(rng, len(verdict), (32, 28, 19, 21))]
    return np.where(by_list, _LISTED, np.where(verdict, ground, cleared)).astype(object)


def _skills() -> Table:
    rates = draws.strings([f"{1 - error:g}" for error in _ERRORS])
    tasks = np.repeat(draws.strings(["spam_reports"]), len(_ERRORS))
    return {"labeller": _MODERATORS, "task": tasks, "sensitivity": rates, "specificity": rates}
