"""Which assets are out of date, by what Dagster wrote down when each was last materialised.

Dagster's own answer is not transitive on purpose: an asset is stale when its code version or the data version of
one of its inputs moved. Data versions are hashes of content here, so a wave of updates ends where nothing changed.
"""

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence, Set

import dagster as dg

DATA_VERSION, CODE_VERSION, INPUT_VERSION = (
    "dagster/data_version",
    "dagster/code_version",
    "dagster/input_data_version/",
)


def observe(instance: dg.DagsterInstance, versions: Mapping[dg.AssetKey, str]) -> list[dg.AssetKey]:
    """Records the content hash of each input file that is not the one on record; returns the files that moved."""
    moved = [key for key, version in versions.items() if data_version(instance, key) != version]
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
    version = functools.cache(functools.partial(data_version, instance))
    unsettled: set[dg.AssetKey] = set()
    wave: list[dg.AssetKey] = []
    for spec in specs:
        followed = [dep.asset_key for dep in spec.deps if dep.asset_key not in (ignored or {}).get(spec.key, set())]
        is_stale = spec.key in missing or _is_stale(instance, spec, followed, version)
        above = [dep.asset_key for dep in spec.deps]
        if is_stale or any(key in unsettled for key in above):
            unsettled.add(spec.key)
        if is_stale and all(key not in unsettled or key in wave for key in above):
            wave.append(spec.key)
    return wave


def failed_a_blocking_check(instance: dg.DagsterInstance, blocking: Sequence[dg.AssetCheckKey]) -> set[dg.AssetKey]:
    """Assets whose last blocking check failed or never ended: nothing may be built on them until it holds."""
    found = set()
    for key in blocking:
        record = instance.get_latest_asset_check_evaluation_record(key)
        evaluation = record.evaluation if record else None
        # Of a run that was killed only the plan to check is on record: that counts as not passed.
        if evaluation is not None and not getattr(evaluation, "passed", False):
            found.add(key.asset_key)
    return found


def unmet_checks(instance: dg.DagsterInstance, keys: Iterable[dg.AssetCheckKey]) -> list[dg.AssetCheckEvaluation]:
    """The checks that did not hold when they last ran, whichever run that was: a warning stands until it is heeded."""
    records = [instance.get_latest_asset_check_evaluation_record(key) for key in keys]
    evaluations = [record.evaluation for record in records if record is not None]
    return [found for found in evaluations if isinstance(found, dg.AssetCheckEvaluation) and not found.passed]


def is_behind(instance: dg.DagsterInstance, spec: dg.AssetSpec) -> bool:
    """Whether the asset's code or any of its inputs has moved since it was made, or it never was."""
    version = functools.partial(data_version, instance)
    return _is_stale(instance, spec, [dep.asset_key for dep in spec.deps], version)


def _is_stale(
    instance: dg.DagsterInstance,
    spec: dg.AssetSpec,
    followed: Sequence[dg.AssetKey],
    version: Callable[[dg.AssetKey], str | None],
) -> bool:
    event = instance.get_latest_materialization_event(spec.key)
    if event is None or event.asset_materialization is None:
        return True
    tags = event.asset_materialization.tags or {}
    if tags.get(CODE_VERSION) != spec.code_version:
        return True
    return any(tags.get(INPUT_VERSION + key.to_user_string()) != version(key) for key in followed)


def input_version(instance: dg.DagsterInstance, key: dg.AssetKey, of: dg.AssetKey) -> str | None:
    """The data version of an input when the asset was last materialised from it."""
    event = instance.get_latest_materialization_event(key)
    if event is None or event.asset_materialization is None:
        return None
    return (event.asset_materialization.tags or {}).get(INPUT_VERSION + of.to_user_string())


def data_version(instance: dg.DagsterInstance, key: dg.AssetKey) -> str | None:
    """The hash of an asset's content when it was last materialised or observed; None if it never was."""
    record = instance.get_latest_materialization_event(key)
    if record is not None and record.asset_materialization is not None:
        return (record.asset_materialization.tags or {}).get(DATA_VERSION)
    observed = instance.fetch_observations(key, limit=1).records
    if not observed or observed[0].asset_observation is None:
        return None
    return (observed[0].asset_observation.tags or {}).get(DATA_VERSION)
