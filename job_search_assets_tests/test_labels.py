"""Labels: which votes count, what they say of users, and what they say of labellers."""

from typing import Any

import ibis
import numpy as np
import pandas as pd
import pytest

from job_search_assets.logic.job_seekers.features import names_of
from job_search_assets.logic.labels import agreement, consensus, judgement, labellers, votes
from job_search_assets.logic.labels.learning import Beliefs
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
BELIEFS = Beliefs(votes=20, users=100, ambiguous_share=0.1, ambiguous_accounts=100)

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


def featureless(users: Any) -> pd.DataFrame:
    """Users of whom nothing is known but the id."""
    ids = sorted(set(users))
    numbers = dict.fromkeys(names_of("number", "boolean"), np.nan)
    return pd.DataFrame({"user_id": ids, **numbers, **dict.fromkeys(names_of("ordinal", "category"))})


def fit(frame: pd.DataFrame, users: pd.DataFrame | None = None, **changed: Any) -> Any:
    ordered = frame.sort_values(["user_id", "account_id", "labeller"], ignore_index=True)
    wanted = {
        "beliefs": BELIEFS,
        "folds": 5,
        "least_users": 50,
        "least_votes_each": 10,
        "least_ambiguity": 0.1,
        "gold_labeller": "",
        "seed": 1,
    }
    return consensus.fit(ordered, featureless(frame["user_id"]) if users is None else users, **wanted | changed)


def simulated(
    users: int, *, rates: dict[str, tuple[float, float]], votes_each: int, ambiguous: float = 0.0, seed: int = 1
) -> tuple[pd.DataFrame, pd.Series, pd.Series]:
    """Votes drawn by (specificity, sensitivity) a labeller; the truth and who is ambiguous, by user."""
    draw = np.random.default_rng(seed)
    ids = [f"u{number:05}" for number in range(users)]
    truth = pd.Series(draw.random(users) < 0.3, index=ids)
    unclear = pd.Series(draw.random(users) < ambiguous, index=ids)
    rows = []
    for user in ids:
        for labeller in sorted(draw.choice(sorted(rates), votes_each, replace=False)):
            right = 0.5 if unclear[user] else rates[labeller][int(truth[user])]
            rows.append((user, user, labeller, "1", bool(truth[user] == (draw.random() < right))))
    return pd.DataFrame(rows, columns=list(COUNTED)), truth, unclear


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


def test_the_ceiling_is_the_mean_confidence_by_votes(engine: Engine) -> None:
    flags = dict.fromkeys(["is_job_seeker", "is_job_seeker_by_votes", "is_ambiguous", "is_outdated"], "boolean")
    labels = engine.table(
        {
            "user_id": ["u", "v"],
            "is_job_seeker": [True, False],
            "is_job_seeker_by_votes": [False, False],
            "confidence_by_votes": [0.9, 0.7],
            "is_ambiguous": [False, True],
            "is_outdated": [False, True],
            "votes": [3, 4],
            "careless_votes": [1, 0],
        },
        {
            "user_id": "string",
            "confidence_by_votes": "float64",
            "votes": "int64",
            "careless_votes": "int64",
            **flags,
        },
    )
    assert engine.rows(judgement.ceiling(labels)) == [
        {
            "labels": 2,
            "job_seekers": 1,
            "ambiguous": 1,
            "ambiguous_share": 0.5,
            "outdated": 1,
            "votes": 7,
            "careless_votes": 1,
            "changed_by_features": 1,
            "label_ceiling": 0.8,
        }
    ]


def test_agreement_is_krippendorffs_alpha_by_guide(engine: Engine) -> None:
    # Of guide 1: pairs of answers 1 1, 0 0, 1 0, so of six answers three are yes and 2 of 6 pairings differ.
    cast = counted(
        engine,
        *(("u", "a", name, "1", True) for name in ("ann", "bob")),
        *(("v", "b", name, "1", False) for name in ("ann", "bob")),
        *(("w", "c", name, "1", name == "ann") for name in ("ann", "bob")),
        ("x", "d", "ann", "1", True),
        *(("y", "e", name, "2", True) for name in ("ann", "bob")),
    )
    expected = 1 - (2 / 6) / (2 * 3 * 3 / (6 * 5))
    assert agreement.alpha_by_guide(cast) == {"1": pytest.approx(expected, abs=1e-6)}
    assert agreement.named_alphas({"1": 0.5}) == {"agreement_under_guide_1": 0.5}


