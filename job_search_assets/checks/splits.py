"""Splits: nobody twice, nobody missing, and counts as exact as whole people allow."""

import dagster as dg
import ibis.expr.types as ir

from job_search_assets.logic import splits
from job_search_assets.settings import SplitSettings


@dg.asset_check(asset="job_seeker_splits", blocking=True)
def no_user_is_in_two_splits(job_seeker_splits: ir.Table) -> dg.AssetCheckResult:
    """A person the model learned from must not come back to grade it."""
    count = int(splits.users_in_several(job_seeker_splits).count().execute())
    return dg.AssetCheckResult(passed=count == 0, metadata={"users_in_two_splits": count})


@dg.asset_check(
    asset="job_seeker_splits", blocking=True, additional_ins={"job_seeker_labels": dg.AssetIn("job_seeker_labels")}
)
def every_labelled_user_is_in_one_split(
    job_seeker_splits: ir.Table, job_seeker_labels: ir.Table
) -> dg.AssetCheckResult:
    """A label that is in no split is lost, and one that differs from the split's would grade against another truth."""
    count = int(splits.users_out_of_place(job_seeker_labels, job_seeker_splits).count().execute())
    return dg.AssetCheckResult(passed=count == 0, metadata={"users_out_of_place": count})


@dg.asset_check(asset="job_seeker_splits", blocking=True)
def label_counts_are_exact(job_seeker_splits: ir.Table, config: SplitSettings) -> dg.AssetCheckResult:
    """Of few positives each counts: a random split of a hundred users is this even in one draw of twenty-one."""
    cells = splits.count_cells(job_seeker_splits)
    is_exact = splits.is_exact(cells, splits.shares_of(train=config.train, dev=config.dev))
    return dg.AssetCheckResult(passed=is_exact, metadata=splits.named_counts(cells))
