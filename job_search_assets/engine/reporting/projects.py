"""The project as it stands, for assets that report on it: its graph, its manual steps and which of them are open."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import dagster as dg
import ibis.expr.types as ir

from job_search_assets.engine.folders import Folders
from job_search_assets.engine.graph.ordering import FILES
from job_search_assets.engine.graph.staleness import passing_checks
from job_search_assets.engine.guarding import closings, phases
from job_search_assets.engine.reporting import project_state
from job_search_assets.engine.tables.model_files import ModelFiles
from job_search_assets.engine.tables.table_schemas import table_schemas
from job_search_assets.engine.tables.warehouse import Warehouse
from job_search_assets.logic.readiness import steps
from job_search_assets.logic.readiness.figures import Figures, worth_of
from job_search_assets.logic.readiness.state import State
from job_search_assets.logic.readiness.steps import ManualStep

WORTH = "feature_importance"  # the table that tells what each feature is worth, where there is one


@dataclass(frozen=True)
class Project:
    """What is defined, and where its files lie."""

    definitions: Callable[[], dg.Definitions]
    folders: Folders

    def manual_steps(self) -> list[ManualStep]:
        """The steps on file. Raises BadInput, with the line, for one that cannot be read."""
        return phases.steps_of(self.folders, phases.above(self.definitions()))

    def state(self, warehouse: Warehouse, figures: Figures) -> State:
        """All that the readiness report is computed from."""
        if WORTH in table_schemas() and warehouse.has(WORTH):
            figures = replace(figures, worth=worth_of(warehouse.table(WORTH)))
        models = ModelFiles(self.folders.build / "models")
        return project_state.gather(self.definitions(), warehouse, models, figures)

    def version(self) -> str:
        """A hash of what is defined and tested: the data version of the input `files/project`."""
        return project_state.version(self.definitions())

    def below(self) -> Mapping[str, list[str]]:
        """By asset or input file the assets that are made from it, near and far."""
        above = phases.above(self.definitions())
        made = [name for name in above if not name.startswith(f"{FILES}/")]
        return {name: [one for one in made if name in above[one]] for name in above}

    def standings(
        self, manual_steps: ir.Table, instance: dg.DagsterInstance, *, now: datetime
    ) -> dict[str, list[dict[str, Any]]]:
        """The steps that are open, waived and closed, each as it is to be told; what closes one goes on record."""
        keys = self.definitions().resolve_asset_graph().asset_check_keys
        passes = closings.passing(self.folders, passing_checks(instance, keys))
        counts = {row["step"]: row for row in manual_steps.to_pyarrow().to_pylist()}
        found = steps.standings(self.manual_steps(), counts, now=now, passes=passes)
        for step in found[steps.CLOSED]:
            closings.remember(self.folders, step["closed_by"])
        return found
