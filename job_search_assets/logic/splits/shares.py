"""The splits' names and shares, what each is for, and the counts that they ask for."""

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction

TRAIN, DEV, TEST = "train", "dev", "test"
RETIRED = "retired"  # stands in the column `split` of users that no split may have any more

Shares = Mapping[str, Fraction]
Cells = Mapping[bool, Mapping[str, int]]  # users by label and split


def shares_of(given: Mapping[str, float]) -> dict[str, Fraction]:
    """The shares as exact fractions, in the order of use. Raises ValueError, with what to do, for no division."""
    # str() gives the decimal that was written: 0.6 is three fifths, not its nearest binary number.
    exact = {name: Fraction(str(share)) for name, share in given.items()}
    missing = [name for name in (TRAIN, DEV, TEST) if name not in exact]
    if missing:
        raise ValueError(
            f"There is no split {missing[0]}: the model learns from train, chooses on dev, reports on test."
        )
    if RETIRED in exact:
        raise ValueError(f"No split can be named {RETIRED}: that is who no split may have any more.")
    if min(exact.values()) <= 0 or sum(exact.values()) != 1:
        raise ValueError(f"The splits' shares must be above 0 and sum to 1, and not to {float(sum(exact.values())):g}.")
    return exact


def graded(names: Sequence[str]) -> list[str]:
    """The splits that results are reported on: test, and whatever is named after it."""
    return list(names)[list(names).index(TEST) :]


def bounds(total: int, shares: Shares) -> list[tuple[int, int]]:
    """The least and the most of a total that each split may have: its ideal number, rounded down and up."""
    return [(math.floor(total * share), math.ceil(total * share)) for share in shares.values()]


def off_by(cells: Cells, shares: Shares) -> int:
    """By how many users the worst of all counts lies beyond its ideal rounded up or down; 0 is exact.

    Counts are those of each label in each split, and each split's size.
    """
    rows = [list(row.values()) for row in cells.values()]
    tables = [*rows, [sum(column) for column in zip(*rows, strict=True)]]
    return max(
        max(least - count, count - most, 0)
        for row in tables
        for count, (least, most) in zip(row, bounds(sum(row), shares), strict=True)
    )


def named_counts(cells: Cells) -> dict[str, int]:
    """The counts by names that read well beside each other: `train_job_seekers`, `train_others` …"""
    return {
        f"{split}_{'job_seekers' if label else 'others'}": count
        for label, row in cells.items()
        for split, count in row.items()
    }
