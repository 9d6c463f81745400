"""Labels: what must hold of the labellers and of whom they labelled."""

import dagster as dg
import ibis.expr.types as ir

from job_search_assets.checks.judged import WHO_IS_NOBODY, judged
from job_search_assets.logic.labels import judgement, labellers
from job_search_assets.logic.users import conservation
from job_search_assets.settings import LabelSettings


@dg.asset_check(asset="raw_job_seeker_votes", additional_ins={"raw_users": dg.AssetIn("raw_users")})
def every_vote_is_on_a_known_account(raw_job_seeker_votes: ir.Table, raw_users: ir.Table) -> dg.AssetCheckResult:
    """A vote on nobody was paid for and labels nobody: the account was rejected, erased, or never delivered."""
    found = conservation.of_nobody(raw_job_seeker_votes, raw_users, by=["account_id"])
    return judged(not found["rows"], found, to_do=WHO_IS_NOBODY)


@dg.asset_check(asset="labeller_quality")
def no_labeller_is_near_chance(labeller_quality: ir.Table, config: LabelSettings) -> dg.AssetCheckResult:
    """Votes of somebody who tosses a coin cost as much as good ones; they need the guide explained, or another task."""
    near_chance = labellers.labellers_near_chance(
        labeller_quality, least_votes=config.least_votes, least_informedness=config.least_informedness
    )
    named = near_chance.order_by("informedness", "labeller").limit(20).to_pyarrow().to_pylist()
    return judged(
        not named,
        {"labellers": named, "least_informedness": config.least_informedness},
        to_do="`job-search impact labeller NAME` says what would be without their votes, which `job-search correct "
        "job_seeker_votes '*|NAME|*' withdraw` takes out.",
    )


@dg.asset_check(asset="job_seeker_labels", blocking=True, additional_ins={"clean_users": dg.AssetIn("clean_users")})
def every_labelled_user_is_a_clean_user(job_seeker_labels: ir.Table, clean_users: ir.Table) -> dg.AssetCheckResult:
    """A label of somebody who was removed would teach the model from spam."""
    strangers = job_seeker_labels.anti_join(clean_users, "user_id")
    count = int(strangers.count().execute())
    return dg.AssetCheckResult(passed=count == 0, metadata={"labelled_users_that_are_no_clean_users": count})


@dg.asset_check(asset="job_seeker_labels")
def few_labels_are_ambiguous(job_seeker_labels: ir.Table, config: LabelSettings) -> dg.AssetCheckResult:
    """When labellers differ on many users, the guide leaves the question open, and no model can answer it."""
    found = judgement.ceiling(job_seeker_labels).to_pyarrow().to_pylist()[0]
    return judged(
        found["ambiguous_share"] <= config.most_ambiguous,
        {**found, "most_ambiguous": config.most_ambiguous},
        to_do="Write into the guide what decides where labellers differ, then ask again about those in relabel_queue.",
    )


@dg.asset_check(asset="job_seeker_labels")
def no_ambiguous_label_awaits_the_guide_in_force(job_seeker_labels: ir.Table) -> dg.AssetCheckResult:
    """A new guide may tell what the old one left open: who was ambiguous under it should be asked about again."""
    outdated = job_seeker_labels.filter(job_seeker_labels.is_outdated)
    count, some = int(outdated.count().execute()), outdated.order_by("user_id").limit(20).user_id.to_pyarrow()
    return judged(
        count == 0,
        {"outdated_labels": count, "users": some.to_pylist()},
        to_do="Ask about them again by the guide in force; relabel_queue ranks them with all others.",
    )
