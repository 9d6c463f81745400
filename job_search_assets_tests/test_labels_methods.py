"""Which way of reading votes is chosen, what features add, and CROWDLAB as its paper has it."""

import numpy as np
import pandas as pd
import pytest

from job_search_assets.logic.job_seekers.fitting import INPUTS
from job_search_assets.logic.labels import consensus, crowdlab, hints
from job_search_assets.logic.labels.learning import Beliefs, Votes, encode, expect, foresee, learn
from job_search_assets_tests.test_labels_model import BELIEFS, featureless, fit, simulated

RATES = {"ann": (0.95, 0.9), "bob": (0.9, 0.8), "cat": (0.6, 0.6), "dan": (0.85, 0.95)}
ALIKE = {f"ann-{number}": (0.85, 0.85) for number in range(8)}


def telling(truth: pd.Series, *, noise: float, seed: int = 1) -> pd.DataFrame:
    """Users whose training hours tell something of the truth."""
    users = featureless(truth.index)
    draw = np.random.default_rng(seed)
    return users.assign(training_hours=truth.to_numpy() * 1.0 + draw.normal(0, noise, len(truth)))


def names(model: object) -> dict[str, dict[str, object]]:
    return {row["method"]: row for row in model.facts["methods"]}  # type: ignore[attr-defined]


def test_labellers_of_unlike_skill_are_told_apart_and_alike_ones_are_not() -> None:
    unlike, _, _ = simulated(800, rates=RATES, votes_each=3)
    alike, _, _ = simulated(800, rates=ALIKE, votes_each=3)
    assert fit(unlike).facts["method_by_votes"] == "dawid_skene"
    assert fit(alike).facts["method_by_votes"] in {"majority", "one_coin"}


def test_one_method_is_chosen_and_the_rule_is_on_record() -> None:
    cast, truth, _ = simulated(400, rates=RATES, votes_each=3)
    table = consensus.methods_table(fit(cast, telling(truth, noise=0.7)))
    chosen = table[table["is_chosen"]]
    assert chosen["why"].tolist() == ["likeliest hidden votes"]
    assert chosen["held_out_score"].iloc[0] == table["held_out_score"].max()
    assert set(table["method"]) == {
        "majority",
        "one_coin",
        "dawid_skene",
        "dawid_skene_by_guide",
        "dawid_skene_with_features",
        "crowdlab",
    }


def test_with_few_votes_a_labeller_they_are_not_told_apart() -> None:
    rates = {f"ann-{number:03}": RATES[name] for number, name in enumerate(list(RATES) * 60)}
    cast, _, _ = simulated(400, rates=rates, votes_each=3)
    found = names(fit(cast))
    assert found["dawid_skene"]["why"] == "labellers gave 5 votes each, 10 are needed"
    assert not found["dawid_skene"]["is_chosen"]


def test_features_that_tell_make_labels_right_and_features_that_do_not_change_hardly_any() -> None:
    cast, truth, _ = simulated(600, rates=RATES, votes_each=2)
    coded = encode(cast, ["labeller"])
    learned = learn(coded, BELIEFS)
    told, silent = telling(truth, noise=0.4), telling(truth.sample(frac=1, random_state=1), noise=0.4)
    right = {}
    for name, users in (("told", told), ("silent", silent.assign(user_id=told["user_id"]))):
        model = fit(cast, users)
        prior = hints.log_odds(hints.predict(model.estimator, users)["probability"].to_numpy())
        right[name] = float(((expect(coded, learned, prior)[0][:, 1] > 0.5) == truth.to_numpy()).mean())
    by_votes = float(((expect(coded, learned)[0][:, 1] > 0.5) == truth.to_numpy()).mean())
    assert right["told"] > by_votes + 0.03
    assert right["silent"] > by_votes - 0.02


def test_a_users_own_votes_have_no_say_in_the_hint() -> None:
    cast, truth, _ = simulated(300, rates=RATES, votes_each=3)
    users = telling(truth, noise=0.7)
    yes = expect(encode(cast, ["labeller"]), learn(encode(cast, ["labeller"]), BELIEFS))[0][:, 1]
    _, before = hints.fit(users, yes, folds=5, seed=1)
    turned = yes.copy()
    turned[7] = 1 - turned[7]
    _, after = hints.fit(users, turned, folds=5, seed=1)
    assert after[7] == before[7]
    assert (after != before).any()


def test_a_stretch_mends_log_odds_that_are_too_timid() -> None:
    draw = np.random.default_rng(1)
    honest = draw.normal(-0.5, 1.5, 4000)
    truth = draw.random(4000) < hints.from_log_odds(honest)
    answer = truth ^ (draw.random(4000) < 0.1)
    said = np.where(answer[:, None] == np.array([False, True]), np.log(0.9), np.log(0.1))
    shift, slope = hints.stretch(honest / 2 + 0.3, said)
    assert slope == pytest.approx(2, abs=0.25)
    assert shift == pytest.approx(-0.6, abs=0.2)


def test_without_classifiers_a_hint_is_the_base_rate() -> None:
    cast, _, _ = simulated(20, rates=RATES, votes_each=3)
    model = fit(cast).estimator
    hinted = hints.predict(model, featureless(["u", "v"]))
    assert hinted["probability"].tolist() == [model["base_rate"]] * 2
    assert not model["uses_features"]


