"""A schema's rules as one query: it lets through what pandera lets through, and nothing else."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import ibis
import ibis.expr.types as ir
import pandas as pd
import pandera.errors
import pandera.ibis as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from job_search_assets.engine.tables import schema_rules
from job_search_assets.engine.tables.publishing import find_breaches
from job_search_assets.engine.tables.schema_rules import surely_keeps
from job_search_assets.engine.tables.table_schemas import table_schemas


class Judged(pa.DataFrameModel):
    """Every kind of rule that our schemas use."""

    key: str = pa.Field()
    part: int = pa.Field(nullable=True, gt=0, lt=9)
    share: float = pa.Field(nullable=True, ge=0, le=1)
    split: str = pa.Field(isin=["train", "dev"])
    user_id: str = pa.Field(nullable=True, str_startswith="user-")
    country: str = pa.Field(nullable=True, str_length={"min_value": 2, "max_value": 3})
    word: str = pa.Field(str_length={"min_value": 1})

    class Config:
        strict = True
        unique = ["key", "part"]


TYPES = {"key": "string", "part": "int64", "share": "float64"} | dict.fromkeys(
    ("split", "user_id", "country", "word"), "string"
)


def mostly(good: list[Any], bad: list[Any]) -> st.SearchStrategy[Any]:
    return st.sampled_from(good * 8 + bad)


ROWS = st.lists(
    st.tuples(
        mostly(["a", "b", "c", "d"], [None]),
        mostly([1, 8, None], [0, 9]),
        mostly([0.0, 0.5, 1.0, None], [-0.1, 1.1, float("nan")]),
        mostly(["train", "dev"], ["test", "", None]),
        mostly(["user-", "user-a", None], ["a user-", "USER-a", ""]),
        mostly(["de", "fra", None], ["d", "four", "日"]),
        mostly(["word", " "], ["", None]),
    ),
    min_size=1,
    max_size=4,
)


@pytest.fixture(scope="module")
def duckdb() -> Iterator[Any]:
    connection = ibis.duckdb.connect()
    yield connection
    connection.disconnect()


def table(duckdb: Any, rows: list[tuple[Any, ...]]) -> ir.Table:
    columns = {name: [row[place] for row in rows] for place, name in enumerate(TYPES)}
    return duckdb.create_table("judged", ibis.memtable(columns, schema=TYPES), overwrite=True)


def pandera_finds_nothing(rows: ir.Table) -> bool:
    try:
        Judged.validate(rows, lazy=True)
    except pandera.errors.SchemaErrors:
        return False
    return True


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ROWS)
def test_it_lets_through_exactly_what_pandera_lets_through(duckdb: Any, rows: list[tuple[Any, ...]]) -> None:
    judged = table(duckdb, rows)
    assert surely_keeps(judged, Judged) == pandera_finds_nothing(judged)


GOOD = ("a", 1, 0.5, "train", "user-a", "de", "word")


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        (0, None, "series contains nulls: key, not_nullable"),
        (1, 9, "dataframe check: part, <Check less_than: less_than(9)>"),
        (3, "test", "dataframe check: split, "),
        (4, "a", "dataframe check: user_id, "),
        (6, "", "dataframe check: word, "),
    ],
)
def test_a_breach_is_told_in_pandera_s_words(duckdb: Any, place: int, value: Any, said: str) -> None:
    row = [*GOOD[:place], value, *GOOD[place + 1 :]]
    (breach,) = find_breaches(table(duckdb, [tuple(row)]), Judged)
    assert breach.startswith(said)


def test_a_column_of_another_type_a_surplus_one_and_a_missing_one_are_not_let_through(duckdb: Any) -> None:
    judged = table(duckdb, [GOOD])
    assert surely_keeps(judged, Judged)
    assert not surely_keeps(judged.mutate(part=judged.part.cast("int32")), Judged)
    assert not surely_keeps(judged.mutate(more=1), Judged)
    assert not surely_keeps(judged.drop("word"), Judged)


class Dated(pa.DataFrameModel):
    day: dt.date = pa.Field(ge=dt.date(2025, 1, 1))
    even: int = pa.Field(eq=2)


def test_a_kind_of_rule_that_the_query_does_not_know_is_left_to_pandera(duckdb: Any) -> None:
    rows = ibis.memtable(
        pd.DataFrame({"day": [dt.date(2025, 1, 1)], "even": [2]}), schema={"day": "date", "even": "int64"}
    )
    dated = duckdb.create_table("dated", rows, overwrite=True)
    assert not surely_keeps(dated, Dated)
    assert find_breaches(dated, Dated) == []


def test_all_rules_of_our_schemas_are_told_by_the_query() -> None:
    assert [name for name, schema in table_schemas().items() if schema_rules.rules_of(schema) is None] == []
