"""Corrections from the command line and from Dagster's launchpad: tried on the data, then written to the ledger.

What is written is read back the way a run reads it, and refused unless every line can be followed, meets a row,
changes it and costs none that was sound. Only the data folder is needed; values are told nowhere, keys and counts are.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import ibis.expr.types as ir
import pyarrow as pa

from job_search_assets.engine.correcting import correction_hints as hints
from job_search_assets.engine.errors import BadInput
from job_search_assets.engine.files import ledger_file
from job_search_assets.engine.files.ledger_file import LedgerFile
from job_search_assets.engine.files.raw_files import RawFiles
from job_search_assets.engine.folders import Folders
from job_search_assets.engine.tables.warehouse import in_memory
from job_search_assets.logic.ledger import problems
from job_search_assets.logic.provenance import effects
from job_search_assets.logic.provenance.corrections import PLACE
from job_search_assets.schemas.contracts import CONTRACTS, CORRECTIONS_FILE, LEDGER, Contract

OUR_ID = re.compile(r"c-(\d{1,9})")
PLACES_TOLD = 3  # of the rows that were met


@dataclass(frozen=True)
class Correction:
    """What somebody wants corrected: the key of a raw file's row as it stands in the file, and what to do about it."""

    table: str
    key: str
    action: str
    made_by: str
    why: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Recorded:
    """What was written, and what it does to the rows it meets."""

    ids: list[str]
    correction: Correction
    table: str  # whose rows are met; of a correction taken back, the one it was about
    met: int
    changed: int
    rejected: int
    places: list[str]

    def told(self) -> list[str]:
        """For the person who made the correction; keys and counts, no values."""
        of_what = f"{self.correction.action} {self.correction.table} {self.correction.key}"
        rows = "1 row" if self.met == 1 else f"{self.met:,} rows"
        where = f" ({', '.join(self.places)})" if 0 < len(self.places) <= PLACES_TOLD else ""
        lines = [f"{', '.join(self.ids)} in {CORRECTIONS_FILE}: {of_what}, by {self.correction.made_by}."]
        lines.append(f"  {rows} of {self.table} met{where}, {self.changed:,} of them changed.")
        if len(self.ids) > 1:
            lines.append("  Each value is a line of its own, and is taken back by itself.")
        if self.rejected:
            rows = "1 row breaks" if self.rejected == 1 else f"{self.rejected:,} rows break"
            lines.append(f"  {rows} the contract with this, and stands in rejected_rows until it is mended.")
        made = f"raw_{self.table}, raw_places and rejected_rows"
        lines.append(f"  {made} are made from it, and all that follows from them.")
        return [*lines, "  `job-search repair` brings everything in line."]


def assigned(texts: Sequence[str]) -> dict[str, str]:
    """Values by column, out of `COLUMN=VALUE`; raises BadInput for what is no such thing."""
    values: dict[str, str] = {}
    for number, text in enumerate(texts, 1):
        column, equals, value = text.partition("=")
        if not equals or not column:
            raise BadInput(f"A value is given as COLUMN=VALUE; number {number} is not.")
        if column in values:
            raise BadInput(f"{column} is given twice.")
        values[column] = value
    return values


def record(folders: Folders, correction: Correction) -> Recorded:
    """Writes a correction to the ledger, a line a value, once it is found to be worth writing.

    Raises BadInput, with the nearest thing that would do, and leaves the ledger as it was.
    """
    with _added(folders, correction, ledger_file.opened) as (file, _, recorded):
        file.publish()
    return recorded


def lines_of(folders: Folders, correction: Correction) -> list[dict[str, str]]:
    """The lines that `record` would write, and refuses, as it does; nothing is written."""
    with _added(folders, correction, ledger_file.copied) as (_, lines, _):
        return lines


@contextmanager
def _added(
    folders: Folders, correction: Correction, opened: Callable[[Path], AbstractContextManager[LedgerFile]]
) -> Iterator[tuple[LedgerFile, list[dict[str, str]], Recorded]]:
    """The ledger's file with the new lines in it, not published yet, these lines, and what they do."""
    hints.assert_sense(correction)
    _assert_folders(folders)
    forgotten = RawFiles(folders.data, folders.build).forgotten()
    hints.assert_not_forgotten(correction, forgotten)
    connection = in_memory(folders.build)
    path = folders.data / CORRECTIONS_FILE
    with opened(path) as file:
        before = file.rows
        _assert_followed(connection, before, str(path), before.num_rows)
        hints.assert_known(correction, before)
        lines = _lines(correction, [*_ids(before), *forgotten.corrections], datetime.now(UTC))
        file.add(lines)
        _assert_followed(connection, file.rows, str(path), before.num_rows)
        ids = [line["correction_id"] for line in lines]
        yield file, lines, _tried(folders, connection, correction, (before, file.rows), ids)


def _assert_folders(folders: Folders) -> None:
    if not folders.data.is_dir():
        raise BadInput(f"There is no data folder {folders.data}. Name another one with --data DIR or JOB_SEARCH_DATA.")
    folders.prepare()


