"""Dagster's records on SQLite without a wait for the disk, nor an engine and a connection anew, at each event of a run.

Dagster makes an engine and a connection for each of the thousand events of a run. SQLite copies its write-ahead log
back whenever the last connection to a file closes, and by default waits for the disk at each commit: sampled beside
other work, 30 % of a run of 1,200 accounts. SQLAlchemy compiles each statement anew for an engine that has not seen
it: 6 to 8 s of some 100.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from dagster._core.storage.event_log.sqlite import sqlite_event_log
from dagster._core.storage.runs.sqlite import sqlite_run_storage
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.pool import QueuePool

CONNECTING = (sqlite_event_log, sqlite_run_storage)  # Dagster's modules that make an engine for each connection


@contextmanager
def held_open() -> Iterator[None]:
    """Gives each SQLite file of Dagster's one engine, whose connections stay open until the end.

    A power failure may cost the last events and cannot damage the files (https://sqlite.org/pragma.html#pragma_synchronous);
    a run of which Dagster does not know is made again.
    """
    make: Any = sqlite_event_log.create_engine
    engines = dict[str, Engine]()

    def once(address: str, **options: Any) -> Engine:
        if address not in engines:
            engines[address] = engine = make(address, **options | {"poolclass": QueuePool})
            event.listen(engine, "connect", _wait_for_no_disk)
            vars(engine)["dispose"] = lambda: None  # Dagster's word after each event, which would close what is open
        return engines[address]

    for module in CONNECTING:
        vars(module)["create_engine"] = once
    try:
        yield
    finally:
        for module in CONNECTING:
            vars(module)["create_engine"] = make
        for engine in engines.values():
            vars(engine).pop("dispose", None)
            engine.dispose()


def _wait_for_no_disk(connection: Any, _: Any) -> None:
    connection.execute("PRAGMA synchronous = NORMAL")
