"""Contradictions: verdicts hold wherever they can, and where they cannot each broken one is explained."""

import random
from itertools import pairwise
from typing import Any

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as some

from job_search_assets.engine.tables.table_schemas import ibis_types
from job_search_assets.logic.identity import contradictions, judges, linkage, merging, reports
from job_search_assets_tests.conftest import Engine

Judgement = tuple[str, str, str, bool]  # left, right, judge, is one person


def merged(judgements: list[Judgement], probabilities: dict[tuple[str, str], float]) -> dict[str, str]:
    """Each account's user as the pipeline makes them from trusted verdicts and probabilities."""
    asked = pd.DataFrame(judgements, columns=["account_id_left", "account_id_right", "labeller", "is_same_person"])
    rates = {judge: [0.98, 0.98] for judge in asked["labeller"]}
    heard = judges.verdicts(asked, rates, trusted_accuracy=0.9)
    verdict = dict(
        zip(zip(heard["account_id_left"], heard["account_id_right"], strict=True), heard["verdict"], strict=True)
    )
    pairs = sorted({*verdict, *probabilities})
    number = {account: place for place, account in enumerate(sorted({account for pair in pairs for account in pair}))}
    numbered = pd.DataFrame(
        {
            "left": [number[left] for left, _ in pairs],
            "right": [number[right] for _, right in pairs],
            "probability": [round(probabilities.get(pair, 0.3) * linkage.MILLION) for pair in pairs],
            "verdict": [verdict.get(pair, 0) for pair in pairs],
        }
    )
    groups = merging.merge(numbered, accounts=len(number), threshold=0.5, largest=4)
    return {account: f"user-{groups['oldest'][place]}" for account, place in number.items()}


def contradicted(
    judgements: list[Judgement], users: dict[str, str], weights: dict[tuple[str, str], float] | None = None
) -> pd.DataFrame:
    told = [
        (left, right, judge, is_same, users[left], users[right], (weights or {}).get((left, right), 0.0), 1.0)
        for left, right, judge, is_same in judgements
    ]
    columns = ["account_id_left", "account_id_right", "labeller", "is_same_person", "user_left", "user_right"]
    weighed = {"judges_weight": float, "comparisons_weight": float}
    return contradictions.find(pd.DataFrame(told, columns=[*columns, *weighed]).astype(weighed))


def shown(found: pd.DataFrame, *columns: str) -> list[tuple[Any, ...]]:
    keys = ["account_id_left", "account_id_right", "is_same_person"]
    return list(found[[*keys, *columns]].itertuples(index=False, name=None))


def test_verdicts_that_agree_are_no_contradiction() -> None:
    judged: list[Judgement] = [("a", "b", "x", True), ("b", "c", "x", True), ("a", "d", "y", False)]
    users = {"a": "u", "b": "u", "c": "u", "d": "v"}
    assert contradicted(judged, users).empty
    assert contradicted([], {}).empty


def test_a_chain_is_shown_from_each_of_its_verdicts_with_the_judges_on_the_way() -> None:
    judged: list[Judgement] = [
        ("a", "b", "x", True),
        ("b", "c", "y", True),
        ("b", "c", "z", True),
        ("a", "c", "x", False),
    ]
    found = contradicted(judged, {"a": "u", "b": "u", "c": "v"})
    assert shown(found, "kind", "is_held", "path", "path_verdicts", "path_labellers") == [
        ("a", "b", True, "chain", True, "a|c|b", "not|same", "x|y z"),
        ("a", "c", False, "chain", True, "a|b|c", "same|same", "x|y z"),
        ("b", "c", True, "chain", False, "b|a|c", "same|not", "x|x"),
    ]
    assert set(found["broken_pair"]) == {"b|c"}


def test_a_pair_judged_both_ways_has_a_row_for_either_answer() -> None:
    judged: list[Judgement] = [("a", "b", "x", True), ("a", "b", "y", False), ("c", "d", "y", True)]
    found = contradicted(judged, dict.fromkeys("abcd", "u"))
    assert shown(found, "kind", "labellers", "is_held", "path", "path_labellers") == [
        ("a", "b", False, "judged_both_ways", "y", False, "a|b", "x"),
        ("a", "b", True, "judged_both_ways", "x", True, "a|b", "y"),
    ]


def test_the_verdict_that_the_evidence_likes_least_is_the_one_to_look_at() -> None:
    judged: list[Judgement] = [("a", "b", "x", True), ("b", "c", "y", True), ("a", "c", "x", False)]
    weights = {("a", "b"): 9.0, ("b", "c"): 5.0, ("a", "c"): 3.0}
    found = contradicted(judged, {"a": "u", "b": "u", "c": "v"}, weights)
    assert list(found["support"]) == [10.0, -4.0, 6.0]
    assert set(found[["weakest_pair", "weakest_verdict"]].itertuples(index=False, name=None)) == {("a|c", "not")}


def test_a_verdict_broken_for_nothing_is_our_mistake(engine: Engine) -> None:
    found = contradicted([("a", "b", "x", True), ("c", "d", "x", False)], {"a": "u", "b": "v", "c": "w", "d": "w"})
    assert shown(found, "kind", "is_held", "path") == [
        ("a", "b", True, "no_cause", False, ""),
        ("c", "d", False, "no_cause", False, ""),
    ]
    table = engine.table(found.to_dict("list"), ibis_types("merge_contradictions"))
    assert reports.broken_without_cause(table) == {"number": 2, "pairs": ["a|b", "c|d"]}
    assert reports.contradicted(table) == {
        "verdicts_contradicted": 2,
        "verdicts_broken": 2,
        "look_at_first": ["a|b", "c|d"],
    }


