"""The time the sample covers, and moments in it: seconds since 1970, UTC."""

import numpy as np

from job_search_assets.sample.draws import Strings

OPENED, CLOSED = 1_704_067_200, 1_782_777_600  # 2024-01-01 and 2026-06-30
DAY = 86_400
AFTERWARDS = 31 * DAY  # people judge and vote for a month after the last sign-up


def sign_ups(rng: np.random.Generator, count: int) -> np.ndarray:
    """Times of sign-up: a little more every month, more by day than by night."""
    day = np.floor((CLOSED - OPENED) / DAY * rng.random(count) ** 0.85).astype(np.int64)
    return OPENED + day * DAY + (rng.beta(2.2, 1.8, size=count) * (DAY - 1)).astype(np.int64)


def until_the_end(rng: np.random.Generator, begun: np.ndarray) -> np.ndarray:
    """A moment between each beginning and a month after the last sign-up."""
    return begun + (rng.random(len(begun)) * (CLOSED + AFTERWARDS - begun)).astype(np.int64)


def days(rng: np.random.Generator, least: float, most: float, count: int) -> np.ndarray:
    """Between so many and so many days, in seconds."""
    return (rng.uniform(least, most, size=count) * DAY).astype(np.int64)


def iso(seconds: np.ndarray) -> Strings:
    """Seconds since 1970 as ISO 8601 in UTC."""
    return np.datetime_as_string(seconds.astype("datetime64[s]"), timezone="UTC").astype(object)
