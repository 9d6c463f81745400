"""What rows are scored beside: the built accounts, counted, blocked and tied, as tables to look things up in."""

from collections.abc import Callable
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import pandas as pd

from job_search_assets.engine.scoring.stages import Stages
from job_search_assets.logic.identity import commonness, linkage, merging, scoring
from job_search_assets.logic.scoring import company, ties
from job_search_assets.logic.spam import blocklist, evidence, features

Table = Callable[[str], ir.Table]


@dataclass(frozen=True)
class Population:
    """The tables that answer for the built accounts; each is made once, when a build is opened."""

    raw_users: ir.Table
    keys: ir.Table
    by_key: dict[str, ir.Table]
    arrivals: company.Arrivals
    everyone: int
    entries: ir.Table
    groups: ir.Table
    despammed: ir.Table
    details: ir.Table
    blocks: ir.Table
    links: ir.Table
    components: ir.Table
    predictions: ir.Table


def prepare(stages: Stages, table: Table, *, classes: int, least_link: float, threshold: float) -> Population:
    """The population of a build, from its tables as `table` gives them by name."""
    raw_users, predictions = table("raw_users"), table("match_predictions")
    keys = stages.keep("known_keys", company.keys_of(features.alone(raw_users)), ("account_id",))
    by_key = {
        key: stages.keep(f"known_{key}", company.accounts_by_key(keys, key), ("value",))
        for key in features.SHARED.values()
    }
    details = _details(stages, table, classes)
    linked = stages.keep("known_links", both_ways(scoring.links(predictions, least=least_link)), ("account_id",))
    return Population(
        raw_users=raw_users,
        keys=keys,
        by_key=by_key,
        arrivals=company.Arrivals(keys.select("domain_key", "second").to_pandas()),
        everyone=int(raw_users.count().execute()),
        entries=stages.keep("known_entries", blocklist.bounded(table("raw_ip_blocklist"))),
        groups=stages.keep("known_groups", _groups(table), ("group",)),
        despammed=table("despammed_users"),
        details=details,
        blocks=stages.keep("known_blocks", _blocks(table, details), ("block",)),
        links=linked,
        components=_components(stages, table, threshold),
        predictions=predictions,
    )


def _groups(table: Table) -> ir.Table:
    entries = evidence.narrowest(table("blocklist_hits"), table("blocklist_review"))
    return evidence.groups(table("spam_scores"), table("spam_features"), entries)


def _details(stages: Stages, table: Table, classes: int) -> ir.Table:
    known = table("match_details")
    numbered = known.mutate(number=ibis.row_number().over(order_by=known.account_id).cast("int64"))
    rated = commonness.rated(numbered, table("common_values"), classes=classes)
    return stages.keep("known_details", rated, ("number",))


def _blocks(table: Table, details: ir.Table) -> ir.Table:
    left_out = ibis.union(*(table(name).select("rule", "block") for name in ("large_blocks", "outgrown_blocks")))
    return ties.without_large(ties.blocks_of(details), left_out)


def both_ways(links: ir.Table) -> ir.Table:
    """Links as account_id and other, from either side."""
    return ibis.union(
        links.select(account_id="account_id_left", other="account_id_right"),
        links.select(account_id="account_id_right", other="account_id_left"),
    )


def _components(stages: Stages, table: Table, threshold: float) -> ir.Table:
    """What links of the merge connect: account_id, component."""
    aged = stages.keep("known_ages", merging.by_age(table("despammed_users")))
    linked = merging.links(table("match_predictions"), threshold=threshold)
    left = aged.select(account_id_left="account_id", one="number")
    right = aged.select(account_id_right="account_id", two="number")
    pairs = linked.join(left, "account_id_left").join(right, "account_id_right").select("one", "two").to_pandas()
    count = int(aged.count().execute())
    found = linkage.components(count, pairs["one"].to_numpy("int64"), pairs["two"].to_numpy("int64"))
    frame = pd.DataFrame({"number": range(count), "component": found}).astype("int64")
    placed = stages.keep(
        "known_component_numbers", ibis.memtable(frame, schema={"number": "int64", "component": "int64"})
    )
    return stages.keep(
        "known_components", aged.join(placed, "number").select("account_id", "component"), ("account_id",)
    )
