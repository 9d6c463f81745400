"""Assets that are held: fitted once on the accounts as they were, and kept while few of these change.

A model fitted again gives every pair another weight, so all that is below would have to be made again whenever one
account comes in. A held asset is stale when it is missing, when its code or settings changed, when an input that it
is to follow moved, or when more than a share of the population's rows has changed since it was fitted. To fit it
again at any time, materialise it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import dagster as dg

from job_search_assets.engine import record
from job_search_assets.engine.staleness import input_version
from job_search_assets.engine.warehouse import Warehouse

HELD = "held"


def held(population: str, *, share: float, follows: Sequence[str] = ()) -> dict[str, Any]:
    """Metadata of a held asset: until more than `share` of the population's rows change, or one of `follows` does."""
    return {HELD: dg.MetadataValue.json({"population": population, "share": share, "follows": list(follows)})}


def ignored_inputs(
    instance: dg.DagsterInstance, specs: Sequence[dg.AssetSpec], warehouse: Warehouse
) -> Mapping[dg.AssetKey, set[dg.AssetKey]]:
    """For each held asset the inputs that may move without making it stale."""
    found = {}
    for spec in specs:
        if HELD in spec.metadata:
            policy = _policy(spec)
            share = changed_share(instance, spec, warehouse)
            if share is not None and share <= policy["share"]:
                follows = {dg.AssetKey(name) for name in policy["follows"]}
                found[spec.key] = {dep.asset_key for dep in spec.deps} - follows
    return found


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
