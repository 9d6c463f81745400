"""The warehouse: what goes in comes out, and a table is replaced whole or not at all."""

import datetime as dt
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pandera.ibis as pa
import pytest

from job_search_assets.engine.errors import BadInput
from job_search_assets.engine.tables.publishing import SchemaBreach, breaches_in_place, content_hash, publish
from job_search_assets.engine.tables.warehouse import ROWS_IN_A_GROUP, Warehouse


class Scores(pa.DataFrameModel):
    """A score per account."""

    account_id: str = pa.Field(description="The account.")
    score: float = pa.Field(ge=0, nullable=True, description="From 0 up.")

    class Config:
        strict = True
        unique = ["account_id"]


TYPES = {"account_id": "string", "score": "float64"}


@pytest.fixture
def warehouse(tmp_path: Path) -> Iterator[Warehouse]:
    opened = Warehouse(tmp_path / "warehouse.duckdb", wait_seconds=0.3)
    yield opened
    opened.close()


def put(warehouse: Warehouse, rows: list[tuple[str, float | None]]) -> str:
    frame = pd.DataFrame(rows, columns=["account_id", "score"])
    return publish(warehouse, "scores", warehouse.from_pandas(frame, TYPES), Scores, ["account_id"]).data_version


def test_a_published_table_is_sorted_by_its_key(warehouse: Warehouse) -> None:
    put(warehouse, [("b", 1.0), ("a", None)])
    assert warehouse.duckdb.execute("SELECT * FROM scores").fetchall() == [("a", None), ("b", 1.0)]


def test_a_published_table_says_what_it_and_its_columns_are(warehouse: Warehouse) -> None:
    put(warehouse, [("a", 1.0)])
    put(warehouse, [("b", 2.0)])
    told = dict(warehouse.duckdb.execute("SELECT column_name, comment FROM duckdb_columns()").fetchall())
    assert (told["account_id"], told["score"]) == ("The account.", "From 0 up.")
    assert warehouse.duckdb.execute("SELECT comment FROM duckdb_tables() WHERE table_name = 'scores'").fetchall() == [
        ("A score per account.",)
    ]


def test_the_data_version_is_the_same_for_any_order_of_rows(warehouse: Warehouse) -> None:
    assert put(warehouse, [("a", 1.0), ("b", 2.0)]) == put(warehouse, [("b", 2.0), ("a", 1.0)])


def test_the_data_version_tells_null_from_zero_and_swapped_values(warehouse: Warehouse) -> None:
    versions = {
        put(warehouse, rows) for rows in ([("a", 0.0), ("b", 1.0)], [("a", None), ("b", 1.0)], [("a", 1.0), ("b", 0.0)])
    }
    assert len(versions) == 3


def test_a_type_that_changed_changes_the_data_version(warehouse: Warehouse) -> None:
    warehouse.duckdb.execute("CREATE TABLE whole AS SELECT 1::BIGINT AS n")
    warehouse.duckdb.execute("CREATE TABLE small AS SELECT 1::INTEGER AS n")
    assert content_hash(warehouse, "whole") != content_hash(warehouse, "small")


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([("a", -1.0)], "greater_than_or_equal_to"),
        ([("a", 1.0), ("a", 2.0)], "uniqueness"),
        ([(None, 1.0)], "not_nullable"),
    ],
)
def test_a_table_that_breaks_its_schema_is_not_published_and_the_old_one_stays(
    warehouse: Warehouse, rows: list[tuple[str, float]], told: str
) -> None:
    put(warehouse, [("old", 1.0)])
    with pytest.raises(SchemaBreach, match=told):
        put(warehouse, rows)
    assert warehouse.duckdb.execute("SELECT * FROM scores").fetchall() == [("old", 1.0)]
    assert warehouse.connection.list_tables() == ["scores"]


def test_a_surplus_column_is_named(warehouse: Warehouse) -> None:
    table = warehouse.from_pandas(pd.DataFrame({"account_id": ["a"], "score": [1.0]}), TYPES)
    with pytest.raises(SchemaBreach, match="column not in schema: extra"):
        publish(warehouse, "scores", table.mutate(extra=1), Scores, ["account_id"])


