"""Labels: votes become each labeller's record and each user's label."""

import dagster as dg
import ibis.expr.types as ir

from job_search_assets.logic.labels import consensus, judgement, labellers, votes
from job_search_assets.schemas.models import FittedModel
from job_search_assets.settings import LabelSettings


@dg.asset(kinds={"python"}, owners=["team:data"])
def label_model(
    raw_job_seeker_votes: ir.Table,
    user_accounts: ir.Table,
    config: LabelSettings,
) -> FittedModel:
    """How votes are read: labellers' error rates, the base rate, and the share of accounts nobody can tell.

    A model of its own, so that labels can be brought up to date for a withdrawn vote with the labellers' rates
    held as they are, or learned again on request.
    """
    counted = votes.counted_votes(raw_job_seeker_votes, user_accounts)
    learned_from = votes.of_some_users(counted, most=config.learn_from_users, seed=config.seed)
    return consensus.fit(
        learned_from.to_pandas(),
        beliefs=consensus.Beliefs(
            votes=config.prior_votes,
            users=config.prior_users,
            ambiguous_share=config.ambiguous_share,
            ambiguous_accounts=config.ambiguous_accounts,
        ),
        folds=config.folds,
        least_users=config.least_users,
        least_ambiguity=config.least_ambiguity,
    )


@dg.asset(kinds={"ibis"}, owners=["team:data"])
def labeller_quality(raw_job_seeker_votes: ir.Table, user_accounts: ir.Table, label_model: FittedModel) -> ir.Table:
    """Each labeller's sensitivity and specificity under each guide version, with intervals.

    Told apart from ambiguity: votes on accounts that nobody can tell hardly count.
    """
    counted = votes.counted_votes(raw_job_seeker_votes, user_accounts)
    return labellers.judge_labellers(counted, label_model.estimator)


@dg.asset(kinds={"ibis"}, owners=["team:data"])
def job_seeker_labels(
    context: dg.AssetExecutionContext,
    raw_job_seeker_votes: ir.Table,
    user_accounts: ir.Table,
    label_model: FittedModel,
) -> ir.Table:
    """What the labellers say of each user together, over all their accounts, and how sure that is.

    Labellers disagree; a label without its confidence would let a model be blamed for what people cannot tell.
    """
    labels = judgement.label(votes.counted_votes(raw_job_seeker_votes, user_accounts), label_model.estimator)
    context.add_output_metadata(judgement.ceiling(labels).to_pyarrow().to_pylist()[0])
    return labels
