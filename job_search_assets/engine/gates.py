"""Gates: assets that others wait for without being made from them.

What was delivered is judged before anything is built on it. The graph shows that as a dependency, and a failed blocking
check of the gate stops what waits; but the gate's content goes into nothing, so when it moves nothing is out of date.
"""

import dagster as dg

GATE = "job_search/gate"


def gate(name: str) -> dg.AssetDep:
    """A dependency on an asset to wait for."""
    return dg.AssetDep(name, metadata={GATE: True})


def inputs(spec: dg.AssetSpec) -> list[dg.AssetKey]:
    """What the asset is made from: its dependencies but for gates."""
    return [dep.asset_key for dep in spec.deps if not dep.metadata.get(GATE)]
