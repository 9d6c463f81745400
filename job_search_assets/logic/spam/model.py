"""A model of what spam accounts look like, blind to the blocklist, and how reliable each moderator is.

Cross-fitted: beside the model of all examples there is one for each fold that has not seen the fold. An
account that was an example is always scored by the one that has not seen it, so its own verdict speaks only
once (in `scores`), and moderators are graded by a model that never learned their answers.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from job_search_assets.logic.spam.features import COUNTS, FLAGS
from job_search_assets.logic.spam.moderators import grade, likely_right
from job_search_assets.schemas.models import FittedModel

# Words and signs; digits have become 0, so that "0000" says how long a number is.
TOKEN = r"(?u)\w+|[£€$₩!?]"
TERMS: dict[str, dict[str, Any]] = {
    "words": {"ngram_range": (1, 2), "token_pattern": TOKEN},
    "letters": {"ngram_range": (2, 4), "analyzer": "char_wb"},
    "domain": {"ngram_range": (2, 4), "analyzer": "char_wb"},
    "local": {"ngram_range": (1, 2), "analyzer": "char"},
}
START = "^ "  # every text begins with it: an empty text is a word of its own
FEWEST = 10  # examples of either kind; with fewer all accounts look alike, and verdicts and networks decide
LARGEST_LOG_ODDS = 12.0  # of a text's score: beyond it nothing was ever measured


def fit(
    examples: pd.DataFrame,
    features: pd.DataFrame,
    reports: pd.DataFrame,
    *,
    regularisation: float,
    expected_error: float,
    error_strength: float,
) -> FittedModel:
    """Learns from the examples, grades the moderators, and learns again with each example weighed.

    `examples`: account_id, is_spam, fold. `features`: rows of `spam_features` for them. `reports`: independent
    reports on them. In the second round an example weighs as much as its verdict is likely to be right, by
    what the first round's models say who have not seen it, and by the moderators' reliability.
    """
    from sklearn.pipeline import Pipeline
    from threadpoolctl import threadpool_limits

    examples = examples.sort_values("account_id", ignore_index=True)
    trust = {"expected_error": expected_error, "strength": error_strength}
    if min(examples.is_spam.sum(), (~examples.is_spam).sum()) < FEWEST:
        return _unlearned(grade(reports, pd.Series(0.0, index=examples.account_id), **trust), len(examples))
    with threadpool_limits(1):
        description = _description()
        described = description.fit_transform(prepare(features.set_index("account_id").loc[examples.account_id]))
        first = _cross_fit(examples, described, np.ones(len(examples)), regularisation)
        graded = grade(reports, first["unseen"], **trust)
        weight = likely_right(examples, first["unseen"], reports, graded)
        second = _cross_fit(examples, described, weight, regularisation)
        weighed = _regression(described, examples.is_spam.to_numpy(), weight, regularisation)
    for block in TERMS:
        # A place in memory, which scikit-learn notes down: equal models would have different versions.
        vars(description.named_transformers_[block].named_steps["hashed"]).pop("_stop_words_id", None)
    full = Pipeline([("described", description), ("weighed", weighed)])
    return FittedModel(
        estimator={"full": full, **{name: second[name] for name in ("folds", "slope", "offset")}},
        metrics=_measure(examples, second["unseen"], weight),
        facts={"moderators": grade(reports, second["unseen"], **trust).to_dict("records")},
    )


def _unlearned(graded: pd.DataFrame, examples: int) -> FittedModel:
    nothing: dict[str, Any] = {"full": None, "folds": [], "slope": 0.0, "offset": 0.0}
    return FittedModel(nothing, {"examples": float(examples)}, {"moderators": graded.to_dict("records")})


def log_odds(rows: pd.DataFrame, model: FittedModel) -> np.ndarray:
    """How much likelier each account's looks are for spam than for a person, as a natural logarithm.

    `rows`: `spam_features` with `fold` (missing for accounts that were no examples).
    """
    fitted = model.estimator
    if fitted["full"] is None:
        return np.zeros(len(rows))
    described = fitted["full"].named_steps["described"].transform(prepare(rows))
    raw = np.zeros(len(rows))
    for weighed, chosen in by_fold(rows, model):
        raw[chosen] = weighed.decision_function(described[chosen])
    return _calibrated(raw, fitted["slope"], fitted["offset"]).round(6)


def by_fold(rows: pd.DataFrame, model: FittedModel) -> Iterator[tuple[Any, np.ndarray]]:
    """The regressions that score these accounts, each with a mask of the accounts that it scores."""
    full, folds = model.estimator["full"].named_steps["weighed"], dict(enumerate(model.estimator["folds"]))
    fold = rows.fold.fillna(-1).astype("int64").to_numpy()
    for number in np.unique(fold):
        yield folds.get(number, full), fold == number


def prepare(rows: pd.DataFrame) -> pd.DataFrame:
    """The columns that the pipeline takes, as it takes them."""
    texts = {name: START + rows[name] for name in ("text", "email_domain", "email_local")}
    counts = {name: np.log1p(rows[name].to_numpy(dtype="float64")) for name in COUNTS}
    flags = {name: rows[name].to_numpy(dtype="float64") for name in FLAGS}
    choices = {"device": rows.device, "source": rows.source, "domain": rows.email_domain}
    return pd.DataFrame({**texts, **choices, **flags, **counts}, index=rows.index)


def _description() -> Any:
    """The account as a row of numbers. Nothing in it is learned from verdicts, so all folds may share it."""
    from sklearn.compose import ColumnTransformer
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    return ColumnTransformer(
        [
            ("words", _terms("words", 16), "text"),
            ("letters", _terms("letters", 16), "text"),
            ("domain", _terms("domain", 12), "email_domain"),
            ("local", _terms("local", 10), "email_local"),
            ("choice", OneHotEncoder(handle_unknown="ignore", min_frequency=5), ["device", "source", "domain"]),
            ("numbers", StandardScaler(), [*FLAGS, *COUNTS]),
        ],
        transformer_weights={"words": 2.0, "numbers": 0.5},
    )


def _terms(block: str, bits: int) -> Any:
    """How often each term occurs, against how often it does elsewhere.

    Terms are hashed to 2 ** `bits` columns: a vocabulary would be most of the model's file, and minutes of
    writing it.
    """
    from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer
    from sklearn.pipeline import Pipeline

    hashed = HashingVectorizer(n_features=2**bits, norm=None, alternate_sign=False, **TERMS[block])
    return Pipeline([("hashed", hashed), ("weighted", TfidfTransformer(sublinear_tf=True))])


def _cross_fit(examples: pd.DataFrame, described: Any, weight: np.ndarray, regularisation: float) -> dict[str, Any]:
    """A regression for each fold and the `unseen` log odds of every example, with their own share of spam."""
    is_spam, fold = examples.is_spam.to_numpy(), examples.fold.to_numpy()
    raw, folds = np.zeros(len(examples)), []
    for number in range(fold.max() + 1):
        seen, held_out = fold != number, fold == number
        if len(np.unique(is_spam[seen])) < 2:  # all examples of a kind in one fold: no other way to know them
            seen = np.ones(len(fold), dtype=bool)
        folds.append(_regression(described[seen], is_spam[seen], weight[seen], regularisation))
        if held_out.any():
            raw[held_out] = folds[-1].decision_function(described[held_out])
    share = float(np.average(is_spam, weights=weight))
    slope, offset = _calibration(raw, is_spam, weight, share)
    unseen = pd.Series(_calibrated(raw, slope, offset) + np.log(share / (1 - share)), index=examples.account_id)
    return {"folds": folds, "slope": slope, "offset": offset, "unseen": unseen}


def _regression(described: Any, is_spam: np.ndarray, weight: np.ndarray, regularisation: float) -> Any:
    from sklearn.linear_model import LogisticRegression

    weighed = LogisticRegression(C=regularisation, max_iter=2000).fit(described, is_spam, weight)
    weighed.coef_, weighed.intercept_ = weighed.coef_.round(9), weighed.intercept_.round(9)
    return weighed


def _calibration(raw: np.ndarray, is_spam: np.ndarray, weight: np.ndarray, share: float) -> tuple[float, float]:
    """Platt's line through the unseen scores, without the examples' own share of spam: a likelihood ratio."""
    from sklearn.linear_model import LogisticRegression

    line = LogisticRegression(C=1e6).fit(raw[:, None], is_spam, weight)
    offset = line.intercept_[0] - np.log(share / (1 - share))
    return round(float(max(line.coef_[0, 0], 0.0)), 9), round(float(offset), 9)


def _calibrated(raw: np.ndarray, slope: float, offset: float) -> np.ndarray:
    return np.clip(slope * raw + offset, -LARGEST_LOG_ODDS, LARGEST_LOG_ODDS)


def _measure(examples: pd.DataFrame, unseen: pd.Series, weight: np.ndarray) -> dict[str, float]:
    from sklearn.metrics import average_precision_score, log_loss

    probability = 1 / (1 + np.exp(-unseen.to_numpy()))
    return {
        "examples": float(len(examples)),
        "examples_called_spam": float(examples.is_spam.sum()),
        "examples_contradicted": float((weight < 0.5).sum()),
        "unseen_average_precision": round(float(average_precision_score(examples.is_spam, probability)), 6),
        "unseen_log_loss": round(float(log_loss(examples.is_spam, probability)), 6),
    }
