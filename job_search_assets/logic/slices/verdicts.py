"""Sentences about slices that are true when all is well."""

from typing import Any

import ibis.expr.types as ir

_TOLD = ("slice", "metric", "users", "value", "outside", "low", "high", "p_value", "same_users_as")


def much_worse(slices: ir.Table, *, times: float) -> list[dict[str, Any]]:
    """Slices proved worse whose loss is at least so many times that of the others, the surest first."""
    is_much = (slices.verdict == "worse") & (slices.value >= times * slices.outside)
    return slices.filter(is_much).order_by("place").select(*_TOLD).to_pyarrow().to_pylist()


def mostly_missing(slices: ir.Table, *, most: float) -> dict[str, float]:
    """Factors that more than this share of users lack, with the share."""
    lacking = slices.filter((slices.metric == "missing_share") & (slices.value > most)).order_by("slice")
    return {row["slice"]: row["value"] for row in lacking.to_pyarrow().to_pylist()}


def too_few(slices: ir.Table) -> bool:
    """Whether there are too few users to say anything."""
    return bool(slices.filter(slices.verdict == "too few users to tell").count().execute())