def _ids(ledger: pa.Table) -> list[str]:
    return [known for name in ("correction_id", "key") for known in ledger[name].to_pylist() if known]


def _lines(correction: Correction, used: Sequence[str], now: datetime) -> list[dict[str, str]]:
    """A line a value, under ids that were never used before."""
    numbers = [int(found[1]) for found in map(OUR_ID.fullmatch, used) if found]
    first = 1 + max(numbers, default=0)
    same = {
        "table": correction.table,
        "key": correction.key,
        "action": correction.action,
        "made_by": correction.made_by,
        "made_at": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "why": correction.why,
    }
    cells = list(correction.values.items()) or [("", "")]
    return [
        {**same, "correction_id": f"c-{first + place}", "column": column, "value": value}
        for place, (column, value) in enumerate(cells)
    ]


def _assert_followed(connection: Any, rows: pa.Table, path: str, old_rows: int) -> None:
    """Raises BadInput for the first line that cannot be followed; the new ones are those after the old."""
    wrong = problems(_as_table(connection, "ledger", rows)).order_by("line").limit(1).to_pyarrow().to_pylist()
    if not wrong:
        return
    if wrong[0]["line"] in rows["line"].slice(0, old_rows).to_pylist():
        raise BadInput(f"{path}, line {wrong[0]['line']}: {wrong[0]['problem']}. Mend the line and run again.")
    raise BadInput(f"This correction cannot be written: {wrong[0]['problem']}.")


def _tried(
    folders: Folders, connection: Any, correction: Correction, ledgers: tuple[pa.Table, pa.Table], ids: Sequence[str]
) -> Recorded:
    """What the new lines do to the rows they meet. Raises BadInput when that is nothing, or harm."""
    table, ids_met = _about(correction, ledgers[0], ids)
    contract = CONTRACTS[table]
    rows = RawFiles(folders.data, folders.build).rows_of(table, connection)
    before, after = (
        _as_table(connection, name, ledger) for name, ledger in zip(("before", "after"), ledgers, strict=True)
    )
    is_taken_back = correction.table == LEDGER
    places = _kept(connection, "met", effects.met(rows, before if is_taken_back else after, contract, ids=ids_met))
    if correction.action != "add" and not is_taken_back:
        hints.assert_met(correction, places, rows, before, contract)
    reached = effects.concerned(rows, before, after, contract, ids=ids_met)
    reached = _kept(connection, "concerned", reached)
    found = _differences(connection, reached, before, after, contract)
    if is_taken_back:  # of a row that several lines added, only one is named
        mine = found.semi_join(places.union(found.filter(found.is_changed).select(*PLACE)), PLACE)
    else:
        mine = found.semi_join(places, PLACE)
        _assert_worth_writing(correction, (mine, found), reached, before, contract)
    return _told(correction, table, ids, mine, found)


def _assert_worth_writing(
    correction: Correction, changes: tuple[ir.Table, ir.Table], rows: ir.Table, ledger: ir.Table, contract: Contract
) -> None:
    """`changes` are those of the rows that are met, and of all that are concerned."""
    mine, found = changes
    if correction.action == "add":
        hints.assert_free(correction, found, contract)
    else:
        hints.assert_changed(correction, mine, rows, ledger, contract)
    hints.assert_sound(correction, mine, found)


def _told(correction: Correction, table: str, ids: Sequence[str], mine: ir.Table, found: ir.Table) -> Recorded:
    where = mine.order_by("file", "line").limit(PLACES_TOLD + 1).to_pyarrow().to_pylist()
    return Recorded(
        list(ids),
        correction,
        table,
        met=int(mine.count().execute()),
        changed=int(mine.is_changed.sum().fill_null(0).execute()),
        rejected=int((found.is_changed & ~found.is_kept & ~found.is_withdrawn).sum().fill_null(0).execute()),
        places=[f"{row['file']}, line {row['line']}" for row in where],
    )


def _about(correction: Correction, before: pa.Table, ids: Sequence[str]) -> tuple[str, list[str]]:
    """The raw file that is concerned and the ids of the lines that meet its rows."""
    if correction.table != LEDGER:
        return correction.table, list(ids)
    (taken_back,) = (row for row in before.to_pylist() if row["correction_id"] == correction.key)
    return taken_back["table"], [correction.key]


def _differences(connection: Any, rows: ir.Table, before: ir.Table, after: ir.Table, contract: Contract) -> ir.Table:
    outcomes = [
        _kept(connection, f"outcome_{name}", effects.outcome(rows, ledger, contract))
        for name, ledger in (("before", before), ("after", after))
    ]
    return _kept(connection, "differences", effects.differences(outcomes[0], outcomes[1], contract))


def _as_table(connection: Any, name: str, rows: pa.Table) -> ir.Table:
    return connection.create_table(f"ledger_{name}", rows, temp=True, overwrite=True)


def _kept(connection: Any, name: str, table: ir.Table) -> ir.Table:
    return connection.create_table(name, table, temp=True, overwrite=True)
