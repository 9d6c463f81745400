"""Identity: what is learned from judges and candidates, how accounts are grouped, and that verdicts hold."""

from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from job_search_assets.engine.tables import matching
from job_search_assets.engine.tables.table_schemas import ibis_types
from job_search_assets.engine.tables.warehouse import Warehouse
from job_search_assets.logic.identity import commonness, details, estimation, judges, linkage, matching_model, merging
from job_search_assets.logic.identity.comparisons import COMPARISONS
from job_search_assets_tests.test_identity import USERS

Rows = list[tuple[int, int, float, int]]


def grouped(accounts: int, rows: Rows, *, largest: int = 100) -> list[int]:
    """The smallest account of each one's group; rows are left, right, probability, verdict."""
    pairs = pd.DataFrame(rows, columns=["left", "right", "probability", "verdict"])
    pairs["probability"] = (pairs["probability"].astype(float) * linkage.MILLION).round().astype(int)
    return list(merging.merge(pairs, accounts=accounts, threshold=0.5, largest=largest)["oldest"])


def test_a_chain_of_doubtful_pairs_makes_no_group_of_all() -> None:
    assert grouped(3, [(0, 1, 0.9, 0), (1, 2, 0.6, 0)]) == [0, 0, 2]


def test_a_group_grows_where_the_pairs_are_probable_on_average() -> None:
    assert grouped(3, [(0, 1, 0.9, 0), (1, 2, 0.7, 0), (0, 2, 0.4, 0)]) == [0, 0, 0]


def test_accounts_nobody_paired_stay_alone() -> None:
    assert grouped(3, []) == [0, 1, 2]


def test_verdicts_hold_against_every_probability() -> None:
    assert grouped(4, [(0, 1, 0.999, -1), (2, 3, 0.001, 1)]) == [0, 1, 2, 2]


def test_a_cannot_link_keeps_whole_groups_apart() -> None:
    rows = [(0, 1, 0.99, 0), (2, 3, 0.99, 0), (0, 2, 0.9, 0), (0, 3, 0.9, 0), (1, 2, 0.9, 0), (1, 3, 0.01, -1)]
    assert grouped(4, rows) == [0, 0, 2, 2]


def test_of_verdicts_that_contradict_each_other_the_one_that_parts_wins() -> None:
    assert grouped(3, [(0, 1, 0.9, 1), (1, 2, 0.2, 1), (0, 2, 0.1, -1)]) == [0, 0, 2]


def test_a_component_too_large_falls_apart_at_its_weakest_links() -> None:
    ring = [(place, place + 1, 0.99 if place % 2 == 0 else 0.6, 0) for place in range(9)]
    assert max(np.bincount(grouped(10, ring, largest=4))) == 2


@settings(max_examples=40, deadline=None)
@given(some.randoms(use_true_random=False), some.integers(2, 12))
def test_any_order_of_pairs_gives_the_same_groups_and_verdicts_hold(random: object, accounts: int) -> None:
    everyone = [(left, right) for right in range(accounts) for left in range(right)]
    person = [random.randrange(4) for _ in range(accounts)]  # type: ignore[attr-defined]
    rows = [
        (
            left,
            right,
            random.choice([0.1, 0.5, 0.6, 0.9]),
            random.choice([0, 0, 0, 1 if person[left] == person[right] else -1]),
        )  # type: ignore[attr-defined]
        for left, right in everyone
        if random.random() < 0.7  # type: ignore[attr-defined]
    ]
    groups = grouped(accounts, rows)
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert grouped(accounts, shuffled) == groups
    assert all((groups[left] == groups[right]) == (verdict > 0) for left, right, _, verdict in rows if verdict)


def test_of_must_links_that_cannot_all_hold_the_least_probable_is_broken() -> None:
    ring = [(0, 1, 0.2, 1), (1, 2, 0.9, 1), (2, 3, 0.8, 1), (0, 3, 0.99, -1)]
    assert grouped(4, ring) == [0, 1, 1, 1]


