"""Dagster's event log: written without a wait at each event, and whole when a run has ended."""

from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from dagster._core.storage.event_log.sqlite import sqlite_event_log

from job_search_assets.engine.running.event_log import held_open

KEY = dg.AssetKey("a")


def test_dagster_has_one_engine_a_file_which_stays_open_while_it_is_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []
    make = sqlite_event_log.create_engine

    def counted(address: str, **options: Any) -> Any:
        made.append(address)
        return make(address, **options)

    monkeypatch.setattr(sqlite_event_log, "create_engine", counted)
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:

        def reported() -> set[str]:
            """Writes an event; the logs of files that are open afterwards."""
            instance.report_runless_asset_event(dg.AssetMaterialization("a"))
            return {path.name for path in tmp_path.rglob("*.db-wal")}

        assert reported() == set()
        made.clear()
        with held_open():
            assert "index.db-wal" in reported()
            assert "index.db-wal" in reported()
            assert len(made) == len(set(made)) > 0
        assert reported() == set()
        assert len(instance.fetch_materializations(KEY, limit=9).records) == 4
        assert len(made) > len(set(made)), "afterwards Dagster is as it was"


def test_an_event_is_not_waited_for_while_files_are_held(tmp_path: Path) -> None:
    full, normal = 2, 1

    def waits() -> int:
        with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
            storage: Any = instance.event_log_storage
            with storage.index_connection() as connection:
                return int(connection.exec_driver_sql("PRAGMA synchronous").scalar())

    assert waits() == full
    with held_open():
        assert waits() == normal
    assert waits() == full
