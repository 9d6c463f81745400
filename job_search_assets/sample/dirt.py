"""Rows of users.csv that break the contract, and where they stand.

Each is an account's row spoilt in one way, or an extra row. They are written byte by byte, since a CSV writer
would mend half of them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from job_search_assets.sample import draws, files, times
from job_search_assets.sample.accounts import COLUMNS, Accounts
from job_search_assets.sample.reports import Table
from job_search_assets.sample.shares import Shares

Row = list[str]


def _replaced(column: str, *values: str) -> Callable[[Row, int], bytes]:
    place = COLUMNS.index(column)
    return lambda row, lot: files.line([*row[:place], values[lot % len(values)], *row[place + 1 :]])


def _shouting(row: Row, lot: int) -> bytes:
    """A quoted field with bare quotes inside it."""
    return files.line(_with_about(row, "@@")).replace(b"@@", b'"they call me "ace" here"')


def _with_about(row: Row, about: str) -> Row:
    return [about if name == "about" else value for name, value in zip(COLUMNS, row, strict=True)]


# kind: (column that is wrong, how the row is written, whether the contract is broken)
_KINDS: dict[str, tuple[str, Callable[[Row, int], bytes], bool]] = {
    "bad_created_at": (
        "created_at",
        _replaced("created_at", "13/07/2025 08:15", "yesterday", "2025-02-30T10:00:00Z"),
        True,
    ),
    "missing_created_at": ("created_at", _replaced("created_at", ""), True),
    "missing_source": ("source", _replaced("source", ""), True),
    "bad_birth_date": ("birth_date", _replaced("birth_date", "1956-13-01", "31.02.1990", "1990-02-30"), True),
    "born_after_sign_up": ("birth_date", _replaced("birth_date", "2031-05-17", "2027-01-01"), True),
    "bad_ip": ("signup_ip", _replaced("signup_ip", "256.13.1.7", "10.0.0", "2001:db8::zz"), True),
    "cdi_out_of_range": ("city_development_index", _replaced("city_development_index", "1.92", "-0.2", "92%"), True),
    "experience_out_of_range": ("years_experience", _replaced("years_experience", "75", "-3"), True),
    "hours_out_of_range": ("training_hours", _replaced("training_hours", "-12", "many"), True),
    "bad_flag": ("has_relevant_experience", _replaced("has_relevant_experience", "maybe", "2"), True),
    "bad_choice": ("enrolled_university", _replaced("enrolled_university", "sometimes", "evenings"), True),
    "extra_field": ("", lambda row, lot: files.line([*row[:8], "outskirts", *row[8:]]), True),
    "missing_field": ("", lambda row, lot: files.line(row[:-2]), True),
    "non_utf8": ("about", lambda row, lot: files.line(_with_about(row, "caf@@")).replace(b"@@", b"\xe9"), True),
    "broken_quoting": ("about", _shouting, True),
    "embedded_newline": ("about", lambda row, lot: files.line(_with_about(row, "first line\nsecond line")), False),
}


@dataclass(frozen=True)
class _Spoilt:
    """A row to be written in place of, or after, an account's own."""

    place: int  # in the order of the file
    kind: str
    column: str
    account_id: str
    text: bytes
    is_extra: bool
    breaks_contract: bool


def write_users(rng: np.random.Generator, path: Path, accounts: Accounts, shares: Shares) -> Table:
    """Write users.csv, accounts in their order with the spoilt rows among them; returns the truth about the dirt."""
    spoilt = sorted(_spoilt(rng, accounts, shares), key=lambda row: (row.place, row.is_extra, row.text))
    found: list[list[str]] = []
    line, record = 2, 1  # of the next row; the header is line 1, record 0
    with path.open("wb") as file:
        file.write(files.line(list(COLUMNS)))
        done = 0
        for row in spoilt:
            stop = row.place + row.is_extra
            file.writelines(files.lines(accounts.columns, done, stop))
            line, record, done = line + stop - done, record + stop - done, row.place + 1
            told = str(row.breaks_contract).lower()
            found.append([str(line), str(record), row.kind, row.account_id, row.column, told])
            file.write(row.text)
            line, record = line + row.text.count(b"\n"), record + 1
        file.writelines(files.lines(accounts.columns, done, len(accounts.person)))
    names = ("line", "record", "kind", "account_id", "column", "breaks_contract")
    return {name: draws.strings([row[place] for row in found]) for place, name in enumerate(names)}


def _spoilt(rng: np.random.Generator, accounts: Accounts, shares: Shares) -> list[_Spoilt]:
    last = len(accounts.person) - 1
    each = max(1, round(shares.dirt_per_kind * ((last + 1) / 5_000) ** 0.5))
    places = iter(rng.permutation(last)[: each * (len(_KINDS) + 2)].tolist())
    rows = [_unfinished(accounts, last)]
    for kind, (column, write, breaks) in _KINDS.items():
        for lot, place in zip(range(each), places, strict=False):
            row = _row(accounts, place)
            rows.append(_Spoilt(place, kind, column, row[0], write(row, lot), False, breaks))
    for lot, place in zip(range(each), places, strict=False):
        nameless = files.line(["", *_row(accounts, place)[1:]])
        rows.append(_Spoilt(int(rng.integers(last)), "empty_account_id", "account_id", "", nameless, True, True))
        rows.append(_repeated(rng, accounts, next(places), lot))
    return rows


def _row(accounts: Accounts, place: int) -> Row:
    return [str(accounts.columns[name][place]) for name in COLUMNS]


def _repeated(rng: np.random.Generator, accounts: Accounts, place: int, lot: int) -> _Spoilt:
    """An account's row again further down: the first time identical, then with a later date and no town."""
    row = _row(accounts, place)
    if lot > 0:
        row[COLUMNS.index("created_at")] = times.iso(accounts.created[[place]] + 40 * times.DAY)[0]
        row[COLUMNS.index("city")] = ""
    at = int(rng.integers(place, len(accounts.person) - 1))
    return _Spoilt(at, "duplicate_account_id", "account_id", row[0], files.line(row), True, True)


def _unfinished(accounts: Accounts, last: int) -> _Spoilt:
    """A quote that is never closed: in the last row, since it swallows all that follows."""
    row = _row(accounts, last)
    text = files.line(row[: COLUMNS.index("about")]).rstrip(b"\n") + b',"to be continued\n'
    return _Spoilt(last, "unterminated_quote", "about", row[0], text, False, True)
