"""Why a correction is refused, and what would do instead: one message for the person who typed it."""

from typing import TYPE_CHECKING

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from job_search_assets.engine.errors import BadInput, assert_one_of, nearest
from job_search_assets.engine.files.forgotten import Forgotten, words
from job_search_assets.logic.ledger import ACTIONS
from job_search_assets.logic.provenance import effects
from job_search_assets.logic.provenance.corrections import ANY, PLACE
from job_search_assets.logic.users.rows import REPEATED
from job_search_assets.schemas.contracts import CONTRACTS, LEDGER, Contract

if TYPE_CHECKING:
    from job_search_assets.engine.correcting.corrections import Correction

WITH_VALUES = ("replace", "add")
LETTERS_A_MISTAKE = 4  # a key is near another one if no more than one letter in so many differs, or one


def assert_sense(correction: "Correction") -> None:
    """Raises BadInput for what no data are needed to refuse."""
    assert_one_of("table", correction.table, [*CONTRACTS, LEDGER])
    assert_one_of("action", correction.action, ACTIONS)
    for name, text in (("key", correction.key), ("--by", correction.made_by), ("--why", correction.why)):
        if not text.strip():
            raise BadInput(f"{name} is empty. A correction says what it is about, who made it, and why.")
    if correction.action in WITH_VALUES and not correction.values:
        raise BadInput(f"{correction.action} needs at least one COLUMN=VALUE.")
    if correction.action not in WITH_VALUES and correction.values:
        raise BadInput(f"{correction.action} takes no COLUMN=VALUE; replace does.")
    if correction.table in CONTRACTS:
        _assert_contract(correction, CONTRACTS[correction.table])


def assert_not_forgotten(correction: "Correction", forgotten: Forgotten) -> None:
    """Raises BadInput for a correction that would write down again who is forgotten."""
    given = [correction.key, *correction.key.split("|"), *correction.values.values()]
    for name in forgotten.among([word for text in given for word in (text, *words(text))]):
        raise BadInput(f"{name} is forgotten: nothing is written down about that account any more.")


def _assert_contract(correction: "Correction", contract: Contract) -> None:
    if correction.action == "confirm" and contract.table != "ip_blocklist":
        raise BadInput("Only entries of ip_blocklist are confirmed.")
    if len(contract.key) > 1 and correction.key.count("|") != len(contract.key) - 1:
        form = "|".join(contract.key)
        raise BadInput(f"The key of {contract.table} has the form '{form}', in quotes; a part may be *.")
    for column in correction.values:
        assert_one_of("column", column, contract.names)
    if correction.action == "add":
        _assert_addition(correction, contract)
    _assert_values(correction, contract)


def _assert_addition(correction: "Correction", contract: Contract) -> None:
    if ANY in parts_of(correction.key, contract):
        raise BadInput("An added row's key cannot contain *.")
    for column in correction.values:
        if column in contract.key:
            raise BadInput(f"{column} is part of the key, which gives its value already.")
    needed = [column.name for column in contract.columns if column.is_required and column.name not in contract.key]
    missing = [name for name in needed if not correction.values.get(name)]
    if missing:
        raise BadInput(f"A row of {contract.table} needs {', '.join(needed)}: add {missing[0]}=VALUE.")


def _assert_values(correction: "Correction", contract: Contract) -> None:
    """Each value by itself; whether it agrees with the rest of its row is seen when it is tried."""
    given = dict(correction.values)
    if correction.action == "add":
        given |= dict(zip(contract.key, parts_of(correction.key, contract), strict=True))
    for name, value in given.items():
        text = ibis.literal(value or None, "string")
        rule = ibis.duckdb.connect().execute(effects.breach(text, contract.column(name)))
        if isinstance(rule, str):
            raise BadInput(f"{name} cannot be that: {rule}. Nothing was written.")


def assert_known(correction: "Correction", ledger: pa.Table) -> None:
    """Raises BadInput for a correction that is to be taken back and isn't there to take."""
    if correction.table != LEDGER:
        return
    if correction.action != "withdraw":
        raise BadInput("A correction can only be withdrawn; then make another one.")
    lines = {row["correction_id"]: row for row in ledger.to_pylist()}
    taken_back = {row["key"]: name for name, row in lines.items() if row["table"] == LEDGER}
    if correction.key not in lines:
        raise BadInput(f"There is no correction {correction.key}.{nearest(correction.key, lines)}")
    if lines[correction.key]["table"] == LEDGER:
        raise BadInput(
            f"{correction.key} takes {lines[correction.key]['key']} back, and that is final: make the correction anew."
        )
    if correction.key in taken_back:
        raise BadInput(f"{correction.key} is taken back already, by {taken_back[correction.key]}.")


