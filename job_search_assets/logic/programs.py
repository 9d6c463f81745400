"""Linear programs, in whole numbers or not, with rows that must hold and rows that may be broken at a price."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Rows:
    """Sums of variables between limits: low <= matrix @ variables <= high. What lies beyond costs `price` a unit."""

    matrix: Any
    low: Array
    high: Array
    price: float | None = None  # none: the rows must hold


@dataclass(frozen=True)
class Solution:
    """The cheapest values of the variables, and whether the solver proved that nothing is cheaper."""

    values: Array
    is_proved: bool


def solve(
    rows: Sequence[Rows],
    *,
    most: Array,
    costs: Array | None = None,
    are_whole: bool | Array,
    nodes: int,
    gap: float = 0.0,
) -> Solution | None:
    """The cheapest variables from 0 to `most` that keep all rows; None when there are none, or none were found.

    `are_whole` says of all variables, or of each, whether it is a whole number. Up to the share `gap` of the price
    others may be cheaper.

    By HiGHS (Huangfu and Hall 2018, Mathematical Programming Computation 10). Its search ends after so many nodes and
    not by the clock, since a slower machine would come to another answer.
    """
    from scipy import sparse
    from scipy.optimize import Bounds, LinearConstraint, milp

    soft = [place for place, some in enumerate(rows) if some.price is not None]
    blocks = [[some.matrix, *[None] * len(soft) * 2] for some in rows]
    prices = [np.zeros(len(most)) if costs is None else costs]
    for column, place in enumerate(soft):
        count = len(rows[place].low)
        blocks[place][1 + 2 * column : 3 + 2 * column] = [-sparse.eye_array(count), sparse.eye_array(count)]
        prices.append(np.full(2 * count, rows[place].price))
    cost = np.concatenate(prices)
    free = np.full(len(cost) - len(most), np.inf)
    found = milp(
        cost,
        constraints=LinearConstraint(
            sparse.block_array(blocks, format="csc"),
            np.concatenate([some.low for some in rows]),
            np.concatenate([some.high for some in rows]),
        ),
        bounds=Bounds(0, np.concatenate([most, free])),
        integrality=np.concatenate([np.broadcast_to(are_whole, len(most)).astype(int), np.zeros(len(free))]),
        options={"mip_rel_gap": gap, "node_limit": nodes} if np.any(are_whole) else {},
    )
    return None if found.x is None else Solution(found.x[: len(most)], found.status == 0)
