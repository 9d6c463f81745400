"""Labels: which votes count, what they say of users, and what they say of labellers."""

from typing import Any

import pandas as pd
import pytest

from job_search_assets.logic.labels import judgement, labellers, votes
from job_search_assets_tests.conftest import Engine

RAW = {
    "account_id": "string",
    "labeller": "string",
    "labelled_at": "timestamp(6)",
    "is_job_seeker": "boolean",
    "guide_version": "string",
}
COUNTED = {
    "user_id": "string",
    "account_id": "string",
    "labeller": "string",
    "guide_version": "string",
    "is_job_seeker": "boolean",
}
OWNERS = {"account_id": "string", "user_id": "string"}

# ann is right nine times in ten, bob is a coin.
MODEL = {
    "method": "dawid_skene",
    "rates": [("ann", "1", 0.9, 0.9), ("bob", "1", 0.5, 0.5)],
    "average": (0.8, 0.8),
    "base_rate": 0.3,
    "ambiguous_share": 0.1,
    "ambiguous_from": 0.15,
    "uses_features": False,
    "gold_labeller": "",
}
HINTS = {"user_id": "string", "probability": "float64"}


def raw_votes(engine: Engine, *rows: tuple[Any, ...]) -> Any:
    return engine.table(dict(zip(RAW, zip(*rows, strict=True), strict=True)), RAW)


def counted(engine: Engine, *rows: tuple[Any, ...]) -> Any:
    columns = zip(*rows, strict=True) if rows else [()] * len(COUNTED)
    return engine.table(dict(zip(COUNTED, columns, strict=True)), COUNTED)


def hints(engine: Engine, **chances: float) -> Any:
    return engine.table({"user_id": list(chances), "probability": list(chances.values())}, HINTS)


def label(engine: Engine, cast: Any, model: dict[str, Any] | None = None, *, guide: str = "1", **chances: float) -> Any:
    return judgement.label(cast, MODEL if model is None else model, hints(engine, **chances), guide_version=guide)


def judge(engine: Engine, cast: Any, model: dict[str, Any]) -> Any:
    return labellers.judge_labellers(cast, label(engine, cast, model), model, hints(engine))


def test_votes_on_removed_accounts_count_nothing(engine: Engine) -> None:
    cast = raw_votes(
        engine,
        ("a", "ann", pd.Timestamp("2026-01-01"), True, "1"),
        ("spam", "ann", pd.Timestamp("2026-01-01"), True, "1"),
    )
    owners = engine.table({"account_id": ["a"], "user_id": ["u"]}, OWNERS)
    assert engine.rows(votes.counted_votes(cast, owners)) == [
        {"user_id": "u", "account_id": "a", "labeller": "ann", "guide_version": "1", "is_job_seeker": True}
    ]


def test_a_labeller_who_votes_again_on_an_account_corrects_himself(engine: Engine) -> None:
    cast = raw_votes(
        engine,
        ("a", "ann", pd.Timestamp("2026-01-02"), False, "2"),
        ("a", "ann", pd.Timestamp("2026-01-01"), True, "1"),
        ("b", "ann", pd.Timestamp("2026-01-01"), True, "1"),
    )
    owners = engine.table({"account_id": ["a", "b"], "user_id": ["u", "u"]}, OWNERS)
    rows = engine.rows(votes.counted_votes(cast, owners), order_by="account_id")
    assert [(row["account_id"], row["is_job_seeker"], row["guide_version"]) for row in rows] == [
        ("a", False, "2"),
        ("b", True, "1"),
    ]


def test_the_same_users_are_drawn_on_both_engines(engine: Engine) -> None:
    cast = counted(engine, *((f"u{place}", "a", "ann", "1", True) for place in range(6)))
    drawn = engine.rows(votes.of_some_users(cast, most=2, seed=1))
    assert [row["user_id"] for row in drawn] == ["u0", "u4"]


def test_a_label_joins_the_votes_on_all_accounts_of_a_user(engine: Engine) -> None:
    cast = counted(
        engine,
        ("u", "a", "ann", "1", True),
        ("u", "b", "ann", "1", True),
        ("v", "c", "ann", "1", True),
        ("v", "c", "bob", "1", False),
        ("w", "d", "ann", "1", False),
    )
    # Of a yes by ann: .9 * .9 + .1 * .5 if the user is a job seeker, .9 * .1 + .1 * .5 if not; bob tells nothing.
    yes, no = 0.86, 0.14
    rows = engine.rows(label(engine, cast), order_by="user_id")
    assert [(row["user_id"], row["is_job_seeker"], row["votes"]) for row in rows] == [
        ("u", True, 2),
        ("v", True, 2),
        ("w", False, 1),
    ]
    assert rows[0]["confidence"] == pytest.approx(0.3 * yes**2 / (0.3 * yes**2 + 0.7 * no**2), abs=2e-6)
    assert rows[1]["confidence"] == pytest.approx(0.3 * 0.43 / (0.3 * 0.43 + 0.7 * 0.07), abs=2e-6)
    assert rows[2]["confidence"] == pytest.approx(0.7 * yes / (0.3 * no + 0.7 * yes), abs=2e-6)
    assert rows[2]["ambiguity"] == pytest.approx(0.05 / (0.3 * no + 0.7 * yes), abs=2e-6)


def test_a_tie_goes_the_way_of_the_more_reliable_labeller(engine: Engine) -> None:
    cast = counted(
        engine,
        ("u", "a", "ann", "1", True),
        ("u", "a", "bob", "1", False),
        ("v", "b", "ann", "1", False),
        ("v", "b", "bob", "1", True),
    )
    rows = engine.rows(label(engine, cast), order_by="user_id")
    assert [row["is_job_seeker"] for row in rows] == [True, False]


