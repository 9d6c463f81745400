"""Job seekers: everybody has one prediction, and the model is neither worse nor better than it can honestly be."""

import dagster as dg
import ibis.expr.types as ir

from job_search_assets.checks.judged import judged
from job_search_assets.logic.job_seekers import verdicts
from job_search_assets.settings import JobSeekerSettings


@dg.asset_check(
    asset="job_seeker_predictions", blocking=True, additional_ins={"clean_users": dg.AssetIn("clean_users")}
)
def every_clean_user_has_one_prediction(job_seeker_predictions: ir.Table, clean_users: ir.Table) -> dg.AssetCheckResult:
    """Who has no prediction would be missing from every list made of them, and nobody would notice."""
    counts = verdicts.prediction_counts(job_seeker_predictions, clean_users).to_pyarrow().to_pylist()[0]
    return dg.AssetCheckResult(passed=not any(counts.values()), metadata=counts)


@dg.asset_check(asset="model_evaluation")
def the_model_beats_the_base_rate(model_evaluation: ir.Table) -> dg.AssetCheckResult:
    """A model that is no better than one number for all should not be asked."""
    verdict = verdicts.beats_the_base_rate(verdicts.numbers_on_test(model_evaluation))
    return judged(
        verdict.holds,
        verdict.evidence,
        to_do="Don't act on its predictions. learning_curve says whether more labels would help, labeller_quality "
        "whether those that there are can be trusted.",
    )


@dg.asset_check(asset="model_evaluation")
def the_model_stays_below_the_label_ceiling(model_evaluation: ir.Table) -> dg.AssetCheckResult:
    """Nobody can agree with labels more often than they are right; who does has seen them."""
    verdict = verdicts.stays_below_the_ceiling(verdicts.numbers_on_test(model_evaluation))
    return dg.AssetCheckResult(passed=verdict.holds, metadata=verdict.evidence)


@dg.asset_check(asset="model_evaluation")
def an_id_only_model_is_at_chance(model_evaluation: ir.Table, config: JobSeekerSettings) -> dg.AssetCheckResult:
    """Ids know nothing of people; if they foretell labels, the order or the names of rows gave the answer away."""
    numbers = verdicts.numbers_on_test(model_evaluation)
    verdict = verdicts.is_at_chance(numbers, least_surprise=config.least_surprise)
    return dg.AssetCheckResult(passed=verdict.holds, metadata=verdict.evidence)
