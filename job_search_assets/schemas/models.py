"""What a fitted model looks like when it leaves the logic."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class FittedModel:
    """A model and the numbers that were measured of it.

    `estimator` holds everything fitted: scikit-learn objects, arrays, dicts, lists and plain values.
    `metrics` are numbers worth plotting over time; `facts` is anything else for the model's card, as JSON
    values. `version` is the first 12 hex digits of the content's hash, known once the model is stored.
    """

    estimator: Any
    metrics: dict[str, float] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    version: str = ""
