"""The threshold of the merge, chosen by what users would come of it: B-cubed precision and recall, expected and judged.

B-cubed (Bagga and Baldwin 1998) asks of each account which share of its user's accounts are its person's, and which
share of its person's accounts its user has. Nobody knows the persons, but sums of match probabilities take the place
of counts, so the figure can be expected for groups made at any threshold. No verdict has a say in these groups nor
in their probabilities: verdicts are what the groups are then measured against.
"""

from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt
import pandas as pd

from job_search_assets.logic.identity import linkage
from job_search_assets.logic.identity.linkage import MILLION, Pairs

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

BEST, STEADY, FIXED = "best expected F1", "too few judged pairs to choose", "fixed in the settings"
_LN2 = 0.6931471805599453


def compared(predictions: ir.Table, aged: ir.Table) -> ir.Table:
    """The scored pairs by number, smaller left; the probability by the comparisons alone, in millionths.

    `verdicts` is what all judges of the pair say of it in bits, 0 where nobody was asked.
    """
    left = aged.rename(account_id_left="account_id", first="number")
    right = aged.rename(account_id_right="account_id", second="number")
    pairs = predictions.join(left, "account_id_left").join(right, "account_id_right")
    own = 1.0 / (1.0 + (-_LN2 * (pairs.match_weight - pairs.mw_verdict)).exp())
    return pairs.select(
        left=ibis.least(pairs.first, pairs.second),
        right=ibis.greatest(pairs.first, pairs.second),
        probability=(own * MILLION).round().cast("int64"),
        verdicts="mw_verdict",
    )


def drawn(aged: ir.Table, *, most: int) -> ir.Table:
    """The numbers of about `most` accounts, drawn by hash of their ids; all of them where there are no more."""
    count = int(aged.count().execute())
    if count <= most:
        return aged.select("number")
    return aged.filter(aged.account_id.hexdigest("sha256").substr(0, 6) < f"{most * 0x1000000 // count:06x}").select(
        "number"
    )


def choose(
    pairs: pd.DataFrame,
    roots: pd.DataFrame,
    *,
    accounts: int,
    candidates: list[float],
    fixed: float | None,
    steady: float,
    least_judged: int,
    largest: int,
) -> pd.DataFrame:
    """One row a threshold with its figures (columns of `MergeThresholds`); `is_chosen` marks one.

    `pairs` has the columns of `compared`, `roots` those of `drawn`: what is expected is expected of the components
    whose first account is drawn, what was judged is measured wherever people judged.
    """
    thresholds = sorted({*candidates, steady} | ({fixed} if fixed is not None else set()))
    some = _sampled(pairs, roots["number"].to_numpy(np.int64), accounts, int(thresholds[0] * MILLION))
    figures = pd.DataFrame([some.at(threshold, largest) for threshold in thresholds])
    best, reason = _choice(figures, fixed, steady, has_enough=len(some.judged) >= least_judged)
    figures["judged_pairs"], figures["accounts"] = len(some.judged), int(some.drawn.sum())
    figures["is_chosen"] = figures["threshold"] == best
    figures["reason"] = np.where(figures["is_chosen"], reason, "")
    return figures


def chosen(thresholds: pd.DataFrame) -> float:
    """The threshold that the table marks."""
    return float(thresholds.loc[thresholds["is_chosen"], "threshold"].iloc[0])


@dataclass(frozen=True)
class _Sample:
    """The accounts of some components, numbered anew, and the pairs among them.

    `drawn` are the accounts for which something is expected, `mass` each account's expected number of accounts of
    its person; `judged` has left, right and how probably the verdicts make the pair one person.
    """

    accounts: int
    pairs: Pairs
    drawn: npt.NDArray[np.bool_]
    mass: Floats
    judged: pd.DataFrame

    def at(self, threshold: float, largest: int) -> dict[str, float]:
        """Precision, recall and F1 of the groups made at a threshold, expected and measured."""
        groups = linkage.grouped(self.accounts, self.pairs, threshold=threshold, largest=largest)
        return {"threshold": threshold} | self._expected(groups) | self._measured(groups)

    def _expected(self, groups: Whole) -> dict[str, float]:
        """Averages over the drawn accounts."""
        together = groups[self.pairs.left] == groups[self.pairs.right]
        inside = 1.0 + _sums(self.pairs.take(together), self.accounts)
        sizes = np.bincount(groups, minlength=self.accounts)[groups]
        return _figures("expected", (inside / sizes)[self.drawn], (inside / self.mass)[self.drawn])

    def _measured(self, groups: Whole) -> dict[str, float]:
        """Averages over the judged accounts, each among those it was judged with and itself."""
        left, right = (self.judged[side].to_numpy(np.int64) for side in ("left", "right"))
        same, together = self.judged["same"].to_numpy(np.float64), groups[left] == groups[right]
        ends = np.concatenate([left, right])
        sums = [np.bincount(ends, np.tile(values, 2), self.accounts) for values in (together * same, together, same)]
        found, kept, asked = (1.0 + values[np.unique(ends)] for values in sums)
        return _figures("measured", found / kept, found / asked)


