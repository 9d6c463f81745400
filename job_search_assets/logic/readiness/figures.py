"""What published tables say that the readiness report asks about, as plain values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import ibis.expr.types as ir

from job_search_assets.logic.slices import verdicts

TESTED = ("worse", "not shown")  # verdicts of slices that were tested


@dataclass(frozen=True)
class Figures:
    """Figures on test and the best that each ever was before, slices, how many predictions there are."""

    evaluation: Mapping[str, Mapping[str, float | None]]
    evaluation_before: Mapping[str, float]
    much_worse: Sequence[str]
    slices_tested: int
    predictions: int
    worth: Mapping[str, float] = field(default_factory=dict)


def read(evaluation: ir.Table, history: ir.Table, slices: ir.Table, predictions: ir.Table, *, times: float) -> Figures:
    """The figures of these tables; `times` is how much worse than the others a slice is that counts as much worse."""
    on_test = evaluation.filter(evaluation.split == "test").to_pyarrow().to_pylist()
    before = history.filter((history.split == "test") & history.old_value.notnull())
    best = before.group_by("metric").agg(best=before.old_value.max()).to_pyarrow().to_pylist()
    worse = verdicts.much_worse(slices, times=times)
    return Figures(
        evaluation={row["metric"]: {name: row[name] for name in ("value", "low", "high")} for row in on_test},
        evaluation_before={row["metric"]: row["best"] for row in best},
        much_worse=sorted({row["slice"] for row in worse}),
        slices_tested=int(slices.filter(slices.verdict.isin(TESTED)).slice.nunique().execute()),
        predictions=int(predictions.count().execute()),
    )


def worth_of(importance: ir.Table) -> dict[str, float]:
    """By feature how much the log loss rises without it, where that was measured."""
    measured = importance.filter(importance.log_loss_increase.notnull()).to_pyarrow().to_pylist()
    return {row["feature"]: row["log_loss_increase"] for row in measured}
