"""Running assets and checks from the command line, in this process, with one line an asset."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import dagster as dg

from job_search_assets.engine.errors import BadInput, NotReady, Stopped
from job_search_assets.engine.files.raw_files import INPUT_FILES, RawFiles
from job_search_assets.engine.folders import Folders
from job_search_assets.engine.graph.ordering import FILES, ordered
from job_search_assets.engine.graph.staleness import failed_a_blocking_check, next_wave, observe, stops, unmet_checks
from job_search_assets.engine.guarding import gate
from job_search_assets.engine.guarding.gate import Permit
from job_search_assets.engine.reporting import project_state
from job_search_assets.engine.running import event_log
from job_search_assets.engine.running.selection import not_built
from job_search_assets.engine.tables.holding import MODELS, Models, ignored_inputs
from job_search_assets.engine.tables.updates import ANEW
from job_search_assets.engine.tables.warehouse import Warehouse

PROGRESS: dict[str, Any] = {"loggers": {"progress": {"config": {}}}}


@dataclass
class Outcome:
    """What a run did, in order, and every check that does not hold on the tables as they are now."""

    materialized: list[str] = field(default_factory=list)
    checked: int = 0
    unmet: list[dg.AssetCheckEvaluation] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def is_well(self) -> bool:
        """Nothing failed and no check of severity ERROR did."""
        return not self.failed and not any(check.severity == dg.AssetCheckSeverity.ERROR for check in self.unmet)


@contextmanager
def opened(folders: Folders) -> Iterator[dg.DagsterInstance]:
    """Dagster's records of this build folder. Raises BadInput when the folder cannot be written."""
    folders.prepare()
    folders.announce()
    with dg.DagsterInstance.get() as instance:
        yield instance


def assert_inputs(folders: Folders) -> None:
    """Raises BadInput, before any folder is made, when the data folder or one of its files or columns is missing."""
    if not folders.data.is_dir():
        raise BadInput(f"There is no data folder {folders.data}. Name another one with --data DIR or JOB_SEARCH_DATA.")
    RawFiles(data=folders.data, build=folders.build).check_all()


def assert_built(folders: Folders) -> None:
    """Raises BadInput when nothing was ever built here, or when another program holds the warehouse."""
    if not folders.warehouse.exists():
        raise BadInput(f"Nothing is built in {folders.build} yet. Run `job-search run` first, or name another --build.")
    warehouse = Warehouse(folders.warehouse)
    try:
        warehouse.connection.list_tables()
    finally:
        warehouse.close()


def materialize(
    defs: dg.Definitions,
    instance: dg.DagsterInstance,
    folders: Folders,
    *,
    keys: Sequence[dg.AssetKey] | None,
    say: Callable[[str], None],
    models: Models = Models.AS_USUAL,
    anew: bool = False,
    permit: Permit | None = None,
) -> Outcome:
    """Brings assets up to date: the given ones, or (None) what is stale, wave by wave until nothing is.

    `models` says which held assets follow their inputs (`engine.tables.holding`); with `anew` no table takes over rows
    of what it was before. `permit` is what the gate has allowed; without one it is asked here.

    Raises NotReady when the gate does not let the run pass, and BadInput when an input is missing or the warehouse is
    in use, both before anything is written.
    """
    started, outcome = time.monotonic(), Outcome()
    permit = permit or gate.ask(defs, folders, wanted=keys, now=gate.now())
    raw_files = RawFiles(data=folders.data, build=folders.build)
    _assert_sound(raw_files, folders)
    for edit in permit.told:
        say(f"  since the last run: {edit.line()}")
    versions = {name: raw_files.content_hash(name) for name in INPUT_FILES} | {"project": project_state.version(defs)}
    observe(instance, {dg.AssetKey([FILES, name]): version for name, version in versions.items()})
    tags = {MODELS: models.value, gate.ASKED: "true"} | ({ANEW: "true"} if anew else {})
    with gate.writing(defs, folders, instance, permit, by="run") as begin:
        for wave in iter([list(keys)]) if keys is not None else _stale_waves(defs, instance, folders, models):
            begin()
            say(f"  {len(wave)} {'asset' if len(wave) == 1 else 'assets'} to materialise")
            _execute(defs, instance, wave, outcome, tags)
            if outcome.failed or any(check.blocking and stops(check) for check in outcome.unmet):
                break
    outcome.waiting = [key.to_user_string() for key in next(_stale_waves(defs, instance, folders, models), [])]
    outcome.unmet = unmet_checks(instance, defs.resolve_asset_graph().asset_check_keys)
    outcome.seconds = time.monotonic() - started
    return outcome


