"""How a check that does not hold is told on a screen."""

import dagster as dg

from job_search_assets.checks.judged import judged
from job_search_assets.engine.running.progress import NAMED_AT_MOST, evidence_lines
from job_search_assets.engine.running.runs import Outcome
from job_search_assets.engine.running.summary import of_checks


def stored(**values: object) -> dict[str, dg.MetadataValue]:
    """Metadata as Dagster gives it back: a dictionary's keys in the order of the alphabet."""
    return dict(judged(True, values, to_do="nothing").metadata)


def test_each_finding_is_a_line_that_begins_with_names_then_counts() -> None:
    found = [{"accounts": 38, "entry_id": "bl-1", "a_share": 0.5, "nothing": None}, {"accounts": 2, "entry_id": "bl-2"}]
    told = stored(suspect_entries=2, entries=found, empty=[], is_so=False, page=dg.MetadataValue.md("a picture"))
    assert evidence_lines(told) == [
        "suspect_entries 2",
        "entries: entry_id bl-1, accounts 38, a_share 0.5",
        "entries: entry_id bl-2, accounts 2",
    ]


def test_what_is_left_out_is_counted() -> None:
    assert evidence_lines(stored(keys=[f"k{number}" for number in range(NAMED_AT_MOST + 3)]))[-2:] == [
        f"keys: k{NAMED_AT_MOST - 1}",
        "keys: and 3 more",
    ]


def test_a_check_that_does_not_hold_is_told_as_what_is_not_so_and_what_to_do() -> None:
    result = judged(False, {"labellers": ["ann"], "limit": 0.4}, to_do="Ask ann.")
    check = dg.AssetCheckEvaluation(
        asset_key=dg.AssetKey("labeller_quality"),
        check_name="no_labeller_is_near_chance",
        passed=False,
        metadata=result.metadata,
        severity=result.severity,
        description=result.description,
    )
    assert of_checks(Outcome(checked=2, unmet=[check], seconds=1.0)).splitlines() == [
        "2 checks: 1 hold, 1 warn, 0 fail (1.0 s)",
        "",
        "To look at:",
        "  WARN   not so: no_labeller_is_near_chance (limit 0.4)",
        "         labellers: ann",
        "         To do: Ask ann.",
    ]
    assert judged(True, {}, to_do="Ask ann.").description is None
