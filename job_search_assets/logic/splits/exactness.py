"""Counts that are exact: a small integer program decides how many of each kind of unit go into each split.

A unit is what may not be torn apart: a user. Units that weigh the same are one class; a user of the pipeline weighs
one row of one label, but the program takes units of several rows and of both labels as well. Counts of each label,
and the splits' sizes, are to be their ideals rounded up or down (controlled rounding: Cox 1987, JASA 82). For units
of one row that always exists; for heavier ones the solver finds it or proves that there is none.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from job_search_assets.logic.programs import Rows, solve
from job_search_assets.logic.splits.shares import Shares, bounds

Array = np.ndarray[Any, Any]

# What one row beyond the rounding costs, one row off the ideal, and one unit off its class's ideal: in this order.
BEYOND, OFF, UNEVEN = 1000.0, 1.0, 0.001
NODES = 20_000


@dataclass(frozen=True)
class Placement:
    """How many units of each class go into each split, and how good that is."""

    units: Array
    off_by: int  # rows by which the worst count lies beyond its ideal rounded up or down
    is_proved: bool  # whether the solver proved that nothing is better


def place(weights: Array, units: Array, shares: Shares, held: Array | None = None) -> Placement:
    """The best counts: `weights` has a row a class and a column a label, `units` how many there are of each class.

    `held` (labels by splits) are rows that are placed already and stay.
    """
    labels, splits = weights.shape[1], len(shares)
    placed = np.zeros((labels, splits)) if held is None else held
    tables = np.vstack([np.eye(labels), np.ones((1, labels))])  # each label by itself, then all together
    fixed = tables @ placed
    totals = (fixed.sum(axis=1) + tables @ weights.T @ units).round().astype(int).tolist()
    limits = np.array([bounds(total, shares) for total in totals])
    ideals = np.outer(totals, _floats(shares)) - fixed
    counts = np.kron(tables @ weights.T, np.eye(splits))
    own = np.outer(units, _floats(shares)).ravel()
    solution = solve(
        [
            Rows(np.kron(np.eye(len(units)), np.ones((1, splits))), units, units),
            _soft(counts, limits[:, :, 0] - fixed, limits[:, :, 1] - fixed, BEYOND),
            _soft(counts, ideals, ideals, OFF),
            _soft(np.eye(len(own)), own, own, UNEVEN),
        ],
        most=np.repeat(units, splits),
        are_whole=True,
        nodes=NODES,
    )
    if solution is None:
        raise RuntimeError("The solver found no counts at all, though any that sum up would do.")
    chosen = solution.values.round().astype(int)
    got = fixed + (counts @ chosen).reshape(fixed.shape)
    beyond = np.maximum(limits[:, :, 0] - got, got - limits[:, :, 1])
    return Placement(chosen.reshape(len(units), splits), int(beyond.max(initial=0).round()), solution.is_proved)


def nearest(held: Array, shares: Shares) -> Array:
    """Exact counts of units of one row, labels by splits, for which the fewest would have to move from `held`."""
    labels, splits = held.shape
    tables = np.vstack([np.eye(labels), np.ones((1, labels))])
    totals = (tables @ held).sum(axis=1).round().astype(int).tolist()
    limits = np.array([bounds(total, shares) for total in totals])
    units = held.sum(axis=1)
    solution = solve(
        [
            Rows(np.kron(np.eye(labels), np.ones((1, splits))), units, units),
            Rows(np.kron(tables, np.eye(splits)), limits[:, :, 0].ravel(), limits[:, :, 1].ravel()),
            _soft(np.eye(held.size), held, held, OFF),
        ],
        most=np.repeat(units, splits),
        are_whole=True,
        nodes=NODES,
    )
    if solution is None:
        raise RuntimeError("The solver found no exact counts, though for units of one row there always are some.")
    return solution.values.round().astype(int).reshape(held.shape)


def _floats(shares: Shares) -> list[float]:
    return [float(share) for share in shares.values()]


def _soft(matrix: Array, low: Array, high: Array, price: float) -> Rows:
    return Rows(matrix, low.ravel(), high.ravel(), price)
