"""Rows of text become typed rows, or are rejected with the rule they break; on both engines."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import ibis
import pandera.errors
import pytest

from job_search_assets.logic.users import conservation, rows
from job_search_assets.logic.users.values import read, time_key
from job_search_assets.schemas.contracts import MERGE_PAIRS, USERS, Column, Contract
from job_search_assets.schemas.users import RawMergePairs

SOUND = {"account_id": "a1", "created_at": "2026-01-02T03:04:05Z", "source": "web"}


def given_rows(engine: Any, contract: Contract, *records: dict[str, Any]) -> Any:
    """Rows of text as `provenance.correct` leaves them, at lines 2, 3, 4 and so on."""
    names = ["broken", "broken_column", *contract.names]
    columns: dict[str, list[Any]] = {name: [record.get(name) for record in records] for name in names}
    columns |= {
        "file": ["raw/given.csv"] * len(records),
        "line": [record.get("line", 2 + place) for place, record in enumerate(records)],
        "is_withdrawn": [record.get("is_withdrawn", False) for record in records],
    }
    schema = dict.fromkeys(columns, "string") | {"line": "int64", "is_withdrawn": "boolean"}
    return engine.table(columns, schema)


def judge(engine: Any, contract: Contract, *records: dict[str, Any]) -> Any:
    """Rows that are parsed, put into a table as the engine does, and settled."""
    parsed = rows.parse(given_rows(engine, contract, *records), contract)
    schema = {name: str(kind) for name, kind in parsed.schema().items()}
    schema |= {name: "timestamp(6)" for name, kind in schema.items() if kind.startswith("timestamp")}
    found = engine.rows(parsed)
    return rows.settle(engine.table({name: [row[name] for row in found] for name in schema}, schema), contract)


def breaches(engine: Any, *records: dict[str, Any]) -> list[tuple[str, str | None]]:
    judged = judge(engine, USERS, *[SOUND | record for record in records])
    return [(row["column"], row["rule"]) for row in engine.rows(judged, "line")]


def values(engine: Any, column: Column, texts: Sequence[str]) -> list[Any]:
    """What each text means, `...` for one that breaks the rule."""
    table = engine.table({"text": texts, "at": range(len(texts))}, {"text": "string", "at": "int64"})
    value, is_sound, _ = read(table.text, column)
    found = engine.rows(table.select("at", value=value, is_sound=is_sound.fill_null(ibis.literal(False))), "at")
    return [row["value"] if row["is_sound"] else ... for row in found]


def test_a_sound_row_is_typed(engine: Any) -> None:
    record = SOUND | {
        "birth_date": "0842-02-28",
        "has_relevant_experience": "True",
        "years_experience": "21.0",
        "signup_ip": "2001:db8::1",
        "country": "KR",
        "company_size": "<10",
    }
    (row,) = engine.rows(judge(engine, USERS, record))
    assert row["rule"] is None
    assert row["key"] == "a1"
    assert row["created_at"] == dt.datetime(2026, 1, 2, 3, 4, 5)
    assert row["birth_date"] == dt.date(842, 2, 28)
    assert (row["has_relevant_experience"], row["years_experience"], row["email"]) == (True, 21.0, None)


def test_the_first_breach_is_on_record(engine: Any) -> None:
    assert breaches(
        engine,
        {"account_id": "a1"},
        {"account_id": None, "created_at": "never"},
        {"account_id": " "},
        {"account_id": "a3", "birth_date": "31.12.1871", "country": "gb"},
        {"account_id": "a4", "birth_date": "2026-01-03"},
        {"account_id": "a5", "signup_ip": "256.13.1.7"},
        {"account_id": "a6", "city_development_index": "1.92"},
        {"account_id": "a7", "company_size": "50/99"},
        {"account_id": "a8", "has_relevant_experience": "yes"},
        {"account_id": "a9", "country": "XX", "broken": "missing fields"},
        {"account_id": "a10", "is_withdrawn": True, "broken": "missing fields"},
    ) == [
        ("", None),
        ("account_id", "empty"),
        ("account_id", "empty"),
        ("birth_date", "not a calendar date such as 1990-02-28"),
        ("birth_date", "later than created_at"),
        ("signup_ip", "not an IP address"),
        ("city_development_index", "not a number from 0 to 1"),
        ("company_size", "not one of the known values"),
        ("has_relevant_experience", "not true or false"),
        ("", "missing fields"),
        ("", "withdrawn by correction"),
    ]


def test_of_repeated_keys_the_earliest_stays_then_the_fuller_then_the_first(engine: Any) -> None:
    later, fuller = {"created_at": "2026-05-01T00:00:00Z"}, {"city": "Leeds"}
    records = [
        {"account_id": "a1", **later, **fuller},
        {"account_id": "a1"},
        {"account_id": "a2"},
        {"account_id": "a2", **fuller},
        {"account_id": "a3"},
        {"account_id": "a3"},
        {"account_id": "a4", **later},
        {"account_id": "a4", "country": "XX"},
    ]
    judged = engine.rows(judge(engine, USERS, *[SOUND | record for record in records]), "line")
    assert [row["line"] for row in judged if not row["rule"]] == [3, 5, 6, 8]


def test_accepted_rejected_and_places_share_out_the_rows(engine: Any) -> None:
    pair = {
        "account_id_left": "a1",
        "account_id_right": "a2",
        "labeller": "lab",
        "is_same_person": "TRUE",
        "labelled_at": "2026-01-02T03:04:05+09:00",
    }
    judged = judge(engine, MERGE_PAIRS, pair, pair | {"labeller": None}, pair)
    texts = engine.table(
        {"file": ["raw/given.csv"] * 3, "line": [2, 3, 4], "text": ["two", "three", "four"]},
        {"file": "string", "line": "int64", "text": "string"},
    )
    assert engine.rows(rows.accepted(judged, MERGE_PAIRS)) == [
        pair | {"is_same_person": True, "labelled_at": dt.datetime(2026, 1, 1, 18, 4, 5)}
    ]
    assert engine.rows(rows.places(judged, MERGE_PAIRS)) == [
        {"table": "merge_pairs", "key": "a1|a2|lab", "file": "raw/given.csv", "line": 2}
    ]
    refused = engine.rows(rows.rejected(judged, texts, MERGE_PAIRS), "line")
    assert [(row["line"], row["column"], row["text"]) for row in refused] == [
        (3, "labeller", "three"),
        (4, "account_id_left, account_id_right, labeller", "four"),
    ]


def test_times_are_iso_8601_and_become_utc(engine: Any) -> None:
    midday = dt.datetime(2026, 2, 28, 12)
    sound = {
        "2026-02-28T12:00:00Z": midday,
        "2026-02-28 12:00": midday,
        "2026-02-28T12:00:00.1234567": midday.replace(microsecond=123456),
        "2026-02-28T21:00:00+09:00": midday,
        "2026-02-28T07:30:00.500-0430": midday.replace(microsecond=500000),
        "2026-02-28T13:00+01": midday,
        "2026-02-28": dt.datetime(2026, 2, 28),
    }
    unsound = [
        *("13/07/2025 08:15", "2025-02-30T10:00:00Z", "yesterday", "2026-02-28T24:00:00Z", "2026-02-28T12:60:00Z"),
        *("2026-02-28T12:00:60Z", "2026-02-28T12:00:00+25:00", "1969-12-31T00:00:00Z", "2262-01-01T00:00:00Z"),
        *("2026-02-28T12:00:00Z\n", " 2026-02-28T12:00:00Z", "20260228T120000Z"),
    ]
    found = values(engine, Column("at", "time"), [*sound, *unsound])
    assert found == [*sound.values(), *[...] * len(unsound)]


def test_dates_are_days_of_the_calendar(engine: Any) -> None:
    texts = ["2024-02-29", "2023-02-29", "1900-02-29", "2000-02-29", "1856-13-01", "0000-00-00", "0001-01-01"]
    texts += ["2026-04-31", "1990-05-06T00:00:00", "1990-05-06T10:00:00", "19900506", "1990-5-6"]
    assert values(engine, Column("birth_date", "date"), texts) == [
        dt.date(2024, 2, 29),
        ...,
        ...,
        dt.date(2000, 2, 29),
        ...,
        ...,
        dt.date(1, 1, 1),
        ...,
        dt.date(1990, 5, 6),
        *[...] * 3,
    ]


def test_numbers_are_plain_decimals(engine: Any) -> None:
    texts = ["0", "0.9259999999999999", "1e-05", "+.5", "-0.3", "nan", "inf", "0x1F", "1,5", "1_0", "92.0", "1e99", ""]
    found = values(engine, Column("index", "number", high=1), texts)
    assert found == [0.0, 0.9259999999999999, 1e-05, 0.5, *[...] * 9]


def test_keys_hold_times_in_one_notation(engine: Any) -> None:
    texts = ["2026-01-02T03:04:05+00:00", "2026-01-02 03:04:05.25", "*"]
    table = engine.table({"text": texts}, {"text": "string"})
    found = {row["key"] for row in engine.rows(table.select(key=time_key(table.text)))}
    assert found == {"2026-01-02T03:04:05Z", "2026-01-02T03:04:05.25Z", "*"}


def test_every_record_is_accounted_for(engine: Any) -> None:
    schema = {"file": "string", "line": "int64"}
    records = engine.table({"file": ["u"] * 4, "line": [2, 3, 4, 5]}, schema)
    places = engine.table({"file": ["u", "u", "reference/corrections.csv"], "line": [2, 4, 2]}, schema)
    rejected = engine.table({"file": ["u", "u"], "line": [4, 9]}, schema)
    (found,) = engine.rows(conservation.account_for([records], places, rejected))
    assert found == {"records": 4, "kept": 2, "rejected": 2, "lost": 2, "twice": 1, "unknown": 1}


def test_an_account_has_its_place(engine: Any) -> None:
    users = engine.table({"account_id": ["a1", "a2"]}, {"account_id": "string"})
    places = engine.table(
        {"table": ["users", "merge_pairs"], "key": ["a1", "a2"]}, {"table": "string", "key": "string"}
    )
    assert engine.rows(conservation.without_a_place(users, places)) == [{"account_id": "a2"}]


def test_birth_dates_of_the_very_old_are_named(engine: Any) -> None:
    users = engine.table(
        {
            "account_id": ["a1", "a2", "a3"],
            "created_at": [dt.datetime(2026, 1, 1)] * 3,
            "birth_date": [dt.date(1900, 1, 1), dt.date(1990, 1, 1), None],
        },
        {"account_id": "string", "created_at": "timestamp(6)", "birth_date": "date"},
    )
    found = engine.rows(conservation.unlikely_birth_dates(users, most_years=120))
    assert [row["account_id"] for row in found] == ["a1"]


def test_rows_that_name_an_account_that_nobody_knows_are_counted_once(engine: Any) -> None:
    users = engine.table({"account_id": ["a1", "a2"]}, {"account_id": "string"})
    pairs = engine.table(
        {"left": ["a1", "a1", "x1", "x2", "x1"], "right": ["a2", "x1", "a2", "x3", "x2"]},
        dict.fromkeys(["left", "right"], "string"),
    )
    assert conservation.of_nobody(pairs, users, by=["left", "right"]) == {"rows": 4, "accounts": ["x1", "x2", "x3"]}
    assert conservation.of_nobody(pairs.filter(pairs.left == "a1"), users, by=["left"]) == {"rows": 0, "accounts": []}


def test_a_repeated_key_breaks_the_schema() -> None:
    columns: dict[str, list[Any]] = {
        "account_id_left": ["a1", "a1"],
        "account_id_right": ["a2", "a2"],
        "labeller": ["lab", "lab"],
        "is_same_person": [True, False],
        "labelled_at": [dt.datetime(2026, 1, 1)] * 2,
    }
    schema = dict.fromkeys(columns, "string") | {"is_same_person": "boolean", "labelled_at": "timestamp(6)"}
    table = ibis.memtable(columns, schema=ibis.schema(schema))
    with pytest.raises(pandera.errors.SchemaError, match="not unique"):
        RawMergePairs.validate(table)
