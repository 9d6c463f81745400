"""Whether a slice is worse on users that it was not found on, how much, and how sure that is."""

from typing import Any, NamedTuple

import numpy as np

Array = np.ndarray[Any, Any]
WIDTH = 1.96  # standard errors on each side of a 95 % interval


class Effect(NamedTuple):
    """The mean loss inside and outside, and the difference with its interval; None where a side has nobody."""

    users: int
    value: float | None
    outside: float | None
    excess: float | None
    low: float | None
    high: float | None


def chance(losses: Array, inside: Array) -> float:
    """Chance that as many users drawn at random have so great a sum of losses.

    Of wrong and right exactly, by Fisher's test. Of other losses by the permutation distribution, from its mean,
    variance and skewness as Pearson's third type: drawing it would need a seed and could tell no chance below
    one in the number of draws.
    """
    from scipy import stats

    rows, size = len(losses), int(inside.sum())
    if size in (0, rows) or losses.min() == losses.max():
        return 1.0
    if np.isin(losses, (0, 1)).all():
        return float(stats.hypergeom.sf(losses[inside].sum() - 1, rows, losses.sum(), size))
    spare = losses - losses.mean()
    share = size * (rows - size) / (rows - 1)
    error = np.sqrt(share * (spare**2).mean())
    third = share * (rows - 2 * size) / max(rows - 2, 1) * (spare**3).mean()
    skewness = third / error**3
    return float(stats.pearson3.sf(spare[inside].sum() / error, skewness))


def effect(losses: Array, inside: Array) -> Effect:
    """How much greater the mean loss is inside; by Newcombe (1998) for wrong and right, by Welch for other losses."""
    within, without = losses[inside], losses[~inside]
    if not len(within) or not len(without):
        value = float(within.mean()) if len(within) else None
        return Effect(len(within), value, float(without.mean()) if len(without) else None, None, None, None)
    value, outside = float(within.mean()), float(without.mean())
    if np.isin(losses, (0, 1)).all():
        (low, high), (least, most) = _wilson(value, len(within)), _wilson(outside, len(without))
        down, up = np.hypot(value - low, most - outside), np.hypot(high - value, outside - least)
    else:
        down = up = WIDTH * np.sqrt(within.var() / len(within) + without.var() / len(without))
    excess = value - outside
    return Effect(len(within), value, outside, excess, excess - float(down), excess + float(up))


def holm(chances: list[float]) -> list[float]:
    """The chances, raised so that any false alarm among them all is as rare as the level says (Holm 1979)."""
    order = np.argsort(chances, kind="stable")
    raised, highest = [0.0] * len(chances), 0.0
    for turn, place in enumerate(order):
        highest = max(highest, min(1.0, chances[place] * (len(chances) - turn)))
        raised[place] = highest
    return raised


def _wilson(share: float, users: int) -> tuple[float, float]:
    """The interval of a share that few users tell (Wilson 1927)."""
    middle = (share + WIDTH**2 / (2 * users)) / (1 + WIDTH**2 / users)
    half = WIDTH / (1 + WIDTH**2 / users) * np.sqrt(share * (1 - share) / users + WIDTH**2 / (4 * users**2))
    return float(middle - half), float(middle + half)