def test_gold_on_enough_users_decides_by_its_own_log_loss() -> None:
    cast, truth, _ = simulated(400, rates=RATES, votes_each=3)
    expert = pd.DataFrame(
        [(user, user, "expert", "1", bool(truth[user])) for user in truth.index[:250]], columns=list(cast)
    )
    table = consensus.methods_table(fit(pd.concat([cast, expert]), gold_labeller="expert"))
    assert table.loc[table["is_chosen"], "why"].tolist() == ["lowest log loss on gold users"]
    assert table.loc[table["is_chosen"], "gold_log_loss"].iloc[0] == table["gold_log_loss"].min()
    assert set(table["gold_users"]) == {250}
    few = consensus.methods_table(fit(pd.concat([cast, expert.head(20)]), gold_labeller="expert"))
    assert few.loc[few["is_chosen"], "why"].tolist() == ["likeliest hidden votes"]


def test_gold_votes_teach_nothing_about_the_other_labellers() -> None:
    cast, truth, _ = simulated(300, rates=RATES, votes_each=3)
    few = truth.index[:20]  # too few to choose the method by
    wrong = pd.DataFrame([(user, user, "expert", "1", not truth[user]) for user in few], columns=list(cast))
    with_gold, without = fit(pd.concat([cast, wrong]), gold_labeller="expert").estimator, fit(cast).estimator
    assert [rate for rate in with_gold["rates"] if rate[0] != "expert"] == without["rates"]


def test_a_hidden_vote_is_foretold_by_the_others_on_the_same_user() -> None:
    # One account, two votes by labellers with known rates and no doubt: the chance of the second given the first.
    rates = Beliefs(votes=1, users=1, ambiguous_share=1e-9, ambiguous_accounts=1)
    votes = Votes(np.array([0, 0]), np.array([0, 1]), np.array([1, 1]), np.array([0]), 2)
    learned = learn(votes, rates)
    right, base = learned.right, learned.base_rate
    yes = [right[coder, 1] for coder in (0, 1)]
    no = [1 - right[coder, 0] for coder in (0, 1)]
    share = learned.ambiguous_share
    joint = base * ((1 - share) * yes[0] * yes[1] + share / 4) + (1 - base) * ((1 - share) * no[0] * no[1] + share / 4)
    alone = [
        base * ((1 - share) * if_yes + share / 2) + (1 - base) * ((1 - share) * if_no + share / 2)
        for if_yes, if_no in zip(yes, no, strict=True)
    ]
    assert np.exp(foresee(votes, learned)) == pytest.approx([joint / alone[1], joint / alone[0]])


def test_a_single_rate_is_the_same_on_a_yes_and_on_a_no() -> None:
    cast, _, _ = simulated(300, rates=RATES, votes_each=3)
    right = learn(encode(cast, ["labeller"], is_one_coin=True), BELIEFS).right
    assert np.array_equal(right[:, 0], right[:, 1])


def test_crowdlab_weighs_classifier_and_votes_as_in_its_paper() -> None:
    # Users 0 1 2 3, labellers a b c; the classifier is right about all but user 3, where the majority says yes.
    answers = {0: (1, 1, 1), 1: (0, 0, 1), 2: (0, 0, 0), 3: (1, 1, 0)}
    said = np.array([answers[user] for user in range(4)]).ravel()
    votes = Votes(np.repeat(np.arange(4), 3), np.tile(np.arange(3), 4), said, np.arange(4), 3)
    trust = crowdlab.weigh(votes, np.array([0.8, 0.3, 0.1, 0.4]), prior_votes=0)
    least_error = 2 / 4  # of somebody who always says no
    agreement = (3 / 3 + 2 / 3 + 3 / 3 + 2 / 3) / 4
    of_a = (2 + 1 + 2 + 1) / 8
    of_c = (2 + 0 + 2 + 0) / 8
    assert trust.agreement == pytest.approx(agreement)
    assert trust.labellers == pytest.approx([1 - (1 - of_a) / least_error, 1 - (1 - of_a) / least_error, 1e-6])
    assert trust.classifier == pytest.approx((1 - (1 / 4) / least_error) * 3**0.5)
    weight = trust.labellers[0]
    expected = (trust.classifier * 0.4 + 2 * weight * agreement) / (trust.classifier + 2 * weight)
    assert crowdlab.read(votes, trust, np.array([0.8, 0.3, 0.1, 0.4]))[3] == pytest.approx(expected, abs=1e-5)
    assert of_c == 0.5


@pytest.mark.parametrize("seed", [1, 2])
def test_the_same_votes_give_the_same_model_in_any_order(seed: int) -> None:
    cast, truth, _ = simulated(200, rates=RATES, votes_each=3)
    users = telling(truth, noise=0.7)
    shuffled = cast.sample(frac=1, random_state=seed)
    one, other = fit(cast, users), fit(shuffled, users)
    assert one.facts == other.facts
    assert {k: v for k, v in one.estimator.items() if k != "hint_models"} == {
        k: v for k, v in other.estimator.items() if k != "hint_models"
    }
    assert set(INPUTS) <= set(users.columns)
