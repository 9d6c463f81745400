"""What runs again and what does not."""

import ast
from collections.abc import Iterator

import dagster as dg
import pytest

from job_search_assets.engine.code_versions import _normalised, code_version
from job_search_assets.engine.staleness import next_wave, observe

FILE = dg.AssetKey(["files", "users"])
A, B, C = dg.AssetKey("a"), dg.AssetKey("b"), dg.AssetKey("c")


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


def test_words_do_not_change_a_code_version_and_numbers_do() -> None:
    said, rephrased, changed = (
        _normalised(ast.parse(source))
        for source in (
            'def f():\n    """One."""\n    return 1',
            "def f():  # two\n    return 1",
            "def f():\n    return 2",
        )
    )
    assert said == rephrased != changed


def test_stages_have_code_versions_of_their_own() -> None:
    assert code_version("job_search_assets.engine.staleness") != code_version("job_search_assets.engine.progress")
