"""How the votes are read: the structure that foresees unseen votes best, and what it learned.

Crowd-Kit and Cleanlab were weighed and left out: their Dawid-Skene knows neither a prior nor ambiguous
accounts, and cannot score votes that it has not seen, which is how the structure is chosen here.
"""

import numpy as np
import pandas as pd

from job_search_assets.logic.labels.learning import (
    Array,
    Beliefs,
    Learned,
    Votes,
    doubts,
    encode,
    expect,
    learn,
    subset,
)
from job_search_assets.schemas.models import FittedModel

# Who shares a pair of rates; the simplest first. With labellers alike the label is the majority's. A single rate
# for a yes and a no (the "one-coin" model) is left out: where job seekers are harder to tell than others it takes
# them for rarer than they are, and falls below the majority.
STRUCTURES: dict[str, list[str]] = {
    "majority": [],
    "dawid_skene": ["labeller"],
    "dawid_skene_by_guide": ["labeller", "guide_version"],
}


ENOUGH_TO_CHOOSE = 4000  # users; by then the structures' scores differ by far more than they err


def fit(votes: pd.DataFrame, *, beliefs: Beliefs, folds: int, least_users: int, least_ambiguity: float) -> FittedModel:
    """Learns from votes sorted by user, account and labeller, under the structure that foresees votes best.

    Chosen is the structure under which votes on held-out users are likeliest (mean log likelihood of a vote;
    of equals the simplest). With fewer than `least_users` users it is the majority, ties to the base rate.
    """
    scores = _held_out_scores(votes, beliefs, folds) if votes["user_id"].nunique() >= least_users else {}
    method = max(scores, key=lambda name: scores[name]) if scores else "majority"
    coded = encode(votes, STRUCTURES[method])
    learned = learn(coded, beliefs)
    cut = max(least_ambiguity, _best_cut(doubts(coded, learned)))
    metrics = {"base_rate": round(learned.base_rate, 6), "ambiguous_share": round(learned.ambiguous_share, 6)}
    estimator = {
        "method": method,
        "rates": _rates(votes, coded, learned),
        "average": [round(float(rate), 6) for rate in learned.average],
        **metrics,
        "ambiguous_from": round(cut, 6),
    }
    why = "votes on held-out users are likeliest" if scores else f"fewer than {least_users} users have votes"
    facts = {"method": method, "why": why, "log_likelihood_of_a_held_out_vote": scores, "users": coded.users}
    return FittedModel(estimator, metrics=metrics, facts=facts)


def _held_out_scores(votes: pd.DataFrame, beliefs: Beliefs, folds: int) -> dict[str, float]:
    user, users = pd.factorize(votes["user_id"])
    step = -(-len(users) // ENOUGH_TO_CHOOSE)
    chosen, fold = user % step == 0, user // step % folds
    scores = {}
    for name, group in STRUCTURES.items():
        coded = encode(votes, group)
        total = 0.0
        for held_out in range(folds):
            learned = learn(subset(coded, chosen & (fold != held_out)), beliefs)
            total += float(expect(subset(coded, chosen & (fold == held_out)), learned)[2].sum())
        scores[name] = round(total / int(chosen.sum()), 6)
    return scores


def _best_cut(chances: Array) -> float:
    """From which doubt on to call a user ambiguous so that the expected F1 is highest.

    That cut is half of the F1 it reaches (Lipton et al. 2014, arXiv 1402.1892).
    """
    falling = np.sort(chances)[::-1]
    if not falling.sum():
        return 1.0
    f1 = 2 * np.cumsum(falling) / (np.arange(1, len(falling) + 1) + falling.sum())
    return float(f1.max() / 2)


def _rates(votes: pd.DataFrame, coded: Votes, learned: Learned) -> list[tuple[str, str, float, float]]:
    """Labeller, guide version, specificity and sensitivity, of all that were seen."""
    seen = votes[["labeller", "guide_version"]].assign(coder=coded.coder).drop_duplicates()
    ordered = seen.sort_values(["labeller", "guide_version"]).astype({"labeller": str, "guide_version": str})
    rates = [[round(float(rate), 6) for rate in pair] for pair in learned.right[ordered["coder"]]]
    names = zip(ordered["labeller"], ordered["guide_version"], strict=True)
    return [(*name, *pair) for name, pair in zip(names, rates, strict=True)]
