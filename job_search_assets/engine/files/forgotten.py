"""Who is forgotten: known by salted hashes alone, and left out of whatever is read from then on.

`reference/forgotten.csv` has a line an account: SHA-256 of the salt and the id, so that it can be shown that somebody
was forgotten and nobody can be read out of it. One salt serves a file, since ids differ anyway, and a million
accounts are to be hashed once. Ids that can be counted through can be tried out: the file is no public one.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from job_search_assets.engine.errors import BadInput
from job_search_assets.logic.identity.merging import USER
from job_search_assets.logic.users.rows import FORGOTTEN_RULE

SEPARATORS = re.compile(r'[\s,;|"]+')  # of what may be an id in a record that is no table row
PSEUDONYM_DIGITS = 10


@dataclass(frozen=True)
class Line:
    """What is on record about one who is forgotten."""

    line: int
    made_by: str
    made_at: str


@dataclass(frozen=True)
class Forgotten:
    """The accounts that are forgotten: by salt the hashes, each with its line."""

    by_salt: Mapping[str, Mapping[str, Line]] = field(default_factory=dict)
    corrections: Sequence[str] = ()  # ids of those that were taken out of their ledger: never to be given again

    def line_of(self, account: str) -> Line | None:
        """What is on record about this account; None if it is not forgotten."""
        found = (hashes.get(hashed(salt, account)) for salt, hashes in self.by_salt.items())
        return next((line for line in found if line), None)

    def among(self, accounts: Iterable[str | None]) -> list[str]:
        """Which of these are forgotten, each once."""
        if not self.by_salt:
            return []
        return sorted(account for account in {*accounts} - {None} if account and self.line_of(account))


def hashed(salt: str, account: str) -> str:
    """What stands for an account in the file."""
    return hashlib.sha256(f"{salt}|{account}".encode()).hexdigest()


def pseudonym(salt: str, account: str) -> str:
    """What stands for an account in records that are kept."""
    return f"{FORGOTTEN_RULE}-{hashed(salt, account)[:PSEUDONYM_DIGITS]}"


def of_rows(rows: Sequence[Mapping[str, Any]], path: Path) -> Forgotten:
    """The lines of the file; raises BadInput for one that cannot be followed."""
    by_salt: dict[str, dict[str, Line]] = {}
    for row in rows:
        if row["broken"] or not row["salt"] or not re.fullmatch("[0-9a-f]{64}", row["hash"] or ""):
            raise BadInput(f"{path}, line {row['line']}: salt and hash are needed, as `job-search forget` wrote them.")
        line = Line(row["line"], row["made_by"] or "", row["made_at"] or "")
        by_salt.setdefault(row["salt"], {}).setdefault(row["hash"], line)
    return Forgotten(by_salt, [name for row in rows for name in (row["corrections"] or "").split()])


def blanked(batch: pa.RecordBatch, accounts: Sequence[str], forgotten: Forgotten) -> pa.RecordBatch:
    """Records of a raw file; of one that names a forgotten account only its place is left, and why.

    A broken record has no columns to go by: each word of it is tried.
    """
    if not forgotten.by_salt or not batch.num_rows:
        return batch
    is_named = pa.array([False] * batch.num_rows)
    for column in accounts:
        known = forgotten.among(pc.unique(batch[column]).to_pylist())
        is_named = pc.or_(is_named, pc.is_in(batch[column], value_set=pa.array(known, pa.string())))
    worded = pc.if_else(pc.is_valid(batch["broken"]), batch["text"], "")
    named_in_text = [bool(text) and bool(forgotten.among(SEPARATORS.split(text))) for text in worded.to_pylist()]
    is_named = pc.or_(is_named, pa.array(named_in_text))
    left = {"text": "", "broken": FORGOTTEN_RULE}
    columns = [
        batch[name]
        if name in ("file", "line")
        else pc.if_else(is_named, pa.scalar(left.get(name), pa.string()), batch[name])
        for name in batch.schema.names
    ]
    return pa.RecordBatch.from_arrays(columns, schema=batch.schema)


def without_lines(batch: pa.RecordBatch, forgotten: Forgotten) -> pa.RecordBatch:
    """Corrections without those that name a forgotten account, in whatever field."""
    texts = [text or "" for text in batch["text"].to_pylist()]
    known = {*forgotten.among(word for text in texts for word in words(text))}
    return batch.filter(pa.array([known.isdisjoint(words(text)) for text in texts], pa.bool_()))


def without_splits(batch: pa.RecordBatch, forgotten: Forgotten) -> pa.RecordBatch:
    """The ledger of splits without the forgotten accounts; of others that were their users' only the name goes."""
    known = forgotten.among(word for name in ("account_id", "user_id") for word in _names(batch[name]))
    stays = batch.filter(pc.invert(pc.is_in(batch["account_id"], value_set=pa.array(known, pa.string()))))
    users = pa.array([USER + account for account in known], pa.string())
    is_named = pc.is_in(stays["user_id"], value_set=users)
    emptied = {name: pc.if_else(is_named, pa.scalar(None, pa.string()), stays[name]) for name in ("user_id", "text")}
    columns = [emptied.get(name, stays[name]) for name in stays.schema.names]
    return pa.RecordBatch.from_arrays(columns, schema=stays.schema)


def words(text: str) -> list[str]:
    """What may be an id in a text; a user's name is made from the id of an account."""
    return [word.removeprefix(USER) for word in SEPARATORS.split(text)]


def _names(column: pa.Array) -> list[str]:
    return [word for text in pc.unique(column).to_pylist() if text for word in (text, text.removeprefix(USER))]
