"""How the votes are read: the method that foretells hidden votes best, and what it learned."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from job_search_assets.logic.labels import crowdlab, hints
from job_search_assets.logic.labels.learning import (
    Array,
    Beliefs,
    Learned,
    Votes,
    doubts,
    expect,
    learn,
    log_likelihoods,
)
from job_search_assets.logic.labels.methods import (
    BY_VOTES,
    Setting,
    chosen_of,
    compare_by_votes,
    compare_with_features,
    judge,
)
from job_search_assets.schemas.models import FittedModel


@dataclass(frozen=True)
class Features:
    """What features have to say: a classifier a fold, log odds by them, the line that mends these, the prior."""

    models: list[Any]
    odds: Array | None
    line: tuple[float, float]
    prior: Array | None
    crowdlab: dict[str, Any] | None


NO_FEATURES = Features([], None, (0.0, 1.0), None, None)
GOLD_RATE = 0.995  # how often a gold labeller is taken to be right, whatever the others say


def fit(
    votes: pd.DataFrame,
    users: pd.DataFrame,
    *,
    beliefs: Beliefs,
    folds: int,
    least_users: int,
    least_votes_each: int,
    least_ambiguity: float,
    gold_labeller: str,
    seed: int,
) -> FittedModel:
    """Learns from votes sorted by user, account and labeller, by the method that foretells hidden votes best.

    `users` holds the features of those users, sorted by id. Votes alone are always read too, since a label that
    features helped to make must not grade a model of the same features. With fewer than `least_users` users all
    is by majority. Votes of the gold labeller teach nothing here; they grade the methods.
    """
    is_gold = votes["labeller"] == gold_labeller
    setting = Setting(votes[~is_gold].reset_index(drop=True), beliefs, folds)
    gold = _gold_answers(votes[is_gold], setting.votes["user_id"])
    too_few = f"fewer than {least_users} users have votes" if len(gold) < least_users else ""
    found = compare_by_votes(setting, least_votes_each=least_votes_each)
    by_votes = chosen_of(judge(found, gold, too_few=too_few))
    coded = setting.coded(by_votes)
    learned = learn(coded, beliefs)
    features = NO_FEATURES if too_few else _features(setting, coded, learned, users, seed)
    if features.odds is not None:
        setting = replace(setting, odds=features.odds)
        found += compare_with_features(setting, by_votes, features.line)
    methods = judge(found, gold, too_few=too_few)
    uses_features = chosen_of(methods) not in BY_VOTES
    metrics = {"base_rate": round(learned.base_rate, 6), "ambiguous_share": round(learned.ambiguous_share, 6)}
    estimator = {
        "method": chosen_of(methods),
        "uses_features": uses_features,
        "rates": _rates(setting.votes, coded, learned) + _gold_rates(votes[is_gold]),
        "average": [round(float(rate), 6) for rate in learned.average],
        **metrics,
        "ambiguous_from": _cut(coded, learned, features.prior if uses_features else None, least_ambiguity),
        "gold_labeller": gold_labeller,
        "seed": seed,
        "hint_models": features.models,
        "stretch": features.line,
        "crowdlab": features.crowdlab,
    }
    facts = {"method": estimator["method"], "method_by_votes": by_votes, "users": coded.users}
    return FittedModel(estimator, metrics=metrics, facts=facts | {"methods": _plain(methods)})


def methods_table(model: FittedModel) -> pd.DataFrame:
    """The comparison that the model was chosen by, a row a method."""
    numbers = {"held_out_score": "float64", "gold_accuracy": "float64", "gold_log_loss": "float64"}
    return pd.DataFrame(model.facts["methods"]).astype(numbers)


def _features(setting: Setting, coded: Votes, learned: Learned, users: pd.DataFrame, seed: int) -> Features:
    known = users[users["user_id"].isin(setting.votes["user_id"])]
    yes = expect(coded, learned)[0][:, 1]
    models, odds = hints.fit(known, yes, folds=setting.folds, seed=seed)
    line = hints.stretch(odds, log_likelihoods(coded, learned))
    prior = line[0] + line[1] * odds
    return Features(models, odds, line, prior, _crowdlab(setting, prior))


def _plain(methods: pd.DataFrame) -> list[dict[str, Any]]:
    """The table's rows as JSON values, None where a number is missing."""
    return [
        {str(name): None if value is None or value != value else value for name, value in row.items()}
        for row in methods.astype(object).to_dict("records")
    ]


def _gold_answers(votes: pd.DataFrame, users: pd.Series) -> pd.Series:
    """The gold answer of each of the users, sorted by id; none where there is no gold vote, or a tie."""
    share = votes.groupby("user_id")["is_job_seeker"].mean().astype("float64")
    answers = (share[share != 0.5] > 0.5).astype(object)
    return answers.reindex(sorted(users.unique()))


def _crowdlab(setting: Setting, prior: Array) -> dict[str, Any]:
    coded = setting.coded("dawid_skene")
    trust = crowdlab.weigh(coded, hints.from_log_odds(prior), prior_votes=setting.beliefs.votes)
    return crowdlab.described(trust, sorted(setting.votes["labeller"].astype(str).unique()))


def _cut(votes: Votes, learned: Learned, prior: Array | None, least_ambiguity: float) -> float:
    """From which doubt on to call a user ambiguous so that the expected F1 is highest.

    That cut is half of the F1 it reaches (Lipton et al. 2014, arXiv 1402.1892).
    """
    falling = np.sort(doubts(votes, learned, prior))[::-1]
    if not falling.sum():
        return 1.0
    f1 = 2 * np.cumsum(falling) / (np.arange(1, len(falling) + 1) + falling.sum())
    return round(max(least_ambiguity, float(f1.max() / 2)), 6)


def _rates(votes: pd.DataFrame, coded: Votes, learned: Learned) -> list[tuple[str, str, float, float]]:
    """Labeller, guide version, specificity and sensitivity, of all that were seen."""
    seen = votes[["labeller", "guide_version"]].assign(coder=coded.coder).drop_duplicates()
    ordered = seen.sort_values(["labeller", "guide_version"]).astype({"labeller": str, "guide_version": str})
    rates = [[round(float(rate), 6) for rate in pair] for pair in learned.right[ordered["coder"]]]
    names = zip(ordered["labeller"], ordered["guide_version"], strict=True)
    return [(*name, *pair) for name, pair in zip(names, rates, strict=True)]


def _gold_rates(votes: pd.DataFrame) -> list[tuple[str, str, float, float]]:
    seen = votes[["labeller", "guide_version"]].drop_duplicates().sort_values(["labeller", "guide_version"])
    return [(str(one.labeller), str(one.guide_version), GOLD_RATE, GOLD_RATE) for one in seen.itertuples()]
