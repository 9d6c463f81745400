"""A build opened for scoring: only read, its bundle tried, its models loaded, the plan made."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import duckdb
import ibis.expr.types as ir

from job_search_assets.engine.errors import BadInput
from job_search_assets.engine.files.forgotten import Forgotten
from job_search_assets.engine.files.raw_files import RawFiles
from job_search_assets.engine.folders import Folders
from job_search_assets.engine.scoring import bundles
from job_search_assets.engine.scoring.bundles import Bundle
from job_search_assets.engine.scoring.scorer import Artefacts, Scorer
from job_search_assets.engine.tables import record
from job_search_assets.engine.tables.model_files import ModelFiles
from job_search_assets.engine.tables.warehouse import Warehouse, in_use, quoted
from job_search_assets.engine.tables.warehouse import in_memory as fresh
from job_search_assets.logic.provenance.corrections import in_force
from job_search_assets.schemas.contracts import LEDGER, USERS
from job_search_assets.settings import IdentitySettings, SpamSettings

BUILT = "built"


@dataclass(frozen=True)
class OpenedForScoring:
    """What scores, which bundle it is, and who must not be scored."""

    scorer: Scorer
    bundle: Bundle
    forgotten: Forgotten
    files: RawFiles

    def is_outdated(self) -> bool:
        """Whether somebody was forgotten since, or nobody can tell: what was read then knows them still."""
        try:
            return self.files.forgotten() != self.forgotten
        except BadInput:
            return True


@contextmanager
def opened(folders: Folders, *, in_memory: bool = False) -> Iterator[OpenedForScoring]:
    """A build for `score` and `serve`. Raises BadInput when it is not there, in use, or its parts do not fit.

    With `in_memory` its tables are copied, the warehouse is let go of at once, what a row meets is looked up, and one
    thread answers: for requests of few rows.
    """
    if not folders.warehouse.exists():
        raise BadInput(f"Nothing is built in {folders.build} yet. Run `job-search run` first, or name another --build.")
    warehouse, models = Warehouse(folders.warehouse, is_read_only=True), ModelFiles(folders.build / "models")
    try:
        bundle = bundles.read(warehouse, models)
        as_tried = folders.warehouse.stat()
        files = RawFiles(data=folders.data, build=folders.build)
        forgotten = files.forgotten()
        ledger = ledger_of(warehouse, files)
        ledger_rows = None if ledger is None else ledger.to_pyarrow()
    finally:
        warehouse.close()
    connection = fresh(folders.build)
    try:
        _attach(connection, folders, in_memory=in_memory)
        now = folders.warehouse.stat()
        if (now.st_ino, now.st_size, now.st_mtime_ns) != (as_tried.st_ino, as_tried.st_size, as_tried.st_mtime_ns):
            raise BadInput(f"{folders.warehouse} was written to while it was opened. Ask again when the run has ended.")
        taken = None if ledger_rows is None else connection.create_table("ledger", ledger_rows)
        artefacts = artefacts_of(bundle, models, lambda name: connection.table(name, database=(BUILT, "main")))
        scorer = Scorer(connection, ("memory", "main"), artefacts, taken, looks_up=in_memory)
        if in_memory:
            _let_go(connection, scorer)
        scorer.prepare()
        yield OpenedForScoring(scorer, bundle, forgotten, files)
    finally:
        connection.disconnect()


def artefacts_of(bundle: Bundle, models: ModelFiles, table: Any) -> Artefacts:
    """The models of the bundle and the settings that its tables were made with. Raises BadInput for other models."""
    spam, identity = bundle.parts["spam_decisions"].settings, bundle.parts["user_accounts"].settings
    fitted = {name: models.load(name) for name in bundles.MODELS}
    moved = [name for name, model in fitted.items() if model.version != bundle.parts[name].version]
    if moved:
        raise BadInput(
            f"{', '.join(moved)} was fitted again while the build was opened. Ask again when the run has ended."
        )
    return Artefacts(
        table=table,
        **fitted,
        spam=SpamSettings.model_validate(spam),
        identity=IdentitySettings.model_validate(identity),
    )


def ledger_of(warehouse: Warehouse, files: RawFiles) -> ir.Table | None:
    """The corrections that the raw table was made with; None where none of them is about accounts.

    Raises BadInput when that ledger is gone.
    """
    made = record.origin(warehouse, "raw_users")
    version = (made.inputs.get(f"files/{LEDGER}") if made else None) or ""
    if files.has_earlier_ledger(version):
        rows = files.earlier_ledger(warehouse.connection, version)
    elif version == files.content_hash(LEDGER):
        rows = files.ledger_rows(warehouse.connection)
    else:
        raise BadInput("The ledger of corrections is not the one that this build was made with. Run `job-search run`.")
    ours = in_force(rows)
    return rows if int(ours.filter(ours["table"] == USERS.table).count().execute()) else None


def _let_go(connection: Any, scorer: Scorer) -> None:
    """Frees what was copied and is looked up since."""
    copied = "SELECT database_name, table_name FROM duckdb_tables() WHERE NOT temporary"
    for database, table in connection.con.execute(copied).fetchall():
        if not scorer.reads(table):
            connection.con.execute(f'DROP TABLE "{database}".main."{table}"')
    connection.con.execute("SET threads = 1")  # a request has few rows: sharing them out takes longer than the work


def _attach(connection: Any, folders: Folders, *, in_memory: bool) -> None:
    """Puts the built tables under the name `BUILT`."""
    name = f"file_of_{BUILT}" if in_memory else BUILT
    try:
        connection.con.execute(f"ATTACH {quoted(folders.warehouse)} AS {name} (READ_ONLY)")
    except duckdb.Error as problem:
        raise in_use(folders.warehouse, problem) from problem
    if in_memory:
        connection.con.execute(f"ATTACH ':memory:' AS {BUILT}")
        for table in (*bundles.TABLES, "job_seeker_predictions"):
            connection.con.execute(f"CREATE TABLE {BUILT}.main.{table} AS SELECT * FROM {name}.main.{table}")
        connection.con.execute(f"DETACH {name}")
