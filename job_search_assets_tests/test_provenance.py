"""Corrections: what people changed in the inputs, and nothing else; on both engines."""

from typing import Any

from job_search_assets.logic import ledger as ledgers
from job_search_assets.logic import provenance
from job_search_assets.logic.provenance.touched_rows import touched
from job_search_assets.schemas.contracts import (
    CONTRACTS,
    CORRECTIONS_FILE,
    IP_BLOCKLIST,
    JOB_SEEKER_VOTES,
    LEDGER,
    LEDGER_COLUMNS,
    USERS,
    Contract,
)

WHO = {"made_by": "ann", "made_at": "2026-10-01T09:00:00Z", "why": "asked the source"}


def ledger_of(engine: Any, *lines: dict[str, Any]) -> Any:
    """The ledger with these lines; their ids are c2, c3 and so on, as are their lines."""
    filled = [WHO | {"correction_id": f"c{line}", "line": line} | given for line, given in enumerate(lines, 2)]
    columns: dict[str, list[Any]] = {
        name: [given.get(name) for given in filled] for name in ["line", "broken", *LEDGER_COLUMNS]
    }
    return engine.table(columns, dict.fromkeys(columns, "string") | {"line": "int64"})


def line(table: str, key: str, action: str, column: str | None = None, value: str | None = None) -> dict[str, Any]:
    return {"table": table, "key": key, "action": action, "column": column, "value": value}


def rows_of(engine: Any, contract: Contract, *records: dict[str, Any]) -> Any:
    names = ["broken", "broken_column", *contract.names]
    columns: dict[str, list[Any]] = {name: [record.get(name) for record in records] for name in names}
    columns |= {"file": [f"raw/{contract.table}.csv"] * len(records), "line": list(range(2, 2 + len(records)))}
    return engine.table(columns, dict.fromkeys(columns, "string") | {"line": "int64"})


def corrected(engine: Any, contract: Contract, records: list[dict[str, Any]], *lines: dict[str, Any]) -> list[Any]:
    table = provenance.correct(rows_of(engine, contract, *records), ledger_of(engine, *lines), contract)
    return engine.rows(table, ["file", "line"])


USERS_GIVEN = [
    {"account_id": "a1", "source": "web", "city": "Leeds"},
    {"account_id": "a2", "source": "web", "city": "York"},
]
VOTE = {"is_job_seeker": "true", "guide_version": "1"}
VOTES_GIVEN = [
    VOTE | {"account_id": "a1", "labeller": "ann", "labelled_at": "2026-01-01T00:00:00Z"},
    VOTE | {"account_id": "a1", "labeller": "bob", "labelled_at": "2026-01-02T00:00:00+00:00"},
    VOTE | {"account_id": "a2", "labeller": "ann", "labelled_at": "2026-01-03T09:00:00+09:00"},
]


def test_without_corrections_nothing_changes(engine: Any) -> None:
    found = corrected(engine, USERS, USERS_GIVEN)
    assert [(row["account_id"], row["city"], row["is_withdrawn"]) for row in found] == [
        ("a1", "Leeds", False),
        ("a2", "York", False),
    ]


def test_values_are_replaced_and_the_last_line_wins(engine: Any) -> None:
    found = corrected(
        engine,
        USERS,
        USERS_GIVEN,
        line("users", "a1", "replace", "city", "Hull"),
        line("users", "a1", "replace", "city", "Bath"),
        line("users", "a1", "replace", "source"),
        line("users", "*", "replace", "device", "ios"),
        line("merge_pairs", "a2|a3|lab", "replace", "labeller", "x"),
    )
    assert [(row["city"], row["source"], row["device"]) for row in found] == [
        ("Bath", None, "ios"),
        ("York", "web", "ios"),
    ]


def test_a_withdrawn_row_is_marked(engine: Any) -> None:
    found = corrected(engine, USERS, USERS_GIVEN, line("users", "a2", "withdraw"))
    assert [(row["account_id"], row["is_withdrawn"]) for row in found] == [("a1", False), ("a2", True)]


def test_a_star_stands_for_any_part_and_times_for_the_same_moment(engine: Any) -> None:
    found = corrected(
        engine,
        JOB_SEEKER_VOTES,
        VOTES_GIVEN,
        line("job_seeker_votes", "*|ann|*", "withdraw"),
        line("job_seeker_votes", "a1|bob|2026-01-02 00:00:00", "replace", "is_job_seeker", "false"),
        line("job_seeker_votes", "a2|ann|2026-01-03", "replace", "guide_version", "2"),
    )
    assert [(row["is_withdrawn"], row["is_job_seeker"], row["guide_version"]) for row in found] == [
        (True, "true", "1"),
        (False, "false", "1"),
        (True, "true", "2"),
    ]


def test_lines_with_one_key_add_one_row(engine: Any) -> None:
    found = corrected(
        engine,
        JOB_SEEKER_VOTES,
        VOTES_GIVEN[:1],
        line("job_seeker_votes", "a9|cy|2026-02-01", "add", "is_job_seeker", "true"),
        line("job_seeker_votes", "a9|cy|2026-02-01", "add", "guide_version", "2"),
        line("job_seeker_votes", "a9|cy|2026-02-01", "replace", "is_job_seeker", "false"),
    )
    added = found[-1]
    assert len(found) == 2
    assert (added["file"], added["line"]) == (CORRECTIONS_FILE, 2)
    assert [added[name] for name in JOB_SEEKER_VOTES.names] == ["a9", "cy", "false", "2026-02-01T00:00:00Z", "2"]


