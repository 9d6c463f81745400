"""Verdicts of trusted judges that cannot all hold, each with the verdicts that say the opposite.

Two verdicts on one pair may differ; and a must-link and a cannot-link contradict each other where must-links connect
the two accounts that the cannot-link keeps apart: A is B, B is C, A is not C, by a chain of any length. Which of them
the merge held is on record, and which of them the rest of the evidence likes least. Nothing is settled here: only
people can tell who erred.
"""

from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

_KEYS = ["account_id_left", "account_id_right"]
_SIDE = [*_KEYS, "is_same_person"]
BETWEEN = "|"  # parts the accounts of a path, as it parts the keys in corrections

BOTH_WAYS, CHAIN, NO_CAUSE = "judged_both_ways", "chain", "no_cause"
_WORDS = {True: "same", False: "not"}

COLUMNS = {
    "account_id_left": object,
    "account_id_right": object,
    "is_same_person": bool,
    "kind": object,
    "labellers": object,
    "is_held": bool,
    "path": object,
    "path_verdicts": object,
    "path_labellers": object,
    "judges_weight": float,
    "comparisons_weight": float,
    "support": float,
    "broken_pair": object,
    "weakest_pair": object,
    "weakest_verdict": object,
}


class Verdict(NamedTuple):
    """What trusted judges said of a pair; the account that comes first is left."""

    left: str
    right: str
    is_same: bool


class Row(NamedTuple):
    """A verdict, and the path from its left to its right account along which other verdicts say the opposite."""

    verdict: Verdict
    kind: str
    broken: Verdict  # the verdict that the merge gave up in this contradiction
    path: tuple[str, ...]
    said: tuple[bool, ...]  # one a step of the path: whether it is a must-link


def asked(trusted: ir.Table, predictions: ir.Table, user_accounts: ir.Table) -> ir.Table:
    """The verdicts of trusted judges on accounts whose users have any broken, and what else is said of the pair.

    Those are all that can contradict each other, and few. `trusted` has account_id_left < account_id_right, labeller
    and is_same_person. Weights are in bits, positive for one person.
    """
    left = user_accounts.rename(account_id_left="account_id", user_left="user_id")
    right = user_accounts.rename(account_id_right="account_id", user_right="user_id")
    owned = trusted.join(left, "account_id_left").join(right, "account_id_right")
    broken = owned.filter((owned.user_left == owned.user_right) != owned.is_same_person)
    users = ibis.union(broken.select(user="user_left"), broken.select(user="user_right"), distinct=True)
    near = owned.semi_join(users, owned.user_left == users.user)
    others = users.view()
    near = near.semi_join(others, near.user_right == others.user)
    weights = predictions.select(
        *_KEYS,
        judges_weight=predictions.mw_verdict,
        comparisons_weight=(predictions.match_weight - predictions.mw_verdict).round(6),
    )
    return near.join(weights, _KEYS)


def find(judgements: pd.DataFrame) -> pd.DataFrame:
    """One row a verdict and kind of contradiction, ordered by key; columns as `MergeContradictions` has them.

    `judgements` has the columns of `asked`. Each broken verdict is explained by the shortest path of held ones that
    say the opposite (breadth-first search), and all on that path have a row too. A broken verdict that no other
    contradicts has no path: there the merge went wrong, not people.
    """
    judgements = judgements.sort_values([*_SIDE, "labeller"], ignore_index=True)
    sides = _by_side(judgements)
    found: dict[tuple[Verdict, str], Row] = {}
    for row in sorted([*_both_ways(sides), *_chains(_deciding(sides))], key=_closeness):
        found.setdefault((row.verdict, row.kind), row)
    rows = [found[key] for key in sorted(found)]
    named = {verdict for row in rows for verdict in (row.verdict, *_steps(row))}
    return _described(rows, _said_of(sides, judgements, named))


