"""Which features weighed most in the model's part of an account's score."""

from typing import Any

import numpy as np
import pandas as pd

from job_search_assets.logic.spam.model import TERMS, TOKEN, by_fold, prepare
from job_search_assets.schemas.models import FittedModel

# Runs of a few letters mean nothing to a reader: each of these blocks counts as one feature.
BLOCKS = {"letters": "text: letters", "domain": "email_domain: letters", "local": "email_local: letters"}


def explain(rows: pd.DataFrame, model: FittedModel, *, at_most: int) -> pd.DataFrame:
    """The features that spoke most for spam: account_id, reference, weight (log odds), `at_most` an account.

    `rows`: `spam_features` with `fold`. An example is explained by the model that scored it.
    """
    told = weigh(rows, model)
    told = told[told.weight > 0].sort_values(["account_id", "weight", "reference"], ascending=[True, False, True])
    return told.groupby("account_id").head(at_most)


def weigh(rows: pd.DataFrame, model: FittedModel) -> pd.DataFrame:
    """What each feature that an account has speaks for spam, or, below 0, against it: account_id, reference, weight."""
    if model.estimator["full"] is None or rows.empty:
        return pd.DataFrame({"account_id": [], "reference": [], "weight": []})
    description = model.estimator["full"].named_steps["described"]
    return pd.concat(
        _weights(rows[chosen], description, weighed.coef_ * model.estimator["slope"])
        for weighed, chosen in by_fold(rows, model)
    )


def _weights(rows: pd.DataFrame, description: Any, coefficients: np.ndarray) -> pd.DataFrame:
    from scipy.sparse import csr_array

    columns = prepare(rows)
    weighed = csr_array(description.transform(columns)).multiply(coefficients).tocsr()
    part = {block: weighed[:, place] for block, place in description.output_indices_.items()}
    told = [_named(part[block].sum(axis=1)[:, None], [name], rows) for block, name in BLOCKS.items()]
    for block in ("choice", "numbers"):
        told.append(_named(part[block], description.named_transformers_[block].get_feature_names_out(), rows))
    return pd.concat([*told, _words(part["words"], columns.text, rows)]).round({"weight": 6})


def _words(weighed: Any, text: pd.Series, rows: pd.DataFrame) -> pd.DataFrame:
    """The words themselves, which the model knows by their hashes alone."""
    from scipy.sparse import csr_array
    from sklearn.feature_extraction import FeatureHasher
    from sklearn.feature_extraction.text import CountVectorizer

    if not text.str.contains(TOKEN).any():  # scikit-learn has no empty vocabulary
        return _named(csr_array((len(rows), 0)), [], rows)
    vectorizer = CountVectorizer(binary=True, **TERMS["words"])
    present = csr_array(vectorizer.fit_transform(text))
    words = vectorizer.get_feature_names_out()
    hasher = FeatureHasher(weighed.shape[1], input_type="string", alternate_sign=False)
    column = hasher.transform([[word] for word in words]).indices
    return _named(present.multiply(weighed[:, column]), [f"text: {word}" for word in words], rows)


def _named(weighed: Any, names: Any, rows: pd.DataFrame) -> pd.DataFrame:
    from scipy.sparse import coo_array

    found = coo_array(weighed)
    account, reference = rows.account_id.to_numpy()[found.row], np.asarray(names, dtype=object)[found.col]
    return pd.DataFrame({"account_id": account, "reference": reference, "weight": found.data})
