"""How many rows a box will really bring, judged by how far past boxes were from their plans."""

import math
from collections.abc import Sequence

COVERAGE = 0.8  # share of boxes whose rows lie within the interval
LEAST_BOXES = 3  # of fewer the spread is not known well enough to say anything
HALF = 0.5  # of a row, so that a box that brought none has a logarithm


def interval(past: Sequence[tuple[float, float]], planned: float) -> tuple[float, float] | None:
    """The rows between which `COVERAGE` of boxes with such a plan end, from the (planned, actual) rows of past ones.

    The prediction interval of one more draw from a normal distribution whose mean and variance are estimated from the
    logarithms of actual over planned (Student's t, as in Geisser 1993, "Predictive Inference"). None of few boxes.
    """
    if len(past) < LEAST_BOXES or planned <= 0:
        return None
    from scipy.special import stdtrit

    logs = [math.log((actual + HALF) / (plan + HALF)) for plan, actual in past]
    mean = sum(logs) / len(logs)
    variance = sum((log - mean) ** 2 for log in logs) / (len(logs) - 1)
    # Rows arrive one by one: even a source that always kept its plan would be off by the root of its rows.
    least = 1 / max(planned, 1)
    reach = float(stdtrit(len(logs) - 1, (1 + COVERAGE) / 2)) * math.sqrt(max(variance, least) * (1 + 1 / len(logs)))
    low, high = (max((planned + HALF) * math.exp(mean + sign * reach) - HALF, 0.0) for sign in (-1, 1))
    return low, high
