"""Splits that are even: how many users of each cell go into each split, the counts of each label being settled.

A cell holds the users that are alike in label and in every field. Each gets its share in each split, rounded up or
down, and the roundings are chosen so that each value of each field gets its share too. A vertex of the linear program
leaves at most one cell a margin undecided (as in Beck and Fiala 1981, Discrete Applied Mathematics 3), so
programs of a thousand cells follow each other, each handing on what it left open, and an integer program ends it.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from job_search_assets.logic.programs import Rows, Solution, solve

Array = np.ndarray[Any, Any]

CELLS_AT_ONCE = 1_000  # a program of twice as many takes four times the time
NODES = 50  # of the last program's search: what it gains after that is a user or two
BEYOND, AT_RANDOM = 1.0, 1e-4  # what a user beyond the rounding costs; the scale of the draw among equals
NEARLY = 1e-6  # of whole: the solver's own tolerance
LEAST_SHARE = 0.02  # of its ideal that a split may get of a cell however full it is, so that counts can be kept


@dataclass(frozen=True)
class Cells:
    """Users that are alike, one row a cell; fields' values are numbered through, no two fields share a number."""

    names: Sequence[str]  # one a cell; the draw among equals depends on it
    classes: Array  # the class of each cell, as a number: its label
    values: Array  # cells by fields: the number of the value
    held: Array  # cells by splits: users who are placed already and stay
    fresh: Array  # users to be placed


def spread(cells: Cells, placed: Array, shares: Array, *, seed: int) -> Array:
    """Cells by splits: how many new users of each cell go where, so that each class (rows of `placed`) is as settled.

    Minimised is by how many users the fields' values lie beyond their ideals rounded up or down, those included who
    are placed already.
    """
    now = _wanted(cells, placed, shares)
    least = np.floor(now + NEARLY)
    left = cells.fresh - least.sum(axis=1)
    margins = _Margins(cells, placed, _limits(cells, shares))
    draws = np.array([_draw(seed, name, len(shares)) for name in cells.names]).reshape(now.shape)
    now[left == 0] = least[left == 0]
    order = np.flatnonzero(left)
    order = order[np.argsort(draws[order, 0], kind="stable")]
    pending = order[:0]
    for start in range(0, len(order), CELLS_AT_ONCE):
        opened = np.concatenate([pending, order[start : start + CELLS_AT_ONCE]])
        now[opened] = least[opened] + margins.solved(now, least, left, opened, costs=AT_RANDOM * draws[opened])
        is_open = np.abs(now[opened] - now[opened].round()).max(axis=1, initial=0) > NEARLY
        pending, decided = opened[is_open], opened[~is_open]
        now[decided] = now[decided].round()
    if len(pending):
        now[pending] = least[pending] + margins.solved(now, least, left, pending, costs=None)
    return now.round().astype(int)


def _wanted(cells: Cells, placed: Array, shares: Array) -> Array:
    """The ideal number of new users by cell and split: what the cell lacks, fitted to the classes' counts.

    Fitted in turns to classes and cells (Deming and Stephan 1940, Annals of Mathematical Statistics 11).
    """
    lacking = np.outer(cells.fresh + cells.held.sum(axis=1), shares) - cells.held
    wanted = np.maximum(lacking, LEAST_SHARE * np.outer(cells.fresh, shares))
    for _ in range(500):
        sums = _summed(wanted, cells.classes, len(placed))
        wanted = wanted * np.divide(placed, sums, out=np.zeros(sums.shape), where=sums > 0)[cells.classes]
        users = wanted.sum(axis=1)
        scale = np.divide(cells.fresh, users, out=np.zeros(len(users)), where=users > 0)
        wanted = wanted * scale[:, None]
        if np.abs(scale[cells.fresh > 0] - 1).max(initial=0) < 1e-12:
            break
    return wanted


