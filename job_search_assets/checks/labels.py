"""Labels: what must hold of the labellers and of whom they labelled."""

import dagster as dg
import ibis.expr.types as ir

from job_search_assets.logic.labels import judgement, labellers
from job_search_assets.settings import LabelSettings


@dg.asset_check(asset="labeller_quality")
def no_labeller_is_near_chance(labeller_quality: ir.Table, config: LabelSettings) -> dg.AssetCheckResult:
    """Votes of somebody who tosses a coin cost as much as good ones; they need the guide explained, or another task."""
    near_chance = labellers.labellers_near_chance(
        labeller_quality, least_votes=config.least_votes, least_informedness=config.least_informedness
    )
    named = near_chance.order_by("informedness", "labeller").limit(20).to_pyarrow().to_pylist()
    return dg.AssetCheckResult(
        passed=not named,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"labellers": dg.MetadataValue.json(named), "limit": config.least_informedness},
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
    return dg.AssetCheckResult(
        passed=found["ambiguous_share"] <= config.most_ambiguous,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={**found, "limit": config.most_ambiguous},
    )


@dg.asset_check(asset="job_seeker_labels")
def no_ambiguous_label_awaits_the_guide_in_force(job_seeker_labels: ir.Table) -> dg.AssetCheckResult:
    """A new guide may tell what the old one left open: who was ambiguous under it should be asked about again."""
    outdated = job_seeker_labels.filter(job_seeker_labels.is_outdated)
    count, some = int(outdated.count().execute()), outdated.order_by("user_id").limit(20).user_id.to_pyarrow()
    return dg.AssetCheckResult(
        passed=count == 0,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"outdated_labels": count, "users": dg.MetadataValue.json(some.to_pylist())},
    )
