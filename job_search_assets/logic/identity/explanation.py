"""Why two accounts are one user, or are not: what the pair weighs, what links it to others, and what keeps it apart.

Nothing here decides; it tells what the merge decided from the same tables and by the same rules (`linkage`).
Weights are in bits (log2), and the parts of a pair add up to its match weight.
"""

from bisect import bisect_left
from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ibis.expr.types as ir
import pandas as pd

from job_search_assets.logic.identity import judges, match_weights
from job_search_assets.logic.identity.comparisons import COMPARISONS
from job_search_assets.logic.identity.linkage import MILLION


@dataclass(frozen=True)
class Part:
    """One thing that weighs: the bias, a comparison on its level, or a verdict, each in words."""

    name: str
    words: str
    weight: float


@dataclass(frozen=True)
class Verdict:
    """What one judge says of the pair, how often that judge is right, and what it weighs.

    `rates` are the judge's sensitivity and specificity, None for a judge who was not known when the model was
    fitted. A trusted judge's verdict holds whatever the comparisons say.
    """

    labeller: str
    is_same_person: bool
    rates: tuple[float, float] | None
    weight: float
    is_trusted: bool


@dataclass(frozen=True)
class Link:
    """A scored pair; `verdict` is what trusted judges say of it: 1 same, -1 not, 0 nothing or both."""

    left: str
    right: str
    match_weight: float
    probability: float
    verdict: int

    def holds(self, threshold: float) -> bool:
        """Whether the merge may join two groups by it: a must-link, or probable enough and not judged apart."""
        is_probable = round(self.probability * MILLION) >= int(threshold * MILLION)
        return self.verdict > 0 or (self.verdict == 0 and is_probable)


@dataclass(frozen=True)
class Rules:
    """The blocking rules that propose a pair, and those whose block is too large, with its number of accounts."""

    proposing: tuple[str, ...]
    too_large: Mapping[str, int]


@dataclass(frozen=True)
class Between:
    """The pairs between two users' accounts: how many, how many were scored, their average, and the verdicts."""

    pairs: int
    scored: int
    average: float
    apart: tuple[Link, ...]
    same: tuple[Link, ...]


@dataclass(frozen=True)
class Explanation:
    """All that is known of two accounts as a pair; `blocking_rule` is empty where the pair is in no table.

    `path` is the strongest chain of links, empty for two users; `between` is None for one user. `is_outdated` says
    that the model on file would weigh the stored pair differently. `threshold` is the average match probability that
    makes two groups one user.
    """

    link: Link
    threshold: float
    users: Mapping[str, Sequence[str]]
    parts: tuple[Part, ...]
    verdicts: tuple[Verdict, ...]
    rules: Rules
    blocking_rule: str
    is_outdated: bool
    path: tuple[Link, ...]
    between: Between | None

    @property
    def is_one_user(self) -> bool:
        """Whether the merge made the two accounts one user."""
        return len(self.users) == 1


def parts(levels: Mapping[str, int], weighed: Mapping[str, float]) -> tuple[Part, ...]:
    """The bias and every comparison, in words; `levels` by comparison, `weighed` a row of `match_predictions`."""
    compared = (
        Part(
            comparison.name,
            match_weights.words(comparison.name, levels[comparison.name]),
            weighed[f"mw_{comparison.name}"],
        )
        for comparison in COMPARISONS
    )
    return (Part("bias", "before anything is compared", weighed["mw_bias"]), *compared)


def verdicts(judgements: pd.DataFrame, rates: judges.Rates, *, trusted_accuracy: float) -> tuple[Verdict, ...]:
    """Each judge's word on one pair, by name; `judgements` are rows of `raw_merge_pairs`.

    Rounded as `judges.verdicts` rounds them, so that they add up to the pair's `mw_verdict`.
    """
    ordered = judgements.sort_values(["labeller", "account_id_left"], ignore_index=True)
    trusted = set(judges.trusted(ordered, rates, trusted_accuracy=trusted_accuracy)["labeller"])
    weights = judges.weights(ordered, rates).round(6)
    return tuple(
        Verdict(labeller, bool(says), _reliability(rates.get(labeller)), float(weight), labeller in trusted)
        for labeller, says, weight in zip(ordered["labeller"], ordered["is_same_person"], weights, strict=True)
    )


