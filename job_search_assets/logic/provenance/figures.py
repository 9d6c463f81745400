"""Published figures, step by step: which numbers of the evaluation were others before, and on which data."""

import ibis
import ibis.expr.types as ir

from job_search_assets.logic.provenance.history import FIRST

KEY = ["split", "metric"]


def begin(evaluation: ir.Table, *, data_version: str) -> ir.Table:
    """The first step: every figure."""
    none = evaluation.limit(0).select(*KEY, "value", data_version=ibis.literal(""))
    return _rows(_differing(none, evaluation), ibis.literal(1), data_version, FIRST, "")


def go_on(history: ir.Table, evaluation: ir.Table, *, data_version: str, cause: str, correction_ids: str) -> ir.Table:
    """The next step: a row for each figure that is another, is new, or is no longer reported."""
    last = history.group_by(KEY).agg(step=history.step.max())
    latest = history.semi_join(last, [*KEY, "step"])
    step = history.step.max().as_scalar() + 1
    return _rows(_differing(latest, evaluation), step, data_version, cause, correction_ids)


def _differing(latest: ir.Table, evaluation: ir.Table) -> ir.Table:
    before = latest.select(old_split="split", old_metric="metric", old_value="value", old_data_version="data_version")
    both = evaluation.select(*KEY, "value").outer_join(before, [("split", "old_split"), ("metric", "old_metric")])
    named = both.mutate(**{name: ibis.coalesce(both[name], both[f"old_{name}"]) for name in KEY})
    return named.filter(~named.value.identical_to(named.old_value))


def _rows(figures: ir.Table, step: ir.Value, data_version: str, cause: str, correction_ids: str) -> ir.Table:
    return figures.select(
        *KEY,
        "old_value",
        "value",
        "old_data_version",
        step=step.cast("int64"),
        data_version=ibis.literal(data_version),
        cause=ibis.literal(cause),
        correction_ids=ibis.literal(correction_ids),
    )
