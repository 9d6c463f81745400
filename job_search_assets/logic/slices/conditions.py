"""The single conditions that slices are made of, `column = value` or an interval, and who meets them."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

Array = np.ndarray[Any, Any]
SEVERAL = "labellers"  # the one column whose text holds several values, as |one|other|


@dataclass(frozen=True)
class Factor:
    """A column as conditions: each row's cell, and which cells meet which condition.

    Cell 0 holds values too rare for a condition of their own. With `who`, a row may stand in several cells:
    `who[i]` stands in `cells[i]`.
    """

    name: str
    cells: Array
    meets: Array
    texts: tuple[str, ...]
    who: Array | None = None

    def among(self, rows: Array) -> "Factor":
        """The same conditions over the rows that the mask names."""
        if self.who is None:
            return replace(self, cells=self.cells[rows])
        is_kept = rows[self.who]
        return replace(self, cells=self.cells[is_kept], who=(np.cumsum(rows) - 1)[self.who[is_kept]])

    def members(self, condition: int, rows: int) -> Array:
        """Which rows meet the condition."""
        is_met = self.meets[condition][self.cells] > 0
        if self.who is None:
            return is_met
        found = np.zeros(rows, dtype=bool)
        found[self.who[is_met]] = True
        return found


def read(users: pd.DataFrame, names: list[str], *, least: int, bins: int) -> list[Factor]:
    """Each column as conditions: a value that at least twice so many users have, an interval, being missing.

    Of all users, since no loss has a say in it: what is tested stays unseen.
    """
    found = [_factor(users[name], least=2 * least, bins=bins) for name in names]
    return [factor for factor in found if factor.texts]


def _factor(column: pd.Series, *, least: int, bins: int) -> Factor:
    if column.name == SEVERAL:
        return _several(column, least)
    if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
        return _number(column, bins)
    return _category(column, least)


def _category(column: pd.Series, least: int) -> Factor:
    codes, values = pd.factorize(column, sort=True, use_na_sentinel=True)
    codes = np.where(codes < 0, len(values), codes)
    texts = [f"{column.name} = {_literal(value)}" for value in values] + [f"{column.name} IS NULL"]
    return _frequent(str(column.name), codes, texts, np.bincount(codes, minlength=len(texts)), least)


def _several(column: pd.Series, least: int) -> Factor:
    held = column.fillna("").str.strip("|")
    words = held.str.split("|").explode()
    who = np.repeat(np.arange(len(column)), held.str.count(r"\|").to_numpy() + 1)
    codes, values = pd.factorize(words, sort=True)
    texts = [
        f"contains({column.name}, {_literal(f'|{value}|')})" if value else f"{column.name} IS NULL" for value in values
    ]
    counts = np.bincount(codes, minlength=len(texts))
    return replace(_frequent(str(column.name), codes, texts, counts, least), who=who)


def _frequent(name: str, codes: Array, texts: list[str], counts: Array, least: int) -> Factor:
    """Conditions for the values that enough rows have; the others share cell 0."""
    kept = np.flatnonzero(counts >= least)
    cell = np.zeros(len(texts), dtype=np.int64)
    cell[kept] = np.arange(1, len(kept) + 1)
    meets = np.eye(len(kept) + 1)[1:]
    return Factor(name, cell[codes], meets, tuple(texts[place] for place in kept))


def _number(column: pd.Series, bins: int) -> Factor:
    """All intervals between quantiles, and being missing."""
    values = column.to_numpy(dtype=float, na_value=np.nan)
    known = values[~np.isnan(values)]
    edges: list[float] = []
    if len(known):
        cuts = np.unique(np.quantile(known, np.arange(1, bins) / bins, method="inverted_cdf"))
        edges = [float(cut) for cut in cuts if cut < known.max()]
    cells = np.where(np.isnan(values), len(edges) + 2, np.searchsorted(edges, values, side="left") + 1)
    texts, meets = [f"{column.name} IS NULL"], [np.arange(len(edges) + 3) == len(edges) + 2]
    for first in range(1, len(edges) + 2):
        for last in range(first, len(edges) + 2):
            bounds = [f"{column.name} > {_literal(edges[first - 2])}"] if first > 1 else []
            bounds += [f"{column.name} <= {_literal(edges[last - 1])}"] if last <= len(edges) else []
            if bounds:
                texts.append(" AND ".join(bounds))
                meets.append((np.arange(len(edges) + 3) >= first) & (np.arange(len(edges) + 3) <= last))
    return Factor(str(column.name), cells.astype(np.int64), np.array(meets, dtype=float), tuple(texts))


def _literal(value: Any) -> str:
    """A value as SQL reads it."""
    if isinstance(value, bool | np.bool_):
        return str(bool(value)).lower()
    if isinstance(value, int | float | np.number):
        return f"{float(value):.15g}"
    return "'" + str(value).replace("'", "''") + "'"