def assert_met(correction: "Correction", met: ir.Table, rows: ir.Table, ledger: ir.Table, contract: Contract) -> None:
    """Raises BadInput, naming the nearest key, when no row has the one that was given."""
    if int(met.count().execute()):
        return
    parts = parts_of(correction.key, contract)
    for known in effects.renamed_from(ledger, parts, contract).order_by("line").limit(1).to_pyarrow().to_pylist():
        raise BadInput(
            f"No row of {contract.table} has the key {correction.key}: {known['correction_id']} put a part of it in "
            f"place of another. Corrections go by the key in the file, {known['key']}."
        )
    near = ""
    for found in effects.nearest_keys(rows, parts, contract).limit(1).to_pyarrow().to_pylist():
        if found["agreeing"] > parts.count(ANY) or found["distance"] <= max(
            1, len(correction.key) // LETTERS_A_MISTAKE
        ):
            near = f" The nearest is {found['key']}."
    raise BadInput(f"No row of {contract.table} has the key {correction.key}.{near}")


def assert_free(correction: "Correction", found: ir.Table, contract: Contract) -> None:
    """Raises BadInput when a row is to be added where one is."""
    key = effects.key_of(parts_of(correction.key, contract), contract)
    for row in found.filter(found.was_kept, found.key == key).limit(1).to_pyarrow().to_pylist():
        raise BadInput(
            f"{correction.table} has a row with the key {correction.key} ({row['file']}, line {row['line']}). Replace "
            "its values instead of adding another."
        )


def assert_changed(
    correction: "Correction", mine: ir.Table, rows: ir.Table, ledger: ir.Table, contract: Contract
) -> None:
    """Raises BadInput when the rows are as the correction wants them, or are withdrawn."""
    (count,) = mine.agg(rows=mine.count(), withdrawn=mine.was_withdrawn.sum()).to_pyarrow().to_pylist()
    if count["withdrawn"] == count["rows"]:
        known = effects.last_withdrawal(rows.semi_join(mine, PLACE), ledger, contract).to_pyarrow().to_pylist()
        back = (
            f" by {known[0]['id']}; `job-search correct {LEDGER} {known[0]['id']} withdraw` takes that back"
            if known
            else ""
        )
        raise BadInput(f"{_rows(count['rows'])} with the key {correction.key}: withdrawn already{back}.")
    if not int(mine.is_changed.sum().fill_null(0).execute()):
        said = "confirmed" if correction.action == "confirm" else "so"
        raise BadInput(f"{_rows(count['rows'])} with the key {correction.key}: {said} already. Nothing would change.")
    if correction.action == "replace":
        for column in correction.values:
            if not bool((mine[f"new_{column}"] | (mine.was_kept != mine.is_kept)).any().execute()):
                raise BadInput(f"{correction.key}: {column} is so already. Leave it out.")


def assert_sound(correction: "Correction", mine: ir.Table, found: ir.Table) -> None:
    """Raises BadInput when a row that was sound would be lost, or one would be added beside another."""
    lost = found.filter(found.was_kept, ~found.is_kept, ~found.is_withdrawn)
    if correction.values:
        touched = mine.column.isin(list(correction.values)) | ibis.literal(correction.action == "add")
        lost = lost.union(mine.filter(touched & ~mine.is_kept & ~mine.is_withdrawn))
    for row in lost.order_by("file", "line").limit(1).to_pyarrow().to_pylist():
        if row["rule"] == REPEATED:
            raise BadInput(
                f"There would be two rows with the key {row['key']}, and one of them would be rejected. Replace values "
                "of the one that is there, or withdraw it first."
            )
        raise BadInput(f"{row['file']}, line {row['line']} would be rejected: {row['column']}: {row['rule']}.")


def parts_of(key: str, contract: Contract) -> list[str]:
    """The parts of a key as it was typed."""
    return key.split("|") if len(contract.key) > 1 else [key]


def _rows(count: int) -> str:
    return "The row" if count == 1 else f"All {count:,} rows"
