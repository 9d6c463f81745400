"""The plan of scoring: made once, holding nothing of a request, and gone from the connection when it is taken off."""

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from job_search_assets.engine.files.raw_files import RawFiles
from job_search_assets.engine.scoring import parity, scoring_steps
from job_search_assets.engine.scoring.scoring_builds import OpenedForScoring
from job_search_assets.engine.scoring.scoring_requests import answered
from job_search_assets.engine.tables.model_files import ModelFiles
from job_search_assets.engine.tables.warehouse import Warehouse


def test_a_plan_that_cannot_be_made_leaves_nothing_on_the_connection(
    changeable: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*arguments: Any) -> None:
        raise RuntimeError("no plan")

    monkeypatch.setattr(scoring_steps, "unite", broken)
    warehouse = Warehouse(changeable / "warehouse.duckdb")
    try:
        files, models = RawFiles(data=data, build=changeable), ModelFiles(changeable / "models")
        with pytest.raises(RuntimeError, match="no plan"):
            parity.scored_again(warehouse, files, models, rows=10)
        named = "SELECT count(*) FROM {} WHERE {} LIKE 'scored%' OR {} LIKE 'known%'"
        for catalog, name in (("duckdb_tables()", "table_name"), ("duckdb_views()", "view_name")):
            assert warehouse.connection.con.execute(named.format(catalog, name, name)).fetchone() == (0,)
    finally:
        warehouse.close()


def test_a_plan_keeps_nothing_of_a_request(opened_for_scoring: OpenedForScoring, records: pa.Table) -> None:
    """DuckDB keeps a join's filters in a prepared plan, and now and then leaves out rows by the last request's."""
    answered(opened_for_scoring, records.slice(0, 300))
    plans = opened_for_scoring.scorer.plans()
    assert "spam_reasons" in plans
    assert [stage for stage, plan in plans.items() if "Dynamic" in plan] == []


def test_a_plan_does_not_take_stages_for_empty(opened_for_scoring: OpenedForScoring) -> None:
    """They are when it is made, and DuckDB would leave out whatever meets no value that it has seen by then."""
    plans = opened_for_scoring.scorer.plans()
    assert {"raw_users", "hops", "members"} <= plans.keys()
    assert [stage for stage, plan in plans.items() if "EMPTY" in plan] == []


def test_nothing_of_a_request_is_left_when_it_is_answered(
    opened_for_scoring: OpenedForScoring, records: pa.Table
) -> None:
    assert answered(opened_for_scoring, records.slice(0, 20)).num_rows == 20
    stages = opened_for_scoring.scorer._stages
    assert {"given", "near_rows", "looks"} <= stages._slots.keys()
    assert [name for name, slot in stages._slots.items() if slot.rows.num_rows] == []
    duckdb = stages._connection.con
    filled = [row[0] for row in duckdb.execute("SELECT table_name FROM duckdb_tables() WHERE temporary").fetchall()]
    assert {"scored_given", "scored_raw_users", "scored_answers"} <= set(filled)
    assert [name for name in filled if duckdb.execute(f'SELECT count(*) FROM "{name}"').fetchone() != (0,)] == []


def test_what_was_planned_once_is_not_planned_again(
    opened_for_scoring: OpenedForScoring, records: pa.Table, tmp_path: Path
) -> None:
    """DuckDB plans a prepared query anew each time once any table was made or dropped since."""
    stages, told = opened_for_scoring.scorer._stages, tmp_path / "profile.json"
    duckdb = stages._connection.con
    answered(opened_for_scoring, records.slice(0, 1))
    duckdb.execute(
        f"PRAGMA enable_profiling = 'json'; SET profiling_output = '{told}'; SET profiling_mode = 'detailed'"
    )
    binding: dict[str, list[float]] = {stage: [] for stage in opened_for_scoring.scorer.plans()}
    try:
        for stage, seconds in binding.items():
            for _ in range(5):
                with stages.request():
                    duckdb.execute(f'EXECUTE "fill_{stage}"').fetchall()
                    seconds.append(json.loads(told.read_text())["planner_binding"])
    finally:
        duckdb.execute("PRAGMA disable_profiling; RESET profiling_mode; RESET profiling_output")
    assert len(binding) > 30
    assert [stage for stage, seconds in binding.items() if min(seconds) > 0.0005] == []
