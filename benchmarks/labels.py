"""Consensus of votes beside Crowd-Kit and Cleanlab on simulated votes, and against the truth of a data folder.

    python -m benchmarks.labels                                     20 simulated sets, peers where they are installed
    python -m benchmarks.labels --data DATA --build DATA/build      a built folder that has its truth/

Simulated sets differ in labellers, votes an item, share of job seekers, of ambiguous items, and in what features tell.
"""

import argparse
import itertools
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import ibis
import numpy as np
import pandas as pd

from benchmarks import label_peers, label_truth
from job_search_assets.logic.job_seekers.candidates import logistic_regression
from job_search_assets.logic.job_seekers.evaluation import roc_auc
from job_search_assets.logic.job_seekers.features import names_of
from job_search_assets.logic.job_seekers.fitting import fitted_on, said_by
from job_search_assets.logic.labels import agreement, consensus, crowdlab, hints, judgement, labellers
from job_search_assets.logic.labels.learning import Beliefs, encode
from job_search_assets.settings import LabelSettings

CARELESS = "careless"
EVENLY = (1.0, 0.0) * 5  # every other good labeller is right


class Simulated:
    """A set of users with features and votes, and the truth of both."""

    def __init__(
        self, seed: int, *, users: int = 1000, votes_each: int = 0, worst: float = 0.72, is_even: bool = False
    ) -> None:
        draw = np.random.default_rng(seed)
        self.ids = np.array([f"u{number:05}" for number in range(users)])
        self.truth = draw.random(users) < draw.choice([0.3, 0.4, 0.5])
        self.is_ambiguous = draw.random(users) < 0.08
        self.rates = {f"ann-{n}": tuple(draw.uniform(worst, 0.97, 2)) for n in range(9)} | {CARELESS: (0.6, 0.6)}
        self.users = _featured(self.ids, self.truth, noise=draw.choice([0.5, 1.0, 2.0]), draw=draw)
        each = votes_each or draw.choice([3, 4, 5])
        self.votes = self._cast(int(each), draw, is_even=is_even)

    def _cast(self, each: int, draw: np.random.Generator, *, is_even: bool) -> pd.DataFrame:
        """On an ambiguous user votes are coins, or those of good labellers split as evenly as their number allows."""
        names, rows = sorted(self.rates), []
        for user, truth, is_ambiguous in zip(self.ids, self.truth, self.is_ambiguous, strict=True):
            asked = sorted(draw.choice(names, each, replace=False))
            split = dict(zip(draw.permutation([name for name in asked if name != CARELESS]), EVENLY, strict=False))
            for labeller in asked:
                in_doubt = split.get(labeller, 0.5) if is_even else 0.5
                right = in_doubt if is_ambiguous else self.rates[labeller][int(truth)]
                rows.append((user, user, labeller, "1", bool(truth == (draw.random() < right))))
        return pd.DataFrame(rows, columns=["user_id", "account_id", "labeller", "guide_version", "is_job_seeker"])


def _featured(ids: np.ndarray, truth: np.ndarray, *, noise: float, draw: np.random.Generator) -> pd.DataFrame:
    """Users of whom some columns tell the truth through noise, and the others nothing."""
    frame = pd.DataFrame({"user_id": ids, **{name: draw.normal(size=len(ids)) for name in names_of("number")}})
    frame["training_hours"] = truth + draw.normal(0, noise, len(ids))
    frame["years_experience"] = truth + draw.normal(0, 2 * noise, len(ids))
    plain = dict.fromkeys(names_of("boolean"), 0.0) | dict.fromkeys(names_of("ordinal", "category"))
    return frame.assign(**plain)


