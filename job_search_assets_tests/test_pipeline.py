"""The whole pipeline on a small generated data set, as its users run it."""

import csv
import json
import random
import shutil
from pathlib import Path

import duckdb
import pytest

from job_search_assets_tests.pipeline import Ended, content, job_search, rows


@pytest.fixture
def build(first_run: tuple[Path, Ended], tmp_path: Path) -> Path:
    """A copy of the first run's build folder, to break."""
    shutil.copytree(first_run[0], tmp_path / "build")
    return tmp_path / "build"


def test_a_run_ends_well_and_says_what_it_did(first_run: tuple[Path, Ended]) -> None:
    assert first_run[1].code == 0, first_run[1].said
    for stage in ("users", "spam", "identity", "labels", "splits", "job seekers"):
        assert f"\n  {stage} " in first_run[1].said


def test_no_personal_data_is_said(first_run: tuple[Path, Ended]) -> None:
    names = rows(first_run[0], "SELECT full_name, email, phone, signup_ip FROM raw_users")
    said = {value for row in names for value in row if value and len(value) > 6 and value in first_run[1].said}
    assert said == set()


def test_a_second_run_has_nothing_to_do(data: Path, build: Path) -> None:
    before = (build / "warehouse.duckdb").stat().st_mtime_ns
    ended = job_search("run", "--data", data, "--build", build)
    assert ended.code == 0
    assert "Nothing has changed" in ended.said
    assert "every_report_names_a_known_account" in ended.said  # a warning stands until it is heeded
    assert (build / "warehouse.duckdb").stat().st_mtime_ns == before


def test_every_account_is_kept_or_removed_with_a_reason_and_belongs_to_one_user(first_run: tuple[Path, Ended]) -> None:
    build = first_run[0]
    [(accounts,)] = rows(build, "SELECT count(*) FROM raw_users")
    [(removed, explained)] = rows(
        build,
        """SELECT count(*), count(*) FILTER (account_id IN (SELECT account_id FROM spam_reasons))
           FROM spam_decisions WHERE is_spam""",
    )
    [(kept, owned)] = rows(build, "SELECT (SELECT count(*) FROM despammed_users), (SELECT count(*) FROM user_accounts)")
    [(users, predicted)] = rows(
        build, "SELECT (SELECT count(*) FROM clean_users), (SELECT count(*) FROM job_seeker_predictions)"
    )
    assert (explained, owned, predicted) == (removed, kept, users)
    assert removed + kept == accounts


def test_a_models_card_names_its_settings_and_the_content_it_was_made_from(first_run: tuple[Path, Ended]) -> None:
    card = json.loads((first_run[0] / "models" / "spam_model.card.json").read_text())
    [(version,)] = rows(first_run[0], "SELECT DISTINCT model_version FROM spam_decisions")
    assert card["version"] == version
    assert card["settings"]["folds"] == 5
    assert set(card["data_versions"]) == {"spam_features", "spam_examples", "raw_spam_reports"}
    assert all(card["data_versions"].values())


def test_the_checks_hold_and_one_fails_when_a_table_is_broken(data: Path, build: Path) -> None:
    assert job_search("check", "--data", data, "--build", build).code == 0
    with duckdb.connect(str(build / "warehouse.duckdb")) as connection:
        connection.execute(
            "UPDATE job_seeker_predictions SET probability = 7 WHERE user_id = (SELECT min(user_id) FROM clean_users)"
        )
    broken = job_search("check", "--data", data, "--build", build)
    assert broken.code == 1
    assert "job_seeker_predictions_keeps_its_schema" in broken.said


