"""The ledger of splits: nobody moves, and nobody who was learned from ever grades."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import ibis
import numpy as np
import pytest

from job_search_assets.logic.splits import drawing, past, shares
from job_search_assets_tests.conftest import Engine

ACCOUNTS = {"account_id": "string", "user_id": "string"}
UNITS = {"user_id": "string", "is_job_seeker": "boolean", "source": "string"}
RATIO = shares.shares_of({"train": 0.6, "dev": 0.2, "test": 0.2})
NAMES = list(RATIO)


def ledger(engine: Engine, *rows: tuple[int, str, str, int, str | None, str]) -> Any:
    return engine.table({name: [row[place] for row in rows] for place, name in enumerate(past.LEDGER)}, past.LEDGER)


def stood(engine: Engine, *rows: tuple[str, str]) -> Any:
    """A ledger in which these accounts stood in these splits."""
    return ledger(engine, *((1, account, split, 1, "u", "drawn") for account, split in rows))


def owners(engine: Engine, **accounts: str) -> Any:
    return engine.table({"account_id": list(accounts), "user_id": list(accounts.values())}, ACCOUNTS)


def labelled(engine: Engine, users: Mapping[str, bool]) -> Any:
    given = {"user_id": list(users), "is_job_seeker": list(users.values()), "source": ["a"] * len(users)}
    return engine.table(given, UNITS)


def places_of(engine: Engine, given: Any, accounts: Any) -> dict[str, str]:
    found = engine.rows(past.standing(given, accounts, NAMES, edition=1))
    return {row["user_id"]: row["split"] for row in found}


def step(engine: Engine, given: Any, users: Mapping[str, bool], accounts: Any, *, method: str = "exact") -> Any:
    """The ledger after these users have been labelled, as a table of its own."""
    units = labelled(engine, users)
    standing = past.standing(given, accounts, NAMES, edition=1)
    counted = drawing.cells(units, standing).to_pandas()
    plan = drawing.plan(counted, RATIO, method=method, most_deviation=0.05, most_risk=0.001, seed=3)
    drawn = drawing.draw(units, standing, plan, engine.table(plan.quotas.to_dict("list"), plan.types), RATIO, seed=3)
    rows = engine.rows(past.extended(given, past.places(units, standing, drawn), accounts, edition=1), past.KEY)
    return engine.table({name: [row[name] for row in rows] for name in past.LEDGER}, past.LEDGER)


@pytest.mark.parametrize(
    ("splits", "place"),
    [
        (["train", "train"], "train"),
        (["test", None], "test"),
        (["train", "dev"], "train"),
        (["train", "test"], "retired"),
        (["dev", "test"], "retired"),
        (["retired", "test"], "test"),
        (["retired", None], None),
    ],
)
def test_a_users_place_follows_from_where_the_accounts_have_stood(
    engine: Engine, splits: list[str | None], place: str | None
) -> None:
    given = stood(engine, *((f"a{number}", split) for number, split in enumerate(splits) if split))
    assert places_of(engine, given, owners(engine, a0="u", a1="u")).get("u") == place


def test_who_is_retired_is_logged_with_the_cause_and_comes_back_when_the_merge_is_undone(engine: Engine) -> None:
    given = stood(engine, ("a", "train"), ("b", "test"))
    merged = step(engine, given, {"u": True}, owners(engine, a="u", b="u", c="u"))
    log = [row for row in engine.rows(merged, past.KEY) if row["split"] == "retired"]
    assert [(row["account_id"], row["step"], row["cause"]) for row in log] == [
        (account, 2, "stood in train and in test") for account in "abc"
    ]
    apart = places_of(engine, merged, owners(engine, a="u", b="v", c="w"))
    assert apart == {"u": "train", "v": "test"}


def test_an_account_that_joined_a_user_in_train_stays_learned_from(engine: Engine) -> None:
    given = step(engine, stood(engine, ("a", "train")), {"u": True}, owners(engine, a="u", b="u"))
    assert places_of(engine, given, owners(engine, a="u", b="v")) == {"u": "train", "v": "train"}
    assert places_of(engine, given, owners(engine, b="v")) == {"v": "train"}


def test_withdrawn_users_come_back_to_the_split_they_had(engine: Engine) -> None:
    everybody = {f"u{number}": number < 3 for number in range(10)}
    accounts = owners(engine, **{f"a{user}": user for user in everybody})
    first = step(engine, stood(engine), everybody, accounts)
    before = places_of(engine, first, accounts)
    fewer = {user: label for user, label in everybody.items() if user not in {"u1", "u8"}}
    left = step(engine, first, fewer, owners(engine, **{f"a{user}": user for user in fewer}))
    assert places_of(engine, step(engine, left, everybody, accounts), accounts) == before


def test_the_ledger_is_brought_up_to_date_once(engine: Engine) -> None:
    accounts = owners(engine, a="u", b="u", c="v")
    once = step(engine, stood(engine, ("a", "test")), {"u": True, "v": False}, accounts)
    twice = step(engine, once, {"u": True, "v": False}, accounts)
    assert engine.rows(once, past.KEY) == engine.rows(twice, past.KEY)
    assert [(row["account_id"], row["step"], row["cause"]) for row in engine.rows(once, past.KEY)] == [
        ("a", 1, "drawn"),
        ("b", 2, "joined"),
        ("c", 2, "drawn"),
    ]


def test_only_this_editions_past_counts(engine: Engine) -> None:
    given = ledger(engine, (0, "a", "train", 1, "u", "drawn"), (1, "a", "test", 2, "u", "drawn"))
    accounts = owners(engine, a="u")
    assert places_of(engine, given, accounts) == {"u": "test"}
    assert engine.rows(past.standing(given, accounts, NAMES, edition=2)) == []


def test_of_two_ledgers_the_earlier_step_of_a_row_counts(engine: Engine) -> None:
    one = ledger(engine, (1, "a", "train", 2, "u", "joined"), (1, "b", "dev", 1, None, "drawn"))
    other = ledger(engine, (1, "a", "train", 1, "v", "drawn"))
    rows = engine.rows(past.united(one, other), past.KEY)
    assert [(row["account_id"], row["step"], row["user_id"]) for row in rows] == [("a", 1, "v"), ("b", 1, None)]


def test_a_split_whose_name_is_no_longer_known_is_found(engine: Engine) -> None:
    given = ledger(
        engine,
        (0, "a", "valid", 1, "u", "drawn"),
        (1, "a", "valid", 1, "u", "drawn"),
        (1, "b", "retired", 1, "u", "drawn"),
    )
    assert engine.rows(past.unknown_splits(given, NAMES, edition=1)) == [{"split": "valid", "accounts": 1}]


def test_lines_of_a_file_that_cannot_be_followed_are_named(engine: Engine) -> None:
    columns = ["line", "broken", *past.LEDGER]
    lines: list[list[Any]] = [
        [2, None, "1", "a", "train", "1", "u", "drawn"],
        [3, None, "one", "a", "train", "1", "u", "drawn"],
        [4, None, "1", "a", "train", "", "u", "drawn"],
        [5, None, "1", None, "train", "1", "u", "drawn"],
        [6, "surplus fields", "1", "a", "train", "1", "u", "drawn"],
        [7, None, "1", "a", "dev", "1", None, "drawn"],
    ]
    types = {"line": "int64"} | dict.fromkeys(columns[1:], "string")
    rows = engine.table({name: [line[place] for line in lines] for place, name in enumerate(columns)}, types)
    assert [row["line"] for row in engine.rows(past.problems(rows), "line")] == [3, 4, 5, 6]
    sound = rows.filter(rows.line.isin([2, 7]))
    assert engine.rows(past.typed(sound), past.KEY)[0] == {
        "edition": 1, "account_id": "a", "split": "dev", "step": 1, "user_id": None, "cause": "drawn",
    }  # fmt: skip


def test_users_who_come_go_where_someone_is_missing_and_nobody_moves(tmp_path: Path) -> None:
    engine, given, before, total = Engine("duckdb", ibis.duckdb.connect(), tmp_path), None, dict[str, str](), 100
    for _ in range(6):
        users = {f"u{number:04}": number % 10 < 3 for number in range(total)}
        accounts = owners(engine, **{f"a{user}": user for user in users})
        given = step(engine, stood(engine) if given is None else given, users, accounts)
        places = places_of(engine, given, accounts)
        assert before.items() <= places.items()
        counted = Counter((users[user], split) for user, split in places.items())
        cells = {label: {split: counted[label, split] for split in NAMES} for label in (True, False)}
        assert shares.off_by(cells, RATIO) == 0
        before, total = places, round(total * 1.1)


HISTORIES, STEPS, PER_HISTORY = 1000, 8, 6


def test_in_a_thousand_histories_of_merges_nobody_learned_from_ever_grades(tmp_path: Path) -> None:
    engine, generator = Engine("duckdb", ibis.duckdb.connect(), tmp_path), np.random.default_rng(5)
    given, been = stood(engine), dict[str, set[str]]()
    tested_twice = retired = 0
    for _ in range(STEPS):
        users, accounts = _any_users(engine, generator)
        given = step(engine, given, users, accounts, method="hash")
        now = places_of(engine, given, accounts)
        for row in engine.rows(accounts):
            if row["user_id"] in users:
                place, before = now[row["user_id"]], been.setdefault(row["account_id"], set())
                assert place != "test" or not before & {"train", "dev"}
                assert "test" not in before or place in {"test", "retired"}
                tested_twice += place == "test" and "test" in before
                retired += place == "retired"
                before.add(place)
    assert tested_twice > HISTORIES / 2
    assert retired > HISTORIES / 2


def _any_users(engine: Engine, generator: Any) -> tuple[dict[str, bool], Any]:
    """For each history some of its accounts, merged in any way, some of the users labelled."""
    owner, labels = dict[str, str](), dict[str, bool]()
    for history in range(HISTORIES):
        groups = generator.integers(0, PER_HISTORY, size=PER_HISTORY)
        there = generator.random(PER_HISTORY) < 0.8
        for place in np.flatnonzero(there):
            oldest = np.flatnonzero(there & (groups == groups[place]))[0]
            owner[f"{history}-{place}"] = f"user-{history}-{oldest}"
        names = sorted({owner[f"{history}-{place}"] for place in np.flatnonzero(there)})
        labels |= {user: bool(generator.random() < 0.3) for user in names if generator.random() < 0.9}
    columns = {"account_id": list(owner), "user_id": list(owner.values())}
    return labels, engine.table(columns, ACCOUNTS)
