"""Random persons with rows, labels and fields for the benchmark of splits, and how a division of them is scored."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd

from job_search_assets.logic.splits import evenness, exactness, shares

Array = np.ndarray[Any, Any]
RATIOS = {
    "60/20/20": shares.shares_of({"train": 0.6, "dev": 0.2, "test": 0.2}),
    "70/15/15": shares.shares_of({"train": 0.7, "dev": 0.15, "test": 0.15}),
}


@dataclass(frozen=True)
class Persons:
    """Rows of each label a person has (persons by labels), and the person's values in each field, as numbers."""

    rows: Array
    fields: Array


@dataclass(frozen=True)
class Score:
    """Whether counts are exact, how many persons stand in two splits, and how uneven the fields are."""

    is_exact: bool
    torn: int
    users_off: float


def one_row_each(persons: int, generator: np.random.Generator, levels: tuple[int, ...] = (4, 12, 3)) -> Persons:
    """Thirty of a hundred are job seekers; fields are skewed."""
    is_seeker = generator.permutation(persons) < round(persons * 0.3)
    return Persons(np.stack([is_seeker, ~is_seeker], axis=1).astype(int), _fields(persons, generator, levels))


def several_rows(persons: int, generator: np.random.Generator, *, mixed: bool) -> Persons:
    """Persons of one to five rows, whose labels are all alike or mixed."""
    rows = generator.integers(1, 6, size=persons)
    seekers = generator.binomial(rows, 0.3) if mixed else rows * (generator.random(persons) < 0.3)
    return Persons(np.stack([seekers, rows - seekers], axis=1), _fields(persons, generator, (4, 12, 3)))


def ours(persons: Persons, ratio: Mapping[str, Fraction], seed: int) -> tuple[Array, exactness.Placement]:
    """The split of each person, by number, and how exact it could be made."""
    weights, classes, units = np.unique(persons.rows, axis=0, return_inverse=True, return_counts=True)
    placed = exactness.place(weights, units, ratio)
    alike = np.column_stack([classes.ravel(), persons.fields])
    cells, cell, fresh = np.unique(alike, axis=0, return_inverse=True, return_counts=True)
    spread = evenness.spread(
        evenness.Cells(
            names=["|".join(map(str, values)) for values in cells.tolist()],
            classes=cells[:, 0],
            values=cells[:, 1:],
            held=np.zeros((len(cells), len(ratio))),
            fresh=fresh,
        ),
        placed.units.astype(float),
        np.array([float(share) for share in ratio.values()]),
        seed=seed,
    )
    order = np.lexsort([_digests(len(persons.rows), seed), cell.ravel()])
    split = np.empty(len(order), dtype=int)
    split[order] = np.concatenate([np.repeat(np.arange(len(ratio)), users) for users in spread])
    return split, placed


def at_random(persons: Persons, ratio: Mapping[str, Fraction], seed: int) -> Array:
    """Every person by himself, the usual shuffle: so many first go to train, the next to dev."""
    order = np.random.default_rng(seed).permutation(len(persons.rows))
    ends = np.cumsum([round(len(order) * float(share)) for share in ratio.values()])
    split = np.empty(len(order), dtype=int)
    split[order] = np.searchsorted(ends[:-1], np.arange(len(order)), side="right")
    return split


def score(persons: Persons, split_of_rows: list[Array], ratio: Mapping[str, Fraction]) -> Score:
    """`split_of_rows` has each person's splits, one a row, for a method may tear a person apart."""
    first = np.array([rows[0] for rows in split_of_rows])
    counts = np.zeros((2, len(ratio)), dtype=int)
    for rows, places in zip(persons.rows, split_of_rows, strict=True):
        for label, place in zip(np.repeat([0, 1], rows), places, strict=True):
            counts[label, place] += 1
    cells = {
        label: dict(zip(ratio, map(int, row), strict=True)) for label, row in zip((True, False), counts, strict=True)
    }
    torn = sum(len(set(places.tolist())) > 1 for places in split_of_rows)
    return Score(shares.off_by(cells, ratio) == 0, torn, users_off(persons, first, ratio))


def users_off(persons: Persons, split: Array, ratio: Mapping[str, Fraction]) -> float:
    """Persons, over all fields, who would have to stand elsewhere for every value to have its share."""
    off = 0.0
    for values in persons.fields.T:
        counted = pd.crosstab(values, split).reindex(columns=range(len(ratio)), fill_value=0).to_numpy()
        ideal = np.outer(counted.sum(axis=1), [float(share) for share in ratio.values()])
        off += np.abs(counted - ideal).sum() / 2
    return float(off)


def by_rows(persons: Persons, split: Array) -> list[Array]:
    """Each person's split, once a row."""
    return [np.full(count, place) for count, place in zip(persons.rows.sum(axis=1), split, strict=True)]


def _fields(persons: int, generator: np.random.Generator, levels: tuple[int, ...]) -> Array:
    columns, start = [], 0
    for level in levels:
        weights = 1 / np.arange(1, level + 1)
        columns.append(start + generator.choice(level, size=persons, p=weights / weights.sum()))
        start += level
    return np.stack(columns, axis=1)


def _digests(persons: int, seed: int) -> Array:
    from hashlib import sha256

    return np.array([int(sha256(f"{seed}|{place}".encode()).hexdigest()[:15], 16) for place in range(persons)])
