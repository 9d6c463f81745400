"""The job-seeker model beside a plain histogram gradient boosting, over users in no training split, graded by truth.

    python -m benchmarks.job_seekers                               20,000 generated people, HR-shaped
    python -m benchmarks.job_seekers --data DATA --build BUILD     a built folder whose data have their truth/

The plain peer is scikit-learn's HistGradientBoostingClassifier with its defaults. Of a built folder it learns from the
same users of train and dev, by the same labels, what the form of each one's most complete account says, as typed in.
"""

import argparse
import hashlib
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from benchmarks.label_truth import truth_by_user
from job_search_assets.logic.job_seekers import evaluation, fitting, votes_calibration
from job_search_assets.logic.job_seekers.features import FEATURES, names_of
from job_search_assets.logic.job_seekers.leaks import score_from_ids
from job_search_assets.logic.slices.factors import factor_names
from job_search_assets.logic.slices.report import Limits, error_slices
from job_search_assets.sample.profiles import profiles
from job_search_assets.settings import JobSeekerSettings, SliceSettings

Array = np.ndarray[Any, Any]
DRAWS = 1000
LOW_CITY = 0.65  # development index at and below which the public data set is known to be hard to foretell
WORDS = names_of("ordinal", "category")


def hr_shaped(users: int, seed: int) -> pd.DataFrame:
    """Forms of generated people with the truth, a fifth of them in dev and a fifth in test."""
    draw = np.random.default_rng(seed)
    form, truth = profiles(draw, users)
    frame = pd.DataFrame(form).replace("", None)
    for name in names_of("number"):
        frame[name] = frame[name].astype(float)
    frame["has_relevant_experience"] = frame["has_relevant_experience"].map({"true": 1.0, "false": 0.0})
    ids = draw.permutation([f"user-{place:06}" for place in range(users)])
    split = draw.permutation(np.resize(["train", "train", "train", "dev", "test"], users))
    return frame.assign(user_id=ids, split=split, is_job_seeker=truth, chance=truth * 1.0)


def of_generated(users: int, seed: int) -> None:
    """Our candidates and the plain peer on the same generated people."""
    people = hr_shaped(users, seed)
    model = fitting.fit(people, **_limits())
    seen, test = people[people["split"] != "test"], people[people["split"] == "test"]
    scores = {
        f"ours ({model.facts['candidate']})": fitting.probabilities(model.estimator, test),
        "plain boosting": plain(seen, test),
        "ids alone": score_from_ids(seen, test, seed=seed),
        "base rate": np.full(len(test), seen["is_job_seeker"].mean()),
    }
    say(f"{users:,} generated people, seed {seed}: graded on {len(test):,} of test")
    _compare(test["is_job_seeker"].to_numpy(dtype=bool), scores)
    low = (test["city_development_index"] <= LOW_CITY).to_numpy()
    ours = next(iter(scores.values()))
    inside = evaluation.roc_auc(test["is_job_seeker"].to_numpy(dtype=bool)[low], ours[low])
    say(f"  city_development_index <= {LOW_CITY}: ROC AUC {inside:.3f} on {low.sum():,} users")
    for text, metric, value, outside in worst_slices(test, ours):
        say(f"  slice proved worse: {text}, {metric} {value:.3f}, elsewhere {outside:.3f}")


def worst_slices(users: pd.DataFrame, score: Array) -> list[tuple[str, str, float, float]]:
    """The slices of test in which the model is proved worse, as a run finds them, the worst first."""
    names = [name for name in factor_names() if name in users]
    digests = [hashlib.sha256(f"slices|{user}".encode()).hexdigest()[0] for user in users["user_id"]]
    told = users[["user_id", "split", "is_job_seeker", *names]].assign(
        probability=score.round(6), is_first_half=[digit in "01234567" for digit in digests]
    )
    # What only a pipeline knows of a user is nothing here, and slices nobody.
    told = told.assign(**dict.fromkeys([name for name in factor_names() if name not in users]))
    limits = Limits(**SliceSettings().model_dump(include=set(Limits._fields)))
    found = error_slices(told.sort_values("user_id"), limits)
    worse = found[found["verdict"] == "worse"].sort_values("place")
    return list(worse[["slice", "metric", "value", "outside"]].itertuples(index=False, name=None))


def of_folder(data: Path, build: Path) -> None:
    """The published predictions and the plain peer, on users in neither train nor dev, graded by truth."""
    with duckdb.connect(str(build / "warehouse.duckdb"), read_only=True) as warehouse:
        told = warehouse.sql(
            """SELECT user_id, probability, split, is_job_seeker_by_votes AS label FROM job_seeker_predictions
               LEFT JOIN job_seeker_splits USING (user_id) LEFT JOIN job_seeker_labels USING (user_id) ORDER BY 1"""
        ).df()
        accounts = warehouse.sql("SELECT account_id, user_id FROM user_accounts ORDER BY 1").df()
        forms = warehouse.sql(
            "SELECT a.user_id, r.* FROM raw_users AS r JOIN user_accounts AS a USING (account_id)"
        ).df()
    told = told.merge(_fullest(forms), on="user_id")
    truth = truth_by_user(data, accounts)["is_job_seeker"]
    told = told.assign(truth=told["user_id"].map(truth)).sort_values("user_id", ignore_index=True)
    seen = told[told["split"].isin(["train", "dev"])]
    unseen = told[~told["split"].isin(["train", "dev", "retired"]) & told["truth"].notna()]
    learned = seen.assign(is_job_seeker=seen["label"].astype(bool))
    # By truth itself, the peer has better labels than anybody who asks labellers can have.
    best = seen[seen["truth"].notna()].assign(is_job_seeker=lambda users: users["truth"].astype(bool))
    for title, users in (
        ("users in neither train nor dev", unseen),
        ("test alone", unseen[unseen["split"] == "test"]),
        ("without any label", unseen[unseen["split"].isna()]),
    ):
        scores = {
            "ours": users["probability"].to_numpy(),
            "plain boosting": plain(learned, users),
            "plain boosting, true labels": plain(best, users),
            "ids alone": score_from_ids(learned, users, seed=1),
            "base rate": np.full(len(users), learned["is_job_seeker"].mean()),
        }
        say(f"{data.name}: {len(users):,} {title}, {users['truth'].mean():.1%} job seekers")
        _compare(users["truth"].to_numpy(dtype=bool), scores)


