"""How a check's evidence is told on a screen."""

import dagster as dg

from job_search_assets.engine.running.progress import NAMED_AT_MOST, evidence, evidence_lines


def stored(**values: object) -> dict[str, dg.MetadataValue]:
    """Metadata as Dagster gives it back: a dictionary's keys in the order of the alphabet."""
    result = dg.AssetCheckResult(passed=True, metadata=values)
    return dict(result.metadata)


def test_each_finding_is_a_line_that_begins_with_names() -> None:
    found = [{"accounts": 38, "entry_id": "bl-1", "nothing": None}, {"accounts": 2, "entry_id": "bl-2"}]
    told = stored(suspect_entries=2, entries=found, empty=[], page=dg.MetadataValue.md("a picture"))
    assert evidence_lines(told) == [
        "suspect_entries 2",
        "entries: entry_id bl-1, accounts 38",
        "entries: entry_id bl-2, accounts 2",
    ]
    assert evidence(told) == "suspect_entries: 2, entries: entry_id bl-1, accounts 38 | entry_id bl-2, accounts 2"


def test_what_is_left_out_is_counted() -> None:
    assert evidence_lines(stored(keys=[f"k{number}" for number in range(NAMED_AT_MOST + 3)]))[-2:] == [
        f"keys: k{NAMED_AT_MOST - 1}",
        "keys: and 3 more",
    ]
