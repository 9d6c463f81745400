"""Tables that are brought in line by rows: what is published, hashed, logged, and refused."""

from collections.abc import Iterator

import pandas as pd
import pandera.ibis as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from job_search_assets.engine.tables import record
from job_search_assets.engine.tables.publishing import SchemaBreach, Update, content_hash, publish, publish_update
from job_search_assets.engine.tables.warehouse import Warehouse

TYPES = {"account_id": "string", "score": "float64"}
KEY = ["account_id"]


class Scores(pa.DataFrameModel):
    account_id: str = pa.Field()
    score: float = pa.Field(ge=0, nullable=True)

    class Config:
        strict = True
        unique = KEY


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    opened = Warehouse(tmp_path_factory.mktemp("warehouse") / "warehouse.duckdb")
    yield opened
    opened.close()


def given_rows(warehouse: Warehouse, scores: dict[str, float | None]) -> object:
    return warehouse.from_pandas(pd.DataFrame(list(scores.items()), columns=list(TYPES)), TYPES)


def put(warehouse: Warehouse, scores: dict[str, float | None], log: str | None = None) -> str:
    return publish(warehouse, "scores", given_rows(warehouse, scores), Scores, KEY, log=log).data_version


def bring(warehouse: Warehouse, gone: list[str], come: dict[str, float | None]) -> str:
    table = warehouse.placed("scores")
    update = Update(table.filter(table.account_id.isin([*gone, "nobody"])), given_rows(warehouse, come))
    return publish_update(warehouse, "scores", update, Scores, KEY, log="account_id").data_version


def stored(warehouse: Warehouse) -> dict[str, float | None]:
    return dict(warehouse.duckdb.execute("SELECT account_id, score FROM scores ORDER BY account_id").fetchall())


def logged_since(warehouse: Warehouse, version: str) -> set[str] | None:
    steps = record.steps_since(warehouse, "scores", version)
    if steps is None:
        return None
    return set(record.changed_keys(warehouse, {"scores": steps}).to_pandas()["account_id"])


tables = some.dictionaries(some.sampled_from("abcdef"), some.sampled_from([None, 0.0, 0.5, 2.0]))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=tables, after=tables)
def test_a_table_brought_in_line_is_the_table_made_anew(
    warehouse: Warehouse, before: dict[str, float | None], after: dict[str, float | None]
) -> None:
    anew = put(warehouse, after)
    first = put(warehouse, before)
    brought = bring(warehouse, list(before), after)
    assert brought == anew == content_hash(warehouse, "scores")
    assert stored(warehouse) == dict(sorted(after.items()))
    differing = {
        name
        for name in {*before, *after}
        if (before.get(name, -1), name in before) != (after.get(name, -1), name in after)
    }
    assert (logged_since(warehouse, first) or set()) == differing


def test_a_row_with_the_key_of_one_that_stays_is_refused_and_the_table_is_as_it_was(warehouse: Warehouse) -> None:
    version = put(warehouse, {"a": 1.0, "b": 2.0})
    with pytest.raises(SchemaBreach, match="unique"):
        bring(warehouse, ["b"], {"a": 3.0})
    with pytest.raises(SchemaBreach, match="greater_than_or_equal_to"):
        bring(warehouse, ["b"], {"c": -3.0})
    assert content_hash(warehouse, "scores") == version
    assert stored(warehouse) == {"a": 1.0, "b": 2.0}


def test_changes_are_told_from_any_version_on_the_way_and_from_no_other(warehouse: Warehouse) -> None:
    first = put(warehouse, {"a": 1.0, "b": 2.0})
    assert logged_since(warehouse, first) is None  # nothing has changed since, or nobody knows: ask the version first
    second = bring(warehouse, ["b"], {"b": 3.0})
    put(warehouse, {"a": 1.0, "b": 3.0, "c": 0.0}, log="account_id")
    assert logged_since(warehouse, first) == {"b", "c"}
    assert logged_since(warehouse, second) == {"c"}
    assert logged_since(warehouse, "another") is None


def test_there_and_back_again_tells_what_was_touched_on_the_way(warehouse: Warehouse) -> None:
    first = put(warehouse, {"a": 1.0, "b": 2.0})
    second = bring(warehouse, ["b"], {"b": 3.0})
    assert bring(warehouse, ["b"], {"b": 2.0}) == first
    assert logged_since(warehouse, second) == {"b"}


def test_a_table_made_anew_without_a_log_breaks_the_chain(warehouse: Warehouse) -> None:
    first = put(warehouse, {"a": 1.0})
    bring(warehouse, [], {"b": 2.0})
    put(warehouse, {"a": 5.0})
    assert logged_since(warehouse, first) is None


def test_a_log_longer_than_its_table_is_cut_at_the_far_end(warehouse: Warehouse) -> None:
    many = {f"u{number}": float(number) for number in range(600)}
    first = put(warehouse, many)
    versions = [
        bring(warehouse, list(many), {name: score + turn for name, score in many.items()}) for turn in (1, 2, 3)
    ]
    assert logged_since(warehouse, first) is None
    assert logged_since(warehouse, versions[1]) == set(many)


def test_a_killed_update_leaves_the_table_and_its_record(warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch) -> None:
    version = put(warehouse, {"a": 1.0})

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(record, "write", killed)
    with pytest.raises(KeyboardInterrupt):
        bring(warehouse, ["a"], {"b": 2.0})
    content = record.content(warehouse, "scores")
    assert content is not None
    assert content.version == version == content_hash(warehouse, "scores")


def test_a_step_that_changed_more_keys_than_there_are_rows_breaks_the_chain(warehouse: Warehouse) -> None:
    """Once its keys were thrown away and the step was not: whoever asked was told that nothing had changed."""
    many = {f"a{number}": 0.0 for number in range(1100)}
    first = put(warehouse, {**many, "gone": 0.0}, log="account_id")
    put(warehouse, dict.fromkeys(many, 1.0), log="account_id")
    assert logged_since(warehouse, first) is None
    second = put(warehouse, dict.fromkeys(many, 2.0), log="account_id")
    put(warehouse, {**dict.fromkeys(many, 2.0), "a7": 3.0}, log="account_id")
    assert logged_since(warehouse, second) == {"a7"}
