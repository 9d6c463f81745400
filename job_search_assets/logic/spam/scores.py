"""What everything except the list says about an account: its looks, and those who looked at it."""

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from job_search_assets.logic.spam.model import log_odds
from job_search_assets.schemas.models import FittedModel

MODEL_COLUMNS = {"account_id": "string", "model_log_odds": "float64"}


def with_folds(spam_features: ir.Table, spam_examples: ir.Table) -> ir.Table:
    """Every account's features with the fold it was held out in, null where it was no example."""
    folds = spam_examples.select("account_id", "fold")
    return spam_features.left_join(folds, "account_id").drop("account_id_right")


def look(rows: pd.DataFrame, model: FittedModel) -> pd.DataFrame:
    """A batch of accounts with the model's log odds: columns `MODEL_COLUMNS`."""
    return pd.DataFrame({"account_id": rows.account_id, "model_log_odds": log_odds(rows, model)})


def moderator_quality(model: FittedModel) -> pd.DataFrame:
    """Each moderator's reliability and what their word weighs, as the model's fit found them."""
    # Without a single report the list is empty, and pandas would guess the types.
    types = {"reported_by": "str", "reports": "int64", "sensitivity": "float64", "specificity": "float64"}
    quality = pd.DataFrame(model.facts["moderators"], columns=list(types)).astype(types)
    spam = np.log(quality.sensitivity / (1 - quality.specificity))
    person = np.log((1 - quality.sensitivity) / quality.specificity)
    return quality.assign(spam_log_odds=spam.round(6), person_log_odds=person.round(6))


def weigh(reports: ir.Table, moderator_quality: ir.Table) -> ir.Table:
    """Independent reports with the log odds of spam that each is worth, by its moderator's reliability."""
    quality = moderator_quality.select("reported_by", "spam_log_odds", "person_log_odds")
    weighed = reports.left_join(quality, "reported_by")
    worth = weighed.is_spam.ifelse(weighed.spam_log_odds, weighed.person_log_odds)
    return weighed.select("account_id", "reported_by", "reported_at", log_odds=worth.fill_null(0.0))


def combine(looks: ir.Table, weighed: ir.Table) -> ir.Table:
    """One row per account: account_id, model_log_odds, report_log_odds (the sum over its reports, or 0)."""
    said = weighed.group_by("account_id").aggregate(report_log_odds=weighed.log_odds.sum())
    both = looks.left_join(said, "account_id")
    return both.select(
        "account_id", "model_log_odds", report_log_odds=both.report_log_odds.fill_null(ibis.literal(0.0)).round(6)
    )
