"""Counts as arrays: for each feature the accounts by source, cell and side (before, delivered)."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from job_search_assets.logic.drift import chances
from job_search_assets.logic.drift.features import Feature

Array = np.ndarray[Any, Any]
ALL = "*"  # all sources, each compared with itself
MIX = "source"  # the feature that is a source's share of the accounts
LEAST_NAMED = 20  # accounts that share a value, below which it is not named: it may be somebody's own


class Question(NamedTuple):
    """A test to be made: of one source or all, one feature and one aspect, with its counts and its cells' names."""

    source: str
    feature: str
    aspect: str
    is_ordered: bool
    strata: tuple[str, ...]
    counts: Array
    names: tuple[str, ...]

    @property
    def sides(self) -> Array:
        """Accounts before and delivered."""
        return np.asarray(self.counts.sum(axis=(0, 1)))

    def chance(self) -> float:
        """How surprising the counts are if nothing has moved."""
        return (chances.ordered if self.is_ordered else chances.nominal)(self.counts)

    def without(self, sources: set[str]) -> "Question":
        """The same without some sources."""
        kept = [place for place, name in enumerate(self.strata) if name not in sources]
        return self._replace(strata=tuple(self.strata[place] for place in kept), counts=self.counts[kept])

    def mixed(self) -> "Question":
        """The same as if all came from one source: what a look at the total alone would see."""
        return self._replace(counts=self.counts.sum(axis=0, keepdims=True))


def questions(tallied: pd.DataFrame, features: tuple[Feature, ...], *, least: int) -> Iterator[Question]:
    """Everything that is asked of one kind of rows: by source first, then of all sources that have enough accounts."""
    sources = sorted(tallied["source"].unique())
    by_feature = dict(iter(tallied.groupby("feature")))
    for feature in features:
        rows = by_feature[feature.name] if feature.name in by_feature else tallied.iloc[:0]
        counts, names = _counts(rows, feature, sources)
        known = Question(ALL, feature.name, "values", feature.kind == "number", tuple(sources), counts[:, :-1], names)
        has = np.stack([counts[:, -1], counts[:, :-1].sum(axis=1)], axis=1)
        missing = Question(ALL, feature.name, "missing", False, tuple(sources), has, ("IS NULL", "IS NOT NULL"))
        for question in (known, missing):
            if question.counts.shape[1] > 1 and (question.counts.sum(axis=(0, 2)) > 0).sum() > 1:
                yield from _by_source(question, least)


def mix(tallied: pd.DataFrame, feature: str) -> Iterator[Question]:
    """Whether each source's share of the accounts has moved; any feature tells how many there are."""
    rows = tallied[tallied["feature"] == feature]
    sides = {source: _sides(rows[rows["source"] == source]) for source in sorted(rows["source"].unique())}
    total = sum(sides.values(), np.zeros(2, dtype=np.int64))
    for source, own in sides.items():
        if len(sides) > 1:
            counts = np.stack([own, total - own])[None]
            yield Question(source, MIX, "share", False, (source,), counts, (f"= {source}", f"<> {source}"))


def _by_source(question: Question, least: int) -> Iterator[Question]:
    for source in question.strata:
        yield question.without(set(question.strata) - {source})._replace(source=source)
    lacking = {
        name for name, table in zip(question.strata, question.counts, strict=True) if table.sum(axis=0).min() < least
    }
    if len(question.strata) - len(lacking) > 1:
        yield question.without(lacking)


def _counts(rows: pd.DataFrame, feature: Feature, sources: list[str]) -> tuple[Array, tuple[str, ...]]:
    """Accounts by source, cell (the last one: no value) and side; and what each cell's condition is called."""
    held = rows["cell" if feature.kind == "number" else "value"]
    places, cells = pd.factorize(held, sort=True)
    counts = np.zeros((len(sources), len(cells) + 1, 2), dtype=np.int64)
    which = np.searchsorted(sources, rows["source"].to_numpy(dtype=str))
    # A place of -1, no value, is the last cell.
    np.add.at(counts, (which, places, rows["is_new"].to_numpy(dtype=int)), rows["accounts"].to_numpy())
    if feature.kind == "number":
        return counts, tuple(f"< {round((cell + 1) * feature.width, 6):g}" for cell in cells)
    named = counts.sum(axis=(0, 2)) >= LEAST_NAMED
    return counts, tuple(f"= {cell}" if named[place] else "a rare value" for place, cell in enumerate(cells))


def _sides(rows: pd.DataFrame) -> Array:
    return np.array([rows.loc[~rows["is_new"], "accounts"].sum(), rows.loc[rows["is_new"], "accounts"].sum()])
