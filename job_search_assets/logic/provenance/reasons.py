"""Why an account was removed or kept: the reasons on record, and the same reasons for an account that was kept.

`spam_reasons` holds removed accounts alone. For a kept one the reasons are gathered by the same code from what the
stage wrote down, so both read alike, and both add up to the score.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import ibis.expr.types as ir
import pandas as pd

from job_search_assets.logic.provenance.stories import Listing, Reason, Spam
from job_search_assets.logic.spam import examples, explanation, scores
from job_search_assets.logic.spam import reasons as spam_reasons
from job_search_assets.logic.spam.features import COUNTS, FLAGS
from job_search_assets.schemas.models import FittedModel

# A word of somebody's text or the name behind their @ may say who they are.
_PERSONAL = {"text: ": "text: a word of it", "domain_": "domain: the e-mail domain"}
_HARMLESS = {*explanation.BLOCKS.values(), *COUNTS, *FLAGS, "domain_infrequent_sklearn"}
_KINDS = ["prior", "model", "feature", "report", "entry", "network"]  # in the order in which they are told


def gather(
    decision: ir.Table,
    evidence: ir.Table,
    entries: ir.Table,
    raw_spam_reports: ir.Table,
    moderator_quality: ir.Table,
    features: ir.Table,
    *,
    list_reasons: list[str],
) -> ir.Table:
    """The reasons of accounts as `spam_reasons` would have them, whether they were removed or not.

    The first four tables are cut down to the accounts; `features` is what `looks` gave.
    """
    told_of_all = decision.mutate(is_spam=True)
    weighed = scores.weigh(examples.independent(raw_spam_reports, list_reasons=list_reasons), moderator_quality)
    return spam_reasons.gather(told_of_all, evidence, entries, weighed, raw_spam_reports, features)


def looks(rows: pd.DataFrame, model: FittedModel, *, at_most: int) -> pd.DataFrame:
    """The features of an account that spoke most for spam and most against it, `at_most` each, as `weigh` tells them.

    `rows`: one account's row of `spam_features` with `fold`.
    """
    told = explanation.weigh(rows, model).sort_values(["weight", "reference"], ascending=[False, True])
    for_spam, against = told[told.weight > 0].head(at_most), told[told.weight < 0].tail(at_most)
    return pd.concat([for_spam, against])[["account_id", "reference", "weight"]]


def tell(
    decision: Mapping[str, Any],
    rows: Sequence[Mapping[str, Any]],
    listings: Mapping[str, Listing],
    *,
    has_features: bool,
    with_values: bool,
) -> Spam:
    """The decision with its reasons, weightiest last of its kind's order; `listings` by entry."""
    told = [
        Reason(
            kind=row["kind"],
            reference=row["reference"] if with_values else _without_person(row["kind"], row["reference"]),
            weight=row["weight"],
            is_in_score=row["is_in_score"],
            detail=row["detail"],
            listing=listings.get(row["reference"]) if row["kind"] == "entry" else None,
        )
        for row in sorted(rows, key=lambda row: (_KINDS.index(row["kind"]), -abs(row["weight"]), row["reference"]))
    ]
    return Spam(
        is_spam=decision["is_spam"],
        score=decision["score"],
        threshold=decision["threshold"],
        model_version=decision["model_version"],
        log_odds=round(math.fsum(reason.weight for reason in told if reason.is_in_score), 6),
        reasons=tuple(told),
        has_features=has_features,
    )


def _without_person(kind: str, reference: str) -> str:
    if kind == "network":
        return "its own network"
    if kind == "feature" and reference not in _HARMLESS:
        return next((said for start, said in _PERSONAL.items() if reference.startswith(start)), reference)
    return reference
