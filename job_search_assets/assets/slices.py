"""Slices: where the job-seeker model errs, by what it saw, by meta-data and by provenance."""

import dagster as dg
import ibis.expr.types as ir
import pandas as pd

from job_search_assets.logic.job_seekers import evaluation
from job_search_assets.logic.labels import votes
from job_search_assets.logic.slices import factors, report
from job_search_assets.settings import SliceSettings


@dg.asset(kinds={"ibis"}, owners=["team:data"])
def slice_factors(
    job_seeker_predictions: ir.Table,
    job_seeker_splits: ir.Table,
    job_seeker_labels: ir.Table,
    clean_users: ir.Table,
    raw_job_seeker_votes: ir.Table,
    user_accounts: ir.Table,
    raw_spam_reports: ir.Table,
    applied_corrections: ir.Table,
) -> ir.Table:
    """What errors are sliced by, for every labelled user whom the model did not learn from.

    The text of a slice is a condition on this table: it leads from a slice back to its users.
    """
    judged = evaluation.judged_predictions(job_seeker_predictions, job_seeker_splits, job_seeker_labels)
    counted = votes.counted_votes(raw_job_seeker_votes, user_accounts)
    return factors.factors(
        judged, clean_users, job_seeker_labels, counted, user_accounts, raw_spam_reports, applied_corrections
    )


@dg.asset(kinds={"scipy"}, owners=["team:data"])
def error_slices(slice_factors: pd.DataFrame, config: SliceSettings) -> pd.DataFrame:
    """The slices in which the model is worst, each proved or not on users that it was not found on.

    Who looks at thousands of slices finds bad ones where there are none; so half of the users are kept to test the few
    that the other half names.
    """
    return report.error_slices(slice_factors, report.Limits(**config.model_dump(include=set(report.Limits._fields))))
