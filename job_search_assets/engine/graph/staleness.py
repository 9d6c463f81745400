"""Which assets are out of date, by what Dagster wrote down when each was last materialised.

Dagster's own answer is not transitive on purpose: an asset is stale when its code version or the data version of
one of its inputs moved. Data versions are hashes of content here, so a wave of updates ends where nothing changed.
"""

from collections.abc import Iterable, Mapping, Sequence, Set

import dagster as dg

from job_search_assets.engine.graph.waiting import inputs

DATA_VERSION, CODE_VERSION, INPUT_VERSION = (
    "dagster/data_version",
    "dagster/code_version",
    "dagster/input_data_version/",
)


def observe(instance: dg.DagsterInstance, versions: Mapping[dg.AssetKey, str]) -> list[dg.AssetKey]:
    """Records the content hash of each input file that is not the one on record; returns the files that moved."""
    known = last_tags(instance, versions)
    moved = [key for key, version in versions.items() if known.get(key, {}).get(DATA_VERSION) != version]
    for key in moved:
        instance.report_runless_asset_event(dg.AssetObservation(asset_key=key, tags={DATA_VERSION: versions[key]}))
    return moved


def next_wave(
    instance: dg.DagsterInstance,
    specs: Sequence[dg.AssetSpec],
    missing: Set[dg.AssetKey],
    ignored: Mapping[dg.AssetKey, Set[dg.AssetKey]] | None = None,
) -> list[dg.AssetKey]:
    """The stale assets that can be brought up to date now, in one run.

    An asset waits while something above it may still change without being part of the same run: running it
    now could be for nothing, or for twice. `specs` in topological order; `missing` names assets whose table
    or file is gone, whatever the record says; `ignored` the inputs of an asset that may move without making it stale.
    """
    known = last_tags(instance, {key for spec in specs for key in (spec.key, *(dep.asset_key for dep in spec.deps))})
    unsettled: set[dg.AssetKey] = set()
    wave: list[dg.AssetKey] = []
    for spec in specs:
        followed = [key for key in inputs(spec) if key not in (ignored or {}).get(spec.key, set())]
        is_stale = spec.key in missing or _is_stale(spec, followed, known)
        above = [dep.asset_key for dep in spec.deps]
        if is_stale or any(key in unsettled for key in above):
            unsettled.add(spec.key)
        if is_stale and all(key not in unsettled or key in wave for key in above):
            wave.append(spec.key)
    return wave


def failed_a_blocking_check(instance: dg.DagsterInstance, blocking: Sequence[dg.AssetCheckKey]) -> set[dg.AssetKey]:
    """Assets whose last blocking check failed or never ended: nothing may be built on them until it holds."""
    found = set()
    for key, record in instance.event_log_storage.get_latest_asset_check_execution_by_key(blocking).items():
        evaluation = record.evaluation
        # Of a run that was killed only the plan to check is on record: that counts as not passed.
        if evaluation is not None and stops(evaluation):
            found.add(key.asset_key)
    return found


def stops(evaluation: object) -> bool:
    """Whether what follows has to wait: a check that blocks did not hold, or never ended. A warning stops nothing."""
    is_warning = getattr(evaluation, "severity", None) == dg.AssetCheckSeverity.WARN
    return not getattr(evaluation, "passed", False) and not is_warning


def unmet_checks(instance: dg.DagsterInstance, keys: Iterable[dg.AssetCheckKey]) -> list[dg.AssetCheckEvaluation]:
    """The checks that did not hold when they last ran, whichever run that was: a warning stands until it is heeded."""
    wanted = list(keys)
    records = instance.event_log_storage.get_latest_asset_check_execution_by_key(wanted)
    evaluations = [records[key].evaluation for key in wanted if key in records]
    return [found for found in evaluations if isinstance(found, dg.AssetCheckEvaluation) and not found.passed]


def passing_checks(instance: dg.DagsterInstance, keys: Iterable[dg.AssetCheckKey]) -> dict[str, bool]:
    """By check whether it held when it last ran; nothing of one that never has."""
    records = instance.event_log_storage.get_latest_asset_check_execution_by_key(list(keys))
    return {
        key.name: record.evaluation.passed
        for key, record in records.items()
        if isinstance(record.evaluation, dg.AssetCheckEvaluation)
    }


def is_behind(instance: dg.DagsterInstance, spec: dg.AssetSpec) -> bool:
    """Whether the asset's code or any of its inputs has moved since it was made, or it never was."""
    followed = inputs(spec)
    return _is_stale(spec, followed, last_tags(instance, [spec.key, *followed]))


def _is_stale(
    spec: dg.AssetSpec, followed: Sequence[dg.AssetKey], known: Mapping[dg.AssetKey, Mapping[str, str]]
) -> bool:
    made = known.get(spec.key)
    if made is None or made.get(CODE_VERSION) != spec.code_version:
        return True
    return any(
        made.get(INPUT_VERSION + key.to_user_string()) != known.get(key, {}).get(DATA_VERSION) for key in followed
    )


def last_tags(instance: dg.DagsterInstance, keys: Iterable[dg.AssetKey]) -> dict[dg.AssetKey, Mapping[str, str]]:
    """By asset the tags that it was last materialised with, or, if it never was, last observed with.

    All are read at once: asked one by one, a repair spent a third of its time on this.
    """
    found = {}
    for record in instance.get_asset_records(list(keys)):
        key, made = record.asset_entry.asset_key, record.asset_entry.last_materialization
        if made is not None and made.asset_materialization is not None:
            found[key] = made.asset_materialization.tags or {}
            continue
        seen = instance.fetch_observations(key, limit=1).records
        if seen and seen[0].asset_observation is not None:
            found[key] = seen[0].asset_observation.tags or {}
    return found


def input_version(instance: dg.DagsterInstance, key: dg.AssetKey, of: dg.AssetKey) -> str | None:
    """The data version of an input when the asset was last materialised from it."""
    return last_tags(instance, [key]).get(key, {}).get(INPUT_VERSION + of.to_user_string())
