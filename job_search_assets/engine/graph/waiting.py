"""Waiting: assets that others wait for without being made from them.

What was delivered is judged before anything is built on it. The graph shows that as a dependency, and a failed blocking
check of it stops what waits; but its content goes into nothing, so when it moves nothing is out of date.
"""

import dagster as dg

AWAITED = "job_search/awaited"


def awaited(name: str) -> dg.AssetDep:
    """A dependency on an asset to wait for."""
    return dg.AssetDep(name, metadata={AWAITED: True})


def inputs(spec: dg.AssetSpec) -> list[dg.AssetKey]:
    """What the asset is made from: its dependencies but for those that are only awaited."""
    return [dep.asset_key for dep in spec.deps if not dep.metadata.get(AWAITED)]
