"""What is known of accounts before they are forgotten: where they stand, who learned from them, what is theirs alone.

All of it is told to the person who forgets them, or held in memory until the end; nothing of it is written.
"""

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import ibis
import ibis.expr.types as ir

from job_search_assets.engine.errors import BadInput
from job_search_assets.engine.files.forgotten import words
from job_search_assets.engine.files.raw_files import SPLIT_LEDGER, RawFiles
from job_search_assets.engine.folders import Folders
from job_search_assets.engine.privacy import traces
from job_search_assets.engine.tables.warehouse import Warehouse, in_memory
from job_search_assets.schemas.contracts import CONTRACTS, USERS, Contract
from job_search_assets.schemas.splits import SPLIT_LEDGER_FILE

LETTERS_A_MISTAKE = 4  # an id is near another one if no more than one letter in so many differs, or one
OWN = [column.name for column in USERS.columns if column.kind in ("text", "date", "address")]
# How many examples each model has of the accounts: what they are called, and who they are.
LEARNED = {
    "spam_model": ("examples", "SELECT count(*) FROM spam_examples WHERE list_contains($1, account_id)"),
    "match_model": (
        "judged pairs",
        "SELECT count(*) FROM raw_merge_pairs WHERE list_has_any($1, [account_id_left, account_id_right])",
    ),
    "label_model": ("votes", "SELECT count(*) FROM raw_job_seeker_votes WHERE list_contains($1, account_id)"),
    "job_seeker_model": (
        "users in train or dev",
        """SELECT count(DISTINCT user_id) FROM job_seeker_splits JOIN user_accounts USING (user_id)
           WHERE split IN ('train', 'dev') AND list_contains($1, account_id)""",
    ),
}


@dataclass(frozen=True)
class Facts:
    """Places in files, by file; places in others' records; what each model learned; values that nobody else has."""

    places: list[str] = field(default_factory=list)
    mentions: list[str] = field(default_factory=list)
    models: Mapping[str, str] = field(default_factory=dict)
    values: list[str] = field(default_factory=list)


def resolve(folders: Folders, raw_files: RawFiles, names: Sequence[str]) -> list[str]:
    """The accounts that are meant, each once: those of a user, and an account under every id that it went by.

    Raises BadInput for a name that nobody knows, or that is forgotten without a trace.
    """
    connection = in_memory(folders.build)
    found: list[str] = []
    for name in dict.fromkeys(names):
        if not name.strip():
            raise BadInput("An account's id is never empty.")
        found += _accounts_of_user(folders, name) or [name]
    ids = {name: {name, *_other_ids(raw_files, connection, name)} for name in found}
    accounts = sorted({account for other in ids.values() for account in other})
    known = {account for _, is_theirs, account in _found(raw_files, connection, accounts) if is_theirs}
    for name in found:
        is_known = ids[name] & known or traces.is_account(folders, name)
        if not is_known and not _is_unfinished(folders, raw_files, name):
            _raise_unknown(raw_files, connection, name)
    return accounts


def gather(folders: Folders, raw_files: RawFiles, accounts: Sequence[str]) -> Facts:
    """Everything that has to be known before it is gone."""
    connection = in_memory(folders.build)
    own: set[tuple[str, int]] = set()
    others: set[tuple[str, int]] = set()
    for place, is_theirs, _ in _found(raw_files, connection, accounts):
        (own if is_theirs else others).add(place)
    own |= _in_split_ledger(raw_files, connection, accounts)
    return Facts(
        _by_file(own), _by_file(others - own), _models(folders, accounts), _values(raw_files, connection, accounts)
    )


def _is_unfinished(folders: Folders, raw_files: RawFiles, name: str) -> bool:
    """Whether a command that was to forget the account was killed before it had ended."""
    return raw_files.forgotten().line_of(name) is not None and bool(traces.traces(folders, [name]))


def _accounts_of_user(folders: Folders, name: str) -> list[str]:
    if not folders.warehouse.exists():
        return []
    warehouse = Warehouse(folders.warehouse, is_read_only=True)
    try:
        if not warehouse.has("user_accounts"):
            return []
        rows = warehouse.duckdb.execute("SELECT account_id FROM user_accounts WHERE user_id = ?", [name]).fetchall()
        return sorted(row[0] for row in rows)
    finally:
        warehouse.close()


