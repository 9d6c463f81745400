"""The ways to read votes, held to one score: how well a user's other votes foretell each vote.

Crowd-Kit and Cleanlab were weighed and left out of the pipeline: Crowd-Kit brings a library of language models along,
and neither can say what it makes of votes that it has not seen, which is how the method is chosen here. The benchmark
compares with both.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from job_search_assets.logic.labels import crowdlab, hints
from job_search_assets.logic.labels.learning import (
    Array,
    Beliefs,
    Learned,
    Votes,
    encode,
    expect,
    foresee,
    learn,
    log_likelihoods,
    subset,
)


@dataclass(frozen=True)
class Method:
    """Who shares a pair of rates, and whether the two are one."""

    group: tuple[str, ...] = ()
    is_one_coin: bool = False


# The simplest first: of equals it is taken. With labellers alike the label is the majority's, ties to the base rate.
BY_VOTES = {
    "majority": Method(),
    "one_coin": Method(("labeller",), is_one_coin=True),
    "dawid_skene": Method(("labeller",)),
    "dawid_skene_by_guide": Method(("labeller", "guide_version")),
}
WITH_FEATURES, CROWDLAB = "_with_features", "crowdlab"

ENOUGH_TO_CHOOSE = 4000  # users; by then the methods' scores differ by far more than they err
LEAST_GOLD = 30  # users with a gold answer of each kind from which on gold decides; fewer are too few to rank methods


@dataclass(frozen=True)
class Found:
    """What is known of a method: its score on hidden votes, its chances per user, and why it is out, if it is."""

    name: str
    score: float | None
    chances: Array
    why_not: str = ""


@dataclass(frozen=True)
class Setting:
    """What all methods share: votes without gold, beliefs, parts to hold out, and the features' log odds if any."""

    votes: pd.DataFrame
    beliefs: Beliefs
    folds: int
    odds: Array | None = None

    def coded(self, name: str) -> Votes:
        """The votes as numbers for a method."""
        method = BY_VOTES[name]
        return encode(self.votes, method.group, is_one_coin=method.is_one_coin)


def compare_by_votes(setting: Setting, *, least_votes_each: int) -> list[Found]:
    """The methods that look at nothing but votes."""
    found = []
    for name, method in BY_VOTES.items():
        coded = setting.coded(name)
        typical = float(np.median(np.bincount(coded.coder))) if len(coded.coder) else 0.0
        why_not = f"labellers gave {typical:g} votes each, {least_votes_each} are needed"
        is_in = not method.group or typical >= least_votes_each
        chances = expect(coded, learn(coded, setting.beliefs))[0][:, 1]
        found.append(Found(name, _score_by_votes(setting, coded), chances, "" if is_in else why_not))
    return found


def compare_with_features(setting: Setting, name: str, line: tuple[float, float]) -> list[Found]:
    """The best of those with the features' log odds as prior, and CROWDLAB; `line` is their shift and slope."""
    assert setting.odds is not None
    coded, prior = setting.coded(name), line[0] + line[1] * setting.odds
    chances = expect(coded, learn(coded, setting.beliefs), prior)[0][:, 1]
    by_labeller = setting.coded("dawid_skene")
    chance = hints.from_log_odds(prior)
    trust = crowdlab.weigh(by_labeller, chance, prior_votes=setting.beliefs.votes)
    return [
        Found(name + WITH_FEATURES, _score_with_features(setting, coded), chances),
        Found(CROWDLAB, _score_of_crowdlab(setting, by_labeller, chance), crowdlab.read(by_labeller, trust, chance)),
    ]


def judge(found: list[Found], gold: pd.Series, *, too_few: str) -> pd.DataFrame:
    """The table of methods: scores, agreement with gold, and the one chosen by which rule.

    `gold` is the answer of each user in the order of ids, missing where there is none. With gold on enough users of
    either kind the lowest log loss on them decides, else the highest score on hidden votes. `too_few` says why there
    is no choice but the first; it is empty when there is one.
    """
    known = gold.notna().to_numpy()
    answers = gold[known].to_numpy(dtype=bool)
    has_gold = min(answers.sum(), (~answers).sum()) >= LEAST_GOLD
    rows = [{"method": one.name, "held_out_score": one.score, **_on_gold(one.chances[known], answers)} for one in found]
    eligible = [place for place, one in enumerate(found) if not one.why_not]
    measure = [-row["gold_log_loss"] if has_gold else row["held_out_score"] for row in rows]
    best = 0 if too_few else max(eligible, key=lambda place: measure[place])
    rule = too_few or ("lowest log loss on gold users" if has_gold else "likeliest hidden votes")
    for place, (row, one) in enumerate(zip(rows, found, strict=True)):
        row |= {"is_chosen": place == best, "why": rule if place == best else one.why_not}
    return pd.DataFrame(rows)


def chosen_of(methods: pd.DataFrame) -> str:
    """The name of the method that was chosen."""
    return str(methods.loc[methods["is_chosen"], "method"].iloc[0])


def _on_gold(chances: Array, answers: Array) -> dict[str, Any]:
    if not len(answers):
        return {"gold_users": 0, "gold_accuracy": None, "gold_log_loss": None}
    told = np.clip(np.where(answers, chances, 1 - chances), 1e-6, 1)
    return {
        "gold_users": len(answers),
        "gold_accuracy": round(float(((chances > 0.5) == answers).mean()), 6),
        "gold_log_loss": round(float(-np.log(told).mean()), 6),
    }


def _score_by_votes(setting: Setting, coded: Votes) -> float | None:
    return _mean(
        foresee(subset(coded, inside), learn(subset(coded, outside), setting.beliefs))
        for inside, outside in _parts(coded, setting.folds)
    )


def _score_with_features(setting: Setting, coded: Votes) -> float | None:
    scores = []
    for inside, outside in _parts(coded, setting.folds):
        learned = learn(subset(coded, outside), setting.beliefs)
        scores.append(foresee(subset(coded, inside), learned, _prior(setting, coded, learned, outside, inside)))
    return _mean(scores)


def _prior(setting: Setting, coded: Votes, learned: Learned, outside: Array, inside: Array) -> Array:
    """The log odds inside, stretched by what the votes outside say."""
    assert setting.odds is not None
    user = coded.owner[coded.account]
    others = np.unique(user[outside])
    line = hints.stretch(setting.odds[others], log_likelihoods(subset(coded, outside), learned))
    return line[0] + line[1] * setting.odds[np.unique(user[inside])]


def _score_of_crowdlab(setting: Setting, coded: Votes, chance: Array) -> float | None:
    user, scores = coded.owner[coded.account], []
    for inside, outside in _parts(coded, setting.folds):
        seen = subset(coded, outside)
        trust = crowdlab.weigh(seen, chance[np.unique(user[outside])], prior_votes=setting.beliefs.votes)
        scores.append(crowdlab.foresee(subset(coded, inside), trust, chance[np.unique(user[inside])]))
    return _mean(scores)


def _parts(coded: Votes, folds: int) -> list[tuple[Array, Array]]:
    """Votes to foretell and votes to learn from, part by part; of very many users a share."""
    user = coded.owner[coded.account]
    step = max(1, -(-coded.users // ENOUGH_TO_CHOOSE))
    chosen, fold = user % step == 0, user // step % folds
    parts = [(chosen & (fold == number), chosen & (fold != number)) for number in range(folds)]
    return [(inside, outside) for inside, outside in parts if inside.any() and outside.any()]


def _mean(scores: Iterable[Array]) -> float | None:
    every = [score for part in scores for score in part]
    return round(float(np.mean(every)), 6) if every else None
