"""Cards: what is known of the data and of the model, for whoever is to trust them."""

import dagster as dg
import ibis.expr.types as ir
import pandas as pd

from job_search_assets.engine.reporting import cards as files
from job_search_assets.engine.reporting.reports import Reports
from job_search_assets.logic.job_seekers import card as model_card
from job_search_assets.logic.provenance import data_card
from job_search_assets.schemas.models import FittedModel


@dg.asset(kinds={"markdown"}, owners=["team:data"], group_name="provenance")
def cards(
    context: dg.AssetExecutionContext,
    raw_users: ir.Table,
    source_inventory: ir.Table,
    rejected_rows: ir.Table,
    spam_decisions: ir.Table,
    spam_reasons: ir.Table,
    blocklist_review: ir.Table,
    user_accounts: ir.Table,
    clean_users: ir.Table,
    raw_job_seeker_votes: ir.Table,
    job_seeker_labels: ir.Table,
    job_seeker_splits: ir.Table,
    job_seeker_model: FittedModel,
    model_evaluation: pd.DataFrame,
    error_slices: pd.DataFrame,
    feature_importance: pd.DataFrame,
    learning_curve: pd.DataFrame,
    signal_curve: pd.DataFrame,
    reports: dg.ResourceParam[Reports],
) -> pd.DataFrame:
    """The model card and the data card as facts, also written to `reports/` as Markdown and HTML with pictures."""
    missing = data_card.missing_shares(clean_users)
    told = {
        "data": [
            *data_card.what_went_in(raw_users, source_inventory, rejected_rows),
            *data_card.what_became_of_it(spam_decisions, spam_reasons, blocklist_review, user_accounts),
            *data_card.what_people_said(raw_job_seeker_votes, job_seeker_labels, job_seeker_splits),
            *data_card.missing(missing),
            *data_card.limits(),
        ],
        "model": [
            *model_card.about(job_seeker_model),
            *model_card.figures(model_evaluation),
            *model_card.worse_slices(error_slices),
            *model_card.weights(feature_importance),
            *model_card.more_labels(learning_curve),
            *model_card.weaker_signal(signal_curve),
            *model_card.limits(),
        ],
    }
    facts = model_card.facts(told)
    drawn = {
        "data": files.data_pictures(missing),
        "model": files.model_pictures(feature_importance, learning_curve, signal_curve),
    }
    context.add_output_metadata(files.write(reports, facts, drawn))
    return facts
