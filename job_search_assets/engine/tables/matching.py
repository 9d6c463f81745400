"""Splink on the warehouse's connection: the only place that runs its linker.

What is compared is declared in `logic.identity.comparisons`, what is paired in `logic.identity.pairing`. Splink
compares the pairs; its own blocking has no limit on the size of a block, and its own estimation goes to the
wrong answer on wide candidates (`logic.identity.estimation` says why), so pairs are handed to it and weights are not
asked of it.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import pandas as pd

from job_search_assets.engine.tables.publishing import Update
from job_search_assets.engine.tables.updates import concerning
from job_search_assets.engine.tables.warehouse import Warehouse
from job_search_assets.logic.identity import commonness, pairing, scoring, splink_settings
from job_search_assets.logic.identity.blocking import RULES
from job_search_assets.logic.identity.comparisons import COMPARISONS
from job_search_assets.schemas.models import FittedModel

# Splink knows tables by one name without a schema.
ACCOUNTS, PAIRS = "match_accounts", "match_pairs"


def large_blocks(warehouse: Warehouse, details: ir.Table, *, pairs_per_account: float, limit: int) -> ir.Table:
    """The blocks that are too large (`pairing.largest_allowed`): rule, block, accounts."""
    details = _with_numbers(details)
    blocks = _one_after_the_other(warehouse, "match_blocks", [pairing.block_sizes(details, rule) for rule in RULES])
    accounts = int(details.count().execute())
    largest = pairing.largest_allowed(blocks, accounts=accounts, pairs_per_account=pairs_per_account, limit=limit)
    return blocks.filter(blocks.accounts > largest)


def outgrown_blocks(
    warehouse: Warehouse, details: ir.Table, large: ir.Table, touched: ir.Table | None, *, limit: int
) -> ir.Table:
    """The blocks above the limit that are not among the large ones: rule, block, accounts.

    `touched` are the accounts (account_id) that changed since the large ones were listed, if anybody can tell. A block
    was small then, so it is too large now only if many of these are in it: of no other block the accounts are counted.
    """
    details = _with_numbers(details)
    if touched is None:
        sizes = [pairing.block_sizes(details, rule, more_than=limit) for rule in RULES]
    else:
        few, allowed = warehouse.kept(concerning(details, touched)), large.accounts.min().execute()
        more_than = 0 if pd.isna(allowed) else max(limit - int(allowed) + 1, 0)
        grown = [pairing.block_sizes(few, rule, more_than=more_than) for rule in RULES]
        suspects = _one_after_the_other(warehouse, "match_grown", grown)
        names = set(suspects.select("rule").distinct().to_pandas()["rule"])
        rules = [rule for rule in RULES if rule.name in names]
        sizes = [pairing.sizes_of(details, suspects, rule, more_than=limit) for rule in rules] or [suspects]
    return _one_after_the_other(warehouse, "match_outgrown", sizes).anti_join(large, ["rule", "block"])


def blocks_of_nobody(warehouse: Warehouse, details: ir.Table, large: ir.Table) -> ir.Table:
    """The large blocks that none of these accounts is in: rule, block."""
    details = _with_numbers(details)
    sizes = [pairing.sizes_of(details, large, rule, more_than=0) for rule in RULES]
    return large.select("rule", "block").anti_join(
        _one_after_the_other(warehouse, "match_peopled", sizes), ["rule", "block"]
    )


def propose(
    warehouse: Warehouse, details: ir.Table, judged: ir.Table, left_out: ir.Table, touched: ir.Table | None = None
) -> ir.Table:
    """The pairs of accounts worth comparing (`pairing.unite`); with `touched`, those with one of these accounts."""
    details = _with_numbers(details)
    few = None if touched is None else warehouse.kept(concerning(details, touched))
    proposed = pairing.proposals(details, judged, left_out, few)
    return pairing.unite(_one_after_the_other(warehouse, "match_proposed", proposed), details)


def _with_numbers(details: ir.Table) -> ir.Table:
    """`match_details` with each row's number in the table, if it has none: numbers join faster than ids."""
    return details if "number" in details.columns else details.mutate(number=details.rowid())


def _one_after_the_other(warehouse: Warehouse, name: str, parts: Sequence[ir.Table]) -> ir.Table:
    """All rows of all parts, worked out one part after the other: a rule's hash table at a time is in memory."""
    database = (warehouse.scratch(), "main")
    made = warehouse.connection.create_table(name, parts[0], database=database, overwrite=True)
    for part in parts[1:]:
        warehouse.connection.insert(name, part, database=database)
    return made


def compare(warehouse: Warehouse, details: ir.Table, common: ir.Table, pairs: ir.Table, *, classes: int) -> ir.Table:
    """The pairs with one column `gamma_<comparison>` each: the level, 0 = unlike, -1 = empty on one side.

    `details` and `common` are `match_details` and `common_values`, `classes` the classes of rarity; `pairs` has
    account_id_left, account_id_right and blocking_rule, and the two numbers if `propose` made it. The table lies in the
    scratch database, under a name of its own, until the warehouse is closed or compares again.
    """
    scratch, details = warehouse.scratch(), _with_numbers(details)
    blocked = warehouse.connection.create_table(
        PAIRS, _blocked(pairs, details), database=(scratch, "main"), overwrite=True
    )
    if 2 * int(blocked.count().execute()) < int(details.count().execute()):
        details = details.filter(details.number.isin(blocked.join_key_l) | details.number.isin(blocked.join_key_r))
    accounts = commonness.rated(details, common, classes=classes)
    warehouse.connection.create_table(ACCOUNTS, accounts, database=(scratch, "main"), overwrite=True)
    with _inside(warehouse, scratch):
        _run(warehouse)
    weights = warehouse.connection.table("match_levels", database=(scratch, "main"))
    levels = {
        f"gamma_{comparison.name}": (weights[f"mw_{comparison.name}"].round() - 1).cast("int64")
        for comparison in COMPARISONS
    }
    ends = {"account_id_left": weights.account_id_l, "account_id_right": weights.account_id_r}
    return weights.select(**ends, blocking_rule=weights.match_key, **levels)


