"""What if an input were wrong: the answer is that of a counterfactual run, and asking changes nothing."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from job_search_assets.definitions import defs
from job_search_assets.engine.correcting import impacts, repairs
from job_search_assets.engine.folders import Folders
from job_search_assets.engine.tables.holding import Models
from job_search_assets_tests.counterfactual import Tables, differing, read
from job_search_assets_tests.pipeline import Ended, content, job_search
from job_search_assets_tests.random_corrections import Draws, Line, append


@pytest.fixture
def counterfactual(data: Path, first_run: tuple[Path, Ended], tmp_path: Path) -> Callable[..., Tables]:
    """The tables of a rebuild with the lines in the ledger."""

    def rebuilt(lines: list[Line], models: Models) -> Tables:
        folders = Folders(tmp_path / models.value / "data", tmp_path / models.value / "build")
        shutil.copytree(data, folders.data)
        shutil.copytree(first_run[0], folders.build)
        append(folders.data, lines)
        assert repairs.rebuild(defs, folders, models, lambda _: None).is_well
        return read(folders.build)

    return rebuilt


def asked(data: Path, build: Path, lines: list[Line], *, refit: bool = False) -> impacts.Impact:
    folders = Folders(data, build)
    folders.announce()
    return impacts.impact_of(defs, folders, lines, named=("", "", ""), refit=refit)


def test_via_model_is_what_only_a_rebuild_with_models_fitted_again_changes(
    data: Path, first_run: tuple[Path, Ended], counterfactual: Callable[..., Tables]
) -> None:
    lines = Draws(data, 3).labeller_withdrawn()
    found = asked(data, first_run[0], lines, refit=True)
    before = read(first_run[0])
    direct = differing(before, counterfactual(lines, Models.HELD))
    refitted = differing(before, counterfactual(lines, Models.REFITTED))
    assert found.via_model is not None
    assert {(row["account_id"], row["outcome"]) for row in found.direct} == direct
    assert {(row["account_id"], row["outcome"]) for row in found.via_model} == refitted - direct
    assert "label_model" in found.models


def test_what_is_withdrawn_is_gone_whatever_was_said_of_it_before(data: Path, tmp_path: Path) -> None:
    """The short way (rows of the raw table that a key names) and the long way (judging them again) agree."""
    from job_search_assets.engine.correcting.imagined_files import ImaginedFiles
    from job_search_assets.engine.files.raw_files import RawFiles
    from job_search_assets.engine.tables.raw_updates import accepted_update, judged_again
    from job_search_assets.engine.tables.warehouse import Warehouse
    from job_search_assets.logic.provenance.corrections import ANY
    from job_search_assets.logic.users.rows import accepted
    from job_search_assets.schemas.contracts import CONTRACTS

    shutil.copytree(data, tmp_path / "data")
    draws = Draws(data, 17)
    append(tmp_path / "data", [*draws.entry_added(), *draws.vote_turned(), *draws.account_mended()])
    warehouse = Warehouse(tmp_path / "warehouse.duckdb")
    try:
        raw = RawFiles(tmp_path / "data", tmp_path)
        for name in CONTRACTS:
            rows = accepted(raw.judged(name, warehouse.connection), CONTRACTS[name])
            warehouse.connection.create_table(f"raw_{name}", rows)
        kinds = (Draws.entry_withdrawn, Draws.report_withdrawn, Draws.pair_withdrawn, Draws.vote_withdrawn)
        for kind in (*kinds, Draws.labeller_withdrawn, Draws.account_withdrawn):
            (line,) = kind(draws)
            table, files = line["table"], ImaginedFiles(tmp_path / "data", tmp_path, [line])
            short = files.update(warehouse, table)
            written = raw.ledger_rows(warehouse.connection)
            now = files.ledger_rows(warehouse.connection)
            long = accepted_update(warehouse, judged_again(warehouse, files, table, written, now))
            gone = [set(found.gone.row_in_table.to_pyarrow().to_pylist()) for found in (short, long)]
            assert gone[0] == gone[1] != set()
            assert (ANY in line["key"]) == (len(gone[0]) > 1)
            assert [int(found.rows.count().execute()) for found in (short, long)] == [0, 0]
            warehouse.connection.drop_table("imagined_lines", database=("temp", "main"))
    finally:
        warehouse.close()


def test_asking_changes_nothing(data: Path, first_run: tuple[Path, Ended]) -> None:
    build = first_run[0]
    before, files = content(build, leave_out=()), sorted(path.name for path in build.rglob("*"))
    draws = Draws(data, 21)
    for kind in (Draws.entry_withdrawn, Draws.report_withdrawn, Draws.account_mended, Draws.pair_turned):
        asked(data, build, kind(draws))
    assert content(build, leave_out=()) == before
    assert sorted(path.name for path in build.rglob("*")) == files


def test_the_data_folder_is_not_written_to(data: Path, first_run: tuple[Path, Ended]) -> None:
    before = (data / "reference").stat().st_mtime_ns  # of a folder: the last time a file came into it or went
    (line,) = Draws(data, 2).entry_withdrawn()
    ended = job_search("impact", "ip_blocklist", line["key"], "--data", data, "--build", first_run[0])
    assert ended.code == 0, ended.said
    assert (data / "reference").stat().st_mtime_ns == before


def test_a_giver_of_rows_is_asked_about_by_name(data: Path, first_run: tuple[Path, Ended]) -> None:
    labeller = Draws(data, 3).labeller_withdrawn()[0]["key"].split("|")[1]
    folders = ("--data", data, "--build", first_run[0])
    told = json.loads(job_search("impact", "labeller", labeller, "--json", *folders).said)
    assert (told["table"], told["key"], told["what"]) == ("labeller", labeller, "withdraw")
    assert told["direct"]
    text = job_search("impact", "labeller", labeller, *folders).said
    accounts = len({row["account_id"] for row in told["direct"]})
    assert f"direct     {accounts} account" in text
    assert "via model  not worked out" in text
    assert job_search("impact", "labeller", "nobody", *folders).code == 2
    assert f"Did you mean {labeller}?" in job_search("impact", "labeller", f"{labeller}x", *folders).said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["spam_report", "a|b|c"], "spam_reports"),
        (["ip_blocklist", "no-such-entry"], "no-such-entry"),
        (["users", "someone", "--what", "replace", "full_name"], "COLUMN=VALUE"),
    ],
)
def test_what_cannot_be_asked_is_said(
    data: Path, first_run: tuple[Path, Ended], arguments: list[str], said: str
) -> None:
    ended = job_search("impact", *arguments, "--data", data, "--build", first_run[0])
    assert ended.code == 2
    assert said in ended.said


def test_tables_behind_their_files_are_refused(data: Path, first_run: tuple[Path, Ended], tmp_path: Path) -> None:
    shutil.copytree(data, tmp_path / "data")
    append(tmp_path / "data", Draws(data, 1).vote_withdrawn())
    key = Draws(data, 2).entry_withdrawn()[0]["key"]
    ended = job_search("impact", "ip_blocklist", key, "--data", tmp_path / "data", "--build", first_run[0])
    assert ended.code == 2
    assert "is not up to date" in ended.said


def test_tables_of_another_code_are_refused(data: Path, changeable: Path) -> None:
    with duckdb.connect(str(changeable / "warehouse.duckdb")) as warehouse:
        told = """replace(origin, json_extract_string(origin, '$[0]'), 'another')"""
        warehouse.execute(f"UPDATE record.contents SET origin = {told} WHERE \"table\" = 'job_seeker_labels'")
    key = Draws(data, 1).vote_withdrawn()[0]["key"]
    ended = job_search("impact", "job_seeker_votes", key, "--data", data, "--build", changeable)
    assert ended.code == 2
    assert "job_seeker_labels was made by code another" in ended.said
    assert "Run `job-search run` first" in ended.said