def _sums(pairs: Pairs, accounts: int) -> Floats:
    """For each account the sum of the probabilities of its pairs; whole millionths, so the order does not matter."""
    both = np.concatenate([pairs.left, pairs.right])
    return np.bincount(both, np.tile(pairs.probability, 2).astype(np.float64), accounts) / MILLION


def _figures(kind: str, precision: Floats, recall: Floats) -> dict[str, float]:
    if not len(precision):
        return dict.fromkeys((f"{kind}_precision", f"{kind}_recall", f"{kind}_f1"), float("nan"))
    p, r = float(precision.mean()), float(recall.mean())
    return {
        f"{kind}_precision": round(p, 6),
        f"{kind}_recall": round(r, 6),
        f"{kind}_f1": round(2 * p * r / (p + r), 6),
    }


def _sampled(pairs: pd.DataFrame, roots: Whole, accounts: int, least: int) -> _Sample:
    """The components, linked by at least `least`, whose first account is in `roots`, and those with judged pairs."""
    left, right, probability = (pairs[name].to_numpy(np.int64) for name in ("left", "right", "probability"))
    nothing = np.zeros(len(pairs), np.int64)
    every = Pairs(left, right, probability, nothing)
    linked = probability >= least
    found = linkage.components(accounts, left[linked], right[linked])
    is_judged = pairs["verdicts"].to_numpy(np.float64) != 0
    is_drawn, has_judged = np.zeros(accounts, bool), np.zeros(accounts, bool)
    is_drawn[roots] = True
    has_judged[found[left[is_judged]]] = has_judged[found[right[is_judged]]] = True
    kept = np.flatnonzero((is_drawn | has_judged)[found])
    number = np.full(accounts, -1)
    number[kept] = np.arange(len(kept))
    inside = every.take((found[left] == found[right]) & (number[left] >= 0))
    judged = pairs[is_judged].sort_values(["left", "right"])  # floating sums depend on the order
    return _Sample(
        len(kept),
        Pairs(number[inside.left], number[inside.right], inside.probability, inside.verdict),
        is_drawn[found[kept]],
        1.0 + _sums(every, accounts)[kept],
        pd.DataFrame(
            {
                "left": number[judged["left"]],
                "right": number[judged["right"]],
                "same": 1.0 / (1.0 + np.exp2(-judged["verdicts"].to_numpy(np.float64))),
            }
        ),
    )


def _choice(figures: pd.DataFrame, fixed: float | None, steady: float, *, has_enough: bool) -> tuple[float, str]:
    """The threshold to use and why; of several as good the one nearest to the steady one."""
    if fixed is not None:
        return fixed, FIXED
    if not has_enough:
        return steady, STEADY
    good = figures.loc[figures["expected_f1"] == figures["expected_f1"].max(), "threshold"].tolist()
    return min(good, key=lambda threshold: (abs(threshold - steady), threshold), default=steady), BEST


def shown(thresholds: pd.DataFrame) -> dict[str, Any]:
    """The chosen threshold with its figures and its reason, for the asset's page."""
    row = thresholds[thresholds["is_chosen"]].iloc[0]
    names = [name for name in thresholds.columns if name.startswith(("expected", "measured"))]
    return {
        "threshold": float(row["threshold"]),
        "reason": str(row["reason"]),
        **{name: float(row[name]) for name in names if pd.notna(row[name])},
    }


def told(thresholds: pd.DataFrame) -> str:
    """The choice as a sentence."""
    row = thresholds[thresholds["is_chosen"]].iloc[0]
    return f"Accounts are merged from {row['threshold']:g} on: {row['reason']}."


def curves(thresholds: pd.DataFrame) -> dict[str, list[tuple[float, float]]]:
    """F1 at each threshold, expected and measured."""
    told = thresholds.fillna({"expected_f1": 0.0, "measured_f1": 0.0})
    return {
        kind: [(float(t), float(f1)) for t, f1 in zip(told["threshold"], told[f"{kind}_f1"], strict=True)]
        for kind in ("expected", "measured")
    }
