"""What somebody changed in a build or a ledger outside a run, found by the hashes on record.

A table is judged by its content and the data version that it was published with, a file by its bytes, a ledger that
is only added to by the lines that it had. Whether an edit matters is another question: nothing is built on a report.
"""

import csv
import hashlib
import json
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from job_search_assets.engine.folders import Folders
from job_search_assets.engine.guarding import seals
from job_search_assets.engine.guarding.seals import REPORTS, SEAL, Left, Seal
from job_search_assets.engine.tables import model_files, record
from job_search_assets.engine.tables.table_schemas import table_schemas
from job_search_assets.engine.tables.warehouse import Warehouse
from job_search_assets.schemas.contracts import CORRECTIONS_FILE, FORGOTTEN_FILE

WAREHOUSE, RECORD = "warehouse.duckdb", "record"
CONTENTS = "contents"
OF_THE_RECORD = (CONTENTS, "steps", "changed")
LEDGERS = (CORRECTIONS_FILE, FORGOTTEN_FILE)
GONE = "gone"
DIGITS = 12  # of a hash, which tell one from another and are enough for `hash_after`
NAMED = 5  # lines of a ledger at most that are named


@dataclass(frozen=True)
class Edit:
    """One difference to what is on record: the table's or file's name, what differs in words, the hashes."""

    name: str
    what: str
    before: str
    after: str
    is_built_on: bool = True
    asset: str | None = None

    def line(self) -> str:
        """For a person; keys and counts, no values."""
        before, after = self.before[:DIGITS] or "not on record", self.after[:DIGITS] or "unreadable"
        return f"{self.name}: {self.what} ({before} -> {after})"


def find(folders: Folders, seal: Seal | None) -> list[Edit]:
    """What differs from what the last run left; nothing is written. Raises BadInput for a warehouse that is in use."""
    if not folders.warehouse.exists():
        return list(_of_ledgers(folders, seal or Seal()))
    is_certain = seal is not None and not seal.is_writing and not seal.is_broken
    found = list(_of_files(folders, seal)) if seal is not None and is_certain else list(_of_models(folders))
    touched = seal is None or not is_certain or _is_warehouse_touched(folders, seal)
    if touched:
        found += _of_warehouse(folders, seal if is_certain else None)
    if seal is not None and seal.is_broken:
        found.append(Edit(SEAL, "what the last run left on record was edited", "", seals.hashed(folders.build / SEAL)))
    return found + list(_of_ledgers(folders, seal or Seal()))


def _of_files(folders: Folders, seal: Seal) -> Iterator[Edit]:
    for name, left in sorted(seal.files.items()):
        path = folders.build / name
        if name.startswith(WAREHOUSE) or not path.exists() or seals.is_as_left(path, left):
            continue
        size = path.stat().st_size
        what = "bytes changed" if size == left.stamp[0] else f"bytes changed, {left.stamp[0]:,} before, {size:,} now"
        asset = path.name.split(".")[0] if name.startswith("models/") else None
        is_built_on = not name.startswith(REPORTS)
        yield Edit(name, what, left.sha256, seals.hashed(path), is_built_on, asset)


def _of_models(folders: Folders) -> Iterator[Edit]:
    """Models that are not those on their cards: all that can be said where no seal tells of files."""
    for file in sorted(folders.build.glob("models/*.skops")):
        said, found = _version_on(_card_of(file)), _version_in(file)
        if said != found:
            yield Edit(f"models/{file.name}", "it is not the model on its card", said, found, asset=file.stem)


def is_on_its_card(folders: Folders, model: str) -> bool:
    """Whether a stored model is the one that its card tells of."""
    file = folders.build / "models" / f"{model}.skops"
    return file.exists() and _version_on(_card_of(file)) == _version_in(file) != ""


def _card_of(file: Path) -> Path:
    return file.with_suffix(".card.json")


def _version_on(card: Path) -> str:
    try:
        return str(json.loads(card.read_text())["version"])
    except (ValueError, KeyError, TypeError):
        return ""


def _version_in(file: Path) -> str:
    try:
        return model_files.content_hash(file)[:12]
    except (zipfile.BadZipFile, KeyError, ValueError, EOFError, NotImplementedError, OSError):
        return ""  # no skops file any more


def _is_warehouse_touched(folders: Folders, seal: Seal) -> bool:
    now = {path.name for path in seals.files_of(folders.build) if path.name.startswith(WAREHOUSE)}
    left = {name: one for name, one in seal.files.items() if name.startswith(WAREHOUSE)}
    return now != set(left) or any(not seals.is_as_left(folders.build / name, one) for name, one in left.items())


def _of_warehouse(folders: Folders, seal: Seal | None) -> list[Edit]:
    warehouse = Warehouse(folders.warehouse, is_read_only=True)
    try:
        remembered = contents_of_record(warehouse)
        if remembered.get(CONTENTS) == "":
            # Then nothing can be said of any table, and one line says so instead of one for each.
            found = [Edit(f"{RECORD}.{CONTENTS}", "it cannot be read any more, its bytes were changed", "", "")]
        else:
            found = list(_of_tables(warehouse))
        found += _of_record(remembered, seal.record) if seal else ()
    finally:
        warehouse.close()
    if found or seal is None:
        return found
    left = seal.files.get(WAREHOUSE, Left("", ()))
    what = "bytes changed, though every table holds what is on record"
    return [Edit(WAREHOUSE, what, left.sha256, seals.hashed(folders.warehouse), is_built_on=False)]


