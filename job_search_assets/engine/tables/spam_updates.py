"""The spam stage brought in line: whose features, which hits, and whose evidence, have to be worked out again.

An account is counted with those that share its provider, text or name. A blocklist entry reaches the accounts inside
its network, and an account's evidence depends on the other accounts of its network or entry. So what changed by account
and by entry is followed to whole networks and entries, and the functions that make the whole tables are called on these
alone.
"""

from dataclasses import dataclass

import dagster as dg
import ibis
import ibis.expr.types as ir

from job_search_assets.engine.tables.publishing import Update
from job_search_assets.engine.tables.updates import (
    ACCOUNTS,
    ENTRIES,
    changed_accounts,
    changed_keys,
    concerning,
    replacing,
)
from job_search_assets.engine.tables.warehouse import Warehouse
from job_search_assets.logic.spam import blocklist, evidence, features


def described(
    context: dg.AssetExecutionContext, warehouse: Warehouse, raw_users: ir.Table, *, burst_hours: int
) -> ir.Table | Update:
    """`spam_features`, or what changes in it: changed accounts, and those that share more or less with others now.

    All are counted again, which is a part of the work; the rest is done for these alone.
    """
    changed = changed_accounts(context, warehouse, "raw_users", rows_of="raw_users")
    if changed is None:
        return features.describe(raw_users, burst_hours=burst_hours)
    crowds = warehouse.kept(features.crowds(features.alone(raw_users), burst_hours=burst_hours))
    before = warehouse.table("spam_features")
    was = before.select(ACCOUNTS, **{f"{name}_before": name for name in features.CROWDS})
    met = features.in_round_numbers(crowds).inner_join(was, ACCOUNTS)
    moved = met.filter(ibis.or_(*(met[name] != met[f"{name}_before"] for name in features.CROWDS)))
    touched = _accounts(warehouse, changed, moved)
    rows = features.among_others(features.alone(concerning(raw_users, touched)), crowds)
    return replacing(warehouse, "spam_features", rows, touched)


def hits(
    context: dg.AssetExecutionContext, warehouse: Warehouse, spam_features: ir.Table, entries: ir.Table
) -> ir.Table | Update:
    """`blocklist_hits`, or what changes in it: all hits of accounts that changed or are inside changed entries."""
    inputs = {ACCOUNTS: ["spam_features"], ENTRIES: ["raw_ip_blocklist"]}
    found = changed_keys(context, warehouse, inputs, rows_of="spam_features")
    if found is None:
        return blocklist.meet(spam_features, entries)
    before = concerning(warehouse.table("blocklist_hits"), found[ENTRIES])
    after = blocklist.meet(spam_features, concerning(entries, found[ENTRIES]))
    changed = _accounts(warehouse, found[ACCOUNTS], before, after)
    return replacing(warehouse, "blocklist_hits", blocklist.meet(concerning(spam_features, changed), entries), changed)


@dataclass(frozen=True)
class Weighed:
    """The tables that an account's evidence is made of."""

    scores: ir.Table
    features: ir.Table
    hits: ir.Table
    grounds: ir.Table
    review: ir.Table
    priors: ir.Table

    def of(self, accounts: ir.Table | None) -> ir.Table:
        """The evidence of these accounts (None: of all), which is right where all of a network or entry is there."""
        scores, features = concerning(self.scores, accounts), concerning(self.features, accounts)
        grouped = evidence.groups(scores, features, self.narrowest(self.hits, accounts))
        return evidence.add_up(evidence.weigh(grouped, self.narrowest(self.grounds, accounts), self.priors), scores)

    def narrowest(self, entries: ir.Table, accounts: ir.Table | None) -> ir.Table:
        """The entry of each of these accounts that counts: account_id, entry_id."""
        return evidence.narrowest(concerning(entries, accounts), self.review)


def weighed(context: dg.AssetExecutionContext, warehouse: Warehouse, parts: Weighed) -> ir.Table | Update:
    """`spam_evidence`, or what changes in it: the rows of every network and entry that a change reaches."""
    by_account = ["spam_scores", "spam_features", "blocklist_hits", "report_grounds"]
    inputs = {ACCOUNTS: by_account, ENTRIES: ["blocklist_review"]}
    found = changed_keys(context, warehouse, inputs, rows_of="spam_scores")
    if found is None:
        return parts.of(None)
    listed = [concerning(table, found[ENTRIES]) for table in (parts.hits, parts.grounds)]
    touched = _accounts(warehouse, found[ACCOUNTS], *listed)
    before = concerning(warehouse.table("spam_evidence"), touched)
    own, tied = (parts.narrowest(table, touched) for table in (parts.hits, parts.grounds))
    entries = _each(warehouse, ENTRIES, before, own, tied)
    networks = _each(warehouse, "network", before, concerning(parts.features, touched))
    inside = [concerning(table, entries) for table in (parts.hits, parts.grounds)]
    around = _accounts(warehouse, touched, *inside, parts.features.semi_join(networks, "network"))
    rows = parts.of(around)
    # An account is around by any of its entries; it is another one only by the entry or network that counts.
    reached = rows.entry_id.isin(entries.entry_id) | (rows.entry_id.isnull() & rows.network.isin(networks.network))
    rows = warehouse.kept(rows.filter(reached | rows.account_id.isin(touched.account_id)))
    return replacing(warehouse, "spam_evidence", rows, _accounts(warehouse, touched, rows))


def _accounts(warehouse: Warehouse, *tables: ir.Table) -> ir.Table:
    return _each(warehouse, ACCOUNTS, *tables)


def _each(warehouse: Warehouse, column: str, *tables: ir.Table) -> ir.Table:
    """The values of a column in any of the tables, each once, without null."""
    return warehouse.kept(ibis.union(*[table.select(column) for table in tables], distinct=True).drop_null(column))
