"""Rows found by what a column holds, in memory: a request of one row must not read the tables of everyone."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pyarrow as pa

Numbers = np.ndarray[tuple[int], np.dtype[np.uint64]]
NOTHING = "\0"  # stands for a missing value among texts while they are hashed


class Lookup:
    """A table with, for each column that it is searched by, the places of its values in the order of their hashes.

    Costs 12 bytes a row and column. Two values of one hash are not told apart: whoever asks joins what is found with
    what they asked for anyway.
    """

    def __init__(self, rows: pa.Table, columns: tuple[str, ...]) -> None:
        self._rows = rows.combine_chunks()
        self._places: dict[str, tuple[Numbers, np.ndarray[tuple[int], np.dtype[np.int32]]]] = {}
        for column in columns:
            numbers = _hashes(self._rows[column])
            order = np.argsort(numbers, kind="stable").astype(np.int32)
            self._places[column] = (numbers[order], order)

    def rows(self, wanted: Mapping[str, list[pa.ChunkedArray]]) -> pa.Table:
        """Every row that holds one of the wanted values in that column, in the table's order, each once."""
        found = [self._found(column, values) for column, parts in wanted.items() for values in parts]
        return self._rows.take(pa.array(np.unique(np.concatenate(found))))

    def _found(self, column: str, values: pa.ChunkedArray) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
        numbers, order = self._places[column]
        asked = np.unique(_hashes(values.drop_null()))
        first = np.searchsorted(numbers, asked, side="left")
        last = np.searchsorted(numbers, asked, side="right")
        runs = [order[start:end] for start, end in zip(first, last, strict=True) if end > start]
        return np.concatenate(runs) if runs else order[:0]


def _hashes(values: pa.ChunkedArray) -> Numbers:
    """A number for each value: of whole numbers themselves, of texts their hash, the same on every call."""
    if pa.types.is_integer(values.type):
        return values.fill_null(0).to_numpy().astype(np.int64).view(np.uint64)
    return pd.util.hash_array(values.fill_null(NOTHING).to_numpy().astype(object), categorize=False)
