"""The worst slices, by exact search over all conjunctions of up to three conditions.

As in SliceLine (Sagadeeva and Boehm 2021) all slices of one size are counted at once, and those are left out that
support or an upper bound rules out. The score is another one. SliceLine's weighs badness against size by a constant,
and so names a slice where none is bad. Ours is how surprising the slice's losses are, less what it takes to name the
slice (Rissanen 1978), both in nats; so a condition that adds nothing but luck is not added.
"""

from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from job_search_assets.logic.slices.conditions import Factor

Array = np.ndarray[Any, Any]
Slice = tuple[tuple[int, int], ...]  # (factor, condition) by their places, factors ascending


@dataclass(frozen=True)
class Losses:
    """Each searched row's loss in whole millionths, so that sums are exact in any order, and what is usual."""

    each: Array
    mean: float
    variance: float
    most: float

    @classmethod
    def of(cls, losses: Array) -> "Losses":
        return cls(losses, float(losses.mean()), float(losses.var()), float(losses.max()))


def cover(factors: list[Factor], losses: Array, *, slices: int, least: int, depth: int) -> list[Slice]:
    """Up to so many slices, each the worst among the rows that are in none before it.

    So the second is not the first with a condition more or less, but what is bad besides it.
    """
    found: list[Slice] = []
    is_open = np.ones(len(losses), dtype=bool)
    while len(found) < slices and is_open.any():
        some = [factor.among(is_open) for factor in factors]
        best = worst(some, Losses.of(losses[is_open]), least=least, depth=depth)
        if best is None:
            break
        found.append(best)
        is_open &= ~members(best, factors, len(losses))
    return found


def members(found: Slice, factors: list[Factor], rows: int) -> Array:
    """Which rows are in the slice."""
    inside = np.ones(rows, dtype=bool)
    for factor, condition in found:
        inside &= factors[factor].members(condition, rows)
    return inside


def worst(factors: list[Factor], losses: Losses, *, least: int, depth: int) -> Slice | None:
    """The slice of the best score with at least so many rows inside and outside; None where none is worse."""
    if losses.variance == 0:
        return None
    prices = [price(factor, len(factors)) for factor in factors]
    best, best_score = None, -np.inf
    alive: set[tuple[int, ...]] = {()}
    for size in range(1, depth + 1):
        bounds = {}
        for chosen in combinations(range(len(factors)), size):
            if any(part not in alive for part in combinations(chosen, size - 1)):
                continue
            counts, sums = tally([factors[place] for place in chosen], losses.each)
            cost = sum(prices[place] for place in chosen)
            scores = surprises(counts, sums, losses, least) - cost
            place = int(scores.argmax())
            if scores.flat[place] > best_score:
                where = np.unravel_index(place, scores.shape)
                best_score = float(scores.flat[place])
                best = tuple(zip(chosen, (int(axis) for axis in where), strict=True))
            bounds[chosen] = _bound(counts, sums, losses, least) - cost - min(prices)
        alive = {chosen for chosen, bound in bounds.items() if bound > best_score}
    return best


def price(factor: Factor, factors: int) -> float:
    """What it takes to name one condition of a factor among so many, in nats."""
    return float(np.log(factors) + np.log(len(factor.texts)))


def score(found: Slice, inside: Array, factors: list[Factor], losses: Array) -> float:
    """The score of one slice over these rows; below zero it is no more than luck among all slices would bring."""
    counts, sums = np.array([inside.sum()]), np.array([losses[inside].sum()])
    cost = sum(price(factors[factor], len(factors)) for factor, _ in found)
    return float(surprises(counts, sums, Losses.of(losses), 1)[0]) - cost


def tally(factors: list[Factor], weights: Array) -> tuple[Array, Array]:
    """Rows and sum of weights for every conjunction of one condition of each factor, an axis a factor.

    Two factors that both hold several values a row have no conjunctions.
    """
    shape = [factor.meets.shape[1] for factor in factors]
    several = [factor.who for factor in factors if factor.who is not None]
    if len(several) > 1:
        nothing = np.zeros([len(factor.texts) for factor in factors])
        return nothing, nothing
    who = several[0] if several else None
    cells = [factor.cells if who is None or factor.who is not None else factor.cells[who] for factor in factors]
    place = cells[0]
    for cell, width in zip(cells[1:], shape[1:], strict=True):
        place = place * width + cell
    cellwise = weights if who is None else weights[who]
    size = int(np.prod(shape))
    counts, sums = np.bincount(place, minlength=size), np.bincount(place, cellwise, minlength=size)
    return _by_condition(counts.reshape(shape), factors), _by_condition(sums.reshape(shape), factors)


def _by_condition(cellwise: Array, factors: list[Factor]) -> Array:
    """Cells added up into conditions, axis by axis."""
    for factor in factors:
        # Takes the first axis away and puts its conditions last, so that each axis has its turn.
        single = len(factor.texts) == factor.meets.shape[1] - 1 and factor.meets.sum() == len(factor.texts)
        cellwise = np.moveaxis(cellwise[1:], 0, -1) if single else np.tensordot(cellwise, factor.meets, axes=(0, 1))
    return cellwise


def surprises(counts: Array, sums: Array, losses: Losses, least: int) -> Array:
    """Half the squared standard score of inside against outside: minus the log of its chance, roughly."""
    rows = len(losses.each)
    is_fit = (counts >= least) & (rows - counts >= least)
    excess = sums - counts * losses.mean
    spread = np.where(is_fit, counts * (1 - counts / rows) * losses.variance, 1)
    return np.where(is_fit & (excess > 0), excess**2 / (2 * spread), -np.inf)


def _bound(counts: Array, sums: Array, losses: Losses, least: int) -> float:
    """No part of these slices that has enough rows scores higher.

    The best thinkable part holds the whole loss in as few rows as the greatest loss allows.
    """
    is_fit = counts >= least
    if not is_fit.any():
        return -np.inf
    rows, size, total = len(losses.each), counts[is_fit], sums[is_fit]
    fewest = np.clip(total / losses.most, least, size)
    excess = np.minimum(total, fewest * losses.most) - fewest * losses.mean
    spread = fewest * (1 - np.minimum(size, rows - least) / rows) * losses.variance
    return float(np.where(excess > 0, excess**2 / (2 * spread), -np.inf).max())
