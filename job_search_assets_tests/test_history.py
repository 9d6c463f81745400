"""Which accounts were whose: merged, split, renamed, and why."""

from typing import Any

import ibis

from job_search_assets.engine.tables.table_schemas import ibis_types
from job_search_assets.logic.identity import history
from job_search_assets_tests.conftest import Engine

OWNED = {"account_id": "string", "user_id": "string"}
COLUMNS = ["account_id", "step", "old_user_id", "user_id", "change", "cause"]


def owned(engine: Engine, **users: str) -> Any:
    accounts = {account: f"user-{name}" for name, members in users.items() for account in members}
    return engine.table({"account_id": list(accounts), "user_id": list(accounts.values())}, OWNED)


def accounts(engine: Engine, *names: str) -> Any:
    return engine.table({"account_id": names}, {"account_id": "string"})


def stored(engine: Engine, steps: Any) -> Any:
    rows = engine.rows(steps.select(COLUMNS), "account_id")
    return engine.table({name: [row[name] for row in rows] for name in COLUMNS}, ibis_types("user_history"))


def told(engine: Engine, steps: Any) -> dict[str, tuple[str | None, str | None, str]]:
    return {
        row["account_id"]: (row["old_user_id"], row["user_id"], row["change"])
        for row in engine.rows(steps, "account_id")
    }


def test_merged_split_and_renamed_users_are_told_apart(engine: Engine) -> None:
    before = stored(engine, history.begin(owned(engine, a="ab", c="c", d="def", g="gh", i="ij", k="k", m="mno")))
    after = owned(engine, a="abc", d="de", f="f", h="h", i="ijl", k="k", m="m", n="n", o="op", p="")
    steps = history.go_on(before, after, [], ["the model changed"])
    assert told(engine, steps) == {
        "c": ("user-c", "user-a", "merged"),
        "f": ("user-d", "user-f", "split"),
        "g": ("user-g", None, "removed"),
        "h": ("user-g", "user-h", "renamed"),
        "l": (None, "user-i", "added"),
        "n": ("user-m", "user-n", "split"),
        "o": ("user-m", "user-o", "split"),
        "p": (None, "user-o", "added"),
    }
    assert {row["cause"] for row in engine.rows(steps)} == {"the model changed"}
    assert {row["step"] for row in engine.rows(steps)} == {2}


def test_an_account_that_comes_back_is_restored_and_its_user_named_by_it_again(engine: Engine) -> None:
    first = stored(engine, history.begin(owned(engine, a="ab")))
    second = stored(engine, history.go_on(first, owned(engine, b="b"), [], []))
    both = stored(engine, ibis.union(first, second))
    assert told(engine, history.go_on(both, owned(engine, a="ab"), [], [])) == {
        "a": (None, "user-a", "restored"),
        "b": ("user-b", "user-a", "renamed"),
    }
    assert engine.rows(history.go_on(both, owned(engine, b="b"), [], [])) == []


def test_an_account_may_leave_one_user_for_another(engine: Engine) -> None:
    before = stored(engine, history.begin(owned(engine, a="abc", d="d")))
    steps = history.go_on(before, owned(engine, a="ab", c="cd"), [], [])
    assert told(engine, steps) == {
        "c": ("user-a", "user-c", "split and merged"),
        "d": ("user-d", "user-c", "merged"),
    }


def test_a_cause_holds_for_the_users_that_it_touched_and_for_no_other(engine: Engine) -> None:
    before = stored(engine, history.begin(owned(engine, a="ab", c="cd", e="ef")))
    after = owned(engine, a="a", b="b", c="c", d="d", e="e", f="f")
    reasons = [("accounts changed", accounts(engine, "a")), ("people judged pairs", accounts(engine, "a", "d"))]
    steps = history.go_on(before, after, reasons, [])
    assert {row["account_id"]: row["cause"] for row in engine.rows(steps)} == {
        "b": "accounts changed, people judged pairs",
        "d": "people judged pairs",
        "f": "neighbours changed",
    }
