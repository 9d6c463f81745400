"""Users made of accounts, and what the checks of the merge find, on both engines."""

from datetime import date, datetime
from typing import Any

import pandas as pd

from job_search_assets.logic.identity import details, merging, reports, survivorship
from job_search_assets.schemas.identity import CleanUsers
from job_search_assets_tests.conftest import Engine
from job_search_assets_tests.test_identity import PAIRS, USERS, users


def test_a_user_is_named_by_the_oldest_account_and_pairs_are_numbered_by_age(engine: Engine) -> None:
    accounts = users(engine, {"created_at": datetime(2026, 5, 1)}, {"created_at": datetime(2026, 4, 1)}, {})
    aged = merging.by_age(accounts)
    schema = PAIRS | {"match_probability": "float64", "verdict": "int64"}
    scored = engine.table(dict(zip(schema, [["a"], ["b"], [0.75], [0]], strict=True)), schema)
    assert engine.rows(merging.numbered(scored, aged)) == [
        {"left": 1, "right": 2, "probability": 750_000, "verdict": 0}
    ]
    groups = engine.table({"number": [0, 1, 2], "oldest": [0, 1, 1]}, merging.GROUPS)
    named = merging.name_users(groups, aged)
    assert [tuple(row.values()) for row in engine.rows(named, "account_id")] == [
        ("a", "user-b"),
        ("b", "user-b"),
        ("c", "user-c"),
    ]


def of_users(engine: Engine, *rows: tuple[str, str]) -> Any:
    accounts, owners = zip(*rows, strict=True)
    return engine.table({"account_id": accounts, "user_id": owners}, {"account_id": "string", "user_id": "string"})


def test_each_column_survives_by_its_rule(engine: Engine) -> None:
    accounts = users(
        engine,
        {"full_name": "Ann", "birth_date": date(1455, 1, 2), "city": "Bonn", "device": "web", "source": "fair"},
        {"full_name": "Ann Lee", "birth_date": date(1455, 1, 2), "city": "Köln", "gender": "female"},
        {"full_name": "A. Lee", "birth_date": date(1454, 1, 2), "has_relevant_experience": False},
    )
    found = survivorship.unite(accounts, of_users(engine, ("a", "u1"), ("b", "u1"), ("c", "u1")))
    assert engine.rows(found.select("user_id", "account_count", "created_at", "source", "full_name", "birth_date")) == [
        {
            "user_id": "u1",
            "account_count": 3,
            "created_at": datetime(2026, 3, 1),
            "source": "fair",
            "full_name": "Ann Lee",
            "birth_date": date(1455, 1, 2),
        }
    ]
    assert engine.rows(found.select("city", "device", "gender", "has_relevant_experience", "region")) == [
        {"city": "Köln", "device": "web", "gender": "female", "has_relevant_experience": False, "region": None}
    ]


def test_every_column_of_a_clean_user_has_a_rule() -> None:
    assert {*survivorship.RULES, "user_id", "account_count"} == set(CleanUsers.to_schema().columns)


def test_lost_strange_and_repeated_accounts_are_found(engine: Engine) -> None:
    accounts = users(engine, {}, {}, {})
    owned = of_users(engine, ("a", "u1"), ("a", "u2"), ("b", "u1"), ("zz", "u1"))
    found = reports.conservation(owned, accounts)
    assert (found["accounts_off"], found["first_of_them"]) == (3, ["a", "c", "zz"])


def test_verdicts_that_the_merge_breaks_are_named(engine: Engine) -> None:
    schema = PAIRS | {"verdict": "int64"}
    judged = engine.table(dict(zip(schema, [["a", "a", "b"], ["b", "c", "c"], [1, -1, 1]], strict=True)), schema)
    owned = of_users(engine, ("a", "u1"), ("b", "u1"), ("c", "u2"))
    assert engine.rows(reports.verdicts_broken(judged, owned)) == [
        {"account_id_left": "b", "account_id_right": "c", "verdict": 1}
    ]


def test_a_default_value_is_told_by_kind_and_count_and_a_common_name_is_not(engine: Engine) -> None:
    names = [("rare_name", f"name {place}", 5000 - 400 * place) for place in range(12)]
    dates = [("birth_date", "1970|1|1", 9000), ("birth_date", "1980|1|1", 60), ("phone", "154960577", 590)]
    columns = {"rule": "string", "block": "string", "accounts": "int64"}
    large, none = (
        engine.table(dict(zip(columns, zip(*rows, strict=True) if rows else ((), (), ()), strict=True)), columns)
        for rows in (names + dates, [])
    )
    found = reports.out_of_proportion(large, none, times=10)
    assert found == {
        "number": 1,
        "blocks": [{"values": "birth_year, birth_month, birth_day", "accounts": 9000, "pairs": 40495500}],
    }
    assert reports.out_of_proportion(large, none, times=9)["number"] == 2
    assert reports.out_of_proportion(none, none, times=10)["number"] == 0


def test_giants_are_counted_and_named_by_id(engine: Engine) -> None:
    owned = of_users(engine, ("a", "u1"), ("b", "u1"), ("c", "u2"))
    assert reports.giants(owned, least=2) == {"number": 1, "users": ["u1"]}


def test_expected_and_recaptured_pairs_are_counted_without_verdicts(engine: Engine) -> None:
    schema = PAIRS | {"match_weight": "float64", "mw_verdict": "float64"}
    scored = engine.table(dict(zip(schema, [["a", "a"], ["b", "c"], [13.0, 3.0], [3.0, 3.0]], strict=True)), schema)
    asked = PAIRS | {"is_same_person": "boolean"}
    judged = engine.table(dict(zip(asked, [["b", "a", "a"], ["a", "c", "d"], [True, True, False]], strict=True)), asked)
    found = reports.recapture(scored, judged, strict=0.95)
    assert found == {"expected_pairs": 1.5, "recaptured_pairs": 2.0, "times_more": 0.75}


def test_an_empty_batch_of_accounts_has_every_column() -> None:
    assert list(details.word(pd.DataFrame(columns=list(USERS))).columns) == list(details.WORDED)
