"""Models, and what else is learned of all accounts together: when they are fitted again, and when they are held.

A model fitted again changes what is said of everybody. So a repair holds every model as it is, unless it is asked to
refit; whatever it does is then due to the correction alone. A run holds some of them too, while few accounts change: a
match model fitted again gives every pair another weight, so all that is below would have to be made again whenever
one account comes in. Such an asset is stale when an input that it is to follow moved, or when more than a share of the
population's rows has changed since it was fitted. Whatever the mode, a held asset is made when it is missing or when
its code or settings changed. To fit it again at any time, materialise it.
"""

import enum
from collections.abc import Mapping, Sequence
from typing import Any

import dagster as dg

from job_search_assets.engine.graph.staleness import input_version
from job_search_assets.engine.tables import record
from job_search_assets.engine.tables.warehouse import Warehouse

HELD = "held"
MODELS = "job_search/models"  # the tag of a run that says which mode it was in

# Tables that depend on their own past.
REMEMBERING = ("account_deliveries", "user_history", "split_ledger", "decision_history", "repairs")


class Models(enum.Enum):
    """What becomes of models: as each one's policy says, all held as they are, or all fitted again if stale."""

    AS_USUAL = "as usual"
    HELD = "held"
    REFITTED = "refitted"


def held(population: str, *, share: float, follows: Sequence[str] = ()) -> dict[str, Any]:
    """Metadata of an asset that runs hold until more than `share` of the population changes, or one of `follows`."""
    return {HELD: dg.MetadataValue.json({"population": population, "share": share, "follows": list(follows)})}


def fitted() -> dict[str, Any]:
    """Metadata of an asset that follows its inputs in every run, and is held by a repair only."""
    return {HELD: dg.MetadataValue.json({"population": None, "share": 0.0, "follows": []})}


def is_held(spec: dg.AssetSpec) -> bool:
    """Whether a repair holds it."""
    return HELD in spec.metadata


def ignored_inputs(
    instance: dg.DagsterInstance, specs: Sequence[dg.AssetSpec], warehouse: Warehouse, models: Models
) -> Mapping[dg.AssetKey, set[dg.AssetKey]]:
    """For each held asset the inputs that may move without making it stale."""
    found = {}
    for spec in filter(is_held, specs):
        inputs = {dep.asset_key for dep in spec.deps}
        if models is Models.HELD:
            found[spec.key] = inputs
        elif models is Models.AS_USUAL and _few_changed(instance, spec, warehouse):
            found[spec.key] = inputs - {dg.AssetKey(name) for name in _policy(spec)["follows"]}
    return found


def _few_changed(instance: dg.DagsterInstance, spec: dg.AssetSpec, warehouse: Warehouse) -> bool:
    policy = _policy(spec)
    share = changed_share(instance, spec, warehouse) if policy["population"] else None
    return share is not None and share <= float(policy["share"])


def changed_share(instance: dg.DagsterInstance, spec: dg.AssetSpec, warehouse: Warehouse) -> float | None:
    """The share of the population's rows that changed since the asset was fitted; None where nobody can tell."""
    population = _policy(spec)["population"]
    fitted_on = input_version(instance, spec.key, dg.AssetKey(population))
    now = record.content(warehouse, population)
    if now is None or fitted_on is None:
        return None
    if now.version == fitted_on:
        return 0.0
    steps = record.steps_since(warehouse, population, fitted_on)
    return None if steps is None else record.count_changed(warehouse, population, steps) / max(now.rows, 1)


def _policy(spec: dg.AssetSpec) -> dict[str, Any]:
    policy: dict[str, Any] = getattr(spec.metadata[HELD], "value", spec.metadata[HELD])
    return policy
