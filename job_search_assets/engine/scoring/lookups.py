"""Rows found by what a column holds, in memory: a request of one row must not read the tables of everyone."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

Places = np.ndarray[tuple[int], np.dtype[np.int64]]
ROWS_A_VALUE = 4_096  # that are read in the time in which one value is looked up: of many, the whole column is read


class _Sorted:
    """A column of texts or whole numbers in the order of its values, missing ones left out.

    Arrow sorts texts by their bytes and Python compares them by code points, which is the same order.
    """

    def __init__(self, values: pa.ChunkedArray) -> None:
        kind = values.type
        assert pa.types.is_integer(kind) or pa.types.is_large_string(kind) or pa.types.is_string(kind), kind
        self._values, self._length = values, len(values) - values.null_count
        # A table that lies in this order needs no other.
        self._order = None if _is_sorted(values) else _order(values)

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, place: int) -> Any:
        return self._values[place if self._order is None else int(self._order[place])].as_py()

    def places(self, values: pa.ChunkedArray) -> Places:
        """Where in the table one of these values stands."""
        wanted = pc.unique(values.drop_null())
        if len(wanted) * ROWS_A_VALUE > len(self._values):
            return np.flatnonzero(pc.is_in(self._values, wanted).to_numpy(zero_copy_only=False))
        runs = [self._run(each) for each in wanted.to_pylist()]
        found = np.concatenate(runs) if runs else np.arange(0)
        return found if self._order is None else self._order[found].astype(np.int64)

    def _run(self, value: Any) -> Places:
        first = bisect_left(self, value)
        return np.arange(first, bisect_right(self, value, lo=first))


class Lookup:
    """A table with the order of each column that it is searched by: 4 bytes a row, none where it lies in that order."""

    def __init__(self, rows: pa.Table, columns: tuple[str, ...]) -> None:
        self._rows = rows
        self._by = {column: _Sorted(rows[column]) for column in columns}

    def rows(self, wanted: Mapping[str, list[pa.ChunkedArray]]) -> pa.Table:
        """Every row that holds one of the wanted values in that column, in the table's order, each once."""
        found = [self._by[column].places(values) for column, parts in wanted.items() for values in parts]
        return self._rows.take(pa.array(np.unique(np.concatenate(found))))


def _order(values: pa.ChunkedArray) -> np.ndarray[tuple[int], np.dtype[Any]]:
    return pc.sort_indices(values).to_numpy().astype(np.int32 if len(values) < 1 << 31 else np.int64)


def _is_sorted(values: pa.ChunkedArray) -> bool:
    if values.null_count:
        return False
    return len(values) < 2 or bool(pc.all(pc.less_equal(values[:-1], values[1:])).as_py())