def test_a_row_added_after_a_withdrawal_stands_and_one_before_does_not(engine: Any) -> None:
    found = corrected(
        engine,
        USERS,
        USERS_GIVEN[:1],
        line("users", "a7", "add", "source", "app"),
        line("users", "*", "withdraw"),
        line("users", "a1", "add", "source", "app"),
    )
    assert [(row["account_id"], row["line"], row["is_withdrawn"]) for row in found] == [
        ("a1", 2, True),
        ("a1", 4, False),
    ]


def test_a_confirmed_entry_is_marked(engine: Any) -> None:
    entries = [{"entry_id": "e1", "network": "10.0.0.0/8"}, {"entry_id": "e2", "network": "11.0.0.0/8"}]
    found = corrected(engine, IP_BLOCKLIST, entries, line("ip_blocklist", "e2", "confirm"))
    assert [row["is_confirmed"] for row in found] == [False, True]


def test_a_correction_can_be_taken_back(engine: Any) -> None:
    found = corrected(
        engine,
        USERS,
        USERS_GIVEN,
        line("users", "a1", "withdraw"),
        line("users", "a2", "withdraw"),
        line("corrections", "c2", "withdraw"),
    )
    assert [(row["account_id"], row["is_withdrawn"]) for row in found] == [("a1", False), ("a2", True)]


def test_a_replacement_mends_the_field_whose_bytes_were_broken(engine: Any) -> None:
    broken = {"account_id": "a1", "about": "caf\\xe9", "broken": "bytes that are not UTF-8", "broken_column": "about"}
    given = [broken, broken | {"account_id": "a2"}]
    found = corrected(engine, USERS, given, line("users", "a1", "replace", "about", "café"))
    assert [(row["about"], row["broken"]) for row in found] == [
        ("café", None),
        ("caf\\xe9", "bytes that are not UTF-8"),
    ]


def test_each_row_that_a_correction_met_is_told_once_by_its_key(engine: Any) -> None:
    votes = [*VOTES_GIVEN, VOTES_GIVEN[1] | {"labelled_at": "2026-01-02T00:00:00Z"}]
    ledger = ledger_of(
        engine,
        line("job_seeker_votes", "*|bob|*", "replace", "guide_version", "2"),
        line("job_seeker_votes", "a9|cy|2026-02-01", "add", "is_job_seeker", "true"),
        line("job_seeker_votes", "a1|ann|2026-01-01", "withdraw"),
        line("job_seeker_votes", "a8|ann|2026-01-01", "withdraw"),
        line("corrections", "c4", "withdraw"),
        line("users", "a1", "withdraw"),
    )
    found = engine.rows(touched(rows_of(engine, JOB_SEEKER_VOTES, *votes), ledger, JOB_SEEKER_VOTES), "correction_id")
    told = [[row[name] for name in ("key", "correction_id", "action", "column", "value", "made_by")] for row in found]
    assert told == [
        ["a1|bob|2026-01-02T00:00:00Z", "c2", "replace", "guide_version", "2", "ann"],
        ["a9|cy|2026-02-01T00:00:00Z", "c3", "add", "is_job_seeker", "true", "ann"],
    ]


def test_corrections_that_meet_no_row_are_named(engine: Any) -> None:
    ledger = ledger_of(
        engine,
        line("users", "a1", "replace", "city", "Hull"),
        line("users", "a8", "withdraw"),
        line("users", "a7", "add", "source", "app"),
        line("users", "a7", "replace", "city", "Hull"),
    )
    found = provenance.unmatched(rows_of(engine, USERS, *USERS_GIVEN), ledger, USERS)
    assert engine.rows(found) == [{"correction_id": "c3", "line": 3}]


def test_lines_that_cannot_be_followed_are_named(engine: Any) -> None:
    good = line("users", "a1", "withdraw")
    bad = {
        "the line's quotes, number of fields or bytes are broken": good | {"broken": "surplus fields"},
        "why is empty": good | {"why": None},
        "made_at is no time in ISO 8601, such as 2026-02-10T04:22:12Z": good | {"made_at": "today"},
        "correction_id stands on an earlier line too": good | {"correction_id": "c2"},
        f"table is none of {', '.join([*CONTRACTS, LEDGER])}": good | {"table": "user"},
        "action is none of withdraw, replace, add, confirm": good | {"action": "delete"},
        f"column is none of {', '.join(USERS.names)}": line("users", "a1", "replace", "shoe_size", "44"),
        "a correction can only be withdrawn": line("corrections", "c2", "replace", "value", "x"),
        "key names no correction on an earlier line": line("corrections", "c99", "withdraw"),
        "only ip_blocklist has entries to confirm": line("users", "a1", "confirm"),
        "column is empty": line("users", "a1", "replace"),
        "column and value must be empty here": line("users", "a1", "withdraw", "city"),
        "an added row's key cannot contain *": line("users", "*", "add", "source", "web"),
        "key is not of the form account_id|labeller|labelled_at": line("job_seeker_votes", "a1|ann", "withdraw"),
        "column is part of the key, which gives its value already": line("users", "a1", "add", "account_id", "a2"),
    }
    found = engine.rows(ledgers.problems(ledger_of(engine, good, *bad.values())), "line")
    assert [row["problem"] for row in found] == list(bad)
    assert [row["line"] for row in found] == list(range(3, 3 + len(bad)))