def _reliability(known: list[float] | None) -> tuple[float, float] | None:
    return (known[0], known[1]) if known else None


def links(scored: pd.DataFrame) -> list[Link]:
    """Rows of `match_predictions` as links, ordered by key."""
    columns = ["account_id_left", "account_id_right", "match_weight", "match_probability", "verdict"]
    rows = scored.sort_values(columns[:2])[columns].itertuples(index=False)
    return [Link(left, right, weight, probability, int(verdict)) for left, right, weight, probability, verdict in rows]


def strongest_path(scored: Iterable[Link], start: str, end: str, *, threshold: float) -> tuple[Link, ...]:
    """The chain of links from one account to the other whose weakest link is strongest; empty if none leads there.

    A verdict that holds is stronger than any weight. Of several such chains it is the shortest, and of these the one
    whose accounts come first.
    """
    held = [link for link in scored if link.holds(threshold)]
    strengths = sorted({_strength(link) for link in held}, reverse=True)

    def chain(place: int) -> tuple[Link, ...]:
        return _shortest([link for link in held if _strength(link) >= strengths[place]], start, end)

    # Weaker links only ever add chains, so the first strength that has one is found by halving.
    weakest = bisect_left(range(len(strengths)), True, key=lambda place: bool(chain(place)))
    return chain(weakest) if weakest < len(strengths) else ()


def _strength(link: Link) -> tuple[int, float]:
    return (1, 0.0) if link.verdict > 0 else (0, link.match_weight)


def _shortest(held: Sequence[Link], start: str, end: str) -> tuple[Link, ...]:
    neighbours: dict[str, dict[str, Link]] = defaultdict(dict)
    for link in held:
        neighbours[link.left][link.right] = neighbours[link.right][link.left] = link
    came: dict[str, str] = {start: start}
    waiting = deque([start])
    while waiting and end not in came:
        here = waiting.popleft()
        for other in sorted(set(neighbours[here]) - set(came)):
            came[other] = here
            waiting.append(other)
    chain: list[Link] = []
    while end in came and end != start:
        chain.insert(0, neighbours[came[end]][end])
        end = came[end]
    return tuple(chain)


def between(scored: Iterable[Link], left: Collection[str], right: Collection[str]) -> Between:
    """What average linkage sees between two groups of accounts; a pair that nobody scored counts as improbable."""
    across = [
        link
        for link in scored
        if (link.left in left and link.right in right) or (link.left in right and link.right in left)
    ]
    pairs = len(left) * len(right)
    total = sum(round(link.probability * MILLION) for link in across)
    return Between(
        pairs,
        len(across),
        total / pairs / MILLION,
        tuple(link for link in across if link.verdict < 0),
        tuple(link for link in across if link.verdict > 0),
    )


def added_up(match_predictions: ir.Table) -> dict[str, Any]:
    """How many pairs' weights do not add up to their match weight within 1e-9 bits, and the first of them."""
    total = match_predictions.mw_bias + match_predictions.mw_verdict
    for comparison in COMPARISONS:
        total = total + match_predictions[f"mw_{comparison.name}"]
    off = match_predictions.filter((total - match_predictions.match_weight).abs() >= 1e-9)
    first = off.order_by(["account_id_left", "account_id_right"]).limit(10).to_pandas()
    return {
        "pairs": int(match_predictions.count().execute()),
        "pairs_off": int(off.count().execute()),
        "first_of_them": [
            f"{left}|{right}" for left, right in zip(first.account_id_left, first.account_id_right, strict=True)
        ],
    }
