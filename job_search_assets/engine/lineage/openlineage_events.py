"""A run's record in Dagster as OpenLineage events: START, then COMPLETE, FAIL or ABORT, for each asset and each check.

Jobs are called `<asset>` and `<asset>.<check>`, tables `main.<table>`, models `models/<model>`, input files
`files/<name>`, all in the namespace that `OPENLINEAGE_NAMESPACE` names. Events hold names, types, counts, hashes and
verdicts, never a value of a row.
"""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import dagster as dg
from openlineage.client import event_v2, facet_v2

from job_search_assets.engine.lineage.openlineage_facets import dataset_in, dataset_out, job_name_of, namespace, of_job

PRODUCER = "urn:job_search_assets"
ENDS = {
    dg.DagsterEventType.STEP_SUCCESS: event_v2.RunState.COMPLETE,
    dg.DagsterEventType.STEP_FAILURE: event_v2.RunState.FAIL,
}


@dataclass
class _Step:
    """What the record says of one step."""

    key: str
    job_name: str
    started: float
    ended: float
    state: event_v2.RunState = event_v2.RunState.ABORT
    error: str = ""
    made: list[dg.AssetMaterialization] = field(default_factory=list)
    judged: list[dg.AssetCheckEvaluation] = field(default_factory=list)


def events_of(entries: Sequence[dg.EventLogEntry], run_id: str, graph: Any) -> Iterator[event_v2.RunEvent]:
    """The events of the assets and checks that a run executed, in the order in which it did."""
    event_v2.set_producer(PRODUCER)
    keys = {
        made.op.name: key for made in graph.assets_defs if made.is_executable for key in [*made.keys, *made.check_keys]
    }
    for step in _steps(entries):
        if step.key in keys:
            yield from _events(step, keys[step.key], run_id, graph)


def _steps(entries: Sequence[dg.EventLogEntry]) -> list[_Step]:
    steps: dict[str, _Step] = {}
    for entry in entries:
        event = entry.dagster_event
        if event is None or event.step_key is None:
            continue
        if event.event_type == dg.DagsterEventType.STEP_START:
            steps[event.step_key] = _Step(event.step_key, event.job_name, entry.timestamp, entry.timestamp)
        elif event.step_key in steps:
            _take(steps[event.step_key], event, entry.timestamp)
    return list(steps.values())


def _take(step: _Step, event: dg.DagsterEvent, at: float) -> None:
    step.ended = at
    step.state = ENDS.get(event.event_type, step.state)
    if event.event_type == dg.DagsterEventType.ASSET_MATERIALIZATION:
        step.made.append(event.materialization)
    elif event.event_type == dg.DagsterEventType.ASSET_CHECK_EVALUATION:
        step.judged.append(event.asset_check_evaluation_data)
    elif event.event_type == dg.DagsterEventType.STEP_FAILURE:
        step.error = _kind_of(event.step_failure_data.error)


def _kind_of(error: Any) -> str:
    """What kind of error it was; its message could quote a row."""
    while error is not None and error.cause is not None:
        error = error.cause
    return str(error.cls_name) if error is not None else "unknown"


def _events(step: _Step, key: Any, run_id: str, graph: Any) -> Iterator[event_v2.RunEvent]:
    node = graph.get(key)
    inputs = sorted(parent for parent in node.parent_entity_keys if isinstance(parent, dg.AssetKey))
    outputs = [key] if isinstance(key, dg.AssetKey) else []
    made = step.made[-1] if step.made else None
    job = event_v2.Job(namespace(), job_name_of(key), facets=of_job(key, node, graph))
    yield event_v2.RunEvent(
        eventType=event_v2.RunState.START,
        eventTime=_time(step.started),
        run=_run(step, run_id),
        job=job,
        inputs=[dataset_in(parent, None, []) for parent in inputs],
        outputs=[dataset_out(output, node, None) for output in outputs],
    )
    yield event_v2.RunEvent(
        eventType=step.state,
        eventTime=_time(step.ended),
        run=_run(step, run_id, step.error),
        job=job,
        inputs=[dataset_in(parent, made, step.judged) for parent in inputs],
        outputs=[dataset_out(output, node, made) for output in outputs],
    )


def _run(step: _Step, run_id: str, error: str = "") -> event_v2.Run:
    """The step as a run of its own, always the same id, below Dagster's run."""
    facets: dict[str, Any] = {
        "parent": facet_v2.parent_run.ParentRunFacet(
            run=facet_v2.parent_run.Run(runId=run_id), job=facet_v2.parent_run.Job(namespace(), step.job_name)
        ),
        "processing_engine": facet_v2.processing_engine_run.ProcessingEngineRunFacet(dg.__version__, "dagster"),
    }
    if error:
        facets["errorMessage"] = facet_v2.error_message_run.ErrorMessageRunFacet(error, "PYTHON")
    return event_v2.Run(str(uuid.uuid5(uuid.UUID(run_id), step.key)), facets=facets)


def _time(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat()
