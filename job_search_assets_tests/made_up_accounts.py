"""Accounts made up for the tests of drift, and what is told of two deliveries of them."""

import numpy as np
import pandas as pd

from benchmarks.drift import tallied
from job_search_assets.logic.drift import report
from job_search_assets.logic.drift.features import FEATURES
from job_search_assets.logic.drift.report import Kind, Limits

LIMITS = Limits(level=0.05, least_effect=0.03, least_accounts=30, least_together=200)
SOURCES = {"own_web": 0.5, "own_app": 0.3, "partner": 0.2}


def made_up(accounts: int, seed: int) -> pd.DataFrame:
    """Accounts of three sources whose features have nothing to do with the source."""
    draw = np.random.default_rng(seed)
    frame = pd.DataFrame({"source": draw.choice(list(SOURCES), accounts, p=list(SOURCES.values()))})
    for feature in FEATURES:
        if feature.kind == "number":
            held = pd.Series(draw.normal(20 * feature.width, 5 * feature.width, accounts))
        else:
            held = pd.Series(draw.choice(["one", "two", "three", "four"], accounts, p=[0.4, 0.3, 0.2, 0.1]))
        frame[feature.name] = held.mask(pd.Series(draw.random(accounts) < 0.2))
    return frame


def told(before: pd.DataFrame, delivered: pd.DataFrame, limits: Limits = LIMITS) -> pd.DataFrame:
    accounts = pd.concat([before, delivered], ignore_index=True)
    is_new = np.arange(len(accounts)) >= len(before)
    return report.drift([Kind(tallied(accounts, is_new), FEATURES, 2, 2)], limits).set_index("place")


def higher(accounts: pd.DataFrame, feature: str, sources: list[str], deviations: float) -> pd.DataFrame:
    is_in = accounts["source"].isin(sources)
    held = accounts[feature]
    return accounts.assign(**{feature: held.where(~is_in, held + deviations * held.std())})


def moved(drift: pd.DataFrame) -> pd.DataFrame:
    return drift[drift["verdict"] == "moved"]
