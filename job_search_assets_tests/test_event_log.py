"""Dagster's event log: written without a wait at each event, and whole when a run has ended."""

from pathlib import Path

import sqlalchemy
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
