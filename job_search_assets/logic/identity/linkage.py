"""Average linkage of many small groups at once: pairs with probabilities in, a group for each account out.

Connected components would let one doubtful pair join two families; average linkage joins two groups only if their
pairs are probable on average, and a pair that nobody scored counts as improbable. Probabilities are whole millionths,
so that sums are exact, and ties go to the account that comes first: any order of pairs gives the same groups.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Whole = npt.NDArray[np.int64]
MILLION = 1_000_000
# A step of this many matrix cells at a time keeps memory at some hundred megabytes.
_CELLS = 4_000_000


@dataclass(frozen=True)
class Pairs:
    """Pairs of accounts by number, left < right; `probability` in millionths; `verdict` 1 same, -1 not, 0 none."""

    left: Whole
    right: Whole
    probability: Whole
    verdict: Whole

    def take(self, chosen: npt.NDArray[np.bool_]) -> "Pairs":
        """The chosen pairs."""
        return Pairs(self.left[chosen], self.right[chosen], self.probability[chosen], self.verdict[chosen])


def components(accounts: int, left: Whole, right: Whole) -> Whole:
    """For each account the smallest number among those it is connected with."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    graph = coo_array((np.ones(len(left), np.int8), (left, right)), shape=(accounts, accounts))
    _, labels = connected_components(graph, directed=False)
    first = np.full(labels.max(initial=-1) + 1, accounts)
    np.minimum.at(first, labels, np.arange(accounts))
    return first[labels]


def grouped(accounts: int, pairs: Pairs, *, threshold: float, largest: int) -> Whole:
    """For each account the smallest number in its group. A component above `largest` is linked more strictly."""
    found = _components_up_to(accounts, pairs, int(threshold * MILLION), largest)
    inside = pairs.take(found[pairs.left] == found[pairs.right])
    sizes = np.bincount(found, minlength=accounts)
    groups = found.copy()
    for size in np.unique(sizes[sizes > 1]):
        roots = np.flatnonzero(sizes == size)
        step = max(1, _CELLS // int(size) ** 2)
        for start in range(0, len(roots), step):
            _link_some(groups, found, inside, roots[start : start + step], int(size), int(threshold * MILLION))
    return groups


def _components_up_to(accounts: int, pairs: Pairs, threshold: int, largest: int) -> Whole:
    """Components by links of at least the threshold; one too large by links of a threshold nearer and nearer to 1."""
    found = np.zeros(accounts, np.int64)
    while True:
        linked = (pairs.verdict > 0) | ((pairs.probability >= threshold) & (pairs.verdict == 0))
        linked &= found[pairs.left] == found[pairs.right]
        finer = components(accounts, pairs.left[linked], pairs.right[linked])
        sizes = np.bincount(finer, minlength=accounts)
        if threshold >= MILLION or sizes.max(initial=0) <= largest:
            return finer
        # Only what lies in components that are too large is linked again; all other links stay as they are.
        large = sizes[finer[pairs.left]] > largest
        threshold = threshold + (MILLION - threshold + 1) // 2
        keep = ~large | (pairs.verdict > 0) | (pairs.probability >= threshold)
        pairs = Pairs(
            pairs.left, pairs.right, np.where(keep, np.where(large, pairs.probability, MILLION), 0), pairs.verdict
        ).take(linked | large)
        found = finer


def _link_some(groups: Whole, found: Whole, pairs: Pairs, roots: Whole, size: int, threshold: int) -> None:
    """Links the components of one size that have the given smallest numbers; writes into `groups`."""
    block = np.full(len(found), -1)
    block[roots] = np.arange(len(roots))
    inside = np.flatnonzero(block[found] >= 0)
    members = inside[np.lexsort((inside, block[found[inside]]))].reshape(len(roots), size)
    place = np.zeros(len(found), np.int64)
    place[members] = np.arange(size)
    chosen = pairs.take(block[found[pairs.left]] >= 0)
    at = block[found[chosen.left]], place[chosen.left], place[chosen.right]
    sums, verdicts = np.zeros((2, len(roots), size, size), np.int64)
    for there in (at, (at[0], at[2], at[1])):
        sums[there], verdicts[there] = chosen.probability, chosen.verdict
    groups[members] = np.take_along_axis(members, _link(sums, verdicts, threshold), axis=1)


def _link(sums: Whole, verdicts: Whole, threshold: int) -> Whole:
    """For each member of each component the first member of its group. All components in step."""
    many, size, _ = sums.shape
    same, apart = verdicts > 0, verdicts < 0
    counts, leader = np.ones((many, size)), np.tile(np.arange(size), (many, 1))
    open_pairs = np.triu(np.ones((size, size), bool), 1)[None] & np.ones((many, 1, 1), bool)
    every = np.arange(many)
    for _ in range(size - 1):
        average = sums / (counts[:, :, None] * counts[:, None, :])
        # People's verdicts come before every probability.
        worth = np.where(open_pairs & ~apart, average + same * 2.0 * MILLION, -1.0).reshape(many, -1)
        best = worth.argmax(axis=1)
        joins = worth[every, best] >= threshold
        if not joins.any():
            break
        rows, first, second = every[joins], best[joins] // size, best[joins] % size
        for matrix in (sums, same, apart):
            _merge(matrix, rows, first, second)
        counts[rows, first] += counts[rows, second]
        open_pairs[rows, second, :] = open_pairs[rows, :, second] = False
        moved = leader[rows] == second[:, None]
        leader[rows] = np.where(moved, first[:, None], leader[rows])
    return leader


def _merge(matrix: npt.NDArray[Any], rows: Whole, first: Whole, second: Whole) -> None:
    """Adds the second group's row and column to the first's (for truth values: or)."""
    matrix[rows, first, :] += matrix[rows, second, :]
    matrix[rows, :, first] += matrix[rows, :, second]
