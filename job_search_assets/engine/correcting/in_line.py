"""Whether the tables are in line with their inputs: what was corrected since they were made, and what came."""

from job_search_assets.engine.errors import BadInput
from job_search_assets.engine.files.raw_files import RawFiles
from job_search_assets.engine.folders import Folders
from job_search_assets.engine.graph.ordering import FILES
from job_search_assets.engine.guarding import edits, seals
from job_search_assets.engine.tables.record import origin
from job_search_assets.engine.tables.warehouse import Warehouse
from job_search_assets.schemas.contracts import CONTRACTS, CORRECTIONS_FILE, LEDGER


def assert_in_line(folders: Folders) -> None:
    """Raises BadInput when an input file is another one than the raw tables were made from."""
    for table, inputs in _made_from(folders, *(f"raw_{name}" for name in CONTRACTS)).items():
        moved = _moved(folders, inputs)
        if not inputs or moved:
            behind = f"{moved[0]} has changed since" if moved else "there is no such table yet"
            raise BadInput(f"{table} is not up to date: {behind}. Run `job-search repair` or `job-search run` first.")


def pending(folders: Folders) -> str | None:
    """A line on corrections that the tables don't follow yet, by their ids; None where there are none.

    None as well where the build is of another data folder than the one at hand, or of an older delivery: then that is
    not all that has changed, and a question about the build is no question about these files.
    """
    if not folders.warehouse.exists() or not folders.data.is_dir():
        return None
    try:
        moved = _moved(folders, _made_from(folders, "raw_users")["raw_users"])
    except BadInput:
        return None
    if moved != [f"{FILES}/{LEDGER}"]:
        return None
    seal = seals.read(folders)
    ids = edits.new_lines(folders, seal, CORRECTIONS_FILE) if seal else []
    what = f"{edits.named(ids)} of {CORRECTIONS_FILE}" if ids else f"what has changed in {CORRECTIONS_FILE}"
    return f"Not followed yet: {what}. This is how it was before; `job-search repair` brings everything in line."


def _made_from(folders: Folders, *tables: str) -> dict[str, dict[str, str | None]]:
    """The version of each file that these tables were made from; nothing for a table that there is not yet."""
    warehouse = Warehouse(folders.warehouse, is_read_only=True)
    try:
        made = {table: origin(warehouse, table) for table in tables}
        return {table: dict(of.inputs) if of else {} for table, of in made.items()}
    finally:
        warehouse.close()


def _moved(folders: Folders, inputs: dict[str, str | None]) -> list[str]:
    files = RawFiles(data=folders.data, build=folders.build)
    return [name for name, version in inputs.items() if files.content_hash(name.split("/")[-1]) != version]
