"""The models that compete, each a scikit-learn pipeline from a user's features to a probability."""

from collections.abc import Callable
from typing import Any

from job_search_assets.logic.job_seekers.features import FEATURES, names_of

RARE = 10  # users; a category that fewer have is learned together with the other rare ones
BINS = 12  # per number in the logistic regression, so that it can bend where the numbers' effect does


def base_rate() -> Any:
    """The share of job seekers for everybody: what a model must beat."""
    from sklearn.dummy import DummyClassifier

    return DummyClassifier(strategy="prior")


def logistic_regression() -> Any:
    """A smooth and explainable one: numbers in bins and as they are, missing values as a value of their own."""
    from sklearn.compose import ColumnTransformer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import KBinsDiscretizer, StandardScaler

    bins = KBinsDiscretizer(
        BINS, encode="onehot-dense", strategy="quantile", quantile_method="averaged_inverted_cdf", subsample=None
    )
    steps = [
        ("bins", make_pipeline(_filled(), bins), names_of("number")),
        ("lines", make_pipeline(_filled(), StandardScaler()), names_of("number", "boolean")),
        ("ranks", make_pipeline(_ranks(), _filled(), StandardScaler()), names_of("ordinal")),
        ("values", _one_hot(), names_of("category", "ordinal")),
    ]
    return make_pipeline(ColumnTransformer(steps), LogisticRegression(C=0.1, max_iter=2000))


def shallow_boosting() -> Any:
    """Many trees of depth two: for hundreds of users, where deeper ones learn the noise."""
    return _boosting(max_depth=2, max_iter=120, learning_rate=0.05, min_samples_leaf=20, l2_regularization=1.0)


def deep_boosting() -> Any:
    """Trees of 31 leaves: for tens of thousands of users, where shallow ones leave something to learn."""
    return _boosting(max_leaf_nodes=31, max_iter=150, learning_rate=0.05, min_samples_leaf=40, l2_regularization=1.0)


def forest() -> Any:
    """An average of a hundred trees whose leaves hold a hundredth of the users each: steady on small data."""
    from sklearn.compose import ColumnTransformer
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.pipeline import make_pipeline

    steps = [
        ("numbers", _filled(), names_of("number", "boolean")),
        ("ranks", make_pipeline(_ranks(), _filled()), names_of("ordinal")),
        ("values", _one_hot(), names_of("category")),
    ]
    trees = RandomForestClassifier(100, min_samples_leaf=0.01, max_features=0.4, random_state=0)
    return make_pipeline(ColumnTransformer(steps), trees)


# The simplest first: of equals it is taken.
SINGLE: dict[str, Callable[[], Any]] = {
    "base_rate": base_rate,
    "logistic_regression": logistic_regression,
    "shallow_boosting": shallow_boosting,
    "deep_boosting": deep_boosting,
    "forest": forest,
}
# Averages of unlike models: their errors partly cancel out.
ENSEMBLES: dict[str, list[str]] = {
    "average": ["logistic_regression", "shallow_boosting", "forest"],
    "average_of_trees": ["shallow_boosting", "forest"],
}


def _boosting(**shape: Any) -> Any:
    from sklearn.compose import ColumnTransformer
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.pipeline import make_pipeline

    steps = [
        ("numbers", _filled(), names_of("number", "boolean")),
        ("ranks", make_pipeline(_ranks(), _filled()), names_of("ordinal")),
        ("values", _one_hot(), names_of("category")),
    ]
    # Without early stopping: it would set a random tenth of few users aside.
    return make_pipeline(
        ColumnTransformer(steps), HistGradientBoostingClassifier(random_state=0, early_stopping=False, **shape)
    )


def _filled() -> Any:
    """The median where nothing is known, and a column that says so; also where no user of train told it."""
    from sklearn.impute import SimpleImputer

    return SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True)


def _ranks() -> Any:
    from sklearn.preprocessing import OrdinalEncoder

    orders = [list(feature.order) for feature in FEATURES if feature.is_in_model and feature.kind == "ordinal"]
    missing = float("nan")
    return OrdinalEncoder(
        categories=orders,
        handle_unknown="use_encoded_value",
        unknown_value=missing,
        encoded_missing_value=missing,
    )


def _one_hot() -> Any:
    from sklearn.preprocessing import OneHotEncoder

    return OneHotEncoder(min_frequency=RARE, handle_unknown="infrequent_if_exist", sparse_output=False)
