"""What the spam model may know of an account, on both engines."""

import datetime as dt
import itertools
from typing import Any

import pytest

from job_search_assets.engine.tables.table_schemas import ibis_types
from job_search_assets.logic.spam import features

# Without the profile, the last eleven columns, which the features do not ask for.
USER = dict(itertools.islice(ibis_types("raw_users").items(), 13))


@pytest.fixture
def described(engine: Any) -> dict[str, dict[str, Any]]:
    """Ann twice, spam with a random address, and an account with nothing but what is required."""
    users = engine.table(
        {
            "account_id": ["ann", "again", "spam", "empty"],
            "created_at": [
                dt.datetime(2026, 1, 1),
                dt.datetime(2026, 1, 2),
                dt.datetime(2026, 1, 20),
                dt.datetime(2026, 1, 20),
            ],
            "source": ["web"] * 4,
            "full_name": ["Ann Lee", "LEE, ANN", "김민준 Bo Xu", None],
            "email": ["ann.lee@mail.example", "Ann.Lee@mail.example", "k3j9x@mail.example", None],
            "phone": ["+44 20 7946 0001", "020 7946 0001", None, None],
            "birth_date": [dt.date(842, 5, 1), dt.date(842, 5, 1), None, None],
            "city": ["Ely", None, None, None],
            "postcode": ["CB7 4AB", "cb74ab", None, None],
            "country": ["GB"] * 3 + [None],
            "signup_ip": ["192.0.2.1", "192.0.2.77", "2001:db8:1:2::5", None],
            "device": ["web", None, None, None],
            "about": ["WIN 1,000!", "Win 2,000", None, None],
        },
        USER,
    )
    found = engine.rows(features.describe(users, burst_hours=48))
    return {row["account_id"]: row for row in found}


def test_what_accounts_share_is_counted(described: dict[str, dict[str, Any]]) -> None:
    shared = (
        "email_accounts",
        "phone_accounts",
        "birth_name_accounts",
        "text_copies",
        "domain_accounts",
        "domain_burst",
    )
    assert {name: [described[name][column] for column in shared] for name in described} == {
        "ann": [2, 2, 1, 2, 3, 2],
        "again": [2, 2, 1, 2, 3, 2],
        "spam": [1, 0, 0, 0, 3, 1],
        "empty": [0, 0, 0, 0, 0, 0],
    }


def test_a_network_is_a_24_or_a_48(described: dict[str, dict[str, Any]]) -> None:
    assert [described[name]["network"] for name in ("ann", "again", "spam", "empty")] == [
        "4c00002",
        "4c00002",
        "620010db80001",
        None,
    ]


def test_names_texts_and_addresses_are_described(described: dict[str, dict[str, Any]]) -> None:
    columns = ("name_words", "is_name_upper", "is_email_unlike_name", "has_digits_inside_email", "email_local")
    assert [described["ann"][column] for column in columns] == [2, False, False, False, "ann.lee"]
    assert [described["again"][column] for column in columns] == [2, True, False, False, "ann.lee"]
    assert [described["spam"][column] for column in columns] == [3, False, False, True, "k0j0x"]
    assert [described["ann"][column] for column in ("text", "text_key", "text_digits", "text_capitals")] == [
        "WIN 0,000!",
        "win",
        4,
        3,
    ]


def test_an_account_more_changes_no_count_of_a_large_provider(engine: Any) -> None:
    def told(accounts: int) -> list[tuple[int, int]]:
        users = {
            **{column: [None] * accounts for column in USER},
            "account_id": [f"u{number:02}" for number in range(accounts)],
            "created_at": [dt.datetime(2026, 1, 1) + dt.timedelta(days=5 * number) for number in range(accounts)],
            "source": ["web"] * accounts,
            "email": [f"{number}@mail.example" for number in range(accounts)],
        }
        found = engine.rows(features.describe(engine.table(users, USER), burst_hours=48), "account_id")
        return [(row["domain_accounts"], row["domain_burst"]) for row in found]

    assert told(9) == [(9, 1)] * 9
    assert told(23) == [(20, 1)] * 23
    assert told(24) == [(20, 1)] * 24


def test_among_others_an_account_is_described_as_if_all_were(engine: Any) -> None:
    """What `engine.tables.spam_updates` rests on: the crowds of all, and a few accounts alone."""
    accounts = 30
    users = {
        **{column: [None] * accounts for column in USER},
        "account_id": [f"u{number:02}" for number in range(accounts)],
        "created_at": [dt.datetime(2026, 1, 1) + dt.timedelta(hours=9 * number) for number in range(accounts)],
        "source": ["web"] * accounts,
        "full_name": ["Ann Lee", None, "Bo Li"] * 10,
        "phone": ["020 7946 0001", "", None, "+44 20 7946 0001", "1"] * 6,
        "email": ["a@mail.example", None, "b@rare.example", "c@mail.example", "A@mail.example"] * 6,
    }
    everybody = engine.table(users, USER)
    counts = features.crowds(features.alone(everybody), burst_hours=48)
    few = everybody.filter(everybody.account_id.isin(["u00", "u01", "u07", "u29"]))
    described = engine.rows(features.describe(everybody, burst_hours=48), "account_id")
    found = engine.rows(features.among_others(features.alone(few), counts), "account_id")
    assert found == [described[number] for number in (0, 1, 7, 29)]
    told = engine.rows(features.in_round_numbers(counts).select("account_id", *features.CROWDS), "account_id")
    assert told == [{name: row[name] for name in ("account_id", *features.CROWDS)} for row in described]
