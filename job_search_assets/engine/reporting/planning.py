"""Plans of what to collect, made from the inventory and from whatever has been built so far."""

import ctypes
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date

from job_search_assets.engine.errors import BadInput
from job_search_assets.engine.files import boxes_file
from job_search_assets.engine.files.evidence_file import EVIDENCE_FILE, assert_known
from job_search_assets.engine.files.raw_files import RawFiles
from job_search_assets.engine.folders import Folders
from job_search_assets.engine.tables.warehouse import Warehouse
from job_search_assets.logic.sources import present, worth
from job_search_assets.logic.sources.boxes import PastBox
from job_search_assets.logic.sources.collecting import Collection, Wish, collect
from job_search_assets.logic.sources.present import Present
from job_search_assets.schemas.contracts import BOXES_FILE
from job_search_assets.settings import PlanSettings, SourceSettings

COUNTED = ("raw_users", "user_accounts", "job_seeker_labels", "raw_job_seeker_votes")
LONGEST = 366  # days that a box may have


def wish(*, days: int | None, budget: float | None, people: int | None, is_unlimited: bool, prove: bool) -> Wish:
    """A box as it is asked for; what is not said is as in the settings. Unlimited: data may grow as it will."""
    asked = {"days": days, "budget": budget, "people": people}
    said = {name: value for name, value in asked.items() if value is not None}
    usual = PlanSettings.model_validate({}).model_dump(include=set(Wish.__annotations__))
    return Wish(**{**usual, **said, **({"most_growth": None} if is_unlimited else {}), "prove": prove})


def in_days(folders: Folders, wish: Wish) -> Collection:
    """The best plan for a box of days. Raises BadInput for an inventory that cannot be followed."""
    if not folders.data.is_dir():
        raise BadInput(f"There is no data folder {folders.data}. Name another one with --data DIR or JOB_SEARCH_DATA.")
    settings = SourceSettings.model_validate({})
    inventory = worth.compared(
        RawFiles(data=folders.data, build=folders.build).inventory(),
        days=settings.usual_days,
        policy=worth.Policy(**settings.model_dump(include=set(worth.Policy._fields))),
    )
    with _quiet():
        return collect(inventory, there(folders), wish)


def for_rows(folders: Folders, wish: Wish, rows: int) -> Collection:
    """The shortest box that brings so many usable rows.

    Raises BadInput unless a past project has shown that they are enough, and where no box brings them. A longer box
    never brings less, so days are found by halving.
    """
    assert_known(folders.data / EVIDENCE_FILE, rows)
    low, high = 0, 1
    while (made := in_days(folders, replace(wish, days=high))).usable_rows < rows:
        if high == LONGEST:
            raise BadInput(
                f"No box of up to {LONGEST} days brings {rows:,} usable rows: the best brings {made.usable_rows:,.0f}. "
                "Ask for fewer, raise the budget or the people, or add sources to reference/sources.yaml."
            )
        low, high = high, min(2 * high, LONGEST)
    while high - low > 1:
        middle = (low + high) // 2
        tried = in_days(folders, replace(wish, days=middle))
        low, high, made = (low, middle, tried) if tried.usable_rows >= rows else (middle, high, made)
    return made


def record(folders: Folders, made: Collection, box: str, start: date) -> str:
    """Writes a plan down as a box, to be compared with what comes of it. Raises BadInput for a box that is known."""
    path = folders.data / BOXES_FILE
    planned = {source: float(sum(days)) for source, days in made.plan.rows.items() if sum(days)}
    boxes_file.record(path, PastBox(box, start, made.wish.days, planned))
    return f"Recorded as {box} in {path}; `collection_boxes` will compare what comes with it."


def there(folders: Folders) -> Present:
    """What has been collected so far: nothing before the first run."""
    if not folders.warehouse.exists():
        return Present()
    warehouse = Warehouse(folders.warehouse, is_read_only=True)
    try:
        if not all(warehouse.has(table) for table in COUNTED):
            return Present()
        return present.count(*(warehouse.table(table) for table in COUNTED))
    finally:
        warehouse.close()


@contextmanager
def _quiet() -> Iterator[None]:
    """Keeps off the screen what the solver prints by itself, past Python, in rare cases: it would end up in --json."""
    sys.stdout.flush()
    library = ctypes.CDLL(None)
    kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        yield
    finally:
        library.fflush(None)
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)
