"""What a random draw would give, exactly: when it is good enough, and how a split compares with it.

Counts of a draw are independent numbers given their sum, so the probability that all of them stay within limits is
a convolution of their weights, read off at that sum: for any number of splits, and without a normal approximation.
"""

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np

from job_search_assets.logic.splits.shares import Cells, Shares

Array = np.ndarray[Any, Any]
Window = tuple[int, int]

EXACT, HASH = "exact", "hash"
DEVIATIONS = 12  # standard deviations from the mean beyond which no count is looked at: chances there are below 1e-30


class Method(NamedTuple):
    """How users are divided, the chance that drawing by hash would come out badly, and the reason in words."""

    name: str
    risk: float
    why: str


def method_for(users: Sequence[int], shares: Shares, *, method: str, most_deviation: float, most_risk: float) -> Method:
    """By hash or exactly, as the settings say; auto: by hash once its risk is at most `most_risk`."""
    risk = risk_of_hash(users, shares, most_deviation=most_deviation)
    if method in (EXACT, HASH):
        return Method(method, risk, f"the settings ask for {method}")
    words = (
        f"by hash, the chance of a label's count more than {most_deviation:.1%} off its ideal is {risk:.3g}, "
        f"and {most_risk:g} is allowed"
    )
    return Method(HASH if risk <= most_risk else EXACT, risk, words)


def risk_of_hash(users: Sequence[int], shares: Shares, *, most_deviation: float) -> float:
    """The chance that drawing each user by himself puts any count of a label in a split too far off.

    `users` are the labels' counts, `most_deviation` is a share of a count's ideal. Of each label the counts are
    multinomial; labels are drawn independently.
    """
    held = 1.0
    for count in users:
        limits = []
        for share in shares.values():
            slack = share * count * Fraction(str(most_deviation))
            limits.append((math.ceil(share * count - slack), math.floor(share * count + slack)))
        held *= _multinomial_within(count, [float(share) for share in shares.values()], limits)
    return min(1.0, max(0.0, 1 - held))


def random_as_even(cells: Cells, shares: Shares) -> tuple[float, float]:
    """The chances that a random draw of splits of these sizes is as even or more, and that it is as uneven or more.

    How even is told by the job seekers' largest distance from their ideal in any split (multivariate hypergeometric).
    """
    sizes = [cells[True][split] + cells[False][split] for split in shares]
    seekers = sum(cells[True].values())
    ideals = [seekers * share for share in shares.values()]
    furthest = max(abs(cells[True][split] - ideal) for split, ideal in zip(shares, ideals, strict=True))
    within = [(math.ceil(ideal - furthest), math.floor(ideal + furthest)) for ideal in ideals]
    closer = [(math.floor(ideal - furthest) + 1, math.ceil(ideal + furthest) - 1) for ideal in ideals]
    return _hypergeometric_within(sizes, seekers, within), 1 - _hypergeometric_within(sizes, seekers, closer)


def expected_distance(users: Array, share: float) -> Array:
    """By how many users a number drawn at random, each user by himself, is off its ideal on average.

    The mean absolute deviation of the binomial (de Moivre 1730; Diaconis and Zabell 1991, Statistical Science 6).
    """
    from scipy.stats import binom

    above = np.floor(users * share) + 1
    return 2 * above * (1 - share) * binom.pmf(above, users, share)


def _multinomial_within(total: int, shares: Sequence[float], limits: Sequence[Window]) -> float:
    from scipy.special import gammaln

    windows = [
        _narrowed(window, total, total * share, math.sqrt(total * share * (1 - share)))
        for window, share in zip(limits, shares, strict=True)
    ]
    # Poisson weights: given their sum such numbers are multinomial, and their peaks lie at the ideals.
    weights = [
        _range(window) * math.log(max(total, 1) * share) - total * share - gammaln(_range(window) + 1)
        for window, share in zip(windows, shares, strict=True)
    ]
    at_total = total * math.log(max(total, 1)) - total - float(gammaln(total + 1))
    return _at_sum(windows, weights, total, -at_total)


def _hypergeometric_within(sizes: Sequence[int], drawn: int, limits: Sequence[Window]) -> float:
    total = sum(sizes)
    rate = drawn / total if total else 0.0
    windows = [
        _narrowed(window, min(size, drawn), size * rate, math.sqrt(size * rate * (1 - rate)))
        for window, size in zip(limits, sizes, strict=True)
    ]
    # Binomial weights: given their sum such numbers are hypergeometric, and their peaks lie at the ideals.
    weights = [_log_binomial(size, _range(window), rate) for window, size in zip(windows, sizes, strict=True)]
    return _at_sum(windows, weights, drawn, -float(_log_binomial(total, np.array(float(drawn)), rate)))


def _at_sum(windows: Sequence[Window], log_weights: Sequence[Array], total: int, log_scale: float) -> float:
    """The sum of products of weights over all ways to reach the total with one number of each window."""
    if any(low > high for low, high in windows):
        return 0.0
    product, log_factor = np.ones(1), log_scale
    for weights in log_weights:
        log_factor += float(weights.max())
        product = np.convolve(product, np.exp(weights - weights.max()))
        log_factor += math.log(float(product.max()))
        product = product / product.max()
    place = total - sum(low for low, _ in windows)
    inside = 0 <= place < len(product) and product[place] > 0
    return min(1.0, math.exp(math.log(product[place]) + log_factor)) if inside else 0.0


def _narrowed(window: Window, most: int, mean: float, deviation: float) -> Window:
    reach = DEVIATIONS * deviation + DEVIATIONS
    return max(window[0], 0, math.floor(mean - reach)), min(window[1], most, math.ceil(mean + reach))


def _range(window: Window) -> Array:
    return np.arange(window[0], window[1] + 1, dtype=float)


def _log_binomial(size: int, taken: Array, rate: float) -> Array:
    from scipy.special import gammaln, xlog1py, xlogy

    chosen = gammaln(size + 1) - gammaln(taken + 1) - gammaln(size - taken + 1)
    weight: Array = chosen + xlogy(taken, rate) + xlog1py(size - taken, -rate)
    return weight
