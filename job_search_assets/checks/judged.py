"""How a check that warns ends: it holds, or it is not so and says what a person can do about it."""

from collections.abc import Mapping
from typing import Any

import dagster as dg

WHO_IS_NOBODY = (
    "rejected_rows has the accounts that were refused; about the others ask who delivers this file, or the users."
)


def judged(
    holds: bool,
    evidence: Mapping[str, Any],
    *,
    to_do: str,
    severity: dg.AssetCheckSeverity = dg.AssetCheckSeverity.WARN,
) -> dg.AssetCheckResult:
    """The result of a check. `to_do` is for whoever reads that it is not so; lists and dictionaries go in as JSON."""
    metadata = {
        name: dg.MetadataValue.json(value) if isinstance(value, list | dict) else value
        for name, value in evidence.items()
    }
    return dg.AssetCheckResult(passed=holds, severity=severity, description=None if holds else to_do, metadata=metadata)
