"""Corrections of every kind, drawn at random from what stands in a data folder's raw files."""

import csv
import random
from collections.abc import Callable, Sequence
from pathlib import Path

from job_search_assets.schemas.contracts import CONTRACTS, LEDGER_COLUMNS

Line = dict[str, str]
MADE = {"made_by": "tester", "made_at": "2026-11-01T00:00:00Z", "why": "drawn at random"}


class Draws:
    """The rows of a data folder and a generator; each method is a kind of correction."""

    def __init__(self, data: Path, seed: int) -> None:
        self.random = random.Random(seed)
        self.rows = {table: _read(data / "raw" / f"{table}.csv") for table in CONTRACTS}

    def entry_withdrawn(self) -> list[Line]:
        return [self._line("ip_blocklist", "withdraw")]

    def entry_closed(self) -> list[Line]:
        row = self._row("ip_blocklist")
        return [_line("ip_blocklist", row["entry_id"], "replace", "listed_until", "2020-01-01T00:00:00Z")]

    def entry_confirmed(self) -> list[Line]:
        return [self._line("ip_blocklist", "confirm")]

    def entry_added(self) -> list[Line]:
        address = next(row["signup_ip"] for row in self._some("users") if row["signup_ip"].count(".") == 3)
        key = f"e-new-{self.random.randrange(10**6)}"
        values = {
            "network": ".".join(address.split(".")[:3]) + ".0/24",
            "listed_by": "tester",
            "listed_from": "2010-01-01T00:00:00Z",
            "reason": "seen",
        }
        return [_line("ip_blocklist", key, "add", name, value) for name, value in values.items()]

    def report_withdrawn(self) -> list[Line]:
        return [self._line("spam_reports", "withdraw")]

    def verdict_turned(self) -> list[Line]:
        return [self._turned("spam_reports", "is_spam")]

    def account_withdrawn(self) -> list[Line]:
        return [self._line("users", "withdraw")]

    def account_mended(self) -> list[Line]:
        row, column = self._row("users"), self.random.choice(["phone", "full_name", "birth_date", "device", "email"])
        return [_line("users", row["account_id"], "replace", column, self._row("users")[column])]

    def account_added(self) -> list[Line]:
        row, key = self._row("users"), f"new{self.random.randrange(10**6)}"
        given = {name: value for name, value in row.items() if value and name != "account_id"}
        return [_line("users", key, "add", name, value) for name, value in given.items()]

    def pair_withdrawn(self) -> list[Line]:
        return [self._line("merge_pairs", "withdraw")]

    def pair_turned(self) -> list[Line]:
        return [self._turned("merge_pairs", "is_same_person")]

    def vote_withdrawn(self) -> list[Line]:
        return [self._line("job_seeker_votes", "withdraw")]

    def vote_turned(self) -> list[Line]:
        return [self._turned("job_seeker_votes", "is_job_seeker")]

    def labeller_withdrawn(self) -> list[Line]:
        return [_line("job_seeker_votes", f"*|{self._row('job_seeker_votes')['labeller']}|*", "withdraw")]

    def _row(self, table: str) -> Line:
        return next(iter(self._some(table)))

    def _some(self, table: str) -> list[Line]:
        """Sound rows in a random order."""
        names = CONTRACTS[table].key
        rows = [row for row in self.rows[table] if all(row[name] and "\n" not in row[name] for name in names)]
        return self.random.sample(rows, min(len(rows), 50))

    def _line(self, table: str, action: str) -> Line:
        return _line(table, _key(table, self._row(table)), action)

    def _turned(self, table: str, column: str) -> Line:
        row = next(row for row in self._some(table) if row[column] in ("true", "false"))
        return _line(table, _key(table, row), "replace", column, "false" if row[column] == "true" else "true")


KINDS: Sequence[Callable[[Draws], list[Line]]] = [
    Draws.entry_withdrawn,
    Draws.entry_closed,
    Draws.entry_confirmed,
    Draws.entry_added,
    Draws.report_withdrawn,
    Draws.verdict_turned,
    Draws.account_withdrawn,
    Draws.account_mended,
    Draws.account_added,
    Draws.pair_withdrawn,
    Draws.pair_turned,
    Draws.vote_withdrawn,
    Draws.vote_turned,
    Draws.labeller_withdrawn,
]


def append(data: Path, lines: Sequence[Line]) -> None:
    """Puts the lines at the end of the data folder's ledger, each with an id of its own."""
    ledger = data / "reference" / "corrections.csv"
    written = _read(ledger) if ledger.exists() else []
    numbered = [{**MADE, **line, "correction_id": f"t{len(written) + place}"} for place, line in enumerate(lines)]
    with ledger.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, LEDGER_COLUMNS)
        writer.writeheader()
        writer.writerows([*written, *numbered])


def _read(path: Path) -> list[Line]:
    with path.open(encoding="utf-8", errors="replace", newline="") as file:
        return [row for row in csv.DictReader(file) if None not in row and None not in row.values()]


def _key(table: str, row: Line) -> str:
    return "|".join(row[name] for name in CONTRACTS[table].key)


def _line(table: str, key: str, action: str, column: str = "", value: str = "") -> Line:
    return {"table": table, "key": key, "action": action, "column": column, "value": value}
