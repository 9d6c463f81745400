"""The whole pipeline for tests: run a command as a user would, read a table as an analyst would."""

import contextlib
import io
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

import duckdb
import pandas as pd

from job_search_assets import cli


@dataclass(frozen=True)
class Ended:
    """How a command ended and what it said."""

    code: int
    said: str


def job_search(*arguments: str | Path) -> Ended:
    """Runs a `job-search` command in this process; the folders it names are not those of the next command."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said), mock.patch.dict(os.environ):
        try:
            cli.main([str(argument) for argument in arguments])
        except SystemExit as ended:
            return Ended(int(ended.code or 0), said.getvalue())
    raise AssertionError("a command always ends with an exit code")


def rows(build: Path, query: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """What a query on the warehouse of a build folder gives."""
    with duckdb.connect(str(build / "warehouse.duckdb"), read_only=True) as connection:
        return connection.execute(query, parameters).fetchall()


def change(build: Path, *statements: str) -> None:
    """Changes the warehouse of a build folder behind everybody's back."""
    with duckdb.connect(str(build / "warehouse.duckdb")) as connection:
        for statement in statements:
            connection.execute(statement)


def stored_pairs(build: Path) -> pd.DataFrame:
    """Every pair of `match_predictions` with the users of both accounts."""
    with duckdb.connect(str(build / "warehouse.duckdb"), read_only=True) as connection:
        return connection.sql(
            """SELECT pair.*, one.user_id AS user_left, other.user_id AS user_right FROM match_predictions AS pair
               JOIN user_accounts AS one ON one.account_id = account_id_left
               JOIN user_accounts AS other ON other.account_id = account_id_right
               ORDER BY account_id_left, account_id_right"""
        ).df()


def content(
    build: Path, leave_out: Sequence[str] = ("raw_places", "rejected_rows", "table_provenance")
) -> Mapping[str, str]:
    """Every table's content hash, but for those that depend on the order of lines, or name files by their hash."""
    from job_search_assets.engine.tables.publishing import content_hash
    from job_search_assets.engine.tables.warehouse import Warehouse

    warehouse = Warehouse(build / "warehouse.duckdb", is_read_only=True)
    try:
        tables = sorted(set(warehouse.connection.list_tables()) - set(leave_out))
        return {table: content_hash(warehouse, table) for table in tables}
    finally:
        warehouse.close()
