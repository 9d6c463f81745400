"""Sentences about the model that are true when all is well, judged from its evaluation."""

from collections.abc import Mapping
from typing import NamedTuple

import ibis
import ibis.expr.types as ir


class Verdict(NamedTuple):
    """Whether a sentence holds, and the numbers that say so."""

    holds: bool
    evidence: dict[str, float | str]


class Measured(NamedTuple):
    """A number and its interval; where it has none the ends are the number itself."""

    value: float
    low: float
    high: float


NOTHING = Verdict(True, {"reason": "test has too few users to tell"})


def prediction_counts(predictions: ir.Table, users: ir.Table) -> ir.Table:
    """One row: users without prediction, predictions of no user, users with several; all 0 when all is well."""
    several = predictions.group_by("user_id").aggregate(rows=predictions.count()).filter(ibis._.rows > 1)
    return ibis.memtable({"one": [1]}, schema={"one": "int64"}).select(
        users_without_prediction=users.anti_join(predictions, "user_id").count().as_scalar(),
        predictions_without_user=predictions.anti_join(users, "user_id").count().as_scalar(),
        users_with_several=several.count().as_scalar(),
    )


def numbers_on_test(evaluation: ir.Table) -> dict[str, Measured]:
    """The metrics reported on test, by name."""
    rows = evaluation.filter(evaluation.split == "test").to_pyarrow().to_pylist()
    return {row["metric"]: _measured(row["value"], row["low"], row["high"]) for row in rows}


def beats_the_base_rate(numbers: Mapping[str, Measured]) -> Verdict:
    """Whether the log loss is below that of one number for all, and the ranking better than chance for certain."""
    if "log_loss" not in numbers:
        return Verdict(False, {"reason": "test has too few users to tell"})
    evidence = {
        "log_loss": numbers["log_loss"].value,
        "base_rate_log_loss": numbers["base_rate_log_loss"].value,
        "roc_auc_low": numbers["roc_auc"].low,
    }
    is_better = evidence["log_loss"] < evidence["base_rate_log_loss"] and evidence["roc_auc_low"] > 0.5
    return Verdict(is_better, {**evidence})


def stays_below_the_ceiling(numbers: Mapping[str, Measured]) -> Verdict:
    """Whether the agreement with the labels is not above what knowing the truth would give, for certain."""
    if "accuracy" not in numbers:
        return NOTHING
    ceiling, found = numbers["label_ceiling"].value, numbers["accuracy"]
    return Verdict(found.low <= ceiling, {"accuracy": found.value, "low": found.low, "label_ceiling": ceiling})


def is_at_chance(numbers: Mapping[str, Measured], *, least_surprise: float) -> Verdict:
    """Whether a model of ids alone is within so many standard errors of one half, above or below."""
    if "id_only_roc_auc" not in numbers:
        return NOTHING
    found = numbers["id_only_roc_auc"]
    error = (found.high - found.low) / (2 * 1.96)
    surprise = abs(found.value - 0.5) / error
    evidence = {"id_only_roc_auc": found.value, "standard_errors_from_chance": round(surprise, 2)}
    return Verdict(surprise < least_surprise, {**evidence, "limit": least_surprise})


def _measured(value: float, low: float | None, high: float | None) -> Measured:
    return Measured(value, value if low is None else low, value if high is None else high)
