"""Scoring raw rows beside a build: the same cells as the pipeline's, whatever else is asked at the same time."""

import csv
import io
import json
import os
import random
import shutil
from pathlib import Path
from typing import Any

import dagster as dg
import pyarrow as pa
import pytest

from job_search_assets.definitions import defs
from job_search_assets.engine.errors import BadInput
from job_search_assets.engine.files.raw_files import RawFiles
from job_search_assets.engine.folders import Folders
from job_search_assets.engine.scoring import bundles, parity, scoring_builds
from job_search_assets.engine.scoring.scoring_builds import OpenedForScoring
from job_search_assets.engine.scoring.scoring_files import Scored, of_records
from job_search_assets.engine.scoring.scoring_requests import answered
from job_search_assets.engine.tables.model_files import ModelFiles
from job_search_assets.engine.tables.warehouse import Warehouse
from job_search_assets.logic.scoring.parity import ACCOUNT, compare
from job_search_assets.schemas.contracts import USERS
from job_search_assets.schemas.models import FittedModel
from job_search_assets_tests.pipeline import change, job_search, rows

NEW = {
    "account_id": "unew1",
    "created_at": "2026-03-01T10:00:00Z",
    "source": "own_app",
    "full_name": "Quentin Zyxwell",
    "email": "quentin.zyxwell@example.org",
}


@pytest.fixture
def opened(opened_for_scoring: OpenedForScoring) -> OpenedForScoring:
    return opened_for_scoring


def given(*told: dict[str, str]) -> pa.Table:
    return pa.Table.from_batches([of_records([{"line": 0, "text": "", **row} for row in told])])


def without_row(answers: pa.Table) -> list[dict[str, Any]]:
    return answers.drop_columns(["row"]).to_pylist()


def differing(some: list[dict[str, Any]], others: list[dict[str, Any]]) -> list[tuple[int, str, Any, Any]]:
    """The cells that are not the same: place, column, and both values."""
    return [
        (place, column, one[column], other[column])
        for place, (one, other) in enumerate(zip(some, others, strict=True))
        for column in one
        if one[column] != other[column]
    ]


def test_every_raw_row_scored_again_gets_the_cells_that_are_built(changeable: Path, data: Path) -> None:
    warehouse = Warehouse(changeable / "warehouse.duckdb")
    try:
        files, models = RawFiles(data=data, build=changeable), ModelFiles(changeable / "models")
        differences, counts = parity.scored_again(warehouse, files, models, rows=10_000)
    finally:
        warehouse.close()
    assert differences == []
    assert counts["rows"] > 1000
    assert counts["cells"] > 100_000


def test_an_answer_does_not_depend_on_what_is_asked_with_it(opened: OpenedForScoring, records: pa.Table) -> None:
    together = without_row(answered(opened, records.slice(0, 300)))
    sevens = [row for start in range(0, 70, 7) for row in without_row(answered(opened, records.slice(start, 7)))]
    assert differing(sevens, together[:70]) == []
    alone = [without_row(answered(opened, records.slice(place, 1)))[0] for place in range(5)]
    assert differing(alone, together[:5]) == []
    order = list(range(300))
    random.Random(5).shuffle(order)
    shuffled = without_row(answered(opened, records.slice(0, 300).take(order)))
    assert differing([shuffled[order.index(place)] for place in range(300)], together) == []


def test_what_is_looked_up_is_all_that_a_row_meets(
    opened: OpenedForScoring, built: Path, data: Path, changeable: Path
) -> None:
    """The service looks up what it needs of the built tables, one row at a time; files are joined with them whole."""
    warehouse = Warehouse(changeable / "warehouse.duckdb", is_read_only=True)
    try:
        drawn = parity.sample(RawFiles(data=data, build=changeable).text_rows("users", warehouse.connection), 400)
    finally:
        warehouse.close()
    with scoring_builds.opened(Folders(data, built)) as whole:
        together = parity.scored(whole.scorer, drawn)
    assert all(len(together[step]) for step in ("report_grounds", "spam_reasons", "match_predictions"))
    looked_up = parity.scored(opened.scorer, drawn)
    assert compare(looked_up, together) == []
    for number in range(0, drawn.num_rows, 40):
        one = drawn.slice(number, 1)
        names = [*one["account_id"].to_pylist(), *one["place"].to_pylist()]
        theirs = {step: rows[rows[ACCOUNT].isin(names)] for step, rows in together.items()}
        alone = parity.scored(opened.scorer, one)
        # Whole numbers among which one is missing are floats in pandas.
        assert compare({step: rows.astype(theirs[step].dtypes) for step, rows in alone.items()}, theirs) == []


