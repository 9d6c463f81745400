"""The model card: what the model is, how good it is and for whom not, and what it must not be used for.

After Mitchell et al. 2019, "Model Cards for Model Reporting". Counts and figures only, of nobody in particular.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pandas as pd

from job_search_assets.logic.job_seekers.features import FEATURES
from job_search_assets.logic.job_seekers.learning_curve import UNKNOWN
from job_search_assets.schemas.models import FittedModel

Fact = tuple[str, str, str]  # section, item, value

PURPOSE = (
    "The chance that a user, who may have several accounts, is looking for a job, from what the sign-up form tells."
)
LIMITS = (
    "It learned what labellers think of forms, not what people did; the label ceiling says how far that goes.",
    "It is no ground for a decision about one person: probabilities are right on average over many users.",
    "It never sees gender, region, source or device; users may still differ by them, see the slices.",
    "Forms of a kind that train did not have, and later times, may be foretold worse than test says.",
)


def about(model: FittedModel) -> list[Fact]:
    """What the model is and what it sees."""
    chosen = sorted((name.removeprefix("dev_gain_"), gain) for name, gain in model.metrics.items())
    return [
        ("Model", "purpose", PURPOSE),
        ("Model", "version", model.version),
        *(("Model", name.replace("_", " "), str(value)) for name, value in sorted(model.facts.items())),
        *(
            ("Candidates", name, f"{gain:+.4f} nats a user better than one number for all, on dev")
            for name, gain in chosen
        ),
        *(("Features", feature.name, feature.description) for feature in FEATURES if feature.is_in_model),
        *(("Never in the model", one.name, one.description) for one in FEATURES if not one.is_in_model),
    ]


def figures(evaluation: pd.DataFrame) -> list[Fact]:
    """Every metric of test and dev with its interval and its ceiling."""
    rows = evaluation[~evaluation["metric"].str.startswith("gain_")].sort_values(["split", "metric"])
    return [
        (f"Figures on {row.split}", row.metric, _number(row.value) + _ends(row.low, row.high) + _ceiling(row.ceiling))
        for split in ("test", "dev")
        for row in _each(rows[rows["split"] == split])
    ]


def worse_slices(slices: pd.DataFrame) -> list[Fact]:
    """The slices in which the model is proved worse."""
    proved = slices[slices["verdict"] == "worse"].sort_values("place")
    told = [
        (
            "Slices where it is worse",
            f"{row.slice} ({row.metric.replace('_', ' ')})",
            f"{_number(row.value)} on {row.users:,} users, {_number(row.outside)} elsewhere"
            + (f"; the same users as {row.same_users_as}" if isinstance(row.same_users_as, str) else ""),
        )
        for row in _each(proved)
    ]
    return told or [("Slices where it is worse", "none", "no slice is proved worse than the rest")]


def weights(importance: pd.DataFrame) -> list[Fact]:
    """What each feature is worth, the most important first."""
    order = importance.sort_values(["roc_auc_decrease", "feature"], ascending=[False, True])
    return [
        (
            "Importance",
            row.feature,
            f"ROC AUC falls by {_number(row.roc_auc_decrease)}{_ends(row.roc_auc_low, row.roc_auc_high)}",
        )
        for row in _each(order)
    ]


def more_labels(curve: pd.DataFrame) -> list[Fact]:
    """The learning curve by the ROC AUC."""
    rows = curve[curve["metric"] == "roc_auc"].sort_values("labelled_users")
    return [
        (
            "With fewer and more labels",
            f"{row.labelled_users:,} labelled users, {row.basis}",
            UNKNOWN if math.isnan(row.value) else f"ROC AUC {_number(row.value)}{_ends(row.low, row.high)}",
        )
        for row in _each(rows)
    ]


def weaker_signal(curve: pd.DataFrame) -> list[Fact]:
    """Model and labellers where fewer fields are told."""
    rows = curve.sort_values(["what", "fields"], ascending=[True, False])
    return [
        (
            "Where less is told",
            f"{row.fields} fields, {row.what}",
            f"model right {_number(row.model)}{_ends(row.model_low, row.model_high)}"
            + (
                ""
                if math.isnan(row.labellers)
                else f"; labellers {_number(row.labellers)}{_ends(row.labellers_low, row.labellers_high)}"
            )
            + f"; {row.users:,} users",
        )
        for row in _each(rows)
    ]


def limits() -> list[Fact]:
    """What the model must not be used for."""
    return [("Limits", str(place), limit) for place, limit in enumerate(LIMITS, start=1)]


def facts(cards: Mapping[str, Iterable[Fact]]) -> pd.DataFrame:
    """All cards as one table: card, place, section, item, value."""
    rows = [(card, place, *fact) for card, told in cards.items() for place, fact in enumerate(told, start=1)]
    return pd.DataFrame(rows, columns=["card", "place", "section", "item", "value"])


def _each(rows: pd.DataFrame) -> Iterator[Any]:
    yield from rows.itertuples(index=False)


def _number(value: float) -> str:
    return (
        "not known" if math.isnan(value) else f"{value:,.0f}" if value == int(value) and value > 1 else f"{value:.3f}"
    )


def _ends(low: float, high: float) -> str:
    return "" if math.isnan(low) else f" [{low:.3f}, {high:.3f}]"


def _ceiling(ceiling: float) -> str:
    return "" if math.isnan(ceiling) else f"; at best {ceiling:.3f} by labels as sure as these"
