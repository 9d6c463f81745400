"""Dagster's records on SQLite without a wait for the disk, nor an engine anew, at each of a thousand events of a run.

Dagster makes an engine and a connection for each event. SQLite copies its write-ahead log back whenever the last
connection to a file closes, and by default waits for the disk at each commit: sampled beside other work, 30 % of a run
of 1,200 accounts. SQLAlchemy compiles each statement anew for an engine that has not seen it: 6 to 8 s of some 100.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from dagster._core.storage.event_log.sqlite import sqlite_event_log
from dagster._core.storage.runs.sqlite import sqlite_run_storage
from sqlalchemy import event
from sqlalchemy.engine import Engine

CONNECTING = (sqlite_event_log, sqlite_run_storage)  # Dagster's modules that make an engine for each connection


@contextmanager
def held_open() -> Iterator[None]:
    """Gives each SQLite file of Dagster's one engine, and holds it open if it has a write-ahead log, until the end.

    A power failure may cost the last events and cannot damage the files (https://sqlite.org/pragma.html#pragma_synchronous);
    a run of which Dagster does not know is made again.
    """
    make: Any = sqlite_event_log.create_engine
    engines, held = dict[str, Engine](), dict[str, sqlite3.Connection]()

    def once(address: str, **options: Any) -> Engine:
        if address not in engines:
            engines[address] = engine = make(address, **options)
            event.listen(engine, "connect", lambda connection, _: hold(address, connection))
        return engines[address]

    def hold(address: str, connection: sqlite3.Connection) -> None:
        connection.execute("PRAGMA synchronous = NORMAL")
        if address not in held and connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal":
            path = connection.execute("PRAGMA database_list").fetchone()[2]
            held[address] = sqlite3.connect(path, check_same_thread=False)
            held[address].execute("SELECT count(*) FROM sqlite_master").fetchone()  # it is open once it has read

    for module in CONNECTING:
        vars(module)["create_engine"] = once
    try:
        yield
    finally:
        for module in CONNECTING:
            vars(module)["create_engine"] = make
        for connection in held.values():
            connection.close()