def test_what_a_killed_run_left_half_done_is_gone_and_the_old_table_stands(tmp_path: Path) -> None:
    killed = Warehouse(tmp_path / "warehouse.duckdb")
    put(killed, [("a", 1.0)])
    killed.duckdb.execute("CREATE TABLE scores__staged AS SELECT * FROM scores LIMIT 0")
    killed.close()
    opened = Warehouse(tmp_path / "warehouse.duckdb")
    assert opened.connection.list_tables() == ["scores"]
    assert opened.duckdb.execute("SELECT * FROM scores").fetchall() == [("a", 1.0)]
    opened.close()


def test_a_table_without_rows_keeps_its_schema_and_is_published(warehouse: Warehouse) -> None:
    put(warehouse, [])
    assert warehouse.duckdb.execute("SELECT count(*) FROM scores").fetchall() == [(0,)]


def test_a_table_changed_behind_our_back_is_found_once_the_warehouse_is_opened_again(warehouse: Warehouse) -> None:
    put(warehouse, [("a", 1.0)])
    assert breaches_in_place(warehouse, "scores", Scores) == []
    warehouse.duckdb.execute("UPDATE scores SET score = -1")
    warehouse.close()
    (breach,) = breaches_in_place(warehouse, "scores", Scores)
    assert "greater_than_or_equal_to" in breach


def test_batches_stream_through_a_function_in_the_order_of_the_key(warehouse: Warehouse) -> None:
    frame = pd.DataFrame({"account_id": ["b", "a", "c"], "score": [2.0, 1.0, 3.0]})
    doubled = warehouse.map_batches(
        warehouse.from_pandas(frame, TYPES),
        lambda rows: rows.assign(score=rows["score"] * 2),
        TYPES,
        "account_id",
    )
    assert doubled.to_pyarrow().to_pylist() == [
        {"account_id": "a", "score": 2.0},
        {"account_id": "b", "score": 4.0},
        {"account_id": "c", "score": 6.0},
    ]


def test_a_published_table_streams_too_and_lies_in_groups_in_which_a_row_is_quickly_found(warehouse: Warehouse) -> None:
    warehouse.duckdb.execute(
        "CREATE TABLE scores AS SELECT range::VARCHAR AS account_id, 1.0::DOUBLE AS score FROM range(70000)"
    )
    assert (
        warehouse.map_batches(warehouse.table("scores"), lambda rows: rows, TYPES, "account_id").count().execute()
        == 70_000
    )
    largest = "SELECT max(count) FROM pragma_storage_info('scores')"
    assert warehouse.duckdb.execute(largest).fetchone() == (ROWS_IN_A_GROUP,)


def test_a_birth_date_of_the_ninth_century_survives(warehouse: Warehouse) -> None:
    frame = pd.DataFrame({"birth_date": [dt.date(842, 5, 1)]})
    table = warehouse.from_pandas(frame, {"birth_date": "date"})
    assert warehouse.to_pandas(table)["birth_date"].tolist() == [dt.date(842, 5, 1)]


def test_a_lock_is_reported_with_the_process_that_holds_it(tmp_path: Path) -> None:
    path = tmp_path / "warehouse.duckdb"
    holding = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('open', flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", holding, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        with pytest.raises(BadInput, match=f"process {holder.pid}"):
            Warehouse(path, wait_seconds=0.3).connection.list_tables()
        holder.communicate("\n")


def test_a_file_that_is_no_warehouse_is_named(tmp_path: Path) -> None:
    path = tmp_path / "warehouse.duckdb"
    path.write_bytes(b"x" * 8192)
    with pytest.raises(BadInput, match="cannot be opened"):
        Warehouse(path).connection.list_tables()


def test_a_folder_may_have_an_apostrophe_in_its_name(tmp_path: Path) -> None:
    folder = tmp_path / "ann's builds"
    folder.mkdir()
    opened = Warehouse(folder / "warehouse.duckdb")
    try:
        opened.duckdb.execute(f"CREATE TABLE {opened.scratch()}.main.numbers AS SELECT 1 AS number")
        assert opened.duckdb.execute("SELECT number FROM scratch.main.numbers").fetchall() == [(1,)]
    finally:
        opened.close()
