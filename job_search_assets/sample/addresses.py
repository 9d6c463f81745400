"""Addresses drawn from the sample's networks, written as people's computers write them."""

import numpy as np

from job_search_assets.sample import draws
from job_search_assets.sample.draws import Strings
from job_search_assets.sample.networks import Internet, Listed

_OCTETS = draws.strings([str(number) for number in range(256)])
_GROUPS = draws.strings([f"{number:x}" for number in range(65_536)])


def inside(rng: np.random.Generator, nets: Listed, place: np.ndarray, shared: float) -> Strings:
    """An address in each of these listed networks; this share of them ones that several people use."""
    size = 2 ** np.where(nets.is_v6[place], 30, 32 - nets.prefix[place]).astype(np.int64)
    common = nets.shared_hosts[place, rng.integers(6, size=len(place))]
    host = np.where(rng.random(len(place)) < shared, common, rng.integers(1, 2**30, size=len(place)))
    # A single listed address is written base + 1, as `written` does.
    host = np.where(size > 2, host % np.maximum(size - 2, 1), 0) + 1
    address = _version_4(nets.base[place] + host)
    six = np.flatnonzero(nets.is_v6[place])
    address[six] = _version_6(rng, nets.base[place][six])
    return address


def elsewhere(rng: np.random.Generator, net: Internet, count: int) -> Strings:
    """Addresses on no list: half at a few providers, the rest anywhere, one in fourteen of version 6."""
    at_provider = rng.random(count) < 0.52
    block = np.where(
        at_provider,
        net.providers[draws.skewed(rng, count, len(net.providers), flat=2.0)],
        net.anywhere[rng.integers(len(net.anywhere), size=count)],
    )
    address = _version_4(block + rng.integers(1, 65_535, size=count))
    six = np.flatnonzero(rng.random(count) < 0.07)
    address[six] = _version_6(rng, rng.integers(0x1000, 0x9000, size=len(six)))
    return address


def on_campus(rng: np.random.Generator, net: Internet, count: int) -> Strings:
    """Addresses in universities and firms, three quarters of them behind a handful of shared ones."""
    campus = draws.skewed(rng, count, len(net.institutions), flat=4.0)
    common = (campus * 977 + rng.integers(4, size=count) * 331) % 16_000 + 1
    host = np.where(rng.random(count) < 0.75, common, rng.integers(1, 16_383, size=count))
    return _version_4(net.institutions[campus] + host)


def hosting(rng: np.random.Generator, net: Internet, count: int) -> np.ndarray:
    """Bases of /24 networks at hosting firms that nobody has listed yet."""
    return net.anywhere[rng.integers(len(net.anywhere), size=count)] + rng.integers(256, size=count) * 256


def in_hosting(rng: np.random.Generator, bases: np.ndarray) -> Strings:
    """An address in each of these /24 networks."""
    return _version_4(bases + rng.integers(1, 255, size=len(bases)))


def written(nets: Listed) -> Strings:
    """The listed networks as the blocklist writes them: an address alone, or with the length of its prefix."""
    is_single = nets.prefix == 32
    dotted = _version_4(np.where(nets.is_v6, 0, nets.base + is_single))
    tails = draws.strings(["" if length == 32 else f"/{length}" for length in nets.prefix])
    return np.where(nets.is_v6, "2001:db8:" + _GROUPS[np.where(nets.is_v6, nets.base, 0)] + "::", dotted) + tails


def _version_4(number: np.ndarray) -> Strings:
    first, second, third, fourth = (_OCTETS[number >> shift & 255] for shift in (24, 16, 8, 0))
    return first + "." + second + "." + third + "." + fourth


def _version_6(rng: np.random.Generator, third_group: np.ndarray) -> Strings:
    address = "2001:db8:" + _GROUPS[third_group]
    for _ in range(5):
        address = address + ":" + _GROUPS[rng.integers(1, 65_536, size=len(third_group))]
    return address