def test_only_trusted_judges_and_users_with_a_broken_verdict_are_looked_at(engine: Engine) -> None:
    rates = {"good": [0.99, 0.99], "bad": [0.7, 0.7]}
    judged = pd.DataFrame(
        [("b", "a", "good", True), ("a", "c", "bad", False), ("a", "zz", "good", True), ("d", "e", "good", True)],
        columns=["account_id_left", "account_id_right", "labeller", "is_same_person"],
    )
    trusted = judges.trusted(judged, rates, trusted_accuracy=0.93)
    scored = {"account_id_left": ["a", "d"], "account_id_right": ["b", "e"]}
    scored |= {"mw_verdict": [4.0, 4.0], "match_weight": [1.5, 9.0]}
    kinds = {
        "account_id_left": "string",
        "account_id_right": "string",
        "mw_verdict": "float64",
        "match_weight": "float64",
    }
    owned = engine.table(
        {"account_id": list("abcde"), "user_id": list("uvwxx")}, {"account_id": "string", "user_id": "string"}
    )
    asked = contradictions.asked(
        engine.table(trusted.to_dict("list"), judges.TRUSTED), engine.table(scored, kinds), owned
    )
    assert engine.rows(asked) == [
        {
            "account_id_left": "a",
            "account_id_right": "b",
            "labeller": "good",
            "is_same_person": True,
            "user_left": "u",
            "user_right": "v",
            "judges_weight": 4.0,
            "comparisons_weight": -2.5,
        }
    ]


def can_all_hold(judgements: list[Judgement]) -> bool:
    """Whether any partition keeps to every judgement: nobody kept apart is connected by "same"."""
    group = {account: account for judgement in judgements for account in judgement[:2]}
    for left, right, _, is_same in judgements:
        if is_same:
            old, new = group[left], group[right]
            group = {account: new if kept == old else kept for account, kept in group.items()}
    return all(is_same or group[left] != group[right] for left, right, _, is_same in judgements)


def some_judgements(rng: random.Random, name: str) -> list[Judgement]:
    """Up to sixteen judgements on eight accounts; half of the sets tell of three persons, with a mistake at times."""
    mistakes = rng.choice([0.0, 0.0, 0.1, 0.5])
    person = [rng.randrange(3) for _ in range(8)]
    found = {}
    for _ in range(rng.randrange(17)):
        left, right = sorted(rng.sample(range(8), 2))
        is_same = (person[left] == person[right]) != (rng.random() < mistakes)
        found[f"{name}-{left}", f"{name}-{right}", rng.choice("xyz")] = is_same
    return [(*key, is_same) for key, is_same in found.items()]


def some_probabilities(rng: random.Random, name: str) -> dict[tuple[str, str], float]:
    return {
        (f"{name}-{left}", f"{name}-{right}"): rng.choice([0.05, 0.4, 0.6, 0.99])
        for right in range(8)
        for left in range(right)
        if rng.random() < 0.3
    }


@settings(max_examples=20, deadline=None)
@given(some.integers(0, 2**32))
def test_verdicts_hold_where_they_can_and_each_broken_one_is_proved(seed: int) -> None:
    """Fifty sets at once, which share no account: a thousand in all."""
    rng = random.Random(seed)
    sets = {name: some_judgements(rng, name) for name in (f"{place:02}" for place in range(50))}
    probabilities = {pair: p for name in sets for pair, p in some_probabilities(rng, name).items()}
    judged = [judgement for some_set in sets.values() for judgement in some_set]
    users = merged(judged, probabilities)
    found = contradicted(judged, users)
    listed = {(left, right, is_same): is_held for left, right, is_same, is_held in shown(found, "is_held")}
    said = {(left, right, is_same) for left, right, _, is_same in judged}
    broken = {verdict for verdict in said if (users[verdict[0]] == users[verdict[1]]) != verdict[2]}
    assert {verdict for verdict, is_held in listed.items() if not is_held} == broken
    in_conflict = {name for name, some_set in sets.items() if not can_all_hold(some_set)}
    assert {verdict[0][:2] for verdict in listed} == {verdict[0][:2] for verdict in broken} == in_conflict
    assert not (found["kind"] == contradictions.NO_CAUSE).any()
    for row in found.itertuples(index=False):
        assert_proved(row, said)
    rng.shuffle(judged)
    assert merged(judged, probabilities) == users
    pd.testing.assert_frame_equal(contradicted(judged, users), found)


def assert_proved(row: Any, said: set[tuple[str, str, bool]]) -> None:
    """The path leads from left to right, by verdicts that were given, and says the opposite of the row's verdict."""
    path, steps = row.path.split("|"), [step == "same" for step in row.path_verdicts.split("|")]
    assert (path[0], path[-1], len(set(path))) == (row.account_id_left, row.account_id_right, len(path))
    assert all((min(two), max(two), is_same) in said for two, is_same in zip(pairwise(path), steps, strict=True))
    assert steps.count(False) == int(row.is_same_person)
    assert len(row.path_labellers.split("|")) == len(steps)