def test_a_build_that_is_written_to_while_it_opens_is_refused(
    built: Path, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build, attach = Path(shutil.copytree(built, tmp_path / "build")), scoring_builds._attach

    def written_to(connection: Any, folders: Folders, *, in_memory: bool) -> None:
        os.utime(folders.warehouse, (1, 1))
        attach(connection, folders, in_memory=in_memory)

    monkeypatch.setattr(scoring_builds, "_attach", written_to)
    with pytest.raises(BadInput, match="was written to"), scoring_builds.opened(Folders(data, build), in_memory=True):
        pass


def test_a_model_that_is_fitted_while_a_build_opens_is_refused(
    built: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ModelFiles, "load", lambda files, name: FittedModel(None, version="of another fit"))
    with pytest.raises(BadInput, match="fitted again"), scoring_builds.opened(Folders(data, built), in_memory=True):
        pass


def test_two_new_rows_of_one_person_do_not_see_each_other(opened: OpenedForScoring) -> None:
    twin = NEW | {"account_id": "unew2"}
    one, two = without_row(answered(opened, given(NEW, twin)))
    assert (one["user_id"], two["user_id"]) == ("user-unew1", "user-unew2")
    assert (one["user_accounts"], two["user_accounts"]) == (1, 1)


def test_a_new_account_of_a_known_person_joins_that_user(opened: OpenedForScoring, built: Path) -> None:
    names = ", ".join(USERS.names)
    ((account, user, *_),) = rows(
        built,
        """SELECT account_id, user_id FROM despammed_users JOIN user_accounts USING (account_id)
           WHERE email IS NOT NULL AND phone IS NOT NULL AND birth_date IS NOT NULL AND user_id = 'user-' || account_id
           ORDER BY account_id LIMIT 1""",
    )
    (values,) = rows(built, f"SELECT {names} FROM despammed_users WHERE account_id = ?", [account])
    told = {name: _text(value) for name, value in zip(USERS.names, values, strict=True) if value is not None}
    (answer,) = without_row(answered(opened, given(told | {"account_id": "unew3", "created_at": "2026-11-01"})))
    assert (answer["outcome"], answer["user_id"]) == ("kept", user)
    assert user in answer["joined_users"]


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def test_a_row_that_breaks_the_contract_is_told_the_rule(opened: OpenedForScoring) -> None:
    wrong = NEW | {"birth_date": "1990-02-30"}
    nobody = {name: value for name, value in NEW.items() if name != "account_id"}
    told = without_row(answered(opened, given(wrong, nobody)))
    assert [(answer["outcome"], answer["column"], answer["rule"]) for answer in told] == [
        ("rejected", "birth_date", "not a calendar date such as 1990-02-28"),
        ("rejected", "account_id", "empty"),
    ]


def test_files_of_each_kind_are_answered_alike(
    data: Path, built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = list(NEW) + [name for name in USERS.names if name not in NEW]
    header, line = ",".join(names), ",".join([*NEW.values(), *[""] * (len(names) - len(NEW))])
    (tmp_path / "rows.csv").write_text(f"{header},zzz\n{line},42\n")
    where = ("--data", data, "--build", built)
    ended = job_search("score", tmp_path / "rows.csv", *where, "--out", tmp_path / "answers.jsonl", "--format", "csv")
    assert (ended.code, "Not read: zzz.\n" in ended.said) == (0, True), ended.said
    assert (tmp_path / "answers.jsonl").read_text().startswith('"row","account_id","outcome"')
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(json.dumps(NEW | {"birthdate": ""}).encode())))
    ended = job_search("score", "-", *where, "--out", tmp_path / "answers.jsonl", "--format", "jsonl")
    assert "Not read: birthdate. Did you mean birth_date?" in ended.said
    (answer,) = [json.loads(line) for line in (tmp_path / "answers.jsonl").read_text().splitlines()]
    assert (answer["account_id"], answer["outcome"], answer["user_id"]) == ("unew1", "kept", "user-unew1")


