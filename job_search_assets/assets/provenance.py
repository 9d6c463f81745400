"""Provenance: what stands about each account, and what corrections changed about it."""

import dagster as dg
import ibis.expr.types as ir

from job_search_assets.engine.updates import LOGGED
from job_search_assets.logic.job_seekers.evaluation import CLASS_THRESHOLD
from job_search_assets.logic.provenance import outcomes


@dg.asset(kinds={"ibis"}, owners=["team:data"], metadata=LOGGED)
def decisions(
    raw_users: ir.Table,
    spam_decisions: ir.Table,
    user_accounts: ir.Table,
    job_seeker_labels: ir.Table,
    job_seeker_splits: ir.Table,
    job_seeker_predictions: ir.Table,
) -> ir.Table:
    """What stands about each account: removed or kept, whose it is, the user's label, split and predicted class.

    One place to ask before and after a correction, so that "who was concerned" is a comparison of two tables.
    """
    return outcomes.decide(
        raw_users,
        spam_decisions,
        user_accounts,
        job_seeker_labels,
        job_seeker_splits,
        job_seeker_predictions,
        class_threshold=CLASS_THRESHOLD,
    )
