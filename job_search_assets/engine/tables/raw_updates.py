"""The raw tables brought in line with corrections: only the rows whose keys these meet are judged again.

That needs the ledger as it was when a table was made: its copies are kept beside those of the files. Where the copy is
gone, or a file is another one, the whole table is made anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import dagster as dg
import ibis.expr.types as ir

from job_search_assets.engine.files.raw_files import RawFiles
from job_search_assets.engine.tables.publishing import Update
from job_search_assets.engine.tables.updates import StandIn, moved_inputs
from job_search_assets.engine.tables.warehouse import Warehouse
from job_search_assets.logic.provenance.corrections import changed_lines, correct, keys_met, with_keys
from job_search_assets.logic.users import rows
from job_search_assets.schemas.contracts import CONTRACTS, LEDGER, Contract

CORRECTIONS_KEY = f"files/{LEDGER}"


@dataclass(frozen=True)
class Judged:
    """The rows of a raw file that changed corrections meet, as they were judged and as they are now."""

    contract: Contract
    before: ir.Table
    after: ir.Table
    texts: ir.Table


def accepted_rows(
    context: dg.AssetExecutionContext | StandIn, warehouse: Warehouse, files: RawFiles, name: str
) -> ir.Table | Update:
    """A raw table, or what changed corrections change in it."""
    before = _earlier(context, warehouse, files)
    if before is None:
        return rows.accepted(files.judged(name, warehouse.connection), CONTRACTS[name])
    again = [one for one in _judged_again(warehouse, files, before) if one.contract.table == name]
    return accepted_update(warehouse, again[0]) if again else _nothing(warehouse, f"raw_{name}")


def accepted_update(warehouse: Warehouse, judged: Judged) -> Update:
    """What the rows that were judged again change in their raw table."""
    was, now = (warehouse.kept(rows.accepted(table, judged.contract)) for table in (judged.before, judged.after))
    gone = warehouse.placed(f"raw_{judged.contract.table}").semi_join(was, list(judged.contract.key))
    return Update(gone, now)


def place_rows(context: dg.AssetExecutionContext | StandIn, warehouse: Warehouse, files: RawFiles) -> ir.Table | Update:
    """`raw_places`, or what changed corrections change in it."""
    before = _earlier(context, warehouse, files)
    if before is None:
        judged = {name: files.judged(name, warehouse.connection) for name in CONTRACTS}
        return rows.together([rows.places(judged[name], CONTRACTS[name]) for name in CONTRACTS])
    again = _judged_again(warehouse, files, before)
    if not again:
        return _nothing(warehouse, "raw_places")
    placed = warehouse.placed("raw_places")
    was = rows.together([rows.places(one.before, one.contract) for one in again]).select("table", "key")
    now = rows.together([rows.places(one.after, one.contract) for one in again])
    return Update(placed.semi_join(was, ["table", "key"]), now)


def rejected(context: dg.AssetExecutionContext | StandIn, warehouse: Warehouse, files: RawFiles) -> ir.Table | Update:
    """`rejected_rows`, or what changed corrections change in it."""
    before = _earlier(context, warehouse, files)
    if before is None:
        judged = {name: files.judged(name, warehouse.connection) for name in CONTRACTS}
        texts = {name: files.texts(name, warehouse.connection) for name in CONTRACTS}
        return rows.together([rows.rejected(judged[name], texts[name], CONTRACTS[name]) for name in CONTRACTS])
    again = _judged_again(warehouse, files, before)
    if not again:
        return _nothing(warehouse, "rejected_rows")
    placed, key = warehouse.placed("rejected_rows"), ["table", "file", "line"]
    was = rows.together([rows.broken(one.before, one.contract).select(key) for one in again])
    now = rows.together([rows.rejected(one.after, one.texts, one.contract) for one in again])
    return Update(placed.semi_join(was, key), now)


def judged_again(warehouse: Warehouse, files: RawFiles, name: str, before: ir.Table, after: ir.Table) -> Judged:
    """The rows of a raw file that meet a line which is in one of two ledgers alone, judged by each of them."""
    contract = CONTRACTS[name]
    texts = files.text_rows(name, warehouse.connection)
    keys = warehouse.kept(keys_met(texts, changed_lines(before, after), contract), f"keys_met_{name}")
    met = warehouse.kept(with_keys(texts, keys, contract), f"rows_met_{name}")

    def judged_by(ledger: ir.Table, when: str) -> ir.Table:
        judged = rows.settle(rows.parse(correct(met, ledger, contract), contract), contract)
        return warehouse.kept(judged.semi_join(keys, "key"), f"judged_{when}_{name}")

    columns = ["file", "line", "text"]
    return Judged(
        contract,
        judged_by(before, "before"),
        judged_by(after, "after"),
        met.select(columns).union(after.select(columns)),
    )


def _judged_again(warehouse: Warehouse, files: RawFiles, before: str) -> Sequence[Judged]:
    """The rows that changed corrections meet, of each raw file; judged once, though three tables are made of them."""
    made_of = ("judged again", before, files.content_hash(LEDGER))
    if made_of not in warehouse.remembered:
        ledgers = files.earlier_ledger(warehouse.connection, before), files.ledger_rows(warehouse.connection)
        found = [judged_again(warehouse, files, name, *ledgers) for name in sorted(touched(*ledgers))]
        warehouse.remembered[made_of] = found
    judged: Sequence[Judged] = warehouse.remembered[made_of]
    return judged


def touched(before: ir.Table, after: ir.Table) -> set[str]:
    """The raw files whose rows may be others by one of two ledgers than by the other."""
    found = changed_lines(before, after).select("table").distinct().to_pyarrow().to_pylist()
    return {row["table"] for row in found} & set(CONTRACTS)


def _nothing(warehouse: Warehouse, table: str) -> Update:
    return Update(warehouse.placed(table).limit(0), warehouse.table(table).limit(0))


def _earlier(context: dg.AssetExecutionContext | StandIn, warehouse: Warehouse, files: RawFiles) -> str | None:
    """The hash of the ledger that the table was made with, if nothing but the ledger is another one now."""
    moved = moved_inputs(context, warehouse)
    if moved is None or set(moved) != {CORRECTIONS_KEY}:
        return None
    version = moved[CORRECTIONS_KEY]
    return version if version and files.has_earlier_ledger(version) else None
