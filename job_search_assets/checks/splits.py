"""Splits: nobody twice, nobody missing, nobody tainted, and counts as exact and even as whole people allow."""

import dagster as dg
import ibis.expr.types as ir

from job_search_assets.checks.judged import judged
from job_search_assets.engine.reporting import pictures
from job_search_assets.engine.tables import splitting
from job_search_assets.logic.splits import balance, past, verdicts
from job_search_assets.settings import SplitSettings

NAMED = 20  # users at most whom a check names


@dg.asset_check(asset="job_seeker_splits", blocking=True)
def no_user_is_in_two_splits(job_seeker_splits: ir.Table) -> dg.AssetCheckResult:
    """A person the model learned from must not come back to grade it."""
    count = int(balance.users_in_several(job_seeker_splits).count().execute())
    return dg.AssetCheckResult(passed=count == 0, metadata={"users_in_two_splits": count})


@dg.asset_check(
    asset="job_seeker_splits", blocking=True, additional_ins={"job_seeker_labels": dg.AssetIn("job_seeker_labels")}
)
def every_labelled_user_is_in_one_split(
    job_seeker_splits: ir.Table, job_seeker_labels: ir.Table
) -> dg.AssetCheckResult:
    """A label that is in no split is lost, and one that differs from the split's would grade against another truth."""
    count = int(balance.users_out_of_place(job_seeker_labels, job_seeker_splits).count().execute())
    return dg.AssetCheckResult(passed=count == 0, metadata={"users_out_of_place": count})


@dg.asset_check(
    asset="job_seeker_splits",
    blocking=True,
    additional_ins={"split_ledger": dg.AssetIn("split_ledger"), "user_accounts": dg.AssetIn("user_accounts")},
)
def nobody_who_was_learned_from_grades(
    job_seeker_splits: ir.Table, split_ledger: ir.Table, user_accounts: ir.Table, config: SplitSettings
) -> dg.AssetCheckResult:
    """Once in train, never in test, whatever merges later: a model is at home with whom an older one learned from."""
    tainted = past.graded_after_others(
        job_seeker_splits, split_ledger, user_accounts, list(config.shares), edition=config.edition
    )
    count = int(tainted.count().execute())
    return dg.AssetCheckResult(passed=count == 0, metadata={"users_graded_after_another_split": count})


@dg.asset_check(asset="job_seeker_splits")
def label_counts_are_exact(job_seeker_splits: ir.Table, config: SplitSettings) -> dg.AssetCheckResult:
    """Of few positives each counts: a random split of a hundred users is this even in one draw of twenty-one.

    Nobody is moved when labels change or users leave; then this says by how much counts are off and who would have to.
    """
    exact = splitting.exact_shares(config.shares)
    cells = balance.count_cells(job_seeker_splits, list(exact))
    verdict = verdicts.counts_are_exact(
        cells, exact, method=config.method, most_deviation=config.most_deviation, most_risk=config.most_risk
    )
    movers = [] if verdict.holds else balance.movers(job_seeker_splits, balance.moves(cells, exact), most=NAMED)
    return judged(
        verdict.holds,
        {**verdict.evidence, "would_have_to_move": movers},
        to_do="Nobody is moved by itself. It may stay so; a new `edition` in SplitSettings draws everybody anew.",
    )


@dg.asset_check(
    asset="job_seeker_splits",
    additional_ins={"job_seeker_labels": dg.AssetIn("job_seeker_labels"), "clean_users": dg.AssetIn("clean_users")},
)
def splits_are_even_over_fields(
    job_seeker_splits: ir.Table, job_seeker_labels: ir.Table, clean_users: ir.Table, config: SplitSettings
) -> dg.AssetCheckResult:
    """Where test has another source or region than train, its figures tell of that and not of the model."""
    units = splitting.labelled_users(
        job_seeker_labels, clean_users, fields=config.even_over, confidence_bounds=config.confidence_bounds
    )
    counted = balance.count_values(units, job_seeker_splits, config.even_over)
    rows = balance.evenness_of(counted, splitting.exact_shares(config.shares))
    verdict = verdicts.fields_are_even(rows, least_chance=config.least_chance)
    pages = {"fields": pictures.table(rows), "users_that_stand_elsewhere": pictures.bars(verdicts.bars_of(rows))}
    return judged(
        verdict.holds,
        {**verdict.evidence, **pages},
        to_do="Read test figures by that field, or draw everybody anew with a new `edition` in SplitSettings.",
    )
