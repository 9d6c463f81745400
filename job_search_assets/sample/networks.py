"""The internet of the sample: who sits in which network, and which networks are on the blocklist.

All addresses lie in 240.0.0.0/4 (reserved, used by nobody) and 2001:db8::/32 (kept for documentation), so the
sample speaks ill of nobody's network. Blocks are handed out in an order drawn by the seed.
"""

from dataclasses import dataclass

import numpy as np

from job_search_assets.sample import draws, times
from job_search_assets.sample.draws import Strings
from job_search_assets.sample.shares import Shares

_BLOCKS, _FIRST = 3584, 0xF000_0000  # blocks of /16 in 240.0.0.0 to 253.255.255.255
_PROVIDERS, _ANYWHERE = 40, 600  # blocks of /16
_MOST_ENTRIES = 20_000  # what the blocks have room for
UNLISTED = -1


@dataclass(frozen=True)
class Listed:
    """The networks on the blocklist. Of version 6 `base` is the third group of 2001:db8:…::/48."""

    base: np.ndarray
    prefix: np.ndarray
    is_v6: np.ndarray
    kind: Strings  # wrong, mixed or sound
    is_used: np.ndarray  # somebody signs up from it
    ends: np.ndarray  # seconds since 1970, or 0: still listed
    shared_hosts: np.ndarray  # [network, 6]: hosts that many people share

    def places(self, kind: str) -> np.ndarray:
        """The places of the networks of a kind that are in use and still listed."""
        return np.flatnonzero((self.kind == kind) & self.is_used & (self.ends == 0))


@dataclass(frozen=True)
class Internet:
    """Bases of blocks on no list (/16; institutions use a /18 of theirs), and the listed networks."""

    providers: np.ndarray
    anywhere: np.ndarray
    institutions: np.ndarray
    listed: Listed


def internet(rng: np.random.Generator, accounts: int, shares: Shares) -> Internet:
    """Networks enough for this many accounts."""
    growth = accounts / 5_000
    kind, prefix = _entries(rng, growth, shares)
    institutions = min(500, max(4, round(27 * growth**0.5)))
    wide = prefix < 20
    blocks = rng.permutation(_BLOCKS) * 65_536 + _FIRST
    ends = np.cumsum([_PROVIDERS, _ANYWHERE, institutions, int(wide.sum())])
    providers, anywhere, campuses, large, rest = np.split(blocks, ends)
    small = (rest[:, None] + np.arange(16) * 4096).ravel()
    # Beyond some two million accounts the addresses run out: the list holds what fits.
    fits = wide | (np.cumsum(~wide) <= len(small))
    kind, prefix, wide = kind[fits], prefix[fits], wide[fits]
    base = np.empty(len(prefix), dtype=np.int64)
    base[wide] = large
    base[~wide] = small[: int((~wide).sum())]
    return Internet(providers, anywhere, campuses, _listed(rng, kind, prefix, base))


def _entries(rng: np.random.Generator, growth: float, shares: Shares) -> tuple[Strings, np.ndarray]:
    """Kind and prefix length of each listed network, but for those that lie in others."""
    wrong, mixed = (max(1, round(some * growth**0.5)) for some in (shares.wrong_entries, shares.mixed_entries))
    entries = min(_MOST_ENTRIES, max(wrong + mixed + 30, round(shares.blocklist_entries * growth**0.6)))
    sound = entries - entries // 40 - wrong - mixed
    prefix = np.concatenate(
        [
            rng.choice([16, 16, 17, 18], size=wrong),
            rng.choice([20, 22, 22, 24, 24, 24, 26, 29, 32, 32], size=mixed),
            rng.choice([16, 18, 20, 20, 21, 22, 22, 23, 24, 24, 24, 24, 32, 32, 32, 32, 32], size=sound),
        ]
    )
    return np.repeat(draws.strings(["wrong", "mixed", "sound"]), (wrong, mixed, sound)), prefix


def _listed(rng: np.random.Generator, kind: Strings, prefix: np.ndarray, base: np.ndarray) -> Listed:
    """The listed networks: some of version 6, some ended, and at the end some that lie inside a sound one."""
    count, sound = len(kind), kind == "sound"
    is_v6 = draws.chosen(rng, sound, 0.025)
    base[is_v6], prefix[is_v6] = 0xF000 + np.arange(is_v6.sum()), 48
    nested = max(1, count // 39)
    outer = rng.choice(np.flatnonzero(sound & (prefix <= 24)), size=nested)
    total = count + nested
    used = np.concatenate([~sound | draws.chosen(rng, sound, 0.4), np.zeros(nested, bool)])
    is_ended = np.concatenate([draws.chosen(rng, sound & ~is_v6, 0.025), np.zeros(nested, bool)])
    span = (times.CLOSED - times.OPENED) / times.DAY
    return Listed(
        base=np.concatenate([base, base[outer]]),
        prefix=np.concatenate([prefix, prefix[outer] + rng.integers(1, 5, size=nested)]),
        is_v6=np.concatenate([is_v6, np.zeros(nested, bool)]),
        kind=np.concatenate([kind, kind[outer]]),
        is_used=used,
        ends=np.where(is_ended, times.OPENED + times.days(rng, 0.15 * span, 0.5 * span, total), 0),
        shared_hosts=rng.integers(1, 2**30, size=(total, 6)),
    )