@settings(max_examples=40, deadline=None)
@given(some.randoms(use_true_random=False), some.integers(2, 25))
def test_linking_along_pairs_gives_the_same_groups_as_linking_matrices(random: Any, accounts: int) -> None:
    rows = [
        (left, right, random.choice([0.1, 0.5, 0.55, 0.6, 0.9, 1.0]), random.choice([0] * 9 + [-1, 1]))
        for right in range(accounts)
        for left in range(right)
        if random.random() < 0.5
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(linkage, "_SMALL", 1)
        along = grouped(accounts, rows)
    assert along == grouped(accounts, rows)


def persons_in_a_crowd(persons: int, size: int, between: float) -> Rows:
    """Persons of `size` accounts each, sure within; every account of one is paired with some of the next persons'."""
    within = [
        (first, second, 0.97, 0)
        for start in range(0, persons * size, size)
        for first in range(start, start + size)
        for second in range(first + 1, start + size)
    ]
    count = persons * size
    others = [(place, place + size * step, between, 0) for step in (1, 2, 3) for place in range(count - size * step)]
    return within + others


@pytest.mark.parametrize("largest", [500, 5_000])
def test_a_component_of_two_thousand_accounts_falls_into_its_persons(largest: int) -> None:
    groups = grouped(2_000, persons_in_a_crowd(500, 4, between=0.8), largest=largest)
    assert groups == [place // 4 * 4 for place in range(2_000)]


def test_two_thousand_accounts_as_sure_as_can_be_are_linked_though_no_stricter_link_is_left() -> None:
    chain = [(place, place + step, 1.0, 0) for step in (1, 2, 3) for place in range(2_000 - step)]
    sizes = np.unique(grouped(2_000, chain, largest=500), return_counts=True)[1]
    assert sizes.sum() == 2_000
    assert 4 <= sizes.max() <= 30  # a chain of sure pairs is no user of thousands


@pytest.mark.parametrize(("largest", "joined"), [(500, 1), (5_000, 2)])
def test_a_hub_that_looks_like_everybody_brings_nobody_together(largest: int, joined: int) -> None:
    """A shared default e-mail or phone: one account linked with two thousand that no one has linked with each other."""
    star = [(0, place, 0.9, 0) for place in range(1, 2_000)]
    assert max(np.unique(grouped(2_000, star, largest=largest), return_counts=True)[1]) == joined


def test_accounts_that_all_share_a_default_value_stay_apart() -> None:
    """Forty persons of three accounts in one office: each is sure of themselves and doubtful of all others."""
    person = [place // 3 for place in range(120)]
    rows = [
        (left, right, 0.95 if person[left] == person[right] else 0.42, 0)
        for right in range(120)
        for left in range(right)
    ]
    assert grouped(120, rows) == [place // 3 * 3 for place in range(120)]


def test_people_may_join_two_thousand_accounts() -> None:
    chain = [(place, place + 1, 0.01, 1) for place in range(1_999)]
    assert set(grouped(2_000, chain, largest=500)) == {0}
    torn = grouped(2_000, [*chain, (0, 1_999, 0.01, -1)], largest=500)
    assert sorted(np.unique(torn, return_counts=True)[1]) == [1, 1_999]


def judgements(count: int = 400, careless: float = 0.3) -> pd.DataFrame:
    """A sound judge and one who errs in a share of his pairs; the comparisons know the truth fairly well."""
    is_same = np.arange(count) % 2 == 0
    errs = np.arange(count) % 100 < careless * 100
    half = pd.DataFrame(
        {
            "account_id_left": [f"a{place:03}" for place in range(count)],
            "account_id_right": [f"b{place:03}" for place in range(count)],
            "log_odds": np.where(is_same, 3.0, -4.0),
        }
    )
    sound = half.assign(labeller="sound", is_same_person=is_same)
    return pd.concat([sound, half.assign(labeller="careless", is_same_person=is_same ^ errs)])


def test_a_careless_judge_is_found_out_and_weighs_less() -> None:
    rates = judges.rate(judgements(), prior_pairs=5)
    assert sum(rates["sound"]) / 2 > 0.95
    assert sum(rates["careless"]) / 2 == pytest.approx(0.7, abs=0.03)
    sure, unsure = judges.weights(pd.DataFrame({"labeller": ["sound", "careless"], "is_same_person": True}), rates)
    assert sure > 3 > unsure > 0


def test_only_trusted_judges_decide_and_all_are_heard() -> None:
    asked = pd.DataFrame(
        [("b", "a", "good", True), ("a", "c", "bad", False), ("a", "d", "good", True), ("a", "d", "also", False)],
        columns=["account_id_left", "account_id_right", "labeller", "is_same_person"],
    )
    rates = {"good": [0.95, 0.95], "also": [0.95, 0.95], "bad": [0.8, 0.8]}
    found = judges.verdicts(asked, rates, trusted_accuracy=0.9)
    assert found.to_dict("records") == [
        {"account_id_left": "a", "account_id_right": "b", "mw_verdict": 4.247928, "verdict": 1},
        {"account_id_left": "a", "account_id_right": "c", "mw_verdict": -2.0, "verdict": 0},
        {"account_id_left": "a", "account_id_right": "d", "mw_verdict": 0.0, "verdict": 0},
    ]


def test_no_judgements_give_no_rates_and_no_verdicts() -> None:
    none = judgements(0)
    assert judges.rate(none, prior_pairs=5) == {}
    assert judges.verdicts(none, {}, trusted_accuracy=0.9).empty


def patterns() -> pd.DataFrame:
    """Candidates by e-mail (5 same, 0 not), gender and phone: one in eleven is one person, phones mostly empty."""
    rows = [(5, 1, -1, 90), (0, 1, -1, 500), (0, 0, -1, 490), (5, 1, 2, 10), (0, 0, 0, 10)]
    told = pd.DataFrame(rows, columns=["gamma_email", "gamma_gender", "gamma_phone", "pairs"])
    return told.reindex(columns=[*estimation.GAMMAS, "pairs"], fill_value=-1)


def judged_patterns() -> pd.DataFrame:
    of_pattern = patterns().loc[[0] * 20 + [1] * 10 + [2] * 10].drop(columns="pairs").reset_index(drop=True)
    return of_pattern.assign(
        account_id_left=[f"a{place:02}" for place in range(40)],
        account_id_right="b",
        labeller="judge",
        is_same_person=[True] * 20 + [False] * 20,
    )


def fitted() -> matching_model.FittedModel:
    return matching_model.fit(
        patterns(),
        judged_patterns(),
        steps=3,
        smoothing=2.0,
        first_share=0.05,
        judged_weight=1.0,
        penalty=1.0,
        prior_pairs=20,
    )


def test_likeness_weighs_for_and_unlikeness_against_one_person() -> None:
    weights = fitted().estimator["weights"]
    assert weights["email"][5] > 3
    assert weights["email"][0] < -1
    assert weights["gender"][1] > 0 > weights["gender"][0]


def test_a_level_that_no_judge_has_seen_weighs_something_finite() -> None:
    assert all(np.isfinite(weight) for table in fitted().estimator["weights"].values() for weight in table)


def test_the_share_of_one_person_is_that_of_the_candidates_not_of_the_judged() -> None:
    assert fitted().metrics["share_of_one_person"] == pytest.approx(1 / 11, abs=0.03)


def test_a_model_without_any_judged_pair_can_be_learned() -> None:
    model = matching_model.fit(
        patterns(),
        judged_patterns().head(0),
        steps=3,
        smoothing=2.0,
        first_share=0.05,
        judged_weight=1.0,
        penalty=1.0,
        prior_pairs=20,
    )
    assert set(model.estimator["weights"]) == {comparison.name for comparison in COMPARISONS}


def test_splink_compares_the_pairs_it_is_given(tmp_path: Path) -> None:
    people = [
        {
            "full_name": "Bob Smith",
            "email": "b@mail.com",
            "gender": "male",
            "postcode": "E1 6AN",
            "signup_ip": "192.0.2.7",
        },
        {"full_name": "Robert Smith", "email": "B@mail.com", "gender": "female", "postcode": "e16an"},
        {"full_name": "Eve Smith", "email": "e@mail.com", "postcode": "E1 6AN", "signup_ip": "192.0.2.7"},
    ]
    rows = [
        {"account_id": "abc"[place], "created_at": datetime(2026, 3, 1), "source": "app"} | told
        for place, told in enumerate(people)
    ]
    warehouse = Warehouse(tmp_path / "warehouse.duckdb")
    try:
        accounts = warehouse.from_pandas(
            pd.DataFrame([dict.fromkeys(USERS) | row for row in rows], dtype=object), USERS
        )
        worded = warehouse.map_batches(details.to_word(accounts), details.word, details.WORDED, order_by="account_id")
        detailed = warehouse.kept(details.detail(accounts, worded))
        assert {name: str(kind) for name, kind in detailed.schema().items()} == ibis_types("match_details")
        asked = warehouse.from_pandas(
            pd.DataFrame({"account_id_left": ["a", "a"], "account_id_right": ["b", "c"], "blocking_rule": "x"}),
            {"account_id_left": "string", "account_id_right": "string", "blocking_rule": "string"},
        )
        common = commonness.common_values(detailed, shares=[0.5], crowds=[2])
        found = matching.compare(warehouse, detailed, common, asked, classes=1).order_by("account_id_right").to_pandas()
    finally:
        warehouse.close()
    words = {comparison.name: comparison.words for comparison in COMPARISONS}
    assert [words["name"][level] for level in found["gamma_name"]] == [
        "forename same by nickname, surname same",
        "forename different, surname same",
    ]
    assert [words["email"][level] for level in found["gamma_email"]] == ["same", "one letter differs"]
    assert [words["home"][level] for level in found["gamma_home"][:1]] == ["postcode same, city empty"]
    assert [words["home_of_kin"][level] for level in found["gamma_home_of_kin"][1:]] == [
        "home same postcode, network same"
    ]
    assert (found["gamma_home"][1], found["gamma_home_of_kin"][0]) == (-1, -1)
    assert list(found["gamma_gender"]) == [0, -1]
    assert list(found["gamma_phone"]) == [-1, -1]
