"""What an asset is made from, near and far, without what it only waits for."""

import dagster as dg

from job_search_assets.definitions import defs
from job_search_assets.engine.graph.waiting import inputs


def made_from(name: str) -> set[dg.AssetKey]:
    """The asset's ancestors, input files among them."""
    specs = {spec.key: spec for spec in defs.resolve_all_asset_specs()}
    found, waiting = set[dg.AssetKey](), [dg.AssetKey(name)]
    while waiting:
        new = [key for key in inputs(specs[waiting.pop()]) if key not in found]
        found.update(new)
        waiting += new
    return found