def _limits(cells: Cells, shares: Array) -> tuple[Array, Array]:
    """The ideal number of new users of each value in each split, rounded down and up."""
    held, fresh = _per_value(cells.held, cells.values), _per_value(cells.fresh[:, None], cells.values)
    ideal = (held.sum(axis=1, keepdims=True) + fresh) * shares
    return np.floor(ideal + NEARLY) - held, np.ceil(ideal - NEARLY) - held


@dataclass(frozen=True)
class _Margins:
    """What the counts of all cells must, and should, sum up to."""

    cells: Cells
    placed: Array
    limits: tuple[Array, Array]

    def solved(self, now: Array, least: Array, left: Array, opened: Array, *, costs: Array | None) -> Array:
        """What the opened cells get beyond their least, the others staying as they are `now`; whole without costs.

        At most one user a split. Should the search for whole numbers find none, the fields are left out: the
        vertices of what remains are whole by themselves.
        """
        users = now.copy()
        users[opened] = least[opened]
        # The ideals are fitted to a millionth, so sums may be off by as much, until all of them are whole.
        rows = self._rows(users, left, opened, slack=0.0 if costs is None else NEARLY)
        splits = self.placed.shape[1]
        most = np.ones(len(opened) * splits)
        flat = None if costs is None else costs.ravel()
        solution = solve(rows, most=most, costs=flat, are_whole=costs is None, nodes=NODES)
        if solution is None:
            solution = solve(rows[:2], most=most, are_whole=False, nodes=NODES)
        return _found(solution).values.reshape(len(opened), splits)

    def _rows(self, users: Array, left: Array, opened: Array, *, slack: float) -> list[Rows]:
        classes, values = self.cells.classes, self.cells.values
        lacking = self.placed - _summed(users, classes, len(self.placed))
        lacking = lacking if slack else lacking.round()
        counted = _per_value(users, values)
        low, high = ((limit - counted).ravel() for limit in self.limits)
        splits = self.placed.shape[1]
        each, of_class = np.arange(len(opened))[:, None], classes[opened][:, None]
        by_value = _sums(values[opened], len(counted), splits)
        is_met = np.flatnonzero(np.diff(by_value.indptr))
        return [
            Rows(_sums(each, len(opened), 1, splits), left[opened], left[opened]),
            Rows(_sums(of_class, len(lacking), splits), lacking.ravel() - slack, lacking.ravel() + slack),
            Rows(by_value[is_met], low[is_met], high[is_met], BEYOND),
        ]


def _sums(numbers: Array, of: int, splits: int, all_splits: int = 1) -> Any:
    """The matrix that sums the variables (cells by splits) by the cells' numbers, for each split or for all."""
    from scipy import sparse

    cells = len(numbers)
    width = splits * all_splits
    at = numbers[:, :, None] * splits + (np.arange(width) // all_splits)[None, None, :]
    of_variable = (np.arange(cells)[:, None] * width + np.arange(width))[:, None, :]
    columns = np.broadcast_to(of_variable, at.shape)
    ones = np.ones(at.size)
    return sparse.csr_array((ones, (at.ravel(), columns.ravel())), shape=(of * splits, cells * width))


def _per_value(users: Array, values: Array) -> Array:
    """Sums over the cells of each value of each field, by split."""
    count = int(values.max(initial=-1)) + 1
    nothing = np.zeros((count, users.shape[1]))
    return sum((_summed(users, field, count) for field in values.T), nothing)


def _summed(users: Array, numbers: Array, count: int) -> Array:
    return np.stack([np.bincount(numbers, column, minlength=count) for column in users.T], axis=1)


def _draw(seed: int, name: str, splits: int) -> list[float]:
    """Numbers from 0 to 1 that only seed and name decide."""
    digests = (hashlib.sha256(f"{seed}|{split}|{name}".encode()).digest() for split in range(splits))
    return [int.from_bytes(digest[:6], "big") / 2**48 for digest in digests]


def _found(solution: Solution | None) -> Solution:
    if solution is None:
        raise RuntimeError("The counts of labels cannot be spread over the cells, though they sum up.")
    return solution