def _other_ids(raw_files: RawFiles, connection: Any, account: str) -> set[str]:
    """Ids that corrections put in place of this one in users, and the other way about."""
    ledger = raw_files.ledger_rows(connection)
    renamed = ledger.filter(ledger["table"] == USERS.table, ledger.action == "replace", ledger.column == USERS.key[0])
    pairs = [(row["key"], row["value"]) for row in renamed.select("key", "value").to_pyarrow().to_pylist()]
    return {one for pair in pairs for one in pair if one and account in pair}


def _found(raw_files: RawFiles, connection: Any, accounts: Sequence[str]) -> list[tuple[tuple[str, int], bool, str]]:
    """Records of raw files that name an account: place, whether the record goes with it, and which."""
    found = []
    for contract in CONTRACTS.values():
        rows = raw_files.rows_of(contract.table, connection)
        for row in _naming(rows, contract, accounts).to_pyarrow().to_pylist():
            in_columns = {row[name] for name in contract.accounts} & set(accounts)
            in_text = set(words(row["text"] or "")) & set(accounts)
            is_theirs = bool(in_columns) or row["broken"] is not None
            found += [((row["file"], row["line"]), is_theirs, account) for account in in_columns or in_text]
    return found


def _naming(rows: ir.Table, contract: Contract, accounts: Sequence[str]) -> ir.Table:
    in_text = rows.text.re_search(traces.pattern(accounts))
    in_columns = [rows[name].isin(list(accounts)) for name in contract.accounts]
    return rows.filter(ibis.or_(in_text, *in_columns)).select("file", "line", "broken", "text", *contract.accounts)


def _in_split_ledger(raw_files: RawFiles, connection: Any, accounts: Sequence[str]) -> set[tuple[str, int]]:
    if not raw_files.files(SPLIT_LEDGER):
        return set()
    rows = raw_files.lines_of_split_ledger(connection)
    wanted = rows.text.re_search(traces.pattern(accounts))
    return {(SPLIT_LEDGER_FILE, row["line"]) for row in rows.filter(wanted).select("line").to_pyarrow().to_pylist()}


def _by_file(places: set[tuple[str, int]]) -> list[str]:
    told = []
    for file, lines in itertools.groupby(sorted(places), key=lambda place: place[0]):
        numbers = [str(line) for _, line in lines]
        told.append(f"{file}, {'line' if len(numbers) == 1 else 'lines'} {', '.join(numbers)}")
    return told


def _models(folders: Folders, accounts: Sequence[str]) -> dict[str, str]:
    if not folders.warehouse.exists():
        return {}
    warehouse = Warehouse(folders.warehouse, is_read_only=True)
    try:
        tables = set(warehouse.connection.list_tables())
        counts = {
            model: (warehouse.duckdb.execute(query, [list(accounts)]).fetchone()[0], what)
            for model, (what, query) in LEARNED.items()
            if set(re.findall(r"(?:FROM|JOIN) (\w+)", query)) <= tables
        }
    finally:
        warehouse.close()
    return {model: f"{what}: {count:,}" for model, (count, what) in counts.items() if count}


def _values(raw_files: RawFiles, connection: Any, accounts: Sequence[str]) -> list[str]:
    """Ids, and what the accounts' records say that no other record of the file says."""
    rows = raw_files.rows_of(USERS.table, connection)
    rows = rows.mutate(domain=rows.email.re_extract("@([^@]+)$", 1))
    values = {account for account in accounts if not account.isdigit()}
    for column in (*OWN, "domain"):
        told = rows.select("account_id", value=rows[column].lower()).drop_null("value")
        ours = told.filter(told.account_id.isin(list(accounts))).select("value").distinct()
        others = told.filter(~told.account_id.isin(list(accounts)) | told.account_id.isnull()).select("value")
        values |= {row["value"] for row in ours.anti_join(others, "value").to_pyarrow().to_pylist()}
    return sorted(values)


def _raise_unknown(raw_files: RawFiles, connection: Any, name: str) -> None:
    line = raw_files.forgotten().line_of(name)
    if line:
        raise BadInput(
            f"{name} is forgotten already, by {line.made_by} at {line.made_at}: its hash stands in the ledger, line "
            f"{line.line}, and no trace is left here."
        )
    users = raw_files.rows_of(USERS.table, connection)
    near = users.select("account_id", distance=users.account_id.levenshtein(name))
    near = near.filter(near.distance <= max(1, len(name) // LETTERS_A_MISTAKE)).order_by("distance", "account_id")
    close = near.limit(1).to_pyarrow().to_pylist()
    hint = f" The nearest is {close[0]['account_id']}." if close else ""
    raise BadInput(f"No file and no table knows an account or a user {name}.{hint}")
