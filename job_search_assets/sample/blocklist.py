"""ip_blocklist.csv: which networks are listed, by whom, from when until when, and which entries are wrong."""

from dataclasses import dataclass

import numpy as np

from job_search_assets.sample import addresses, draws, times
from job_search_assets.sample.accounts import Accounts
from job_search_assets.sample.draws import Strings
from job_search_assets.sample.networks import Listed

_NEVER = np.iinfo(np.int64).max
_LISTERS = draws.strings(["ops", "feed_import", "mod_2", "mod_5"])
_REASONS = draws.strings(
    ["listed by upstream provider", "bulk sign-ups", "spam reports", "phishing", "open proxy", "hijacked range"]
)


@dataclass(frozen=True)
class Blocklist:
    """One place an entry, in the order of the networks."""

    columns: dict[str, Strings]
    since: np.ndarray
    until: np.ndarray

    def is_hit(self, accounts: Accounts) -> np.ndarray:
        """The accounts whose network was listed when they signed up."""
        since, until = self.since[accounts.listed], self.until[accounts.listed]
        return (accounts.listed >= 0) & (since <= accounts.created) & (accounts.created < until)


def blocklist(rng: np.random.Generator, nets: Listed, spam: Accounts, wrong: np.ndarray) -> Blocklist:
    """The list: of the networks in use, half are listed only after their first spam account."""
    since = _since(rng, nets, spam, wrong)
    until = np.where(nets.ends > 0, nets.ends, _NEVER)
    count = len(since)
    columns = {
        "entry_id": draws.identifiers(rng, count, "bl-", 7),
        "network": addresses.written(nets),
        "listed_by": _LISTERS[draws.weighted(rng, count, (0.36, 0.45, 0.12, 0.07))],
        "listed_from": times.iso(since),
        "listed_until": np.where(nets.ends > 0, times.iso(nets.ends), "").astype(object),
        "reason": _REASONS[rng.integers(6, size=count)],
    }
    return Blocklist(columns, since, until)


def _since(rng: np.random.Generator, nets: Listed, spam: Accounts, wrong: np.ndarray) -> np.ndarray:
    count = len(nets.base)
    first_spam = np.full(count, _NEVER)
    inside = spam.listed >= 0
    np.minimum.at(first_spam, spam.listed[inside], spam.created[inside])
    is_late = (rng.random(count) < 0.5) & (first_spam < _NEVER)
    early = np.minimum(first_spam, times.CLOSED) - times.days(rng, 5, 500, count)
    since = np.where(is_late, first_spam + times.days(rng, 0.1, 12, count), early)
    since[nets.places("wrong")] = wrong
    return np.where(nets.ends > 0, np.minimum(since, nets.ends - 30 * times.DAY), since)
