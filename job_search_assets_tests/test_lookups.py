"""Rows found by what a column of texts or whole numbers holds: all of them, each once."""

import pyarrow as pa
import pytest

from job_search_assets.engine.scoring import lookups
from job_search_assets.engine.scoring.lookups import Lookup

ROWS = pa.table(
    {
        "name": pa.chunked_array([["ann", "bob", None], ["ann", "ünal", ""]]),
        "number": pa.chunked_array([[3, -1, 7], [3, None, 7]], pa.int64()),
        "key": pa.chunked_array([["a", "a", "b"], ["c", "z", "é"]], pa.large_string()),
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
        ({"key": [["a", "é", "aa"]]}, [0, 1, 5]),
    ],
)
@pytest.mark.parametrize("rows_a_value", [0, 1 << 40], ids=["each by itself", "the column is read"])
def test_rows_are_found_by_every_value_that_is_wanted(
    wanted: dict[str, list[list[object]]], places: list[int], rows_a_value: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lookups, "ROWS_A_VALUE", rows_a_value)
    types = {"name": pa.string(), "number": pa.int64(), "key": pa.string()}
    asked = {column: [pa.chunked_array([part], types[column]) for part in parts] for column, parts in wanted.items()}
    assert (
        Lookup(ROWS, ("name", "number", "key"))
        .rows(asked)
        .equals(ROWS.take(pa.array(places, pa.int64())).combine_chunks())
    )


def test_a_table_without_rows_has_none_to_find() -> None:
    nobody = Lookup(ROWS.slice(0, 0), ("name",))
    assert nobody.rows({"name": [ROWS["name"]]}).num_rows == 0
