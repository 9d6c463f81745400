"""Every asset that we make, what is above it first."""

import dagster as dg

FILES = "files"  # the prefix of the keys of input files


def ordered(defs: dg.Definitions) -> list[dg.AssetSpec]:
    """Every asset that we make, what is above it first."""
    specs = {spec.key: spec for spec in defs.resolve_all_asset_specs() if spec.key.path[0] != FILES}
    order = [key for level in defs.resolve_asset_graph().toposorted_asset_keys_by_level for key in level]
    return [specs[key] for key in order if key in specs]


def every_asset(defs: dg.Definitions) -> list[dg.AssetKey]:
    """Their keys."""
    return [spec.key for spec in ordered(defs)]