def labelled(given: Simulated) -> tuple[Any, pd.DataFrame, ibis.Table]:
    """The label model, the labels in the order of ids, and the labellers' record, as the pipeline makes them."""
    config = LabelSettings()
    beliefs = Beliefs(config.prior_votes, config.prior_users, config.ambiguous_share, config.ambiguous_accounts)
    model = consensus.fit(
        given.votes,
        given.users,
        beliefs=beliefs,
        folds=config.folds,
        least_users=config.least_users,
        least_votes_each=config.least_votes_each,
        least_ambiguity=config.least_ambiguity,
        gold_labeller="",
        seed=config.seed,
    )
    hinted = ibis.memtable(hints.predict(model.estimator, given.users))
    votes = ibis.memtable(given.votes)
    labels = judgement.label(votes, model.estimator, hinted, guide_version="1").order_by("user_id").to_pandas()
    quality = labellers.judge_labellers(votes, ibis.memtable(labels), model.estimator, hinted)
    return model, labels, quality


def chance_of(labels: pd.DataFrame, suffix: str = "") -> np.ndarray:
    """Each user's chance to be a job seeker."""
    sure = labels["confidence" + suffix].to_numpy()
    return np.where(labels["is_job_seeker" + suffix], sure, 1 - sure)


def calibration_error(truth: np.ndarray, chance: np.ndarray) -> float:
    """Expected calibration error of the label's confidence, over ten bins of equal width from a half to one."""
    sure, right = np.maximum(chance, 1 - chance), (chance > 0.5) == truth
    place = np.clip(((sure - 0.5) * 20).astype(int), 0, 9)
    return float(np.abs(np.bincount(place, right, 10) - np.bincount(place, sure, 10)).sum() / len(truth))


def compare(sets: int) -> None:
    """Accuracy and calibration of every method, a column each, over the sets."""
    right: dict[str, list[float]] = defaultdict(list)
    off: dict[str, list[float]] = defaultdict(list)
    named, innocent, covered, alphas = 0, 0, [], []
    for seed in range(sets):
        given = Simulated(seed)
        model, labels, quality = labelled(given)
        chances = {"ours": chance_of(labels), "ours by votes alone": chance_of(labels, "_by_votes")}
        opinion = _opinion(given)
        chances |= {"ours CROWDLAB": _our_crowdlab(given, opinion)} | label_peers.chances(given.votes, opinion)
        for name, chance in chances.items():
            right[name].append(float(((chance > 0.5) == given.truth).mean()))
            is_told = bool(((chance > 0) & (chance < 1)).any())
            off[name].append(calibration_error(given.truth, chance) if is_told else float("nan"))
        config = LabelSettings()
        found = labellers.labellers_near_chance(
            quality, least_votes=config.least_votes, least_informedness=config.least_informedness
        )
        told = set(found.labeller.to_pandas())
        named, innocent = named + (CARELESS in told), innocent + len(told - {CARELESS})
        covered += _coverage(quality.to_pandas(), given.rates)
        peer = label_peers.alpha(given.votes)
        if peer is not None:
            alphas.append(abs(peer - agreement.alpha_by_guide(ibis.memtable(given.votes))["1"]))
        say(f"  set {seed + 1:>2}: {model.facts['method']:<28} ours {right['ours'][-1]:.3f}")
    say(f"\n{'':<30}{'accuracy':>10}{'worst gap':>12}{'calibration error':>20}     over {sets} sets of 1,000 users")
    for name in sorted(right, key=lambda name: -float(np.mean(right[name]))):
        gap = min(ours - theirs for ours, theirs in zip(right["ours"], right[name], strict=True))
        say(f"{name:<30}{np.mean(right[name]):>10.4f}{gap:>+12.4f}{np.mean(off[name]):>20.4f}")
    say(f"\nlabeller who is right at .6 named in {named} of {sets} sets; others named: {innocent}")
    say(f"true rates inside their 95 % interval: {np.mean(covered):.3f} of {len(covered)}")
    if alphas:
        say(f"Krippendorff's alpha and the package's differ by {max(alphas):.2g} at most")


