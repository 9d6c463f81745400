"""How surprising a delivery's counts are, if its accounts are drawn as those before it were.

All tests are of counts with both margins given, as if the delivery's accounts were drawn from the pool of old and new:
no assumption about how values are spread is needed. Several sources are tested together by their differences, each
from its own expectation, so that a source which delivers more moves nothing.
"""

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
LEAST_EXPECTED = 20.0  # accounts of a cell, on the smaller side, for a chi-square to hold as far out as it is asked for
FARTHEST = 38.0  # standard deviations beyond which a chance is none in floating point
MOST_COUNTED_SPREAD = 30.0  # of a count over several strata, up to which its outcomes are gone through one by one


def nominal(tables: Array) -> float:
    """Of cells without an order: Pearson's chi-square of the frequent ones, and the rare ones counted exactly.

    `tables` has for each stratum, cell and side (before, delivered) the number of accounts. Two chances, so the lesser
    is doubled.
    """
    from scipy import special

    is_frequent = frequent(tables)
    others = tables[:, ~is_frequent].sum(axis=1)
    kept = tables[:, is_frequent]
    alone = two_sided(np.stack([others, kept.sum(axis=1)], axis=1)) if others.sum() else None
    if kept.shape[1] < 2:
        return 1.0 if alone is None else alone
    if kept.shape[1] == 2:
        chance = two_sided(kept)
    else:
        excess, covariance = _moments(kept)
        surprise = excess[:-1] @ np.linalg.pinv(covariance[:-1, :-1], hermitian=True) @ excess[:-1]
        chance = float(special.chdtrc(len(excess) - 1, surprise))
    return chance if alone is None else min(1.0, 2 * min(chance, alone))


def ordered(tables: Array) -> float:
    """Of cells in an order: Anderson and Darling's statistic (1952) on counts, ties and strata included.

    It is a sum of squares of normal variables, whose covariance the margins tell; its tail is a saddle point's.
    """
    tables = tables[:, tables.sum(axis=(0, 2)) > 0]
    if tables.shape[1] == 2:
        return two_sided(tables)
    if tables.shape[1] < 2:
        return 1.0
    excess, covariance = _moments(tables)
    below = np.cumsum(excess)[:-1]
    spread = np.cumsum(np.cumsum(covariance, axis=0), axis=1)[:-1, :-1]
    is_open = np.diag(spread) > 0
    shares = tables.sum(axis=(0, 2))[:-1] / tables.sum()
    weights = np.sqrt(shares / np.where(is_open, np.diag(spread), 1)) * is_open
    scales = np.linalg.eigvalsh(spread * np.outer(weights, weights))
    return tail(scales, float(((below * weights) ** 2).sum()))


def two_sided(tables: Array) -> float:
    """Of two cells: Fisher's test, doubled; over strata the exact chance of the sum, as Mantel and Haenszel's."""
    from scipy import special

    excess, covariance = _moments(tables)
    spread = covariance[0, 0]
    if spread <= 0:
        return 1.0
    if len(tables) > 1 and np.sqrt(spread) > MOST_COUNTED_SPREAD:
        return float(special.chdtrc(1, excess[0] ** 2 / spread))
    chances, first = np.ones(1), 0
    for table in tables:
        own, least = _draws(table)
        chances, first = np.convolve(chances, own), first + least
    place = int(np.clip(tables[:, 0, 1].sum() - first, 0, len(chances) - 1))
    return float(min(1.0, 2 * min(chances[: place + 1].sum(), chances[place:].sum())))


def _draws(table: Array) -> tuple[Array, int]:
    """The chances of how many of the delivery lie in the first of two cells, from the returned number on."""
    from scipy.special import gammaln

    rows, drawn, held = int(table.sum()), int(table[:, 1].sum()), int(table[0].sum())
    middle = drawn * held / rows
    reach = FARTHEST * np.sqrt(middle * (1 - held / rows) * (rows - drawn) / max(rows - 1, 1)) + FARTHEST
    low, high = max(0, drawn - rows + held, int(middle - reach)), min(drawn, held, int(middle + reach))
    met = np.arange(low, high + 1)
    ways = -sum(gammaln(1 + count) for count in (met, held - met, drawn - met, rows - held - drawn + met))
    chances = np.exp(ways - ways.max())
    return chances / chances.sum(), low


def frequent(tables: Array) -> Array:
    """Which cells have enough accounts on the smaller side to be expected there by more than luck."""
    rows, sides = tables.sum(axis=(1, 2)), tables.sum(axis=1)
    smaller = np.divide(sides.min(axis=1), rows, out=np.zeros(len(rows)), where=rows > 0)
    is_enough: Array = (tables.sum(axis=2) * smaller[:, None]).sum(axis=0) >= LEAST_EXPECTED
    return is_enough


def tail(scales: Array, value: float) -> float:
    """Chance that a sum of squared standard normals, times these scales, exceeds a value (Kuonen 1999)."""
    from scipy import optimize, special

    scales = scales[scales > scales.max(initial=0) * 1e-9]
    if not len(scales) or value <= 0:
        return 1.0
    mean, variance = scales.sum(), 2 * (scales**2).sum()
    if value < mean + np.sqrt(variance) / 2:  # where the saddle point is near the middle, and nobody is alarmed
        return float(special.chdtrc(2 * mean**2 / variance, 2 * mean * value / variance))
    most = 1 / (2 * scales.max())
    found = optimize.brentq(
        lambda at: float((scales / (1 - 2 * at * scales)).sum() - value), 0.0, most * (1 - 1e-12), xtol=1e-15 * most
    )
    left = 1 - 2 * found * scales
    depth = np.sqrt(2 * (found * value + np.log(left).sum() / 2))
    slope = found * np.sqrt(2 * (scales**2 / left**2).sum())
    return float(special.ndtr(-(depth + np.log(slope / depth) / depth)))


def _moments(tables: Array) -> tuple[Array, Array]:
    """How many more than expected the delivery has in each cell, and the covariance of these numbers."""
    cells = tables.shape[1]
    excess, covariance = np.zeros(cells), np.zeros((cells, cells))
    for table in tables:
        rows, drawn = table.sum(), table[:, 1].sum()
        if rows < 2 or drawn in (0, rows):
            continue
        shares = table.sum(axis=1) / rows
        excess += table[:, 1] - drawn * shares
        covariance += drawn * (rows - drawn) / (rows - 1) * (np.diag(shares) - np.outer(shares, shares))
    return excess, covariance