def test_a_tie_of_equals_goes_the_way_of_the_base_rate(engine: Engine) -> None:
    cast = counted(engine, ("u", "a", "new one", "1", True), ("u", "a", "another", "1", False))
    rare, common = (
        engine.rows(label(engine, cast, MODEL | {"base_rate": base}))[0]["is_job_seeker"] for base in (0.3, 0.7)
    )
    assert (rare, common) == (False, True)


def test_good_labellers_who_differ_make_a_user_ambiguous(engine: Engine) -> None:
    model = MODEL | {"rates": [(name, "1", 0.95, 0.95) for name in ("ann", "bob", "cat", "dan")]}
    cast = counted(
        engine,
        *(("u", "a", name, "1", name in ("ann", "bob")) for name in ("ann", "bob", "cat", "dan")),
        *(("v", "b", name, "1", True) for name in ("ann", "bob", "cat", "dan")),
    )
    rows = engine.rows(label(engine, cast, model), order_by="user_id")
    assert [row["is_ambiguous"] for row in rows] == [True, False]


def test_a_careless_labeller_who_differs_makes_nobody_ambiguous(engine: Engine) -> None:
    cast = counted(engine, ("u", "a", "ann", "1", True), ("u", "a", "bob", "1", False))
    assert not engine.rows(label(engine, cast))[0]["is_ambiguous"]


def test_a_vote_against_a_clear_label_is_careless_and_one_on_an_ambiguous_user_is_not(engine: Engine) -> None:
    good = MODEL | {"rates": [(name, "1", 0.95, 0.95) for name in ("ann", "cat", "dan")] + [("bob", "1", 0.5, 0.5)]}
    cast = counted(
        engine,
        *(("u", "a", name, "1", name != "bob") for name in ("ann", "bob", "cat", "dan")),
        *(("v", "b", name, "1", name in ("ann", "bob")) for name in ("ann", "bob", "cat", "dan")),
    )
    rows = engine.rows(label(engine, cast, good), order_by="user_id")
    assert [(row["is_ambiguous"], row["careless_votes"]) for row in rows] == [(False, 1), (True, 0)]
    record = {row["labeller"]: row["careless_votes"] for row in engine.rows(judge(engine, cast, good))}
    assert record == {"ann": 0, "bob": 1, "cat": 0, "dan": 0}


def test_a_changed_guide_marks_exactly_the_ambiguous_users_without_a_vote_under_it(engine: Engine) -> None:
    model = MODEL | {"rates": [(name, version, 0.95, 0.95) for name in ("ann", "bob") for version in "12"]}
    cast = counted(
        engine,
        ("ambiguous_old", "a", "ann", "1", True),
        ("ambiguous_old", "a", "bob", "1", False),
        ("ambiguous_new", "b", "ann", "1", True),
        ("ambiguous_new", "b", "bob", "2", False),
        ("clear_old", "c", "ann", "1", True),
        ("clear_old", "c", "bob", "1", True),
    )
    marked = {guide: engine.rows(label(engine, cast, model, guide=guide)) for guide in ("1", "2", "3")}
    found = {guide: {row["user_id"] for row in rows if row["is_outdated"]} for guide, rows in marked.items()}
    assert {row["user_id"] for row in marked["2"] if row["is_ambiguous"]} == {"ambiguous_old", "ambiguous_new"}
    assert found == {"1": set(), "2": {"ambiguous_old"}, "3": {"ambiguous_old", "ambiguous_new"}}


def test_the_guide_in_force_is_the_one_named_or_the_one_begun_last(engine: Engine) -> None:
    cast = raw_votes(
        engine,
        ("a", "ann", pd.Timestamp("2026-03-01"), True, "1"),
        ("b", "ann", pd.Timestamp("2026-02-01"), True, "2"),
        ("c", "ann", pd.Timestamp("2026-01-01"), True, "1"),
    )
    assert votes.guide_in_force(cast, named="") == "2"
    assert votes.guide_in_force(cast, named="3") == "3"


def test_features_tip_a_tie_and_leave_the_label_by_votes_alone(engine: Engine) -> None:
    cast = counted(engine, ("u", "a", "ann", "1", True), ("u", "a", "cat", "1", False))
    model = MODEL | {"rates": [("ann", "1", 0.9, 0.9), ("cat", "1", 0.9, 0.9)], "uses_features": True}
    [row] = engine.rows(label(engine, cast, model, u=0.8))
    assert (row["is_job_seeker"], row["confidence"]) == (True, pytest.approx(0.8, abs=1e-4))
    assert (row["is_job_seeker_by_votes"], row["confidence_by_votes"]) == (False, pytest.approx(0.7, abs=1e-4))


def test_a_gold_vote_outweighs_all_others_and_leaves_labellers_to_be_judged(engine: Engine) -> None:
    model = MODEL | {
        "rates": [(name, "1", 0.9, 0.9) for name in ("ann", "cat", "dan")] + [("expert", "1", 0.995, 0.995)],
        "gold_labeller": "expert",
    }
    cast = counted(engine, *(("u", "a", name, "1", name == "expert") for name in ("ann", "cat", "dan", "expert")))
    [row] = engine.rows(label(engine, cast, model))
    assert row["is_job_seeker"]
    record = {row["labeller"]: row["specificity"] for row in engine.rows(judge(engine, cast, model))}
    assert set(record) == {"ann", "cat", "dan"}


def test_a_thousand_votes_on_one_account_do_not_overflow(engine: Engine) -> None:
    cast = counted(engine, *(("u", "a", f"ann-{number}", "1", number % 2 == 0) for number in range(3000)))
    row = engine.rows(label(engine, cast))[0]
    assert row["votes"] == 3000
    assert 0.5 <= row["confidence"] <= 1
