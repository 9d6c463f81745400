"""Tables as files that people can keep, send and put under version control."""

from pathlib import Path

from job_search_assets.engine.errors import BadInput, assert_one_of
from job_search_assets.engine.folders import Folders
from job_search_assets.engine.tables.table_schemas import key_of, table_schemas
from job_search_assets.engine.tables.warehouse import Warehouse, quoted
from job_search_assets.schemas.provenance import MODELS


def export(folders: Folders, table: str, out: Path) -> int:
    """Writes a table as CSV (RFC 4180, UTF-8, header) in the order of its key and returns how many rows it has.

    The file is written beside its place first, so that an older copy is never lost half-way. Raises BadInput for a
    table that there is not and a place that cannot be written.
    """
    if table in MODELS:
        raise BadInput(f"{table} is a model and no table: it lies in {folders.build / 'models' / table}.skops.")
    assert_one_of("table", table, sorted(table_schemas()))
    staged = out.with_name(f".{out.name}.staged")
    warehouse = Warehouse(folders.warehouse, is_read_only=True)
    try:
        if not warehouse.has(table):
            raise BadInput(f"{table} is not built in {folders.build} yet. Run `job-search run` first.")
        _assert_writable(staged)
        order = ", ".join(f'"{column}"' for column in key_of(table))
        rows = warehouse.duckdb.execute(
            f"""COPY (SELECT * FROM "{table}" ORDER BY {order})
                TO {quoted(staged)} (FORMAT csv, HEADER, TIMESTAMPFORMAT '%Y-%m-%dT%H:%M:%SZ')"""
        ).fetchone()
        staged.replace(out)
    finally:
        warehouse.close()
        staged.unlink(missing_ok=True)
    return int(rows[0])


def _assert_writable(path: Path) -> None:
    try:
        path.touch()
    except OSError as problem:
        raise BadInput(
            f"{path.parent} cannot be written ({problem.strerror}). Name another file with --out."
        ) from problem