def _closeness(row: Row) -> tuple[bool, int, Row]:
    """A verdict in several contradictions is shown in its own, or else in the shortest."""
    return row.verdict != row.broken, len(row.path), row


def _by_side(judgements: pd.DataFrame) -> pd.DataFrame:
    """One row a pair and answer: how many gave it, whether the merge held it, and the weight in its favour."""
    fresh = ~judgements.duplicated(_SIDE)
    sides = judgements[fresh].reset_index(drop=True)
    sides["judges"] = np.diff(np.append(np.flatnonzero(fresh), len(judgements)))
    says = sides["is_same_person"].to_numpy(bool)
    sides["is_held"] = (sides["user_left"] == sides["user_right"]).to_numpy(bool) == says
    for weight in ("judges_weight", "comparisons_weight"):
        sides[weight] = (sides[weight] * np.where(says, 1.0, -1.0)).round(6) + 0.0  # no minus before a zero
    return sides


def _both_ways(sides: pd.DataFrame) -> Iterator[Row]:
    """The verdicts on pairs that were judged both ways."""
    both = sides[sides.duplicated(_KEYS, keep=False)]
    for left, right, is_same in both[_SIDE].itertuples(index=False):
        verdict = Verdict(left, right, bool(is_same))
        yield Row(verdict, BOTH_WAYS, verdict, (left, right), (not is_same,))


def _deciding(sides: pd.DataFrame) -> pd.DataFrame:
    """The answer that most of a pair's judges gave; of none where as many gave either."""
    most = sides.groupby(_KEYS, sort=False)["judges"].transform("max")
    leading = sides[sides["judges"] == most]
    return leading[~leading.duplicated(_KEYS, keep=False)]


@dataclass(frozen=True)
class _Held:
    """What the merge held: each account's neighbours by must-links and by cannot-links, and its user."""

    same: dict[str, list[str]]
    apart: dict[str, list[str]]
    user: dict[str, str]


def _chains(deciding: pd.DataFrame) -> Iterator[Row]:
    """The verdicts that the merge broke, each with those on the path that says the opposite."""
    is_held = deciding["is_held"].to_numpy(bool)
    broken = deciding[~is_held]
    held = _held(deciding[is_held], users=set(broken["user_left"]) | set(broken["user_right"]))
    held.user.update(zip(broken["account_id_left"], broken["user_left"], strict=True))
    held.user.update(zip(broken["account_id_right"], broken["user_right"], strict=True))
    for left, right, is_same in broken[_SIDE].itertuples(index=False):
        verdict = Verdict(left, right, bool(is_same))
        path, said = _opposite(held, verdict)
        yield Row(verdict, CHAIN if path else NO_CAUSE, verdict, path, said)
        yield from _along(verdict, path, said)


def _held(rows: pd.DataFrame, users: set[str]) -> _Held:
    held = _Held(defaultdict(list), defaultdict(list), {})
    near = rows[rows["user_left"].isin(users) & rows["user_right"].isin(users)]
    columns = near[[*_SIDE, "user_left", "user_right"]].sort_values(_KEYS)
    for left, right, is_same, user_left, user_right in columns.itertuples(index=False):
        linked = held.same if is_same else held.apart
        linked[left].append(right)
        linked[right].append(left)
        held.user[left], held.user[right] = user_left, user_right
    return held


def _opposite(held: _Held, verdict: Verdict) -> tuple[tuple[str, ...], tuple[bool, ...]]:
    """The shortest path of held verdicts that says the opposite; against a must-link one step is a cannot-link.

    That step leads from the one user to the other, so no account is passed twice.
    """
    start, goal = (verdict.left, False), (verdict.right, verdict.is_same)
    came_from: dict[tuple[str, bool], tuple[str, bool]] = {start: start}
    waiting = deque([start])
    while waiting and goal not in came_from:
        account, has_crossed = here = waiting.popleft()
        steps = [(other, has_crossed) for other in held.same.get(account, ())]
        if verdict.is_same and not has_crossed:
            ours = held.user[verdict.right]
            steps += [(other, True) for other in held.apart.get(account, ()) if held.user[other] == ours]
        for there in steps:
            if there not in came_from:
                came_from[there] = here
                waiting.append(there)
    return _walked(came_from, start, goal) if goal in came_from else ((), ())


