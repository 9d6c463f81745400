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
    """How many rows broke which rule, and where the first of them stands: table, column, rule, rows, first."""
    rule = ["table", "column", "rule"]
    counted = rejected_rows.group_by(rule).agg(rows=rejected_rows.count())
    order = ibis.row_number().over(group_by=rule, order_by=["file", "line"])
    places = rejected_rows.select(*rule, first=ibis._.file + ", line " + ibis._.line.cast("string"), place=order)
    return counted.join(places.filter(places.place == 0).drop("place"), rule)


def refused_files(rejected_rows: ir.Table, raw_places: ir.Table) -> list[str]:
    """Files of raw rows that hold no row that was kept."""
    refused = rejected_rows.filter(rejected_rows.file.startswith("raw/")).select("file").distinct()
    found: list[str] = refused.anti_join(raw_places, "file").order_by("file").to_pandas()["file"].tolist()
    return found
