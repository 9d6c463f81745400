"""Splits: labelled users divided into train, dev and test."""

import dagster as dg
import ibis.expr.types as ir

from job_search_assets.logic import splits
from job_search_assets.settings import SplitSettings


@dg.asset(kinds={"ibis"}, owners=["team:data"])
def job_seeker_splits(
    context: dg.AssetExecutionContext, job_seeker_labels: ir.Table, config: SplitSettings
) -> ir.Table:
    """Labelled users, divided into train, dev and test, labels balanced in each.

    We divide people, not accounts: this comes after ID merge, so two accounts of one
    person cannot end up on both sides.
    """
    shares = splits.shares_of(train=config.train, dev=config.dev)
    counts = splits.exact_counts(splits.count_labels(job_seeker_labels), shares)
    context.add_output_metadata(splits.named_counts(counts))
    return splits.assign(job_seeker_labels, counts, seed=config.seed)
