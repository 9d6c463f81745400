"""What a match model weighs, level by level, in words and as pictures."""

from pathlib import Path
from typing import Any

import dagster as dg

from job_search_assets.logic.identity import (
    match_weights,
)
from job_search_assets.logic.identity.comparisons import COMPARISONS
from job_search_assets_tests.pipeline import rows


def flat(weight: float) -> dict[str, Any]:
    """A match model in which every level of every comparison weighs the same."""
    tables = {comparison.name: [weight] * len(comparison.words) for comparison in COMPARISONS}
    return {"bias": -4.0, "weights": tables, "m": tables, "u": tables, "judges": {}}


def metadata(build: Path, asset: str) -> dict[str, Any]:
    """What an asset's page shows of its last materialisation."""
    with dg.DagsterInstance.from_config(str(build / "dagster_home")) as instance:
        event = instance.get_latest_materialization_event(dg.AssetKey(asset))
    assert event is not None
    assert event.asset_materialization is not None
    return {name: entry.value for name, entry in event.asset_materialization.metadata.items()}


def test_the_models_chart_has_every_level_most_alike_first() -> None:
    rows = match_weights.by_level(flat(1.5))
    assert len(rows) == sum(len(comparison.words) for comparison in COMPARISONS)
    assert [row["level"] for row in rows if row["comparison"] == "phone"] == ["same", "one digit differs", "different"]
    assert rows[0] | {"level": ""} == {"comparison": "name", "level": "", "weight": 1.5, "m": 1.5, "u": 1.5}


def test_the_comparison_that_tells_most_is_drawn_first() -> None:
    model = flat(0.0)
    model["weights"] |= {"email": [-1.0, 0, 0, 0, 0, 5.0], "phone": [-4.0, 0.0, 6.0]}
    assert list(match_weights.ranges(model).items())[:2] == [("phone", (-4.0, 6.0)), ("email", (-1.0, 5.0))]


def test_a_level_that_tells_nothing_has_words_too() -> None:
    assert match_weights.words("email", 5) == "same"
    assert match_weights.words("email", -1) == "nothing to compare"


def test_the_pages_show_weights_and_cluster_sizes_as_pictures(built: Path) -> None:
    model, users = metadata(built, "match_model"), metadata(built, "user_accounts")
    [(singles,)] = rows(built, "SELECT count(*) FROM clean_users WHERE account_count = 1")
    assert {record.data["comparison"] for record in model["match_weights"].records} == {
        told.name for told in COMPARISONS
    }
    assert model["weights_in_bits"].startswith("![picture](data:image/svg+xml,")
    assert f"1:%20{singles}<" in users["cluster_sizes"]
