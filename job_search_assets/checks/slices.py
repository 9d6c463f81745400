"""Slices: the model is about as good for all, and enough is known to say so."""

import dagster as dg
import ibis.expr.types as ir

from job_search_assets.checks.judged import judged
from job_search_assets.logic.slices import verdicts
from job_search_assets.settings import SliceSettings


@dg.asset_check(asset="error_slices")
def no_slice_is_much_worse(error_slices: ir.Table, config: SliceSettings) -> dg.AssetCheckResult:
    """Where the model is much worse, something is amiss with these users' data, labels or features."""
    named = verdicts.much_worse(error_slices, times=config.much_worse)
    return judged(
        not named,
        {
            "slices": named,
            "at_least_times_the_others": config.much_worse,
            "too_few_users_to_tell": verdicts.too_few(error_slices),
        },
        to_do="`job-search why 'SLICE'` says which sources and labellers they hang on, `job-search impact slice "
        "'SLICE'` what would be if the votes on them were others.",
    )


@dg.asset_check(asset="error_slices")
def no_factor_is_mostly_missing(error_slices: ir.Table, config: SliceSettings) -> dg.AssetCheckResult:
    """Errors cannot be led back to a cause of which nothing is on record."""
    lacking = verdicts.mostly_missing(error_slices, most=config.most_missing)
    return judged(
        not lacking,
        {"factors": lacking, "most_missing": config.most_missing},
        to_do="Have sources or labelling deliver it; until then nothing can be said about errors by it.",
    )
