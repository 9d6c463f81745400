"""Drift: which accounts are compared, what is counted of them, and who reads known ones otherwise."""

from datetime import date, datetime
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd
import pytest

from benchmarks.drift import tallied
from job_search_assets.logic.drift import deliveries, features, readings, report
from job_search_assets.logic.drift.features import FEATURES
from job_search_assets.logic.drift.report import Kind
from job_search_assets_tests.conftest import Engine
from job_search_assets_tests.made_up_accounts import LIMITS, higher, made_up


def ledger(engine: Engine, numbers: list[int], kind: str = "users") -> ir.Table:
    named = {"kind": [kind] * len(numbers), "account_id": [f"u{place}" for place in range(len(numbers))]}
    types = {"kind": "string", "account_id": "string", "delivery": "int64"}
    return engine.table({**named, "delivery": numbers}, types)


def test_who_has_not_been_met_yet_came_with_the_next_delivery(engine: Engine) -> None:
    names = {"kind": ["users"] * 3, "account_id": ["u0", "u1", "new"]}
    present = engine.table(names, {"kind": "string", "account_id": "string"})
    assert [row["delivery"] for row in engine.rows(deliveries.begin(present, read_by="c1"))] == [1, 1, 1]
    arrived = deliveries.arrived(ledger(engine, [1, 2]), present, read_by="c2")
    assert engine.rows(arrived) == [{"kind": "users", "account_id": "new", "delivery": 3, "read_by": "c2"}]


@pytest.mark.parametrize(("least", "first"), [(1, 4), (3, 3), (6, 2), (99, 2)])
def test_small_deliveries_are_looked_at_together(engine: Engine, least: int, first: int) -> None:
    numbers = [1] * 9 + [2] * 3 + [3] * 2 + [4]
    found = deliveries.first_looked_at(ledger(engine, numbers), least=least)
    assert found == {"users": first, "spam_reports": 2, "job_seeker_votes": 2}


USERS = {
    "account_id": ["a", "b", "c"],
    "created_at": [datetime(2026, 3, 1, 7, 59), datetime(2026, 3, 31, 23), datetime(2026, 5, 1)],
    "source": ["own_web", "own_web", "partner"],
    "full_name": ["Ann Lee", None, "Łu"],
    "email": ["a@example.org", None, None],
    "phone": [None, None, "1"],
    "birth_date": [date(1990, 6, 30), None, date(1600, 5, 2)],
    "city": ["Rome", None, None],
    "postcode": [None, None, None],
    "country": ["IT", "IT", None],
    "signup_ip": ["1.2.3.4", "2001:db8::1", None],
    "device": ["ios", None, "web"],
    "about": ["x" * 12, None, None],
    "gender": [None, None, None],
    "region": ["r1", "r1", "r2"],
    "city_development_index": [0.62, None, 0.999],
    "has_relevant_experience": [True, False, None],
    "years_experience": [0.5, 60.0, None],
    "training_hours": [9.0, 10.0, 1e9],
}
TEXTS = (
    "enrolled_university",
    "education_level",
    "major_discipline",
    "company_size",
    "company_type",
    "last_job_change",
)


def raw_users(engine: Engine) -> ir.Table:
    types = dict.fromkeys(USERS, "string") | {"created_at": "timestamp(6)", "birth_date": "date"}
    types |= dict.fromkeys(("city_development_index", "years_experience", "training_hours"), "float64")
    types |= {"has_relevant_experience": "boolean"} | dict.fromkeys(TEXTS, "string")
    return engine.table(USERS | {name: [None] * 3 for name in TEXTS}, types)


def test_what_is_watched_of_an_account_is_counted_in_cells(engine: Engine) -> None:
    accounts = features.of_accounts(raw_users(engine)).mutate(is_new=ibis.literal(True))
    counted = engine.rows(features.tally(accounts, FEATURES))
    found: dict[str, set[Any]] = {}
    for row in counted:
        held = row["value"] if row["cell"] is None else row["cell"]
        found.setdefault(row["feature"], set()).add((row["source"], held, row["accounts"]))
    assert found["age"] == {("own_web", 17, 1), ("own_web", None, 1), ("partner", 213, 1)}
    assert found["city_development_index"] == {("own_web", 31, 1), ("own_web", None, 1), ("partner", 49, 1)}
    assert found["training_hours"] == {("own_web", 1, 1), ("own_web", 2, 1), ("partner", 500, 1)}
    assert found["name_length"] == {("own_web", 7, 1), ("own_web", None, 1), ("partner", 2, 1)}
    assert found["hours"] == {("own_web", "04:00", 1), ("own_web", "20:00", 1), ("partner", "00:00", 1)}
    assert found["address_version"] == {("own_web", "v4", 1), ("own_web", "v6", 1), ("partner", None, 1)}
    assert found["has_relevant_experience"] == {("own_web", "true", 1), ("own_web", "false", 1), ("partner", None, 1)}
    assert found["country"] == {("own_web", "IT", 2), ("partner", None, 1)}
    assert found["postcode"] == {("own_web", None, 2), ("partner", None, 1)}


