"""Dagster's event log: written without a wait at each event, and whole when a run has ended."""

from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import sqlalchemy
from dagster._core.storage.event_log.sqlite import sqlite_event_log
from sqlalchemy.pool import NullPool

from job_search_assets.engine.event_log import held_open


def written(path: Path) -> tuple[int, int]:
    """Connects as Dagster does, writes a line; how the connection waits for the disk, and how many lines there are."""
    engine = sqlalchemy.create_engine(f"sqlite:///{path}", poolclass=NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql("PRAGMA journal_mode = WAL")
        connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS events (line INTEGER)")
        connection.exec_driver_sql("INSERT INTO events VALUES (1)")
        waits = connection.exec_driver_sql("PRAGMA synchronous").scalar()
        return int(waits or 0), int(connection.exec_driver_sql("SELECT count(*) FROM events").scalar() or 0)


def test_a_file_stays_open_while_it_is_held_and_is_whole_afterwards(tmp_path: Path) -> None:
    path, log = tmp_path / "runs.db", tmp_path / "runs.db-wal"
    full, normal = 2, 1
    assert written(path) == (full, 1)
    assert not log.exists()
    with held_open():
        assert written(path) == (normal, 2)
        assert written(path) == (normal, 3)
        assert log.exists()
    assert not log.exists()
    assert written(path) == (full, 4)


def test_dagster_writes_events_with_one_engine_a_file_while_they_are_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    make = sqlite_event_log.create_engine

    def counted(address: str, **options: Any) -> Any:
        made.append(address)
        return make(address, **options)

    monkeypatch.setattr(sqlite_event_log, "create_engine", counted)
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        made.clear()
        with held_open():
            for place in range(3):
                instance.report_runless_asset_event(dg.AssetMaterialization("a", metadata={"place": place}))
        assert len(made) == len(set(made)) > 0
        assert len(instance.fetch_materializations(dg.AssetKey("a"), limit=5).records) == 3
        assert len(made) > len(set(made)), "afterwards Dagster is as it was"