def test_an_error_does_not_turn_green_by_running_again(data: Path, build: Path) -> None:
    with duckdb.connect(str(build / "warehouse.duckdb")) as connection:
        connection.execute("UPDATE model_evaluation SET value = 1 WHERE split = 'test' AND metric = 'id_only_roc_auc'")
        assert connection.execute("SELECT count(*) FROM model_evaluation WHERE value = 1").fetchone() != (0,)
    assert job_search("check", "--data", data, "--build", build).code == 1
    again = job_search("run", "--accept-edits", "--data", data, "--build", build)
    assert again.code == 1
    assert "an_id_only_model_is_at_chance" in again.said


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["run", "--data", "nowhere"], "There is no data folder"),
        (["check", "--build", "nowhere"], "Nothing is built"),
        (["run", "--select", "nosuch"], "cannot be followed"),
        (["run", "--select", "+key:clean_user"], "Did you mean clean_users?"),
        (["run", "--select", "group:spams"], "Did you mean spam?"),
        (["run", "--select", ""], "cannot be followed"),
        (["run", "--all", "--select", "clean_users"], "exclude each other"),
    ],
)
def test_a_mistake_is_told_in_one_message_and_leaves_no_trace(
    arguments: list[str], told: str, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("JOB_SEARCH_DATA", str(data))
    monkeypatch.setenv("JOB_SEARCH_BUILD", str(tmp_path / "build"))
    ended = job_search(*arguments)
    assert ended.code == 2
    assert told in ended.said
    assert "Traceback" not in ended.said
    assert not (tmp_path / "nowhere").exists()


def test_any_order_of_rows_and_any_number_of_threads_give_the_same_tables(
    data: Path, first_run: tuple[Path, Ended], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(data, tmp_path / "shuffled")
    for file in sorted((tmp_path / "shuffled" / "raw").glob("*.csv")):
        _shuffle(file)
    monkeypatch.setenv("JOB_SEARCH_THREADS", "1")
    ended = job_search("run", "--data", tmp_path / "shuffled", "--build", tmp_path / "build")
    assert ended.code == 0, ended.said
    assert content(tmp_path / "build") == content(first_run[0])


def test_a_withdrawn_entry_reaches_only_what_it_touches(data: Path, build: Path, tmp_path: Path) -> None:
    [(entry,)] = rows(build, "SELECT entry_id FROM blocklist_hits GROUP BY ALL ORDER BY count(*) DESC, 1 LIMIT 1")
    corrected = tmp_path / "corrected"
    shutil.copytree(data, corrected)
    ledger = corrected / "reference" / "corrections.csv"
    ledger.write_text(
        "correction_id,table,key,action,column,value,made_by,made_at,why\n"
        f"c-1,ip_blocklist,{entry},withdraw,,,ann,2026-11-01T00:00:00Z,it is a university\n"
    )
    ended = job_search("run", "--data", corrected, "--build", build)
    assert ended.code == 0, ended.said
    assert rows(build, "SELECT count(*) FROM blocklist_hits WHERE entry_id = ?", [entry]) == [(0,)]
    assert rows(build, "SELECT count(*) FROM spam_reasons WHERE reference = ?", [entry]) == [(0,)]
    assert "\n  raw_users " in ended.said  # the ledger is one of its inputs
    assert "\n  spam_features " not in ended.said  # but nothing in raw_users changed, so the wave ends there


def _shuffle(file: Path) -> None:
    """Sound records in another order, whole even with line breaks inside quotes; broken ones last, as they were."""
    dirt = file.parent.parent / "truth" / "dirt.csv"
    broken = {
        int(row["line"]) for row in csv.DictReader(dirt.read_text().splitlines()) if row["breaks_contract"] == "true"
    }
    lines = file.read_bytes().splitlines(keepends=True)
    header, sound, kept_last = lines[0], list[bytes](), list[bytes]()
    for number, line in enumerate(lines[1:], 2):
        if file.name == "users.csv" and number in broken:
            kept_last.append(line)
        elif sound and sound[-1].count(b'"') % 2:
            sound[-1] += line
        else:
            sound.append(line)
    random.Random(5).shuffle(sound)
    file.write_bytes(b"".join([header, *sound, *kept_last]))


HELD = ("common_values", "large_blocks", "match_model", "merge_thresholds")


def test_the_match_model_is_held_while_few_accounts_change_and_refitted_on_request(
    data: Path, build: Path, tmp_path: Path
) -> None:
    shutil.copytree(data, tmp_path / "data")
    users = tmp_path / "data" / "raw" / "users.csv"
    [(kept,)] = rows(build, "SELECT min(account_id) FROM user_accounts")
    lines = users.read_bytes().splitlines(keepends=True)
    [line] = [line for line in lines if line.startswith(f"{kept},".encode())]
    users.write_bytes(b"".join([*lines, line.replace(kept.encode(), b"a-new-account", 1)]))
    ended = job_search("run", "--data", tmp_path / "data", "--build", build)
    assert ended.code == 0, ended.said
    assert "\n  match_predictions " in ended.said
    assert not any(f"\n  {held} " in ended.said for held in HELD)
    assert rows(build, "SELECT count(*) FROM user_accounts WHERE account_id = 'a-new-account'") == [(1,)]
    assert "Nothing has changed" in job_search("run", "--data", tmp_path / "data", "--build", build).said
    refitted = job_search("run", "--refit", "--data", tmp_path / "data", "--build", build)
    assert all(f"\n  {held} " in refitted.said for held in HELD)
    assert refitted.code == 0
