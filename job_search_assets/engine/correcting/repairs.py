"""Repair: every table brought in line with the corrections, models held or fitted again, and the proof of it.

A repair is a run in another mode. Models held: what people corrected reaches decisions, pairs, users, labels, splits
and predictions, by the models as they are. Models refitted: whatever learned from what was corrected is fitted again
first. Either way only what the correction reaches is computed again.

The proof is a rebuild. A copy of the build as it was, with nothing but its models and its two ledgers (`split_ledger`,
`user_history`) to go by, makes every table anew from the input files; then the hash of each is compared.
"""

import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import dagster as dg

from job_search_assets.engine.folders import Folders
from job_search_assets.engine.graph.ordering import ordered
from job_search_assets.engine.graph.staleness import is_behind
from job_search_assets.engine.guarding import gate
from job_search_assets.engine.guarding.gate import Permit
from job_search_assets.engine.running import runs
from job_search_assets.engine.tables.holding import Models, is_held
from job_search_assets.engine.tables.model_files import ModelFiles
from job_search_assets.engine.tables.publishing import content_hash
from job_search_assets.engine.tables.warehouse import Warehouse


@dataclass
class Repaired:
    """What a repair did, the held models that learned from what has since been corrected, and what its proof found."""

    outcome: runs.Outcome
    behind: list[str] = field(default_factory=list)
    compared: int = 0
    differing: list[str] = field(default_factory=list)

    @property
    def is_well(self) -> bool:
        """No step and no check failed, and the rebuild, if there was one, gave the same."""
        return self.outcome.is_well and not self.differing

    def told(self) -> Iterator[str]:
        """Which models still know what was corrected, and what the proof found, for a person."""
        if self.behind:
            yield (
                f"\nHeld as they were, though what they learned from has changed: {', '.join(self.behind)}.\n"
                "`job-search repair --refit` fits them again; so does the next `job-search run`, as each one's "
                "policy says."
            )
        if self.differing:
            yield f"\nNOT what a rebuild gives: {', '.join(self.differing)}. This is a mistake of the program."
        elif self.compared:
            yield f"\nProved: all {self.compared} tables and models are what a rebuild in the same mode gives."


def repair(
    defs: dg.Definitions,
    folders: Folders,
    *,
    refit: bool,
    prove: bool,
    say: Callable[[str], None],
    permit: Permit | None = None,
) -> Repaired:
    """Brings every table in line with the inputs as they are corrected now; raises NotReady and BadInput like a run."""
    permit = permit or gate.ask(defs, folders, wanted=None, now=gate.now())
    with _set_aside(folders, wanted=prove) as aside:
        with runs.opened(folders) as instance:
            done = repair_within(defs, instance, folders, refit=refit, say=say, permit=permit)
        if aside is not None and done.outcome.is_well:
            say("\nThe rebuild to compare with")
            rebuild(defs, aside, _models(refit), say)
            ours, theirs = contents(defs, folders), contents(defs, aside)
            done.compared = len(theirs)
            done.differing = sorted(name for name in {*ours, *theirs} if ours.get(name) != theirs.get(name))
    return done


def repair_within(
    defs: dg.Definitions,
    instance: dg.DagsterInstance,
    folders: Folders,
    *,
    refit: bool,
    say: Callable[[str], None],
    permit: Permit | None = None,
) -> Repaired:
    """The same with Dagster's records opened already, as in one of its own runs, and without a proof."""
    models = _models(refit)
    done = Repaired(runs.materialize(defs, instance, folders, keys=None, say=say, models=models, permit=permit))
    done.behind = behind(defs, instance)
    return done


def assert_well(repaired: Repaired) -> None:
    """Raises dagster.Failure, which names them, when a step or a check of severity ERROR failed."""
    if not repaired.is_well:
        unmet = [check.check_name for check in repaired.outcome.unmet if check.severity == dg.AssetCheckSeverity.ERROR]
        raise dg.Failure("; ".join([*repaired.outcome.failed, *unmet]), allow_retries=False)


def _models(refit: bool) -> Models:
    return Models.REFITTED if refit else Models.HELD


def behind(defs: dg.Definitions, instance: dg.DagsterInstance) -> list[str]:
    """The held assets whose inputs are no longer those that they were fitted on."""
    return [spec.key.path[-1] for spec in ordered(defs) if is_held(spec) and is_behind(instance, spec)]


def rebuild(defs: dg.Definitions, folders: Folders, models: Models, say: Callable[[str], None]) -> runs.Outcome:
    """Makes every table anew from the input files: with models held all but these, else all."""
    keys = [spec.key for spec in ordered(defs) if models is not Models.HELD or not is_held(spec)]
    with runs.opened(folders) as instance:
        return runs.materialize(defs, instance, folders, keys=keys, say=say, models=models, anew=True, permit=Permit())


def contents(defs: dg.Definitions, folders: Folders) -> dict[str, str]:
    """The content hash of every table and the version of every model."""
    models, warehouse = ModelFiles(folders.build / "models"), Warehouse(folders.warehouse, is_read_only=True)
    try:
        tables = set(warehouse.connection.list_tables())
        names = [spec.key.path[-1] for spec in ordered(defs)]
        found = {name: content_hash(warehouse, name) for name in names if name in tables}
    finally:
        warehouse.close()
    return found | {name: models.card(name)["version"] for name in names if models.has(name)}


@contextmanager
def _set_aside(folders: Folders, *, wanted: bool) -> Iterator[Folders | None]:
    """A copy of the build as it is, without the copies of the input files, which goes at the end."""
    if not wanted:
        yield None
        return
    with tempfile.TemporaryDirectory(dir=folders.build, prefix="proof-") as place:
        build = Path(place) / "build"
        shutil.copytree(folders.build, build, ignore=_not_to_copy)
        try:
            yield Folders(data=folders.data, build=build)
        finally:
            folders.announce()


def _not_to_copy(_: str, names: Sequence[str]) -> list[str]:
    return [name for name in names if name == "staged" or name.startswith(("proof-", "scratch.", "spill"))]