def plain(seen: pd.DataFrame, asked: pd.DataFrame) -> Array:
    """What scikit-learn's boosting makes of the form's fields as they are, with all its defaults."""
    from sklearn.ensemble import HistGradientBoostingClassifier
    from threadpoolctl import threadpool_limits

    kinds = {name: pd.CategoricalDtype(sorted(seen[name].dropna().unique())) for name in WORDS}
    columns = {**kinds, **dict.fromkeys(names_of("number", "boolean"), "float64")}
    given = [frame[list(columns)].astype(columns) for frame in (seen, asked)]
    with threadpool_limits(1):
        model = HistGradientBoostingClassifier(random_state=0)
        model.fit(given[0], seen["is_job_seeker"].to_numpy(dtype=bool))
        score: Array = model.predict_proba(given[1])[:, 1]
    return score


def _fullest(forms: pd.DataFrame) -> pd.DataFrame:
    """One form a user: of the account that tells most, the oldest of equals."""
    names = [feature.name for feature in FEATURES if feature.is_in_model]
    filled = forms[names].notna().sum(axis=1)
    first = forms.assign(filled=filled).sort_values(
        ["user_id", "filled", "created_at", "account_id"], ascending=[True, False, True, True]
    )
    return first.drop_duplicates("user_id")[["user_id", *names]]


def _compare(truth: Array, scores: Mapping[str, Array]) -> None:
    """A line a model: ranking with its interval, log loss, and calibration beside what luck alone would show."""
    draw = np.random.default_rng(1)
    draws = [draw.integers(0, len(truth), len(truth)) for _ in range(DRAWS)]
    say(f"  {'':<30}{'ROC AUC':>8} {'95 %':<16}{'log loss':>9}{'calibration error':>20}{'equal widths':>14}")
    for name, score in scores.items():
        low, high = np.percentile([evaluation.roc_auc(truth[each], score[each]) for each in draws], [2.5, 97.5])
        errors = "".join(f"{error(truth, score):>7.3f} ({_by_luck(error, score, draw):.3f})" for error in ERRORS)
        say(
            f"  {name:<30}{evaluation.roc_auc(truth, score):>8.3f} [{low:.3f}, {high:.3f}]  "
            f"{evaluation.log_loss(truth, score):>9.4f}   {errors}"
        )
    first, second = list(scores.values())[:2]
    gains = [
        evaluation.roc_auc(truth[each], first[each]) - evaluation.roc_auc(truth[each], second[each]) for each in draws
    ]
    low, high = np.percentile(gains, [2.5, 97.5])
    say(
        f"  ours less plain boosting: {evaluation.roc_auc(truth, first) - evaluation.roc_auc(truth, second):+.3f} "
        f"[{low:+.3f}, {high:+.3f}]; in brackets the calibration error of a perfect model on as many users, by luck"
    )


def _equal_widths(truth: Array, score: Array) -> float:
    """Expected calibration error over ten bins of equal width."""
    place = np.clip((score * 10).astype(int), 0, 9)
    return float(np.abs(np.bincount(place, truth, 10) - np.bincount(place, score, 10)).sum() / len(truth))


def _equal_sizes(truth: Array, score: Array) -> float:
    """The same over ten groups of nearly equal size, as the evaluation of a run has it."""
    return votes_calibration.calibration_error(truth * 1.0, score, float(truth.mean()))


ERRORS: tuple[Callable[[Array, Array], float], ...] = (_equal_sizes, _equal_widths)


def _by_luck(error: Callable[[Array, Array], float], score: Array, draw: np.random.Generator) -> float:
    """The error to be expected if every probability were exactly right."""
    return float(np.mean([error(draw.random(len(score)) < score, score) for _ in range(100)]))


def _limits() -> dict[str, int]:
    config = JobSeekerSettings()
    return {"least_of_a_label": config.least_of_a_label, "least_to_calibrate": config.least_to_calibrate}


def say(line: str) -> None:
    """One line of the report, as soon as it is known."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> None:
    """Generated people, or folders with their truth."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--users", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--data", type=Path, help="A data folder with truth/.")
    parser.add_argument("--build", type=Path, help="What `job-search run` built from it.")
    given = parser.parse_args()
    if given.data is None:
        of_generated(given.users, given.seed)
    else:
        of_folder(given.data, given.build or given.data / "build")


if __name__ == "__main__":
    main()