def test_a_labellers_record_is_kept_by_guide_version(engine: Engine) -> None:
    sure = MODEL | {"rates": [(name, version, 0.99, 0.99) for name in ("ann", "cat", "dan") for version in "12"]}
    said = [("ann", "1"), ("cat", "1"), ("dan", "1"), ("ann", "2"), ("cat", "2"), ("dan", "2")]
    cast = counted(
        engine,
        *((f"u{version}", f"a{version}", name, version, True) for name, version in said if name != "dan"),
        *((f"u{version}", f"a{version}", name, version, version == "2") for name, version in said if name == "dan"),
    )
    rows = engine.rows(judge(engine, cast, sure), order_by=["labeller", "guide_version"])
    right = {(row["labeller"], row["guide_version"]): row["sensitivity"] > 0.5 for row in rows}
    assert right == {name_and_version: name_and_version != ("dan", "1") for name_and_version in said}
    assert all(row["sensitivity_low"] < row["sensitivity"] < row["sensitivity_high"] for row in rows)
    assert {row["votes"] for row in rows} == {1}


def test_only_labellers_with_votes_enough_are_named_as_near_chance(engine: Engine) -> None:
    quality = engine.table(
        {
            "labeller": ["ann", "bob", "bob", "new"],
            "votes": [50, 20, 20, 3],
            "informedness": [0.8, 0.1, 0.0, 0.0],
            "informedness_low": [0.6, -0.3, -0.4, -0.4],
            "informedness_high": [1.0, 0.5, 0.4, 0.4],
        },
        {
            "labeller": "string",
            "votes": "int64",
            **dict.fromkeys(["informedness", "informedness_low", "informedness_high"], "float64"),
        },
    )
    named = engine.rows(labellers.labellers_near_chance(quality, least_votes=20, least_informedness=0.4))
    error = round(0.5**0.5 * 0.4 / 1.96, 4)
    assert named == [{"labeller": "bob", "informedness": 0.05, "standard_error": error, "votes": 40}]


def test_rates_are_learned_and_a_careless_labeller_shows() -> None:
    rates = {"ann": (0.95, 0.9), "bob": (0.9, 0.8), "cat": (0.6, 0.6), "dan": (0.85, 0.95)}
    cast, _, _ = simulated(800, rates=rates, votes_each=3)
    model = fit(cast).estimator
    assert model["method"] == "dawid_skene"
    learned = {labeller: (specificity, sensitivity) for labeller, _, specificity, sensitivity in model["rates"]}
    for labeller, expected in rates.items():
        assert learned[labeller] == pytest.approx(expected, abs=0.1)


def test_confidence_is_what_it_holds() -> None:
    rates = {f"ann-{number:02}": (0.9, 0.75) for number in range(40)}
    cast, truth, _ = simulated(500, rates=rates, votes_each=3, ambiguous=0.1, seed=4)
    model = fit(cast).estimator
    nothing = ibis.memtable({"user_id": [], "probability": []}, schema=HINTS)
    labels = judgement.label(ibis.memtable(cast), model, nothing, guide_version="1").to_pandas()
    right = (labels["is_job_seeker"] == truth[labels["user_id"]].to_numpy()).mean()
    assert labels["confidence"].mean() == pytest.approx(right, abs=0.03)


def test_few_users_are_read_by_majority() -> None:
    cast, _, _ = simulated(20, rates={"ann": (0.9, 0.9), "bob": (0.9, 0.9), "cat": (0.6, 0.6)}, votes_each=3)
    model = fit(cast)
    assert model.estimator["method"] == "majority"
    assert model.facts["methods"][0]["why"] == "fewer than 50 users have votes"
    assert len({rates for *_, rates in model.estimator["rates"]}) == 1


def test_without_any_vote_there_are_no_labels(engine: Engine) -> None:
    model = fit(pd.DataFrame({name: [] for name in COUNTED})).estimator
    cast = counted(engine)
    assert engine.rows(label(engine, cast, model)) == []
    assert engine.rows(judge(engine, cast, model)) == []


def test_a_thousand_votes_on_one_account_do_not_overflow(engine: Engine) -> None:
    cast = counted(engine, *(("u", "a", f"ann-{number}", "1", number % 2 == 0) for number in range(3000)))
    row = engine.rows(label(engine, cast))[0]
    assert row["votes"] == 3000
    assert 0.5 <= row["confidence"] <= 1
