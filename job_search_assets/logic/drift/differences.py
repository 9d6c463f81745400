"""How much of a delivery lies elsewhere than what came before: the cut or value whose share moved most."""

from typing import Any, NamedTuple

import numpy as np

Array = np.ndarray[Any, Any]
WIDTH = 1.96  # standard errors on each side of a 95 % interval


class Difference(NamedTuple):
    """A share before and in the delivery, their difference and its 95 % interval (Newcombe 1998)."""

    before: float
    delivered: float
    effect: float
    low: float
    high: float


def of_cell(tables: Array, cells: Array) -> Difference:
    """Of the share that these cells hold together.

    Over several strata (sources) by the delivery's own mix, so that nothing moves because one delivers more.
    """
    sides = tables.sum(axis=1).astype(float)
    shares = tables[:, cells].sum(axis=1) / np.maximum(sides, 1)
    weights = sides[:, 1] / max(sides[:, 1].sum(), 1)
    before, delivered = (weights[:, None] * shares).sum(axis=0)
    low, high = _wilson(shares, np.maximum(sides, 1))
    down = np.hypot(shares[:, 1] - low[:, 1], high[:, 0] - shares[:, 0]) * weights
    up = np.hypot(high[:, 1] - shares[:, 1], shares[:, 0] - low[:, 0]) * weights
    effect = delivered - before
    return Difference(before, delivered, effect, effect - np.sqrt((down**2).sum()), effect + np.sqrt((up**2).sum()))


def greatest(tables: Array, *, is_ordered: bool) -> int:
    """The cell whose share moved most; of ordered cells the one up to which the share moved most."""
    sides = np.maximum(tables.sum(axis=1), 1)
    weights = sides[:, 1] / sides[:, 1].sum()
    moved = (weights[:, None] * (tables[:, :, 1] / sides[:, 1:] - tables[:, :, 0] / sides[:, :1])).sum(axis=0)
    return int(np.abs(np.cumsum(moved)[:-1] if is_ordered else moved).round(12).argmax())


def _wilson(shares: Array, rows: Array) -> tuple[Array, Array]:
    middle = (shares + WIDTH**2 / (2 * rows)) / (1 + WIDTH**2 / rows)
    half = WIDTH / (1 + WIDTH**2 / rows) * np.sqrt(shares * (1 - shares) / rows + WIDTH**2 / (4 * rows**2))
    return middle - half, middle + half