def ambiguous(sets: int) -> None:
    """Planted ambiguous users called ambiguous, by votes a user, beside who knows the true rates and share.

    As coins, some of them get like votes from all, and nobody can tell these from others. As even splits, good
    labellers differ on each.
    """
    say("\nplanted ambiguous users, 8 % of 1,000: recall, precision, F1; then the same of who knows the true rates")
    for worst, each, is_even in itertools.product((0.72, 0.92), (3, 5, 10), (False, True)):
        ours, best = [], []
        for seed in range(sets):
            given = Simulated(1000 + seed, votes_each=each, worst=worst, is_even=is_even)
            said = labelled(given)[1]["is_ambiguous"].to_numpy()
            ours.append(label_truth.found(said, given.is_ambiguous))
            best.append(label_truth.by_oracle(given.votes, given.rates, float(given.truth.mean()), given.is_ambiguous))
        kind = "even splits" if is_even else "coins"
        told = "   ".join("  ".join(f"{number:.3f}" for number in np.mean(three, axis=0)) for three in (ours, best))
        say(f"  labellers right at {worst:.2f} to .97, {each:>2} votes, {kind:<12} {told}")


def leak(sets: int) -> None:
    """What a model's ROC AUC on test seems to be when features helped to label who it learned from or is graded by."""
    rows = defaultdict(list)
    for seed in range(sets):
        given = Simulated(seed)
        labels = labelled(given)[1]
        place = np.random.default_rng([seed, 1]).random(len(given.ids))
        train, test = place < 0.6, place >= 0.8
        answers = {
            "votes": labels["is_job_seeker_by_votes"].to_numpy(dtype=bool),
            "votes and features": labels["is_job_seeker"].to_numpy(dtype=bool),
        }
        for learned_from, answer in answers.items():
            model = fitted_on(
                logistic_regression(),
                given.users[train].assign(is_job_seeker=answer[train], chance=answer[train] * 1.0),
            )
            score = said_by(model, given.users[test])
            for graded_by, truth in {"truth": given.truth, **answers}.items():
                rows[learned_from, graded_by].append(roc_auc(truth[test], score))
    say("\nROC AUC on test of a job-seeker model, by the labels it learned from and those it is graded by")
    for (learned_from, graded_by), found in rows.items():
        say(f"  learned from {learned_from:<20} graded by {graded_by:<20}{np.mean(found):>8.4f}")


def _opinion(given: Simulated) -> np.ndarray:
    """Out-of-fold chances of the classifier that our hints use, learned from the majority."""
    yes = given.votes.groupby("user_id")["is_job_seeker"].mean().sort_index().to_numpy()
    _, odds = hints.fit(given.users, (yes > 0.5).astype(float), folds=5, seed=1)
    return hints.from_log_odds(odds)


def _our_crowdlab(given: Simulated, opinion: np.ndarray) -> np.ndarray:
    votes = encode(given.votes, ["labeller"])
    return crowdlab.read(votes, crowdlab.weigh(votes, opinion, prior_votes=0), opinion)


def _coverage(quality: pd.DataFrame, rates: dict[str, tuple[float, float]]) -> list[bool]:
    return [
        bool(row[f"{side}_low"] <= rates[row["labeller"]][place] <= row[f"{side}_high"])
        for _, row in quality.iterrows()
        for place, side in enumerate(("specificity", "sensitivity"))
    ]


def say(line: str) -> None:
    """One line of the report, as soon as it is known."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> None:
    """The simulated sets, or a folder with its truth."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", type=int, default=20)
    parser.add_argument("--data", type=Path, help="A data folder with truth/.")
    parser.add_argument("--build", type=Path, help="What `job-search run` built from it.")
    given = parser.parse_args()
    if given.data is not None:
        say(label_truth.of_folder(given.data, given.build or given.data / "build"))
        return
    compare(given.sets)
    ambiguous(max(2, given.sets // 6))
    leak(given.sets)


if __name__ == "__main__":
    main()
