"""Splits: labelled users divided into train, dev and test, and the ledger that keeps them there."""

import dagster as dg
import ibis.expr.types as ir

from job_search_assets.engine.files.raw_files import RawFiles
from job_search_assets.engine.tables import splitting
from job_search_assets.engine.tables.updates import LOGGED_BY_USER
from job_search_assets.engine.tables.warehouse import Warehouse
from job_search_assets.logic.splits import balance, past
from job_search_assets.logic.splits.shares import named_counts
from job_search_assets.settings import SplitSettings


@dg.asset(kinds={"scipy", "ibis"}, owners=["team:data"], deps=[dg.AssetKey(["files", "splits_ledger"])])
def split_ledger(
    context: dg.AssetExecutionContext,
    job_seeker_labels: ir.Table,
    clean_users: ir.Table,
    user_accounts: ir.Table,
    raw_files: dg.ResourceParam[RawFiles],
    warehouse: dg.ResourceParam[Warehouse],
    config: SplitSettings,
) -> ir.Table:
    """The splits that each account has stood in, through its user: who is new is drawn, all others stay.

    It extends what it was itself, and the copy in the data folder if there is one. Whoever a merge brings from a
    split that is learned from or chosen with into one that grades is retired.
    """
    exact = splitting.exact_shares(config.shares)
    earlier = splitting.ledger_so_far(warehouse, raw_files, list(exact), edition=config.edition)
    units = splitting.labelled_users(
        job_seeker_labels, clean_users, fields=config.even_over, confidence_bounds=config.confidence_bounds
    )
    divided = splitting.divide(
        warehouse,
        earlier,
        units,
        user_accounts,
        exact,
        edition=config.edition,
        method=config.method,
        most_deviation=config.most_deviation,
        most_risk=config.most_risk,
        seed=config.seed,
    )
    context.add_output_metadata(divided.report)
    return divided.ledger


@dg.asset(kinds={"ibis"}, owners=["team:data"], metadata=LOGGED_BY_USER)
def job_seeker_splits(
    context: dg.AssetExecutionContext,
    job_seeker_labels: ir.Table,
    user_accounts: ir.Table,
    split_ledger: ir.Table,
    config: SplitSettings,
) -> ir.Table:
    """Labelled users, divided into train, dev and test, labels balanced in each.

    We divide people, not accounts: this comes after ID merge, so two accounts of one
    person cannot end up on both sides.
    """
    names = list(config.shares)
    splits = past.splits_of(
        job_seeker_labels, past.standing(split_ledger, user_accounts, names, edition=config.edition)
    )
    context.add_output_metadata(named_counts(balance.count_cells(splits, names)))
    return splits