def test_a_file_in_another_format_than_was_said_is_no_success(data: Path, built: Path, tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("account_id,created_at\nunew1,2026-02-10\n")
    where = ("--data", data, "--build", built, "--out", tmp_path / "answers.jsonl")
    ended = job_search("score", tmp_path / "rows.csv", *where, "--format", "jsonl")
    assert (ended.code, "Not one row could be read" in ended.said, "--format" in ended.said) == (1, True, True)
    assert Scored(0, "b", {}).is_well


def test_only_a_few_columns_that_are_not_read_are_told_by_name() -> None:
    told = Scored(1, "b", {}, [f"x{number}" for number in range(7)]).told()
    assert told.splitlines()[1:] == [*(f"Not read: x{number}." for number in range(5)), "Not read: 2 more columns."]
    assert "Not read" not in Scored(1, "b", {}).told()


def test_a_file_is_scored_from_the_launchpad(
    data: Path, built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JOB_SEARCH_DATA", str(data))
    monkeypatch.setenv("JOB_SEARCH_BUILD", str(built))
    (tmp_path / "rows.jsonl").write_text(json.dumps(NEW) + "\n")
    config = {"file": str(tmp_path / "rows.jsonl"), "out": str(tmp_path / "answers.jsonl")}
    with dg.DagsterInstance.ephemeral() as instance:
        ended = defs.resolve_job_def("score").execute_in_process(
            run_config={"ops": {"score_file": {"config": config}}}, instance=instance
        )
    [output] = [event for event in ended.all_events if event.is_successful_output]
    shown = {name: entry.value for name, entry in output.step_output_data.metadata.items()}
    assert (shown["rows"], shown["kept"]) == (1, 1)
    assert json.loads((tmp_path / "answers.jsonl").read_text())["outcome"] == "kept"


def test_a_file_that_is_no_file_of_accounts_ends_with_2(data: Path, built: Path, tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("account_id,source\nu1,own_app\n")
    where = ("--data", data, "--build", built)
    ended = job_search("score", tmp_path / "rows.csv", *where)
    assert ended.code == 2
    assert "the column created_at is missing" in ended.said
    ended = job_search("score", data / "raw" / "users.csv", *where, "--out", tmp_path / "answers.xlsx")
    assert ended.code == 2
    assert "by its ending .xlsx this is none of csv, parquet, jsonl" in ended.said


def test_rows_are_numbered_as_they_stand_in_the_file(data: Path, built: Path, tmp_path: Path) -> None:
    names = [name for name in USERS.names if name not in NEW]
    ends = "," * (len(names) - 1)

    def line(account: str, about: str = "") -> str:
        return ",".join([account, *list(NEW.values())[1:], about]) + ends

    names.remove("about")
    header = ",".join([*NEW, "about", *names])
    rows_of_file = [line("u1"), "u2,broken", line("u3", '"over\ntwo lines"'), line("u4"), line("u5")]
    (tmp_path / "rows.csv").write_text("\n".join([header, *rows_of_file]) + "\n")
    answers = ("--out", tmp_path / "answers.csv")
    ended = job_search("score", tmp_path / "rows.csv", "--data", data, "--build", built, *answers)
    assert ended.code == 0
    assert "5 rows scored by bundle" in ended.said
    assert "4 kept, 0 removed as spam, 1 rejected." in ended.said
    with (tmp_path / "answers.csv").open(encoding="utf-8", newline="") as file:
        told = [(row["row"], row["account_id"], row["outcome"]) for row in csv.DictReader(file)]
    kept, rejected = "kept", "rejected"
    assert told == [("1", "u1", kept), ("2", "", rejected), ("3", "u3", kept), ("4", "u4", kept), ("5", "u5", kept)]


def test_parts_that_do_not_fit_together_are_refused_by_name(changeable: Path, data: Path) -> None:
    change(changeable, "UPDATE common_values SET commonness = commonness + 1")
    with (
        pytest.raises(BadInput, match=r"common_values holds .*, and .* was published"),
        scoring_builds.opened(Folders(data, changeable)),
    ):
        pass


def test_a_model_of_another_build_is_refused_by_name(built: Path) -> None:
    warehouse = Warehouse(built / "warehouse.duckdb", is_read_only=True)
    try:
        parts = dict(bundles.read(warehouse, ModelFiles(built / "models")).parts)
    finally:
        warehouse.close()
    model = parts["spam_model"]
    parts["spam_model"] = bundles.Part("0123456789ab", "another", model.settings, model.schema, model.inputs)
    found = bundles.differences(parts)
    assert f"spam_model was made by code another, and this program is {model.code_version}" in found
    assert f"spam_scores was made from spam_model {model.version}, which is 0123456789ab here" in found