def check(defs: dg.Definitions, instance: dg.DagsterInstance, folders: Folders) -> Outcome:
    """Runs every asset check on the tables as they are."""
    started, outcome = time.monotonic(), Outcome()
    missing = sorted(key.to_user_string() for key in not_built(defs, folders))
    if missing:
        raise BadInput(f"{len(missing)} assets are not built yet, {missing[0]} among them. Run `job-search run` first.")
    with event_log.held_open():
        result = defs.resolve_job_def("all_checks").execute_in_process(
            instance=instance, run_config=PROGRESS, raise_on_error=False
        )
    _take(result, outcome)
    gate.note_checks(defs, folders, instance)
    outcome.seconds = time.monotonic() - started
    return outcome


def _stale_waves(
    defs: dg.Definitions, instance: dg.DagsterInstance, folders: Folders, models: Models
) -> Iterator[list[dg.AssetKey]]:
    specs, graph = ordered(defs), defs.resolve_asset_graph()
    blocking = [key for key in graph.asset_check_keys if graph.get(key).blocking]

    def wave() -> list[dg.AssetKey]:
        missing = not_built(defs, folders) | failed_a_blocking_check(instance, blocking)
        return next_wave(instance, specs, missing, _ignored(instance, specs, folders, models))

    while found := wave():
        yield found


def _ignored(
    instance: dg.DagsterInstance, specs: Sequence[dg.AssetSpec], folders: Folders, models: Models
) -> Mapping[dg.AssetKey, set[dg.AssetKey]]:
    if not folders.warehouse.exists():
        return {}
    warehouse = Warehouse(folders.warehouse, is_read_only=True)
    try:
        return ignored_inputs(instance, specs, warehouse, models)
    finally:
        warehouse.close()


def _assert_sound(raw_files: RawFiles, folders: Folders) -> None:
    """Raises BadInput before a table is written: for a file that cannot be read, or a warehouse in use."""
    raw_files.read_all()
    warehouse = Warehouse(folders.warehouse)
    try:
        raw_files.ledger_rows(warehouse.connection)
    finally:
        warehouse.close()


def _execute(
    defs: dg.Definitions,
    instance: dg.DagsterInstance,
    wave: Sequence[dg.AssetKey],
    outcome: Outcome,
    tags: Mapping[str, str],
) -> None:
    job = defs.resolve_implicit_global_asset_job_def()
    with event_log.held_open():
        result = job.execute_in_process(
            instance=instance, asset_selection=list(wave), run_config=PROGRESS, raise_on_error=False, tags=dict(tags)
        )
    _take(result, outcome)


def _take(result: dg.ExecuteInProcessResult, outcome: Outcome) -> None:
    outcome.materialized += [
        event.asset_key.to_user_string() for event in result.get_asset_materialization_events() if event.asset_key
    ]
    evaluations = result.get_asset_check_evaluations()
    outcome.checked += len(evaluations)
    outcome.unmet += [evaluation for evaluation in evaluations if not evaluation.passed]
    failures = [event for event in result.all_events if event.is_step_failure and not _is_failed_check(event)]
    for event in failures:
        _raise_what_a_person_did(event.step_failure_data.error)
    outcome.failed += [f"{event.step_key}: {_reason(event)}" for event in failures]


def _raise_what_a_person_did(error: object) -> None:
    while error is not None:
        if getattr(error, "cls_name", None) == "DagsterExecutionInterruptedError":
            raise Stopped
        if getattr(error, "cls_name", None) == NotReady.__name__:
            raise NotReady(str(error.message).partition("NotReady: ")[2].strip())  # type: ignore[attr-defined]
        if getattr(error, "cls_name", None) == BadInput.__name__:
            raise BadInput(str(error.message).partition("BadInput: ")[2].strip())  # type: ignore[attr-defined]
        error = getattr(error, "cause", None)


def _is_failed_check(event: dg.DagsterEvent) -> bool:
    # A failed blocking check fails its step too; the evaluation tells it better.
    error = event.step_failure_data.error
    return error is not None and error.cls_name == "DagsterAssetCheckFailedError"


def _reason(event: dg.DagsterEvent) -> str:
    data = event.step_failure_data
    if data.user_failure_data and data.user_failure_data.description:
        return str(data.user_failure_data.description)
    error = data.error
    while error is not None and error.cause is not None:
        error = error.cause
    told = error.message.strip().splitlines()[0] if error and error.message.strip() else "no reason given"
    return f"{told} (the run's log in `job-search ui` has the traceback)"