def test_verdicts_are_counted_by_account(engine: Engine) -> None:
    votes = {"account_id": ["a", "a", "a", "b", "b", "c"], "is_job_seeker": [True, False, True, True, False, False]}
    given = engine.table(votes, {"account_id": "string", "is_job_seeker": "boolean"})
    told_by = features.of_verdicts(given, raw_users(engine), "is_job_seeker")
    assert [row["is_job_seeker"] for row in engine.rows(told_by, "account_id")] == ["yes", "even", "no"]


def met_before(engine: Engine, read_by: list[str]) -> ir.Table:
    """The accounts as the ledger has them from when they came, all in one delivery."""
    users = raw_users(engine)
    held = engine.rows(users.select("account_id", row_hash=readings.row_hash(users)), "account_id")
    columns = {"kind": ["users"] * 3, "delivery": [1, 1, 2], "read_by": read_by}
    columns |= {name: [row[name] for row in held] for name in ("account_id", "row_hash")}
    return engine.table(columns, dict.fromkeys(columns, "string") | {"delivery": "int64"})


def test_known_accounts_whose_rows_are_others_now_are_counted_by_what_changed(engine: Engine) -> None:
    before, users = met_before(engine, ["c1", "c2", "c2"]), raw_users(engine)
    assert engine.rows(readings.compared(users, before, read_by="c2", accepted=1)) == [
        {"source": "partner", "accounts": 1, "changed": 0, "changed_by_code": 0}
    ]
    other = users.mutate(city=users.city.fill_null("") + "!")
    assert engine.rows(readings.compared(other, before, read_by="c2", accepted=0), "source") == [
        {"source": "own_web", "accounts": 2, "changed": 2, "changed_by_code": 1},
        {"source": "partner", "accounts": 1, "changed": 1, "changed_by_code": 0},
    ]


def test_what_is_read_otherwise_is_put_down_to_our_code_or_to_the_files() -> None:
    known = [
        {"source": "a", "accounts": 100, "changed": 60, "changed_by_code": 60},
        {"source": "b", "accounts": 100, "changed": 60, "changed_by_code": 0},
        {"source": "c", "accounts": 100, "changed": 2, "changed_by_code": 2},
    ]
    found = {row["source"]: (row["verdict"], row["cause"]) for row in readings.rows(known, least_effect=0.03)}
    assert found == {
        "a": ("read otherwise", "our code"),
        "b": ("read otherwise", "the files or corrections"),
        "c": ("as before", None),
    }


def test_the_world_and_our_own_code_are_told_apart_and_of_each_other() -> None:
    accounts = pd.concat([made_up(3000, 1), higher(made_up(2000, 2), "age", ["partner"], 1.0)], ignore_index=True)
    kind = Kind(tallied(accounts, np.arange(5000) >= 3000), FEATURES, 2, 2)
    known = [{"source": "partner", "accounts": 600, "changed": 600, "changed_by_code": 600}]
    drift = report.drift([kind], LIMITS, readings.rows(known, least_effect=0.03))
    told_of = drift[["source", "feature", "verdict", "cause"]].values.tolist()
    assert told_of[:2] == [
        ["partner", "age", "moved", "the world"],
        ["partner", "row", "read otherwise", "our code"],
    ]
    assert drift["beside"][0] == "known accounts are read otherwise: our code"


def test_the_benchmark_counts_as_the_engine_does() -> None:
    accounts = made_up(300, 1).assign(is_new=np.arange(300) % 3 == 0)
    counted = features.tally(ibis.memtable(accounts), FEATURES).to_pandas()
    ours = tallied(accounts, accounts["is_new"].to_numpy())
    keys = ["feature", "source", "is_new", "cell", "value", "accounts"]

    def as_set(frame: pd.DataFrame) -> set[tuple[Any, ...]]:
        return {tuple(None if pd.isna(one) else one for one in row) for row in frame[keys].itertuples(index=False)}

    assert as_set(counted) == as_set(ours)
