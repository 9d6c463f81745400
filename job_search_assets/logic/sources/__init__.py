"""Which rows come from which source, which of them should not, and which sources nobody has described."""

from typing import Any

import ibis
import ibis.expr.types as ir
import pandas as pd

from job_search_assets.logic.sources import worth
from job_search_assets.schemas.sources import CHOSEN, REJECTED


def strangers(raw_users: ir.Table, source_inventory: ir.Table) -> ir.Table:
    """Sources of accounts that the inventory does not know: source, accounts."""
    unknown = raw_users.anti_join(source_inventory, "source")
    return unknown.group_by("source").agg(accounts=unknown.count())


def in_use(raw_users: ir.Table, source_inventory: ir.Table) -> ir.Table:
    """The sources that accounts come from, as in the inventory: source, status, rights, accounts."""
    counted = raw_users.group_by("source").agg(accounts=ibis._.count())
    return counted.join(source_inventory.select("source", "status", "rights"), "source")


def not_to_be_used(used: pd.DataFrame, policy: worth.Policy) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Of sources in use those that must not be, and those of which nobody is sure, each with the reason."""
    wrong, doubtful = [], []
    for source in worth.as_rows(used.sort_values("source")):
        told = {name: source[name] for name in ("source", "accounts")}
        if source["status"] == REJECTED:
            wrong.append({**told, "reason": "rejected"})
        elif worth.is_rightless(source["rights"], policy):
            wrong.append({**told, "reason": worth.NO_RIGHTS})
        elif source["status"] != CHOSEN:
            doubtful.append({**told, "reason": "not decided yet"})
        elif worth.is_doubtful(source["rights"], policy):
            doubtful.append({**told, "reason": worth.DOUBTFUL})
    return wrong, doubtful


def rows_per_rule(rejected_rows: ir.Table) -> ir.Table:
    """How many rows of each file broke which rule: table, column, rule, rows."""
    return rejected_rows.group_by(["table", "column", "rule"]).agg(rows=rejected_rows.count())
