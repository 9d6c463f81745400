"""What each level of a comparison weighs: m, u and match weights from few judged pairs and many unjudged ones.

Terms as in Fellegi and Sunter (1969) and Splink: m is how often a level occurs among pairs of one person, u among
pairs of two, the match weight is log2(m / u). Expectation maximisation run to its end on wide candidates settles on
something else than "one person" (families, namesakes), so it starts from judged positives and makes a few steps
only. Everything is computed from counts of patterns (combinations of levels), whole numbers that no order of rows or
threads can change.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt
import pandas as pd

from job_search_assets.logic.identity.comparisons import COMPARISONS
from job_search_assets.logic.identity.pairing import JUDGED

Floats = npt.NDArray[np.float64]
Levels = npt.NDArray[np.int64]

GAMMAS = [f"gamma_{comparison.name}" for comparison in COMPARISONS]
COUNTS = [len(comparison.words) for comparison in COMPARISONS]


@dataclass(frozen=True)
class Weights:
    """For each comparison the m and u of its levels (0 = unlike), and the share of candidates that are one person."""

    m: list[Floats]
    u: list[Floats]
    share: float

    def of(self, levels: Levels) -> Floats:
        """The match weight of each level given, in bits; 0 where a value is empty. Shape as `levels`."""
        tables = [np.append(np.log2(m / u), 0.0) for m, u in zip(self.m, self.u, strict=True)]
        return np.stack([table[levels[:, place]] for place, table in enumerate(tables)], axis=1)

    def probability(self, levels: Levels) -> Floats:
        """How probably pairs of these levels are one person, levels taken as independent."""
        return sigmoid(np.log(self.share / (1 - self.share)) + np.log(2.0) * self.of(levels).sum(axis=1))


def sigmoid(log_odds: Floats) -> Floats:
    """Natural log odds as a probability, without overflow."""
    return np.exp(-np.logaddexp(0.0, -log_odds))


def sampled(candidate_pairs: ir.Table, *, most: int) -> ir.Table:
    """Patterns of levels and how many candidates have each; of more than `most` candidates a share drawn by hash.

    The hash is of the pair's key, so whether a pair is drawn depends on no other pair but by their number.
    """
    proposed = candidate_pairs.filter(candidate_pairs.blocking_rule != JUDGED)
    key = proposed.account_id_left + "|" + proposed.account_id_right
    drawn = proposed.filter(key.hexdigest("sha256").substr(0, 6) < _limit(proposed, most))
    return drawn.group_by(GAMMAS).agg(pairs=lambda rows: rows.count()).order_by(GAMMAS)


def _limit(pairs: ir.Table, most: int) -> str:
    """Six hex digits below which the share `most` of the pairs lies; beyond all of them where that is all."""
    count = int(pairs.count().execute())
    return "g" if count <= most else f"{most * 0x1000000 // count:06x}"


def judged(candidate_pairs: ir.Table, merge_pairs: ir.Table) -> ir.Table:
    """Each judgement with the levels of its pair, whichever account the judge saw first; ordered by key."""
    ordered = merge_pairs.select(
        account_id_left=ibis.least(merge_pairs.account_id_left, merge_pairs.account_id_right),
        account_id_right=ibis.greatest(merge_pairs.account_id_left, merge_pairs.account_id_right),
        labeller=merge_pairs.labeller,
        is_same_person=merge_pairs.is_same_person,
    )
    keys = ["account_id_left", "account_id_right"]
    return ordered.join(candidate_pairs.select(*keys, *GAMMAS), keys).order_by([*keys, "labeller"])


def _shares(levels: Levels, mass: Floats, *, smoothing: float) -> list[Floats]:
    """The share of the mass on each level of each comparison; `smoothing` pairs are spread evenly over the levels."""
    found = []
    for place, count in enumerate(COUNTS):
        told = levels[:, place] >= 0
        sums = np.bincount(levels[told, place], weights=mass[told], minlength=count) + smoothing / count
        found.append(sums / sums.sum())
    return found


def estimate(
    patterns: pd.DataFrame, positives: pd.DataFrame, *, steps: int, smoothing: float, first_share: float
) -> Weights:
    """m from judged positives, u from all candidates, then `steps` of expectation maximisation over the patterns.

    `patterns` has the gamma columns and `pairs`, `positives` the gamma columns and `weight` (how sure the verdict).
    """
    levels, counts = patterns[GAMMAS].to_numpy(np.int64), patterns["pairs"].to_numpy(np.float64)
    known, sure = positives[GAMMAS].to_numpy(np.int64), positives["weight"].to_numpy(np.float64)
    weights = Weights(
        _shares(known, sure, smoothing=smoothing), _shares(levels, counts, smoothing=smoothing), first_share
    )
    for _ in range(steps):
        probable = weights.probability(levels) * counts
        both, mass = np.concatenate([levels, known]), np.concatenate([probable, sure])
        weights = Weights(
            _shares(both, mass, smoothing=smoothing),
            _shares(levels, counts - probable, smoothing=smoothing),
            float(np.clip(probable.sum() / max(counts.sum(), 1.0), 1e-6, 0.5)),
        )
    return weights


def rounded(values: Sequence[float] | Floats) -> list[float]:
    """Learned numbers to nine digits: beyond them a library's order of summing shows."""
    return [float(f"{value:.9g}") for value in values]
