"""What stands about each account, from removed or kept to the predicted class."""

from typing import Any

from job_search_assets.logic.provenance import outcomes
from job_search_assets_tests.conftest import Engine
from job_search_assets_tests.pipeline import Ended, rows

STRINGS = dict.fromkeys(["account_id", "user_id", "model_version", "split"], "string")
BOOLEANS = dict.fromkeys(["is_spam", "is_job_seeker", "is_job_seeker_by_votes"], "boolean")
TYPES = {**STRINGS, **BOOLEANS, "score": "float64", "probability": "float64"}


def table(engine: Engine, *names: str, of: list[tuple[Any, ...]]) -> Any:
    columns = {name: [row[place] for row in of] for place, name in enumerate(names)}
    return engine.table(columns, {name: TYPES[name] for name in names})


def decided(engine: Engine, owned: list[tuple[str, str]]) -> dict[str, dict[str, Any]]:
    """Accounts a, b, c and d, of which d is spam, and the users that the others are."""
    users = sorted({user for _, user in owned})
    decisions = outcomes.decide(
        table(engine, "account_id", of=[("a",), ("b",), ("c",), ("d",)]),
        table(
            engine,
            "account_id",
            "is_spam",
            "score",
            "model_version",
            of=[(account, account == "d", 0.9 if account == "d" else 0.1, "s1") for account in "abcd"],
        ),
        table(engine, "account_id", "user_id", of=owned),
        table(engine, "user_id", "is_job_seeker", "is_job_seeker_by_votes", of=[("user-a", True, False)]),
        table(engine, "user_id", "split", of=[("user-a", "dev")]),
        table(
            engine,
            "user_id",
            "probability",
            "model_version",
            of=[(user, 0.7 if user == "user-a" else 0.5, "j1") for user in users],
        ),
        class_threshold=0.5,
    )
    return {row.pop("account_id"): row for row in engine.rows(decisions, "account_id")}


def test_what_a_user_has_each_of_their_accounts_has(engine: Engine) -> None:
    found = decided(engine, [("a", "user-a"), ("b", "user-a"), ("c", "user-c")])
    assert found["a"] == found["b"]
    assert found["a"].pop("user_digest")
    assert found["a"] == {
        "is_removed": False,
        "score": 0.1,
        "user_id": "user-a",
        "accounts_of_user": 2,
        "is_job_seeker": True,
        "is_job_seeker_by_votes": False,
        "split": "dev",
        "probability": 0.7,
        "is_predicted_job_seeker": True,
        "spam_model_version": "s1",
        "job_seeker_model_version": "j1",
    }


def test_a_removed_account_is_nobodys_and_an_even_chance_is_no_job_seeker(engine: Engine) -> None:
    found = decided(engine, [("a", "user-a"), ("b", "user-a"), ("c", "user-c")])
    given = {name for name, value in found["d"].items() if value is not None}
    assert given == {"is_removed", "score", "accounts_of_user", "spam_model_version"}
    assert (found["d"]["is_removed"], found["d"]["accounts_of_user"]) == (True, 0)
    assert (found["c"]["is_job_seeker"], found["c"]["is_predicted_job_seeker"]) == (None, False)


def test_a_user_is_another_one_when_other_accounts_are_theirs_though_the_id_stays(engine: Engine) -> None:
    apart = decided(engine, [("a", "user-a"), ("b", "user-b"), ("c", "user-c")])
    together = decided(engine, [("b", "user-a"), ("a", "user-a"), ("c", "user-c")])
    assert apart["a"]["user_id"] == together["a"]["user_id"]
    assert apart["a"]["user_digest"] != together["a"]["user_digest"] == together["b"]["user_digest"]
    assert apart["c"] == together["c"]


def test_gaps_are_counted_by_kind(engine: Engine) -> None:
    names = ["is_removed", "user_id", "is_predicted_job_seeker", "is_job_seeker", "split"]
    types = {name: TYPES.get(name, "boolean") for name in names}
    of = [
        (False, "user-a", True, True, "dev"),
        (True, None, None, None, None),
        (False, None, None, None, None),
        (True, "user-b", None, True, None),
        (False, "user-c", False, None, "test"),
    ]
    found = outcomes.gaps(engine.table({name: [row[place] for row in of] for place, name in enumerate(names)}, types))
    assert engine.rows(found) == [
        {
            "kept_without_user": 1,
            "removed_with_user": 1,
            "users_without_prediction": 1,
            "labels_without_split": 1,
            "splits_without_label": 1,
        }
    ]


def test_the_pipeline_decides_on_every_raw_account(first_run: tuple[Any, Ended]) -> None:
    build, ended = first_run
    assert ended.code == 0, ended.said
    told = """SELECT count(*), count(*) FILTER (is_removed), count(DISTINCT user_id), count(DISTINCT user_digest),
                     count(DISTINCT user_id) FILTER (split IS NOT NULL) FROM decisions"""
    known = """SELECT (SELECT count(*) FROM raw_users), (SELECT count(*) FILTER (is_spam) FROM spam_decisions),
                      (SELECT count(*) FROM clean_users), (SELECT count(*) FROM clean_users),
                      (SELECT count(*) FROM job_seeker_splits)"""
    assert rows(build, told) == rows(build, known)
