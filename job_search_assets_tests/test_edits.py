"""Edits outside a run: found, named, and not built upon without a word; runs, copies and growing ledgers are none."""

import os
import random
from dataclasses import replace
from pathlib import Path

import dagster as dg
import pytest

from job_search_assets.definitions import defs
from job_search_assets.engine.errors import NotReady
from job_search_assets.engine.folders import Folders
from job_search_assets.engine.guarding import edits, gate, seals
from job_search_assets.engine.guarding.gate import Permit
from job_search_assets.engine.running import runs
from job_search_assets.schemas.contracts import CORRECTIONS_FILE, LEDGER_COLUMNS, MANUAL_STEPS_FILE
from job_search_assets_tests import random_edits
from job_search_assets_tests.conftest import hashed
from job_search_assets_tests.pipeline import Ended, change, job_search, rows

EDIT = "UPDATE source_inventory SET owner = 'nobody' WHERE source = 'own_web'"


def ask(folders: Folders, *wanted: str, accepts: bool = False) -> Permit:
    keys = [dg.AssetKey(name) for name in wanted] or None
    return gate.ask(defs, folders, wanted=keys, now=gate.now(), accepts=accepts)


def run(folders: Folders, *options: str) -> Ended:
    return job_search("run", *options, "--data", folders.data, "--build", folders.build)


def everything(folder: Path) -> dict[str, str]:
    return {str(path): hashed(path) for path in sorted(folder.rglob("*")) if path.is_file()}


def correct(folders: Folders, *accounts: str) -> None:
    lines = [f"c-{place},users,{account},withdraw,,,ann,2026-01-01,why" for place, account in enumerate(accounts, 1)]
    (folders.data / CORRECTIONS_FILE).write_text("\n".join([",".join(LEDGER_COLUMNS), *lines, ""]))


def left_with(folders: Folders, **parts: object) -> None:
    seal = seals.read(folders)
    assert seal is not None
    seals.write(folders, replace(seal, **parts))  # type: ignore[arg-type]


def test_every_random_edit_is_found_and_named(folders: Folders) -> None:
    draw = random.Random(5)
    for _ in range(24):
        with random_edits.edited(folders, draw) as done:
            assert done.is_among(random_edits.found(folders)), done


def test_a_record_whose_bytes_were_changed_is_told_in_one_line_and_not_built_on(folders: Folders) -> None:
    header, block_size = 3 * 4096, 262_144
    [(block,)] = rows(
        folders.build, "SELECT max(block_id) FROM pragma_storage_info('record.contents') WHERE persistent"
    )
    with folders.warehouse.open("r+b") as file:
        file.seek(header + block * block_size + block_size // 2)
        byte = file.read(1)[0]
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([byte ^ 255]))
    before = everything(folders.build)
    ended = run(folders)
    assert ended.code == 1
    assert ended.said.count("cannot be read any more") == 1
    assert "record.contents: it cannot be read any more, its bytes were changed" in ended.said
    assert "bring the build folder back from a copy" in ended.said
    assert everything(folders.build) == before


def test_a_build_that_nobody_edited_raises_no_alarm_however_often_it_is_asked(folders: Folders) -> None:
    assert [(permit.told, permit.accepted, permit.remade) for permit in (ask(folders) for _ in range(5))] == 5 * [
        ([], [], [])
    ]


def test_a_run_names_what_was_edited_and_writes_nothing(folders: Folders) -> None:
    change(folders.build, EDIT)
    before = everything(folders.build)
    ended = run(folders)
    assert ended.code == 1
    [(sources,)] = rows(folders.build, "SELECT count(*) FROM source_inventory")
    assert f"source_inventory: rows changed, {sources} as before" in ended.said
    assert "job-search run --select 'key:source_inventory'" in ended.said
    assert "nobody" not in ended.said
    assert everything(folders.build) == before


def test_an_edit_that_keeps_size_and_time_is_found(folders: Folders) -> None:
    model = folders.build / "models" / "spam_model.skops"
    times, content = (model.stat().st_atime_ns, model.stat().st_mtime_ns), model.read_bytes()
    model.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    os.utime(model, ns=times)
    with pytest.raises(NotReady, match=r"models/spam_model.skops: bytes changed"):
        ask(folders)


def test_what_was_edited_is_made_again_when_it_is_selected(folders: Folders) -> None:
    owner = rows(folders.build, "SELECT owner FROM source_inventory ORDER BY source")
    change(folders.build, EDIT)
    assert run(folders, "--select", "source_inventory").code == 0
    assert rows(folders.build, "SELECT owner FROM source_inventory ORDER BY source") == owner
    assert ask(folders).told == []


def test_what_was_accepted_is_built_upon(folders: Folders) -> None:
    change(folders.build, EDIT)
    ended = run(folders, "--accept-edits")
    assert ended.code == 0, ended.said
    assert rows(folders.build, "SELECT owner FROM source_inventory WHERE source = 'own_web'") == [("nobody",)]
    told = "SELECT DISTINCT version FROM table_provenance WHERE name = 'source_inventory'"
    kept = """SELECT version FROM record.contents WHERE "table" = 'source_inventory'"""
    assert rows(folders.build, told) == rows(folders.build, kept)
    assert (ask(folders).told, ask(folders).accepted) == ([], [])


