"""What the spam stage learns: looks, moderators, and how much spam networks hold."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from job_search_assets.logic.spam import examples, explanation, model, moderators, scores, shares
from job_search_assets.schemas.models import FittedModel

TEXTS = {True: "win a free prize now", False: "see you at lunch"}
TRUST = {"expected_error": 0.02, "error_strength": 100}


def looks_of(is_spam: list[bool]) -> pd.DataFrame:
    """Accounts a00, a01, … that differ in their text and one flag only."""
    accounts = pd.DataFrame({"account_id": [f"a{number:02}" for number in range(len(is_spam))]})
    accounts = accounts.assign(**dict.fromkeys(model.COUNTS, 0), **dict.fromkeys(model.FLAGS, False))
    accounts = accounts.assign(**dict.fromkeys(("email_domain", "email_local", "device", "source"), ""))
    return accounts.assign(text=[TEXTS[spam] for spam in is_spam], has_about=is_spam)


def verdicts(accounts: list[str], is_spam: list[bool], moderator: str) -> pd.DataFrame:
    at = pd.Timestamp("2026-01-01")
    return pd.DataFrame(
        {"account_id": accounts, "is_spam": np.array(is_spam, dtype=bool), "reported_by": moderator, "reported_at": at}
    )


@pytest.fixture(scope="module")
def fitted() -> FittedModel:
    return fit_shuffled(seed=None)


def fit_shuffled(seed: int | None) -> FittedModel:
    """Eighty examples, half of them spam; the verdict on a00, a person, is wrong."""
    is_spam = [number % 2 == 1 for number in range(80)]
    looks = looks_of(is_spam)
    said = pd.DataFrame({"account_id": looks.account_id, "is_spam": is_spam, "fold": np.arange(80) % 4})
    said.loc[0, "is_spam"] = True
    reports = verdicts(list(said.account_id), list(said.is_spam), "ann")
    if seed is not None:
        said, looks, reports = (table.sample(frac=1, random_state=seed) for table in (said, looks, reports))
    return model.fit(said, looks, reports, regularisation=1, **TRUST)


def test_the_order_of_rows_changes_nothing(fitted: FittedModel) -> None:
    other = fit_shuffled(seed=1)
    weighed = [each.estimator["full"].named_steps["weighed"].coef_ for each in (fitted, other)]
    assert np.array_equal(*weighed)
    hashed = other.estimator["full"].named_steps["described"].named_transformers_["words"].named_steps["hashed"]
    assert not [name for name in vars(hashed) if name.endswith("_id")]  # an address in memory is no property
    assert (fitted.metrics, fitted.facts) == (other.metrics, other.facts)


def test_a_verdict_that_the_looks_contradict_is_counted(fitted: FittedModel) -> None:
    assert fitted.metrics["examples_contradicted"] == 1


def test_looks_are_told_apart_and_an_example_is_scored_by_the_model_that_has_not_seen_it(
    fitted: FittedModel,
) -> None:
    rows = looks_of([True, False, True]).assign(fold=[np.nan, np.nan, 0])
    found = model.log_odds(rows, fitted)
    assert found[0] > 0 > found[1]
    used = {tuple(chosen): weighed for weighed, chosen in model.by_fold(rows, fitted)}
    assert used[False, False, True] is fitted.estimator["folds"][0]
    assert used[True, True, False] is fitted.estimator["full"].named_steps["weighed"]


def test_words_that_spoke_for_spam_are_named_whatever_the_batch(fitted: FittedModel) -> None:
    rows = looks_of([True, False, True]).assign(fold=np.nan)
    told = explanation.explain(rows, fitted, at_most=50)
    spam = told[told.account_id == "a00"].reset_index(drop=True)
    assert {"text: prize", "text: free prize", "has_about"} <= set(spam.reference)
    assert "text: lunch" not in set(spam.reference)
    assert spam.equals(explanation.explain(rows[:1], fitted, at_most=50).reset_index(drop=True))


def test_accounts_without_any_text_are_explained_by_the_rest(fitted: FittedModel) -> None:
    silent = looks_of([True]).assign(fold=np.nan, text="")
    told = explanation.explain(silent, fitted, at_most=50)
    assert not told.empty
    assert [name for name in told.reference if name.startswith("text: ") and name != "text: letters"] == []


def test_with_hardly_any_examples_all_accounts_look_alike() -> None:
    is_spam = [True] * 5 + [False] * 30
    said = pd.DataFrame({"account_id": looks_of(is_spam).account_id, "is_spam": is_spam, "fold": 0})
    reports = verdicts(list(said.account_id), is_spam, "ann")
    nothing = model.fit(said, looks_of(is_spam), reports, regularisation=1, **TRUST)
    rows = looks_of([True, False]).assign(fold=np.nan)
    assert list(model.log_odds(rows, nothing)) == [0, 0]
    assert explanation.explain(rows, nothing, at_most=5).empty


def test_without_any_report_nobody_is_graded() -> None:
    none = looks_of([])
    nothing = model.fit(
        none.assign(is_spam=pd.Series(dtype=bool)), none, verdicts([], [], "ann"), regularisation=1, **TRUST
    )
    quality = scores.moderator_quality(nothing)
    assert quality.empty
    assert quality.dtypes["sensitivity"] == quality.dtypes["spam_log_odds"] == "float64"


def test_look_alikes_are_held_out_together() -> None:
    named = pd.DataFrame(
        {
            "account_id": ["a", "b", "c", "d", "e"],
            "text_key": ["winafreeprizenowcalljane", "winafreeprizenowcalljane", "", "", "seeyouatlunchtomorrowok"],
            "network": ["4aa", "4bb", "4bb", "4bb", None],
            "created_at": pd.to_datetime(["2026-01-01", "2026-02-01", "2026-02-02", "2026-06-01", "2026-01-01"]),
        }
    )
    crowd = pd.DataFrame({"account_id": [f"z{number:02}" for number in range(60)], "text_key": ""})
    crowd = crowd.assign(network=[f"4c{number}" for number in range(60)], created_at=pd.Timestamp("2026-01-01"))
    chosen = pd.concat([named, crowd], ignore_index=True).assign(is_spam=True, reports=1)
    held = examples.hold_out(chosen.sample(frac=1, random_state=1), folds=1000, burst_hours=48)
    fold = held.set_index("account_id").fold
    # One text joins a and b, one burst b and c; d came from their network months later.
    assert fold["a"] == fold["b"] == fold["c"]
    assert len({fold["a"], fold["d"], fold["e"]}) == 3


def test_a_bundle_that_holds_most_examples_is_let_go() -> None:
    chosen = pd.DataFrame({"account_id": [f"a{number:02}" for number in range(50)], "is_spam": True, "reports": 1})
    chosen = chosen.assign(text_key="winafreeprizenowcalljane", network=None, created_at=pd.Timestamp("2026-01-01"))
    assert examples.hold_out(chosen, folds=5, burst_hours=48).fold.nunique() == 5


def test_a_careless_moderator_is_told_from_a_careful_one() -> None:
    accounts = [f"a{number:03}" for number in range(300)]
    is_spam = [number < 100 for number in range(300)]
    unseen = pd.Series(np.where(is_spam, 4.0, -4.0), index=accounts)
    careless = [spam or number >= 240 for number, spam in enumerate(is_spam)]
    reports = pd.concat([verdicts(accounts, is_spam, "ann"), verdicts(accounts, careless, "bob")])
    graded = moderators.grade(reports, unseen, expected_error=0.02, strength=100).set_index("reported_by")
    assert graded.loc["ann", ["sensitivity", "specificity"]].min() > 0.98
    # He called 60 of 200 people spam; a hundred imagined verdicts, two of them wrong, pull him towards the others.
    assert graded.loc["bob", "specificity"] == pytest.approx((140 + 98) / 300, abs=0.01)
    assert graded.loc["bob", "sensitivity"] > 0.98


def networks(**spam_of: tuple[int, int]) -> pd.DataFrame:
    """Accounts of each network, given as (spam, all), with sure looks."""
    rows = [
        {
            "entry_id": name,
            "account_id": f"{name}{number:03}",
            "is_in_force": True,
            "looks": 8.0 if number < spam else -8.0,
        }
        for name, (spam, everyone) in spam_of.items()
        for number in range(everyone)
    ]
    return pd.DataFrame(rows)


PRIORS = pd.DataFrame({"kind": ["listed", "unlisted"], "spam_share": [0.85, 0.08], "strength": [2.5, 7.0]})


def test_an_entry_is_suspect_when_its_accounts_look_like_anybodys() -> None:
    inside = networks(university=(1, 12), spammers=(9, 10), cafe=(4, 10), once=(0, 1))
    entries = pd.DataFrame({"entry_id": ["university", "spammers", "cafe", "once", "unused"], "is_confirmed": False})
    reviewed = shares.review(inside, entries, PRIORS, wrong_entry_share=0.03).set_index("entry_id")
    assert list(reviewed.index[reviewed.is_suspect]) == ["university"]
    assert reviewed.log_odds["unused"] == pytest.approx(np.log(0.03 / 0.97), abs=1e-6)
    assert reviewed.loc["university", ["accounts", "spam_looks"]].tolist() == pytest.approx([12, 1], abs=0.01)


def test_an_entry_that_a_person_confirmed_is_not_suspect() -> None:
    entries = pd.DataFrame({"entry_id": ["university"], "is_confirmed": [True]})
    reviewed = shares.review(networks(university=(0, 20)), entries, PRIORS, wrong_entry_share=0.03)
    assert reviewed.log_odds[0] > 0
    assert not reviewed.is_suspect[0]


def test_what_is_usual_is_learned_from_looks_alone() -> None:
    listed = networks(**{f"entry{number:02}": (4, 5) for number in range(20)}, university=(1, 40))
    alone = pd.DataFrame(
        {"account_id": [f"u{n:03}" for n in range(400)], "looks": np.where(np.arange(400) < 40, 8.0, -8.0)}
    )
    grouped = pd.concat([listed.assign(is_listed=True), alone.assign(entry_id=alone.account_id, is_listed=False)])
    priors = shares.learn_priors(grouped.rename(columns={"entry_id": "group"}), wrong_entry_share=0.03)
    priors = priors.set_index("kind")
    # The university counts hardly at all; without it four of five accounts are spam.
    assert priors.spam_share["listed"] == pytest.approx(0.8, abs=0.02)
    assert priors.spam_share["unlisted"] == pytest.approx(0.1, abs=0.01)
    assert priors.loc["listed", ["accounts", "networks"]].tolist() == [140, 21]


@settings(max_examples=15, deadline=None)
@given(st.randoms(use_true_random=False))
def test_reviewing_does_not_depend_on_the_order_of_accounts(random) -> None:
    inside = networks(university=(1, 7), cafe=(3, 6))
    order = list(range(len(inside)))
    random.shuffle(order)
    entries = pd.DataFrame({"entry_id": ["cafe", "university"], "is_confirmed": False})
    shuffled, plain = (
        shares.review(rows, entries, PRIORS, wrong_entry_share=0.03) for rows in (inside.iloc[order], inside)
    )
    assert shuffled.equals(plain)


@settings(max_examples=20, deadline=None)
@given(spam=st.integers(0, 30), people=st.integers(0, 30))
def test_one_more_spammer_never_makes_an_entry_more_suspect(spam: int, people: int) -> None:
    inside = networks(fewer=(spam, spam + people), more=(spam + 1, spam + people + 1))
    entries = pd.DataFrame({"entry_id": ["fewer", "more"], "is_confirmed": False})
    found = shares.review(inside, entries, PRIORS, wrong_entry_share=0.03)
    assert found.log_odds[1] <= found.log_odds[0]
