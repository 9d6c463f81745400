"""Labels: votes become each labeller's record and each user's label, and say whom to ask next."""

import dagster as dg
import ibis.expr.types as ir
import pandas as pd

from job_search_assets.engine.reporting.reports import Reports
from job_search_assets.engine.tables.holding import fitted
from job_search_assets.engine.tables.publishing import Update
from job_search_assets.engine.tables.table_schemas import ibis_types
from job_search_assets.engine.tables.updates import (
    LOGGED_BY_USER,
    TABLE_OR_UPDATE,
    changed_users,
    concerning,
    replacing,
)
from job_search_assets.engine.tables.warehouse import Warehouse
from job_search_assets.logic.job_seekers import features
from job_search_assets.logic.labels import agreement, consensus, hints, influence, judgement, labellers, queue, votes
from job_search_assets.schemas.models import FittedModel
from job_search_assets.settings import LabelSettings


@dg.asset(kinds={"scikitlearn"}, owners=["team:data"], metadata=fitted())
def label_model(
    raw_job_seeker_votes: ir.Table,
    user_accounts: ir.Table,
    clean_users: ir.Table,
    config: LabelSettings,
) -> FittedModel:
    """How votes are read: labellers' error rates, the base rate, the share of accounts nobody can tell, and hints.

    A model of its own, so that labels can be brought up to date for a withdrawn vote with the labellers' rates
    held as they are, or learned again on request.
    """
    counted = votes.counted_votes(raw_job_seeker_votes, user_accounts)
    learned_from = votes.of_some_users(counted, most=config.learn_from_users, seed=config.seed)
    return consensus.fit(
        learned_from.to_pandas(),
        votes.features_of(learned_from, features.model_table(clean_users)).to_pandas(),
        beliefs=consensus.Beliefs(
            votes=config.prior_votes,
            users=config.prior_users,
            ambiguous_share=config.ambiguous_share,
            ambiguous_accounts=config.ambiguous_accounts,
        ),
        folds=config.folds,
        least_users=config.least_users,
        least_votes_each=config.least_votes_each,
        least_ambiguity=config.least_ambiguity,
        gold_labeller=config.gold_labeller,
        seed=config.seed,
    )


@dg.asset(kinds={"python"}, owners=["team:data"])
def label_methods(label_model: FittedModel) -> pd.DataFrame:
    """The ways to read votes side by side, the one that was chosen, and by which rule.

    No method suits all data: with few votes a labeller the majority wins, with careless labellers it loses.
    """
    return consensus.methods_table(label_model)


@dg.asset(kinds={"scikitlearn"}, owners=["team:data"], dagster_type=TABLE_OR_UPDATE, metadata=LOGGED_BY_USER)
def label_hints(
    context: dg.AssetExecutionContext,
    clean_users: ir.Table,
    label_model: FittedModel,
    warehouse: dg.ResourceParam[Warehouse],
) -> ir.Table | Update:
    """What features alone make of each clean user, by a model that has not seen the votes on that user.

    The prior of a label, and what the queue goes by where nobody has voted yet.
    """
    changed = changed_users(context, warehouse, "clean_users", rows_of="clean_users")
    told = warehouse.map_batches(
        features.model_table(concerning(clean_users, changed)),
        lambda users: hints.predict(label_model.estimator, users),
        ibis_types("label_hints"),
        order_by="user_id",
    )
    return replacing(warehouse, "label_hints", told, changed)


@dg.asset(kinds={"ibis"}, owners=["team:data"], metadata=LOGGED_BY_USER)
def job_seeker_labels(
    context: dg.AssetExecutionContext,
    raw_job_seeker_votes: ir.Table,
    user_accounts: ir.Table,
    label_hints: ir.Table,
    label_model: FittedModel,
    config: LabelSettings,
) -> ir.Table:
    """What the labellers say of each user together, over all their accounts, and how sure that is.

    Labellers disagree; a label without its confidence would let a model be blamed for what people cannot tell.
    """
    counted = votes.counted_votes(raw_job_seeker_votes, user_accounts)
    guide = votes.guide_in_force(raw_job_seeker_votes, named=config.guide_version)
    labels = judgement.label(counted, label_model.estimator, label_hints, guide_version=guide)
    context.add_output_metadata({**judgement.ceiling(labels).to_pyarrow().to_pylist()[0], "guide_version": guide})
    return labels


@dg.asset(kinds={"ibis"}, owners=["team:data"])
def labeller_quality(
    context: dg.AssetExecutionContext,
    raw_job_seeker_votes: ir.Table,
    user_accounts: ir.Table,
    job_seeker_labels: ir.Table,
    label_hints: ir.Table,
    label_model: FittedModel,
) -> ir.Table:
    """Each labeller's sensitivity and specificity under each guide version, with intervals.

    Told apart from ambiguity: votes on accounts that nobody can tell hardly count. Its metadata plot how far
    labellers agree under each guide, run by run.
    """
    counted = votes.counted_votes(raw_job_seeker_votes, user_accounts)
    context.add_output_metadata(agreement.named_alphas(agreement.alpha_by_guide(counted)))
    return labellers.judge_labellers(counted, job_seeker_labels, label_model.estimator, label_hints)


@dg.asset(kinds={"ibis"}, owners=["team:data"])
def relabel_queue(
    raw_job_seeker_votes: ir.Table,
    user_accounts: ir.Table,
    job_seeker_labels: ir.Table,
    label_hints: ir.Table,
    label_model: FittedModel,
    reports: dg.ResourceParam[Reports],
    config: LabelSettings,
) -> ir.Table:
    """Whom to label or relabel next with the votes that can be had, the most gain per vote first.

    Also written to `reports/relabel_queue.csv` as votes to be filled in, for a spreadsheet or a labelling tool.
    """
    asked = queue.queue(
        votes.counted_votes(raw_job_seeker_votes, user_accounts),
        job_seeker_labels,
        label_hints,
        user_accounts,
        label_model.estimator,
        most_votes=config.queue_votes,
        most_together=config.most_votes_together,
    )
    guide = votes.guide_in_force(raw_job_seeker_votes, named=config.guide_version)
    reports.write_csv("relabel_queue", queue.empty_votes(asked, guide_version=guide))
    return asked


@dg.asset(kinds={"ibis"}, owners=["team:data"])
def labeller_influence(
    context: dg.AssetExecutionContext,
    raw_job_seeker_votes: ir.Table,
    user_accounts: ir.Table,
    job_seeker_labels: ir.Table,
    job_seeker_splits: ir.Table,
    label_hints: ir.Table,
    label_model: FittedModel,
) -> ir.Table:
    """Whose label hangs on one labeller: what would be different without that labeller's votes, the models held.

    It changes nothing; it says whom a withdrawal of the votes would reach, before anybody withdraws them.
    """
    counted = votes.counted_votes(raw_job_seeker_votes, user_accounts)
    found = influence.influence(counted, job_seeker_labels, job_seeker_splits, label_model.estimator, label_hints)
    context.add_output_metadata(influence.summed(found))
    return found
