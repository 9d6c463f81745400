"""What runs again and what does not."""

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from job_search_assets.engine.graph.staleness import next_wave, observe, stops
from job_search_assets.engine.graph.waiting import awaited
from job_search_assets.engine.lineage.code_versions import _source, code_version

FILE = dg.AssetKey(["files", "users"])
A, B, C = dg.AssetKey("a"), dg.AssetKey("b"), dg.AssetKey("c")
LOOKED_AT = dg.AssetKey("looked_at")


def specs(version_of_c: str = "1") -> list[dg.AssetSpec]:
    return [
        dg.AssetSpec(A, deps=[FILE], code_version="1"),
        dg.AssetSpec(B, deps=[A], code_version="1"),
        dg.AssetSpec(C, deps=[B], code_version=version_of_c),
    ]


def made(instance: dg.DagsterInstance, key: dg.AssetKey, version: str, above: dict[str, str]) -> None:
    tags = {"dagster/data_version": version, "dagster/code_version": "1"}
    tags |= {f"dagster/input_data_version/{name}": value for name, value in above.items()}
    instance.report_runless_asset_event(dg.AssetMaterialization(key, tags=tags))


@pytest.fixture
def instance() -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.ephemeral() as ephemeral:
        observe(ephemeral, {FILE: "f1"})
        made(ephemeral, A, "a1", {"files/users": "f1"})
        made(ephemeral, B, "b1", {"a": "a1"})
        made(ephemeral, C, "c1", {"b": "b1"})
        yield ephemeral


def test_all_is_made_at_once_when_nothing_was(instance: dg.DagsterInstance) -> None:
    with dg.DagsterInstance.ephemeral() as empty:
        assert next_wave(empty, specs(), set()) == [A, B, C]


def test_nothing_runs_when_nothing_changed(instance: dg.DagsterInstance) -> None:
    assert observe(instance, {FILE: "f1"}) == []
    assert next_wave(instance, specs(), set()) == []


def test_a_changed_file_makes_only_its_table_stale_at_first(instance: dg.DagsterInstance) -> None:
    assert observe(instance, {FILE: "f2"}) == [FILE]
    assert next_wave(instance, specs(), set()) == [A]


def test_the_wave_goes_on_where_content_changed_and_ends_where_it_did_not(
    instance: dg.DagsterInstance,
) -> None:
    observe(instance, {FILE: "f2"})
    made(instance, A, "a2", {"files/users": "f2"})
    assert next_wave(instance, specs(), set()) == [B]
    made(instance, B, "b1", {"a": "a2"})
    assert next_wave(instance, specs(), set()) == []


def test_an_asset_waits_for_what_may_still_change_above_it(instance: dg.DagsterInstance) -> None:
    observe(instance, {FILE: "f2"})
    assert next_wave(instance, specs(version_of_c="2"), set()) == [A]


def test_a_table_that_is_gone_is_made_again(instance: dg.DagsterInstance) -> None:
    assert next_wave(instance, specs(), {B}) == [B]


def test_words_do_not_change_a_code_version_and_numbers_do(tmp_path: Path) -> None:
    texts = []
    for number, source in enumerate(
        (
            'def f():\n    """One."""\n    return 1',
            "def f():  # two\n    return 1",
            "def f():\n    return 2",
        )
    ):
        file = tmp_path / f"{number}.py"
        file.write_text(source)
        texts.append(_source(file).text)
    said, rephrased, changed = texts
    assert said == rephrased != changed


def test_stages_have_code_versions_of_their_own() -> None:
    assert code_version("job_search_assets.engine.graph.staleness") != code_version(
        "job_search_assets.engine.running.progress"
    )


def awaiting() -> list[dg.AssetSpec]:
    """The chain, in which the second waits until the first has been looked at."""
    first, _, third = specs()
    looked_at = dg.AssetSpec(LOOKED_AT, deps=[A], code_version="1")
    return [first, looked_at, dg.AssetSpec(B, deps=[A, awaited("looked_at")], code_version="1"), third]


def test_what_moves_in_what_is_only_awaited_makes_nothing_stale(instance: dg.DagsterInstance) -> None:
    made(instance, LOOKED_AT, "g1", {"a": "a1"})
    assert next_wave(instance, awaiting(), set()) == []
    made(instance, LOOKED_AT, "g2", {"a": "a1"})
    assert next_wave(instance, awaiting(), set()) == []


def test_what_is_stale_waits_for_it(instance: dg.DagsterInstance) -> None:
    made(instance, A, "a2", {"files/users": "f1"})
    assert next_wave(instance, awaiting(), set()) == [LOOKED_AT, B]


@pytest.mark.parametrize(
    ("passed", "severity", "has_to_wait"),
    [(True, "ERROR", False), (False, "ERROR", True), (False, "WARN", False)],
)
def test_only_an_error_stops_what_follows(passed: bool, severity: str, has_to_wait: bool) -> None:
    found = dg.AssetCheckEvaluation(
        asset_key=A, check_name="holds", passed=passed, metadata={}, severity=dg.AssetCheckSeverity(severity)
    )
    assert stops(found) == has_to_wait


@pytest.mark.parametrize(("severity", "built"), [("ERROR", False), ("WARN", True)])
def test_dagster_builds_after_a_check_that_warns_and_not_after_one_that_fails(severity: str, built: bool) -> None:
    @dg.asset
    def looked_at() -> None: ...

    @dg.asset(deps=[awaited("looked_at")])
    def waits() -> None: ...

    @dg.asset_check(asset=looked_at, blocking=True)
    def holds() -> dg.AssetCheckResult:
        return dg.AssetCheckResult(passed=False, severity=dg.AssetCheckSeverity(severity))

    ended = dg.materialize([looked_at, waits, holds], raise_on_error=False)
    made_keys = {event.asset_key for event in ended.get_asset_materialization_events()}
    assert (dg.AssetKey("waits") in made_keys) == built
