"""Dagster's records on SQLite without a wait for the disk, nor an engine anew, at each of a thousand events of a run.

Dagster opens and closes a connection for each event. SQLite copies its write-ahead log back whenever the last
connection to a file closes, and by default waits for the disk at each commit: sampled beside other work, 30 % of a run
of 1,200 accounts. SQLAlchemy compiles each statement anew for an engine that has not seen it, and Dagster makes an
engine for each connection, 4,500 of them: another 7 %.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from dagster._core.storage.event_log.sqlite import sqlite_event_log
from dagster._core.storage.runs.sqlite import sqlite_run_storage
from sqlalchemy import event
from sqlalchemy.engine import Engine


@contextmanager
def held_open() -> Iterator[None]:
    """Holds each SQLite file with a write-ahead log open that is connected to, and closes it at the end.

    A power failure may cost the last events and cannot damage the files (https://sqlite.org/pragma.html#pragma_synchronous);
    a run of which Dagster does not know is made again.
    """
    held: dict[str, sqlite3.Connection] = {}

    def hold(connection: Any, _: Any) -> None:
        if not isinstance(connection, sqlite3.Connection):
            return
        connection.execute("PRAGMA synchronous = NORMAL")
        path = str(connection.execute("PRAGMA database_list").fetchone()[2])
        if path and path not in held and connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal":
            held[path] = sqlite3.connect(path, check_same_thread=False)
            held[path].execute("SELECT count(*) FROM sqlite_master").fetchone()  # it is open once it has read

    def close() -> None:
        for connection in held.values():
            connection.close()

    with ExitStack() as ends:
        event.listen(Engine, "connect", hold)
        ends.callback(event.remove, Engine, "connect", hold)
        ends.callback(close)
        for module in (sqlite_event_log, sqlite_run_storage):
            ends.enter_context(_one_engine_a_file(vars(module)))
        yield


@contextmanager
def _one_engine_a_file(module: dict[str, Any]) -> Iterator[None]:
    """Gives one of Dagster's modules the engine that it had before for the same file."""
    make = module["create_engine"]
    made: dict[str, Engine] = {}

    def once(address: str, **options: Any) -> Engine:
        if address not in made:
            made[address] = make(address, **options)
        return made[address]

    module["create_engine"] = once
    try:
        yield
    finally:
        module["create_engine"] = make
