"""What a correction would do to the rows it meets; on both engines."""

from typing import Any

from job_search_assets.logic import ledger as ledgers
from job_search_assets.logic.provenance import effects
from job_search_assets.schemas.contracts import JOB_SEEKER_VOTES, USERS
from job_search_assets_tests.test_provenance import VOTES_GIVEN, ledger_of, line, rows_of

TIME = "2026-01-01T00:00:00Z"
USERS_GIVEN = [
    {"account_id": "a1", "created_at": TIME, "source": "web", "city": "Leeds"},
    {"account_id": "a2", "created_at": "2026-01-02", "source": "web"},
    {"account_id": "a3", "created_at": TIME, "source": "web"},
]


def test_only_the_rows_that_a_correction_is_about_and_their_rivals_are_judged(engine: Any) -> None:
    rows, before = rows_of(engine, USERS, *USERS_GIVEN), ledger_of(engine)
    after = ledger_of(engine, line("users", "a2", "replace", "account_id", "a1"))
    found = effects.concerned(rows, before, after, USERS, ids=["c2"])
    assert [row["account_id"] for row in engine.rows(found, "line")] == ["a1", "a2"]
    met = effects.met(rows, after, USERS, ids=["c2"])
    assert engine.rows(met) == [{"file": "raw/users.csv", "line": 3}]


def test_a_difference_says_which_value_is_new_and_who_is_lost(engine: Any) -> None:
    rows = rows_of(engine, USERS, *USERS_GIVEN)
    ledger = ledger_of(
        engine,
        line("users", "a1", "replace", "city", "Hull"),
        line("users", "a2", "replace", "account_id", "a1"),
        line("users", "a3", "withdraw"),
        line("users", "a4", "add", "source", "web"),
    )
    outcomes = [effects.outcome(rows, lines, USERS) for lines in (ledger_of(engine), ledger)]
    found = engine.rows(effects.differences(*outcomes, USERS), ["file", "line"])
    told = [
        (row["was_kept"], row["is_kept"], row["is_withdrawn"], row["new_city"], row["is_changed"], row["column"])
        for row in found
    ]
    assert told == [
        (True, True, False, True, True, ""),
        (True, False, False, False, True, "account_id"),
        (True, False, True, False, True, ""),
        (False, False, False, False, True, "created_at"),
    ]


def test_the_nearest_key_agrees_in_most_parts(engine: Any) -> None:
    rows = rows_of(engine, JOB_SEEKER_VOTES, *VOTES_GIVEN)

    def nearest(*parts: str) -> str:
        return engine.rows(effects.nearest_keys(rows, parts, JOB_SEEKER_VOTES).limit(1))[0]["key"]

    assert nearest("*", "bobb", "*") == "*|bob|*"
    assert nearest("a1", "bob", "2026-01-09") == "a1|bob|2026-01-02T00:00:00Z"
    assert nearest("A2", "ann", "2026-01-03T00:00:00Z") == "a2|ann|2026-01-03T00:00:00Z"


def test_who_withdrew_a_row_last_is_known(engine: Any) -> None:
    rows = rows_of(engine, USERS, *USERS_GIVEN[:1])
    ledger = ledger_of(
        engine,
        line("users", "a1", "withdraw"),
        line("users", "*", "withdraw"),
        line("users", "a1", "withdraw"),
        line("corrections", "c4", "withdraw"),
    )
    assert engine.rows(effects.last_withdrawal(rows, ledger, USERS)) == [{"id": "c3"}]


def test_a_value_is_held_against_its_rule(engine: Any) -> None:
    given = {"birth_date": "31.12.1990", "source": None, "email": None, "training_hours": "-1", "country": "DE"}
    row = rows_of(engine, USERS, given)
    breaches = row.select(**{name: effects.breach(row[name], USERS.column(name)) for name in given})
    assert engine.rows(breaches) == [
        {
            "birth_date": "not a calendar date such as 1990-02-28",
            "source": "empty",
            "email": None,
            "training_hours": "not a number of at least 0",
            "country": None,
        }
    ]


def test_a_line_without_any_value_is_no_correction(engine: Any) -> None:
    nothing = dict.fromkeys(["correction_id", "table", "key", "action", "made_by", "made_at", "why"])
    ledger = ledger_of(
        engine, nothing, line("users", "a1", "withdraw"), nothing, nothing | {"broken": "surplus fields"}
    )
    assert [row["line"] for row in engine.rows(ledgers.problems(ledger))] == [5]
