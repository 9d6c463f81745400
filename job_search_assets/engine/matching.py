"""Splink on the warehouse's connection: the only place that runs its linker.

What is compared is declared in `logic.identity.comparisons`, what is paired in `logic.identity.pairing`. Splink
compares the pairs; its own blocking has no limit on the size of a block, and its own estimation goes to the
wrong answer on wide candidates (`logic.identity.estimation` says why), so pairs are handed to it and weights are not
asked of it.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import ibis
import ibis.expr.types as ir

from job_search_assets.engine.warehouse import Warehouse
from job_search_assets.logic.identity import pairing, scoring, splink_settings
from job_search_assets.logic.identity.comparisons import COMPARISONS
from job_search_assets.schemas.models import FittedModel

# Splink knows tables by one name without a schema.
ACCOUNTS, PAIRS = "match_accounts", "match_pairs"


def propose(warehouse: Warehouse, details: ir.Table, judged: ir.Table, *, largest: int) -> ir.Table:
    """The pairs of accounts worth comparing (`pairing.unite`), one blocking rule after the other."""
    first, *others = pairing.proposals(details, judged, largest=largest)
    database = (warehouse.scratch(), "main")
    proposed = warehouse.connection.create_table("match_proposed", first, database=database, overwrite=True)
    for pairs in others:
        warehouse.connection.insert("match_proposed", pairs, database=database)
    return pairing.unite(proposed, details)


def compare(warehouse: Warehouse, details: ir.Table, pairs: ir.Table) -> ir.Table:
    """The pairs with one column `gamma_<comparison>` each: the level, 0 = unlike, -1 = empty on one side.

    `details` is `match_details`; `pairs` has account_id_left, account_id_right and any other columns, which stay.
    The table lies in the scratch database, under a name of its own, until the warehouse is closed.
    """
    scratch = warehouse.scratch()
    for name, table in ((ACCOUNTS, details), (PAIRS, _numbered(pairs, details))):
        warehouse.connection.create_table(name, table, database=(scratch, "main"), overwrite=True)
    with _inside(warehouse, scratch):
        _run(warehouse)
    weights = warehouse.connection.table("match_levels", database=(scratch, "main"))
    return _with_levels(warehouse.connection.table(PAIRS, database=(scratch, "main")), weights)


def _numbered(pairs: ir.Table, details: ir.Table) -> ir.Table:
    """The pairs in the form that Splink reads as blocked: join_key_l, join_key_r, match_key. Numbers join faster."""
    numbers = details.select("account_id", "number")
    left = numbers.rename(account_id_left="account_id", join_key_l="number")
    right = numbers.rename(account_id_right="account_id", join_key_r="number")
    return pairs.join(left, "account_id_left").join(right, "account_id_right").mutate(match_key=ibis.literal("0"))


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
    linker = splink.Linker(accounts, splink_settings.settings(), log_level=None)
    linker.table_management.register_blocked_pairs_for_predict(splink_database.register(PAIRS, table_name="blocked"))
    compared = linker.inference.predict()
    warehouse.duckdb.execute(f"CREATE OR REPLACE TABLE match_levels AS FROM {compared.physical_name}")
    splink_database.delete_tables_created_by_splink_from_db()


def _with_levels(pairs: ir.Table, weights: ir.Table) -> ir.Table:
    levels = {
        f"gamma_{comparison.name}": (weights[f"mw_{comparison.name}"].round() - 1).cast("int64")
        for comparison in COMPARISONS
    }
    compared = weights.select(join_key_l=weights.number_l, join_key_r=weights.number_r, **levels)
    return pairs.join(compared, ["join_key_l", "join_key_r"]).drop("join_key_l", "join_key_r", "match_key")


def predict(
    warehouse: Warehouse,
    details: ir.Table,
    candidates: ir.Table,
    verdicts: ir.Table,
    model: FittedModel,
    *,
    least: float,
    least_link: float,
    most_links: int,
) -> ir.Table:
    """The scored candidates, and the scored pairs of accounts that share a link (`scoring.two_hops`)."""
    scratch = (warehouse.scratch(), "main")
    scored = scoring.score(candidates, verdicts, model.estimator, least=least)
    scored = warehouse.connection.create_table("match_scored", scored, database=scratch, overwrite=True)
    hops = scoring.two_hops(scored, candidates, least=least_link, most_links=most_links)
    compared = compare(warehouse, details, hops)
    return ibis.union(scored, scoring.score(compared, verdicts, model.estimator, least=least))
