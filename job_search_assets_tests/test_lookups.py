"""Rows found by what a column holds: all of them, each once, whatever the types."""

import pyarrow as pa
import pytest

from job_search_assets.engine.scoring.lookups import Lookup

ROWS = pa.table(
    {
        "name": pa.chunked_array([["ann", "bob", None], ["ann", "ünal", ""]]),
        "number": pa.chunked_array([[3, -1, 7], [3, None, 7]], pa.int64()),
    }
)


@pytest.mark.parametrize(
    ("wanted", "places"),
    [
        ({"name": [["ann"]]}, [0, 3]),
        ({"name": [["ünal", "nobody", None]]}, [4]),
        ({"name": [[""]]}, [5]),
        ({"name": [[]]}, []),
        ({"number": [[7, -1, 7]]}, [1, 2, 5]),
        ({"name": [["bob"], ["ann"]], "number": [[7, 3]]}, [0, 1, 2, 3, 5]),
    ],
)
def test_rows_are_found_by_every_value_that_is_wanted(wanted: dict[str, list[list[object]]], places: list[int]) -> None:
    types = {"name": pa.string(), "number": pa.int64()}
    asked = {column: [pa.chunked_array([part], types[column]) for part in parts] for column, parts in wanted.items()}
    assert Lookup(ROWS, ("name", "number")).rows(asked).equals(ROWS.take(pa.array(places, pa.int64())).combine_chunks())


def test_a_table_without_rows_has_none_to_find() -> None:
    nobody = Lookup(ROWS.slice(0, 0), ("name",))
    assert nobody.rows({"name": [ROWS["name"]]}).num_rows == 0