def _walked(
    came_from: dict[tuple[str, bool], tuple[str, bool]], start: tuple[str, bool], goal: tuple[str, bool]
) -> tuple[tuple[str, ...], tuple[bool, ...]]:
    places = [goal]
    while places[-1] != start:
        places.append(came_from[places[-1]])
    places.reverse()
    said = tuple(before[1] == after[1] for before, after in pairwise(places))
    return tuple(account for account, _ in places), said


def _along(broken: Verdict, path: tuple[str, ...], said: tuple[bool, ...]) -> Iterator[Row]:
    """Each step of a path as a verdict that the rest of the circle, by way of the broken one, says the opposite of."""
    for place, is_same in enumerate(said):
        circle = path[place + 1 :] + path[: place + 1]
        steps = (*said[place + 1 :], broken.is_same, *said[:place])
        if circle[0] > circle[-1]:
            circle, steps = circle[::-1], steps[::-1]
        yield Row(Verdict(circle[0], circle[-1], is_same), CHAIN, broken, circle, steps)


def _steps(row: Row) -> list[Verdict]:
    pairs = zip(pairwise(row.path), row.said, strict=True)
    return [Verdict(min(pair), max(pair), is_same) for pair, is_same in pairs]


def _said_of(sides: pd.DataFrame, judgements: pd.DataFrame, named: set[Verdict]) -> dict[Verdict, Any]:
    """For each verdict its judges by name, and its row of `sides`."""
    labellers: dict[Verdict, list[str]] = defaultdict(list)
    for left, right, is_same, labeller in _of_pairs(judgements, named)[[*_SIDE, "labeller"]].itertuples(index=False):
        labellers[Verdict(left, right, bool(is_same))].append(labeller)
    rows = list(_of_pairs(sides, named).itertuples(index=False))
    verdicts = [Verdict(str(row.account_id_left), str(row.account_id_right), bool(row.is_same_person)) for row in rows]
    return {verdict: (" ".join(labellers[verdict]), row) for verdict, row in zip(verdicts, rows, strict=True)}


def _of_pairs(rows: pd.DataFrame, named: set[Verdict]) -> pd.DataFrame:
    """The rows of the pairs of these verdicts, found among millions."""
    pairs = pd.DataFrame(sorted({verdict[:2] for verdict in named}), columns=_KEYS)
    return rows.merge(pairs, on=_KEYS)


def _described(rows: list[Row], said_of: dict[Verdict, Any]) -> pd.DataFrame:
    """The rows as the table has them, with the verdict of each circle that the evidence likes least."""
    return pd.DataFrame([_told(row, said_of) for row in rows], columns=list(COLUMNS)).astype(COLUMNS)


def _told(row: Row, said_of: dict[Verdict, Any]) -> tuple[Any, ...]:
    labellers, side = said_of[row.verdict]
    steps = _steps(row)
    weakest = min((row.verdict, *steps), key=lambda verdict: (_support(said_of[verdict][1]), verdict))
    return (
        *row.verdict,
        row.kind,
        labellers,
        side.is_held,
        BETWEEN.join(row.path),
        BETWEEN.join(_WORDS[is_same] for is_same in row.said),
        BETWEEN.join(said_of[verdict][0] for verdict in steps),
        side.judges_weight,
        side.comparisons_weight,
        _support(side),
        BETWEEN.join(row.broken[:2]),
        BETWEEN.join(weakest[:2]),
        _WORDS[weakest.is_same],
    )


def _support(side: Any) -> float:
    """What all judges and the comparisons say for a verdict, in bits."""
    return round(side.judges_weight + side.comparisons_weight, 6)