def test_a_declared_edit_is_let_through(folders: Folders) -> None:
    change(folders.build, EDIT)
    (found,) = edits.find(folders, seals.read(folders))
    step = "id: s, asset: source_inventory, what: w, made_by: kim, made_at: 2026-05-04, why: y"
    (folders.data / MANUAL_STEPS_FILE).write_text(f"- {{{step}, hash_after: {found.after}}}\n")
    assert [edit.name for edit in ask(folders).accepted] == ["source_inventory"]


def test_what_remembers_its_own_past_cannot_be_made_again(folders: Folders) -> None:
    change(folders.build, "DELETE FROM split_ledger WHERE account_id = (SELECT min(account_id) FROM split_ledger)")
    with pytest.raises(NotReady, match="bring the build folder back from a copy: split_ledger"):
        ask(folders, "split_ledger")


def test_a_model_that_is_not_on_its_card_cannot_be_accepted(folders: Folders) -> None:
    model = folders.build / "models" / "spam_model.skops"
    model.write_bytes(model.read_bytes()[:-30])
    with pytest.raises(NotReady, match="spam_model"):
        ask(folders, accepts=True)
    assert [edit.name for edit in ask(folders, "spam_model").remade] == ["models/spam_model.skops"]


def test_an_edited_report_is_told_and_in_nobodys_way(folders: Folders) -> None:
    with (folders.build / "reports" / "relabel_queue.csv").open("a") as report:
        report.write("u1,ann,true\n")
    (told,) = ask(folders).told
    assert told.name == "reports/relabel_queue.csv"


def test_a_delivery_that_grew_is_told_as_one(folders: Folders) -> None:
    with (folders.data / "raw" / "users.csv").open("a") as file:
        file.write("\n")
    assert [(edit.name, edit.what) for edit in ask(folders).told] == [("raw/users.csv", "1 bytes more at its end")]


def test_a_ledger_may_grow_and_may_not_lose_a_line(folders: Folders) -> None:
    correct(folders, "u1", "u2")
    left_with(folders, ledgers={CORRECTIONS_FILE: edits.lines_of(folders.data / CORRECTIONS_FILE)}, inputs={})
    correct(folders, "u1", "u2", "u3")
    assert ask(folders).told == []
    correct(folders, "u1", "u4", "u3")
    with pytest.raises(NotReady, match=r"corrections.csv: 1 of 2 lines that it had is changed or gone: c-2"):
        ask(folders)


def test_a_command_that_takes_lines_out_itself_has_edited_nothing_even_if_it_is_killed(folders: Folders) -> None:
    correct(folders, "u1", "u2")
    left_with(folders, ledgers={CORRECTIONS_FILE: edits.lines_of(folders.data / CORRECTIONS_FILE)}, inputs={})
    gate.let_go(folders, ask(folders), [CORRECTIONS_FILE])
    left_with(folders, is_writing=True)
    correct(folders, "u2")
    assert ask(folders).accepted == []


def test_quotes_line_ends_and_order_of_columns_are_no_edit_of_a_ledger(tmp_path: Path) -> None:
    one, other = tmp_path / "one.csv", tmp_path / "other.csv"
    one.write_text("correction_id,table\nc-1,users\n")
    other.write_bytes(b'\xef\xbb\xbf"table","correction_id"\r\n"users","c-1"\r\n')
    assert edits.lines_of(one) == edits.lines_of(other) != []


def test_what_a_killed_run_has_published_is_no_edit_and_what_somebody_edits_then_is(folders: Folders) -> None:
    left_with(folders, is_writing=True, files={}, record={})
    assert edits.find(folders, seals.read(folders)) == []
    change(folders.build, EDIT)
    assert [edit.name for edit in edits.find(folders, seals.read(folders))] == ["source_inventory"]


def test_without_a_seal_tables_and_models_are_judged_by_what_the_build_has_on_record(folders: Folders) -> None:
    (folders.build / seals.SEAL).unlink()
    assert edits.find(folders, None) == []
    change(folders.build, "DELETE FROM letters", EDIT)
    assert [edit.name for edit in edits.find(folders, None)] == ["source_inventory"]


def test_the_records_own_tables_are_known_by_their_hash(folders: Folders) -> None:
    change(folders.build, "INSERT INTO record.steps VALUES ('clean_users', 99, 'a', 'b')")
    assert [edit.name for edit in edits.find(folders, seals.read(folders))] == ["record.steps"]


def test_a_run_from_dagsters_pages_is_stopped_before_it_writes(
    folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("JOB_SEARCH_DATA", "JOB_SEARCH_BUILD", "DAGSTER_HOME"):
        monkeypatch.setenv(name, "")
    change(folders.build, EDIT)
    before = hashed(folders.warehouse)
    job, wanted = defs.resolve_implicit_global_asset_job_def(), [dg.AssetKey("letters")]
    with runs.opened(folders) as instance:
        ended = job.execute_in_process(asset_selection=wanted, instance=instance, raise_on_error=False)
        again = job.execute_in_process(
            asset_selection=[dg.AssetKey("source_inventory")], instance=instance, raise_on_error=False
        )
    assert not ended.success
    assert any("source_inventory: rows changed" in str(event.event_specific_data) for event in ended.all_events)
    assert again.success
    assert hashed(folders.warehouse) != before
    assert ask(folders).told == []