def _blocked(pairs: ir.Table, details: ir.Table) -> ir.Table:
    """The pairs in the form that Splink reads as blocked: join_key_l, join_key_r, match_key, which it hands on."""
    if "number_left" in pairs.columns:
        return pairs.select(join_key_l="number_left", join_key_r="number_right", match_key="blocking_rule")
    numbers = details.select("account_id", "number")
    left = numbers.rename(account_id_left="account_id", join_key_l="number")
    right = numbers.rename(account_id_right="account_id", join_key_r="number")
    both = pairs.join(left, "account_id_left").join(right, "account_id_right")
    return both.select("join_key_l", "join_key_r", match_key="blocking_rule")


@contextmanager
def _inside(warehouse: Warehouse, database: str) -> Iterator[None]:
    """Lets Splink make its tables in a database of their own."""
    home = warehouse.duckdb.execute("SELECT current_database()").fetchone()[0]
    warehouse.duckdb.execute(f'USE "{database}"')
    try:
        yield
    finally:
        warehouse.duckdb.execute(f'USE "{home}"')


def _run(warehouse: Warehouse) -> None:
    import splink

    splink_database = splink.DuckDBAPI(connection=warehouse.duckdb)
    accounts = splink_database.register(ACCOUNTS, dataset_display_name="accounts")
    linker = splink.Linker(accounts, splink_settings.settings(), log_level=None, validate_settings=False)
    linker.table_management.register_blocked_pairs_for_predict(splink_database.register(PAIRS, table_name="blocked"))
    compared = linker.inference.predict()
    warehouse.duckdb.execute("DROP TABLE IF EXISTS match_levels")
    warehouse.duckdb.execute(f"ALTER TABLE {compared.physical_name} RENAME TO match_levels")
    splink_database.delete_tables_created_by_splink_from_db()


@dataclass(frozen=True)
class Matcher:
    """What two accounts are compared and weighed by: everything that is the same for every pair."""

    warehouse: Warehouse
    details: ir.Table
    common: ir.Table
    classes: int
    verdicts: ir.Table
    model: FittedModel
    least: float

    def score(self, compared: ir.Table) -> ir.Table:
        """Compared pairs with their weights (`scoring.score`)."""
        return scoring.score(compared, self.verdicts, self.model.estimator, least=self.least)

    def compare_and_score(self, pairs: ir.Table) -> ir.Table:
        """Pairs that were not compared yet, with their weights."""
        return self.score(compare(self.warehouse, self.details, self.common, pairs, classes=self.classes))


def predict(
    matcher: Matcher, candidates: ir.Table, touched: ir.Table | None, *, least_link: float, most_links: int
) -> ir.Table | Update:
    """The scored candidates, and the scored pairs of accounts that share a link (`scoring.two_hops`).

    With `touched` (account_id), the accounts whose pairs have changed: what that changes in `match_predictions`. A
    link that comes or goes reaches the accounts two links away, by the pairs that share a link and by bridges that
    get too many.
    """
    warehouse = matcher.warehouse
    if touched is None:
        scored = warehouse.kept(matcher.score(candidates))
        hops = scoring.two_hops(scoring.links(scored, least=least_link), candidates, most_links=most_links)
        return ibis.union(scored, matcher.compare_and_score(hops))
    before = warehouse.table("match_predictions")
    fresh = warehouse.kept(matcher.score(concerning(candidates, touched)))
    old, new = scoring.links(before, least=least_link), scoring.links(fresh, least=least_link)
    near = reach(warehouse, touched, ibis.union(old, new), steps=2)
    left = old.filter(~(old.account_id_left.isin(touched.account_id) | old.account_id_right.isin(touched.account_id)))
    links = warehouse.kept(ibis.union(left, new))
    around = warehouse.kept(concerning(candidates, near))
    hops = scoring.two_hops(links, around, most_links=most_links, near=near)
    return Update(
        concerning(warehouse.placed("match_predictions"), near),
        ibis.union(matcher.score(around), matcher.compare_and_score(hops)),
    )


def reach(warehouse: Warehouse, start: ir.Table, links: ir.Table, *, steps: int | None = None) -> ir.Table:
    """The accounts (account_id) that links lead to from those of `start`, themselves with them; None: all the way."""
    found = last = warehouse.kept(start.select("account_id"))
    while steps is None or steps > 0:
        met = ibis.union(
            links.filter(links.account_id_left.isin(last.account_id)).select(account_id="account_id_right"),
            links.filter(links.account_id_right.isin(last.account_id)).select(account_id="account_id_left"),
            distinct=True,
        )
        last = warehouse.kept(met.anti_join(found, "account_id"))
        if not int(last.count().execute()):
            break
        found = warehouse.kept(ibis.union(found, last))
        steps = None if steps is None else steps - 1
    return found
