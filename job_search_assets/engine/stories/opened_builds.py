"""A build folder opened to be asked about: its warehouse, only read, and its models, each loaded once."""

import functools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from job_search_assets.engine.errors import BadInput
from job_search_assets.engine.folders import Folders
from job_search_assets.engine.tables import record
from job_search_assets.engine.tables.model_files import ModelFiles
from job_search_assets.engine.tables.warehouse import Warehouse
from job_search_assets.schemas.models import FittedModel


class OpenedBuild:
    """What answers any number of questions; nothing that is asked of it changes a byte."""

    def __init__(self, folders: Folders, warehouse: Warehouse) -> None:
        self.folders, self.warehouse = folders, warehouse
        self.models = ModelFiles(folders.build / "models")

    @functools.cached_property
    def spam_model(self) -> FittedModel:
        """The spam model on file; loading it takes seconds, so only what needs it asks."""
        return self.models.load("spam_model")

    @functools.cached_property
    def job_seeker_model(self) -> FittedModel:
        """The job-seeker model on file."""
        return self.models.load("job_seeker_model")

    @functools.cached_property
    def judges(self) -> dict[str, list[float]]:
        """Sensitivity and specificity of each judge of pairs, as the match model's card has them."""
        found = self.models.card("match_model")["facts"]["judges"]
        return {name: [rates["sensitivity"], rates["specificity"]] for name, rates in found.items()}

    @functools.cache  # noqa: B019 - an opened build lives as long as its questions
    def settings_of(self, table: str) -> dict[str, Any]:
        """The settings that a table was made with, as on record; empty where nothing is."""
        made = record.origin(self.warehouse, table)
        return dict(made.settings) if made else {}


@contextmanager
def opened(folders: Folders, tables: Sequence[str]) -> Iterator[OpenedBuild]:
    """The build folder while questions are asked. Raises BadInput when one of the tables is not there yet."""
    if not folders.warehouse.exists():
        raise BadInput(f"Nothing is built in {folders.build} yet. Run `job-search run` first, or name another --build.")
    warehouse = Warehouse(folders.warehouse, is_read_only=True)
    try:
        missing = sorted(set(tables) - set(warehouse.connection.list_tables()))
        if missing:
            raise BadInput(f"{', '.join(missing)} is not built yet. Run `job-search run` first.")
        yield OpenedBuild(folders, warehouse)
    finally:
        warehouse.close()
