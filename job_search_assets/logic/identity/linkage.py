"""Average linkage (Sokal and Michener 1958) of many small groups at once: pairs in, a group for each account out.

Connected components would let one doubtful pair join two families; average linkage joins two groups only if their
pairs are probable on average, and a pair that nobody scored counts as improbable. People's verdicts come first: what
must-links connect is one account to all that follows. Probabilities are whole millionths, so that sums are exact, and
ties go to the account that comes first: any order of pairs gives the same groups.
"""

import heapq
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Whole = npt.NDArray[np.int64]
MILLION = 1_000_000
# A step of this many matrix cells at a time keeps memory at some hundred megabytes.
_CELLS = 4_000_000
# Components up to this size are linked many at once, as matrices; larger ones one by one, along their pairs.
_SMALL = 40
# So far below 0 that no sum of probabilities brings two groups together that people keep apart.
_BARRED = -(10**18)


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
    node = _must_linked(accounts, pairs)
    weight = np.bincount(node, minlength=accounts)
    between = _between(pairs, node)
    least = int(threshold * MILLION)
    found = _components_up_to(accounts, pairs, node, least, largest)
    inside = between.take(found[between.left] == found[between.right])
    sizes = np.bincount(found, minlength=accounts)
    groups = found.copy()
    for size in np.unique(sizes[(sizes > 1) & (sizes <= _SMALL)]):
        roots = np.flatnonzero(sizes == size)
        step = max(1, _CELLS // int(size) ** 2)
        for start in range(0, len(roots), step):
            _link_some(groups, found, inside, weight, roots[start : start + step], least)
    for root in np.flatnonzero(sizes > _SMALL):
        members = np.flatnonzero(found == root)
        groups[members] = _link_along(members, inside.take(found[inside.left] == root), weight, least)
    return groups[node]


def _must_linked(accounts: int, pairs: Pairs) -> Whole:
    """For each account the smallest number among those that must-links join it with, cannot-links kept.

    Where they contradict each other, must-links are followed from the most probable on, and one that would join what
    a cannot-link keeps apart is left out.
    """
    same, apart = pairs.take(pairs.verdict > 0), pairs.take(pairs.verdict < 0)
    found = components(accounts, same.left, same.right)
    torn = found[apart.left][found[apart.left] == found[apart.right]]
    if not len(torn):
        return found
    is_torn = np.isin(found, torn)
    same, apart = same.take(is_torn[same.left]), apart.take(is_torn[apart.left] & is_torn[apart.right])
    order = np.lexsort((same.right, same.left, -same.probability))
    node = np.where(is_torn, np.arange(accounts), found)
    for account, first in _joined(_ends(same.left[order], same.right[order]), _ends(apart.left, apart.right)):
        node[account] = first
    return node


def _ends(left: Whole, right: Whole) -> Iterable[tuple[int, int]]:
    return zip(left.tolist(), right.tolist(), strict=True)


def _joined(links: Iterable[tuple[int, int]], barred: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Each account that a link names with the first of its group; links across a bar, then or later, are left out."""
    foes: dict[int, set[int]] = defaultdict(set)
    for left, right in barred:
        foes[left].add(right)
        foes[right].add(left)
    group: dict[int, int] = {}
    members: dict[int, list[int]] = {}
    for pair in links:
        for account in pair:
            members.setdefault(group.setdefault(account, account), [account])
        first, second = sorted((group[pair[0]], group[pair[1]]), key=lambda name: (len(members[name]), name))
        if first == second or any(group.get(foe) == second for account in members[first] for foe in foes[account]):
            continue
        for account in members[first]:
            group[account] = second
        members[second] += members.pop(first)
    return [(account, min(some)) for some in members.values() for account in some]


def _between(pairs: Pairs, node: Whole) -> Pairs:
    """The pairs between groups of must-linked accounts: the sum of their probabilities, and -1 where any is barred."""
    first, second = node[pairs.left], node[pairs.right]
    left, right = np.minimum(first, second), np.maximum(first, second)
    order = np.lexsort((right, left))
    order = order[(left != right)[order]]
    left, right = left[order], right[order]
    starts = np.flatnonzero(np.diff(left, prepend=-1) | np.diff(right, prepend=-1))
    if not len(starts):
        return Pairs(left, right, left, left)
    sums = np.add.reduceat(pairs.probability[order], starts)
    return Pairs(left[starts], right[starts], sums, np.minimum.reduceat(np.minimum(pairs.verdict[order], 0), starts))


def _components_up_to(accounts: int, pairs: Pairs, node: Whole, threshold: int, largest: int) -> Whole:
    """Components by links of at least the threshold; one too large by links of a threshold nearer and nearer to 1."""
    links = pairs.take((pairs.probability >= threshold) & (pairs.verdict == 0))
    left, right, probability = node[links.left], node[links.right], links.probability
    while True:
        found = components(accounts, left, right)
        is_large = (np.bincount(found, minlength=accounts) > largest)[found[left]]
        if threshold >= MILLION or not is_large.any():
            return found
        threshold = threshold + (MILLION - threshold + 1) // 2
        keep = ~is_large | (probability >= threshold)
        left, right, probability = left[keep], right[keep], probability[keep]


def _link_some(groups: Whole, found: Whole, pairs: Pairs, weight: Whole, roots: Whole, threshold: int) -> None:
    """Links the components of one size that have the given smallest numbers; writes into `groups`."""
    block = np.full(len(found), -1)
    block[roots] = np.arange(len(roots))
    inside = np.flatnonzero(block[found] >= 0)
    members = inside[np.lexsort((inside, block[found[inside]]))].reshape(len(roots), -1)
    place = np.zeros(len(found), np.int64)
    place[members] = np.arange(members.shape[1])
    chosen = pairs.take(block[found[pairs.left]] >= 0)
    at = block[found[chosen.left]], place[chosen.left], place[chosen.right]
    sums, verdicts = np.zeros((2, len(roots), members.shape[1], members.shape[1]), np.int64)
    for there in (at, (at[0], at[2], at[1])):
        sums[there], verdicts[there] = chosen.probability, chosen.verdict
    leaders = _link(sums, verdicts < 0, weight[members].astype(np.float64), threshold)
    groups[members] = np.take_along_axis(members, leaders, axis=1)


def _link(sums: Whole, apart: npt.NDArray[np.bool_], counts: npt.NDArray[np.float64], threshold: int) -> Whole:
    """For each member of each component the first member of its group. All components in step."""
    many, size, _ = sums.shape
    leader = np.tile(np.arange(size), (many, 1))
    open_pairs = np.triu(np.ones((size, size), bool), 1)[None] & np.ones((many, 1, 1), bool)
    every = np.arange(many)
    for _ in range(size - 1):
        average = sums / (counts[:, :, None] * counts[:, None, :])
        worth = np.where(open_pairs & ~apart, average, -1.0).reshape(many, -1)
        best = worth.argmax(axis=1)
        joins = worth[every, best] >= threshold
        if not joins.any():
            break
        rows, first, second = every[joins], best[joins] // size, best[joins] % size
        for matrix in (sums, apart):
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


def _link_along(members: Whole, pairs: Pairs, weight: Whole, threshold: int) -> Whole:
    """For each member of one component the first member of its group: the same as `_link`, pair by pair.

    Time grows with the number of pairs, not with the cube of the members.
    """
    sums: dict[int, dict[int, int]] = defaultdict(dict)
    for left, right, probability, verdict in zip(
        pairs.left.tolist(), pairs.right.tolist(), pairs.probability.tolist(), pairs.verdict.tolist(), strict=True
    ):
        sums[left][right] = sums[right][left] = _BARRED if verdict < 0 else probability
    counts = {member: int(weight[member]) for member in members.tolist()}
    group = {member: member for member in counts}
    waiting = [_offer(sums, counts, left, right) for left in sums for right in sums[left] if left < right]
    heapq.heapify(waiting)
    while waiting and -waiting[0][0] >= threshold:
        offer = heapq.heappop(waiting)
        _, first, second = offer
        # An offer is out of date when one of the two has grown or is gone.
        if second not in sums.get(first, ()) or _offer(sums, counts, first, second) != offer:
            continue
        group[second] = first
        counts[first] += counts.pop(second)
        del sums[first][second], sums[second][first]
        for other, amount in sums.pop(second).items():
            del sums[other][second]
            joined = sums[first].get(other, 0) + amount
            sums[first][other] = sums[other][first] = joined
        for other in sums[first]:
            heapq.heappush(waiting, _offer(sums, counts, min(first, other), max(first, other)))
    return np.array([_first(group, member) for member in members.tolist()], np.int64)


def _offer(sums: dict[int, dict[int, int]], counts: dict[int, int], left: int, right: int) -> tuple[float, int, int]:
    """What a heap sorts by: the most probable on average first, then the account that comes first."""
    return -sums[left][right] / (counts[left] * counts[right]), left, right


def _first(group: dict[int, int], member: int) -> int:
    while group[member] != member:
        member = group[member]
    return member