def _of_tables(warehouse: Warehouse) -> Iterator[Edit]:
    is_prepared = record.is_prepared(warehouse)
    for table in sorted(set(warehouse.connection.list_tables()) & set(table_schemas())):
        known = record.content(warehouse, table) if is_prepared else None
        now = _or_none(lambda: record.content_of(warehouse, table))  # noqa: B023 - called at once
        if known is None or now is None or now.version != known.version:
            before, after = known.version if known else "", now.version if now else ""
            yield Edit(table, _difference(known, now), before, after, asset=table)


def _difference(known: record.Content | None, now: record.Content | None) -> str:
    if now is None:
        return "it cannot be read any more, its bytes were changed"
    if known is None:
        return f"{now.rows:,} rows that no run has put there"
    if now.columns != known.columns:
        return "other columns"
    if now.rows != known.rows:
        return f"rows changed, {known.rows:,} before, {now.rows:,} now"
    return f"rows changed, {now.rows:,} as before"


def _of_record(now: Mapping[str, str], known: Mapping[str, str]) -> Iterator[Edit]:
    for table in OF_THE_RECORD:
        if table == CONTENTS and now.get(table) == "":
            continue  # told before, since no table can be judged without it
        if known.get(table, "") != now.get(table, ""):
            what = "what the warehouse remembers of its tables was changed"
            yield Edit(f"{RECORD}.{table}", what, known.get(table, ""), now.get(table, ""))


def contents_of_file(folders: Folders) -> dict[str, str]:
    """The same of a warehouse that is closed; nothing where there is none."""
    if not folders.warehouse.exists():
        return {}
    warehouse = Warehouse(folders.warehouse, is_read_only=True)
    try:
        return contents_of_record(warehouse)
    finally:
        warehouse.close()


def contents_of_record(warehouse: Warehouse) -> dict[str, str]:
    """The content hash of each of the record's own tables."""
    if not record.is_prepared(warehouse):
        return {}
    found = {}
    for table in OF_THE_RECORD:
        content = _or_none(lambda: record.content_of(warehouse, table, f"{RECORD}.{table}"))  # noqa: B023
        found[table] = content.version if content else ""
    return found


def _or_none(ask: Callable[[], record.Content]) -> record.Content | None:
    try:
        return ask()
    except duckdb.Error:
        return None  # a block whose checksum is wrong


def _of_ledgers(folders: Folders, seal: Seal) -> Iterator[Edit]:
    for name, lines in sorted(seal.ledgers.items()):
        now = lines_of(folders.data / name)
        lost = Counter(lines) - Counter(now)
        if lost:
            count = sum(lost.values())
            ids = sorted({line.partition(":")[0] for line in lost})
            what = f"{count} of {len(lines):,} lines that it had {'is' if count == 1 else 'are'} changed or gone"
            told = f"{what}: {named(ids)}" if any(ids) else what
            yield Edit(name, told, _together(lines), seals.hashed(folders.data / name) if now else GONE)


def lines_of(path: Path) -> list[str]:
    """A ledger's lines, each as its correction's id and a hash that quotes and the order of columns do not change."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        lines = [line for line in csv.reader(file) if any(line)]
    header = lines[0] if lines else []
    return [_line(dict(zip(header, line, strict=False))) for line in lines[1:]]


def new_lines(folders: Folders, seal: Seal, name: str) -> list[str]:
    """The ids of a ledger's lines that came since the last run; none where the seal does not know the ledger."""
    if name not in seal.ledgers:
        return []
    came = Counter(lines_of(folders.data / name)) - Counter(seal.ledgers[name])
    return [id_ for id_ in (line.partition(":")[0] for line in came) if id_]


def named(ids: Sequence[str]) -> str:
    """The first few of them, and how many more there are."""
    more = f" and {len(ids) - NAMED} more" if len(ids) > NAMED else ""
    return f"{', '.join(ids[:NAMED])}{more}"


def _line(values: Mapping[str, str]) -> str:
    text = json.dumps(sorted((name, value) for name, value in values.items() if value))
    return f"{values.get('correction_id', '')}:{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def _together(lines: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def input_files(folders: Folders) -> list[Path]:
    """Every file in `raw/` and `reference/`, as people left them."""
    found = [path for part in ("raw", "reference") for path in sorted((folders.data / part).rglob("*"))]
    return [path for path in found if path.is_file() and not path.name.startswith(".")]


def changed_inputs(folders: Folders, seal: Seal) -> list[Edit]:
    """Deliveries and what people wrote, where they are other than at the last run: how data comes, and no alarm."""
    files = {path.relative_to(folders.data).as_posix(): path for path in input_files(folders)}
    found = []
    for name, left in sorted(seal.inputs.items()):
        if name not in files:
            found.append(Edit(name, GONE, left.sha256, "", is_built_on=False))
        elif not seals.is_as_left(files[name], left):
            size, before = files[name].stat().st_size, left.stamp[0]
            has_grown = size > before and seals.hashed(files[name], first=before) == left.sha256
            what = f"{size - before:,} bytes more at its end" if has_grown else "other content"
            came = new_lines(folders, seal, name)
            what = f"{named(came)} came" if came else what
            found.append(Edit(name, what, left.sha256, seals.hashed(files[name]), is_built_on=False))
    return found
