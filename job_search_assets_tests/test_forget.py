"""`job-search forget`: fifty people leave a build, and nothing that only they had is found in any of its bytes."""

import csv
import io
import json
import random
import re
import shutil
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pytest

from job_search_assets.definitions import defs
from job_search_assets.engine.tables.warehouse import quoted
from job_search_assets.schemas.contracts import CORRECTIONS_FILE, FORGOTTEN_FILE
from job_search_assets.schemas.splits import SPLIT_LEDGER_FILE
from job_search_assets_tests.pipeline import Ended, job_search, rows

PEOPLE = 50
OWN = ["account_id", "full_name", "email", "phone", "signup_ip", "about", "postcode", "birth_date"]
SHORTEST = 6  # letters: shorter values stand inside others by chance


@dataclass(frozen=True)
class Left:
    """A build that fifty people have left: how it was asked for, how it ended, who they were."""

    data: Path
    build: Path
    names: list[str]
    accounts: list[str]
    others: list[str]
    ended: Ended


@pytest.fixture(scope="module")
def left(data: Path, first_run: tuple[Path, Ended], tmp_path_factory: pytest.TempPathFactory) -> Left:
    folder = tmp_path_factory.mktemp("the forgotten's")
    data, build = (Path(shutil.copytree(one, folder / name)) for one, name in ((data, "data"), (first_run[0], "build")))
    draw = random.Random(11)
    users = draw.sample(column(build, "SELECT user_id FROM clean_users"), PEOPLE // 2)
    alone = draw.sample(column(build, "SELECT account_id FROM raw_users"), PEOPLE // 2)
    of_users = "SELECT account_id FROM user_accounts WHERE list_contains(?, user_id)"
    accounts = sorted({*alone, *column(build, of_users, [users])})
    others = sorted({*column(build, "SELECT account_id FROM user_accounts")} - {*accounts})
    places = ["--data", data, "--build", build]
    assert job_search("export", "split_ledger", "--out", data / SPLIT_LEDGER_FILE, *places).code == 0
    who = ["--by", "ann", "--why", "told us"]
    assert job_search("correct", "users", accounts[0], "replace", "email=own@secret.example", *who, *places).code == 0
    assert job_search("correct", "users", others[0], "replace", "city=Hull", *who, *places).code == 0
    launched(data, build, accounts[1])
    assert job_search("repair", *places).code == 0
    kept = column(build, "SELECT account_id FROM match_details")
    pair = next(one for one in accounts if one in kept), next(one for one in others if one in kept)
    assert job_search("why", *pair, *places).code == 0
    names = [*users, *alone]
    ended = job_search("forget", *names, "--by", "bob", "--why", "ticket 312", *places)
    return Left(data, build, names, accounts, others, ended)


def column(build: Path, query: str, parameters: Any = ()) -> list[Any]:
    return sorted(row[0] for row in rows(build, query, parameters))


def launched(data: Path, build: Path, account: str) -> None:
    """A correction from the launchpad, which Dagster keeps with all that was typed."""
    from job_search_assets.engine.folders import Folders
    from job_search_assets.engine.running import runs

    values = {"phone": "+44 20 7946 0099 17"}
    config = {"table": "users", "key": account, "action": "replace", "values": values, "made_by": "a", "why": "b"}
    with runs.opened(Folders(data, build)) as instance:
        job = defs.resolve_job_def("correct")
        assert job.execute_in_process({"ops": {"write_correction": {"config": config}}}, instance=instance).success
        assert instance.get_runs(dg.RunsFilter(job_name="correct"))


def test_it_ends_well_and_says_what_is_left_to_do(left: Left) -> None:
    assert left.ended.code == 0, left.ended.said
    assert f"{len(left.accounts)} accounts forgotten" in left.ended.said
    assert "No trace is left in" in left.ended.said
    assert f"Taken out of {CORRECTIONS_FILE}: c-1, c-3." in left.ended.said
    for model in ("spam_model", "match_model", "label_model", "job_seeker_model"):
        assert f"{model}" in left.ended.said


def test_the_lines_that_owners_must_delete_are_named(left: Left) -> None:
    ours = re.compile("|".join(left.accounts))
    for name in ("users", "spam_reports", "merge_pairs", "job_seeker_votes"):
        lines = (left.data / "raw" / f"{name}.csv").read_text(errors="replace").split("\n")
        named = [number for number, line in enumerate(lines, 1) if ours.search(line)]
        told = re.search(rf"raw/{name}.csv, lines? ([\d, ]+)", left.ended.said)
        assert told
        assert [int(number) for number in told[1].split(", ")] == named
    assert f"{SPLIT_LEDGER_FILE}, lines" in left.ended.said


def test_nothing_that_only_they_had_is_found_in_any_byte_of_the_build(left: Left) -> None:
    values = values_of_their_own(left)
    assert len(values) > 4 * len(left.accounts)
    wanted = re.compile("|".join(re.escape(value) for value in sorted(values, key=len, reverse=True)))
    found = {place: sorted(set(wanted.findall(text))) for place, text in everything(left.build)}
    assert {place: hits for place, hits in found.items() if hits} == {}


def test_the_search_would_find_them(left: Left, first_run: tuple[Path, Ended]) -> None:
    values = values_of_their_own(left)
    whole = "\n".join(text for place, text in everything(first_run[0]) if place.startswith("table"))
    missed = [value for value in values if value not in whole]
    assert len(missed) < 0.1 * len(values)  # of records that were rejected some values stand in other words


def values_of_their_own(left: Left) -> set[str]:
    """Lower-case values of theirs that no line about anybody else has, and the secrets that were typed."""
    with (left.data / "raw" / "users.csv").open(encoding="utf-8", errors="replace", newline="") as file:
        records = list(csv.DictReader(file))
    theirs = [record for record in records if record["account_id"] in left.accounts]
    ours = re.compile("|".join(left.accounts))
    rest = "\n".join(json.dumps(record, ensure_ascii=False) for record in records if record not in theirs)
    for name in ("spam_reports", "ip_blocklist", "merge_pairs", "job_seeker_votes"):
        lines = (left.data / "raw" / f"{name}.csv").read_text().splitlines()
        rest += "\n".join(line for line in lines if not ours.search(line))
    rest = rest.lower()
    told = {(record[name] or "").strip().lower() for record in theirs for name in OWN}
    own = {value for value in told if len(value) >= SHORTEST and value not in rest}
    return own | {"own@secret.example", "+44 20 7946 0099 17", *left.accounts}


def everything(build: Path) -> Iterator[tuple[str, str]]:
    """Every file and every member of one, as it is and as it is meant, in lower case."""
    for path in build.rglob("*"):
        if path.is_file():
            yield f"file {path.relative_to(build)}", f"{path.name}\n{as_text(path.read_bytes())}"
        if path.suffix == ".skops":
            with zipfile.ZipFile(path) as archive:
                yield from ((f"{path.name}: {name}", as_text(archive.read(name))) for name in archive.namelist())
        if path.suffix == ".db":
            with closing(sqlite3.connect(path)) as connection:
                yield f"sqlite {path.name}", "\n".join(connection.iterdump()).lower()
    with duckdb.connect(str(build / "warehouse.duckdb"), read_only=True) as connection:
        tables = connection.execute("SELECT schema_name, table_name FROM duckdb_tables()").fetchall()
        relations = [f'"{schema}"."{table}"' for schema, table in tables]
        relations += [quoted(copy) for copy in build.glob("staged/*.parquet")]
        for relation in relations:
            texts = connection.execute(f"SELECT to_json(r)::VARCHAR FROM {relation} AS r").fetchall()
            lines = (json.dumps(json.loads(text), ensure_ascii=False) for (text,) in texts)
            yield f"table {relation}", "\n".join(lines).lower()


def as_text(content: bytes) -> str:
    escaped = re.sub(r"\\u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), content.decode("latin-1"))
    forms = [content.decode("utf-8", "replace"), escaped, content.decode("utf-32-le", "replace")]
    return "\n".join(forms).lower()


def test_every_line_of_the_files_is_still_accounted_for(left: Left) -> None:
    told = rows(left.build, """SELECT "table", count(*) FROM rejected_rows WHERE rule = 'forgotten' GROUP BY ALL""")
    assert dict(told)["users"] == len(left.accounts)
    assert column(left.build, "SELECT DISTINCT text FROM rejected_rows WHERE rule = 'forgotten'") == [""]


def test_others_keep_their_past(left: Left, first_run: tuple[Path, Ended]) -> None:
    split = "SELECT account_id || split FROM split_ledger WHERE NOT list_contains(?, account_id)"
    assert set(column(first_run[0], split, [left.accounts])) <= set(column(left.build, split, [left.accounts]))
    history = "SELECT count(*) FROM user_history WHERE step = 1 AND NOT list_contains(?, account_id)"
    assert column(left.build, history, [left.accounts]) == column(first_run[0], history, [left.accounts])
    stand_ins = column(left.build, "SELECT DISTINCT user_id FROM user_history WHERE user_id LIKE 'user-forgotten-%'")
    assert all(re.fullmatch("user-forgotten-[0-9a-f]{10}", name) for name in stand_ins)


def test_nobody_is_written_to_for_it(left: Left) -> None:
    told = "SELECT DISTINCT correction_ids FROM decision_history WHERE cause LIKE '%accounts were forgotten%'"
    assert column(left.build, told) == [""]
    assert column(left.build, "SELECT account_id FROM letters WHERE cause LIKE '%were forgotten%'") == []


def test_the_ledgers_are_left_with_what_is_nobodys(left: Left) -> None:
    with (left.data / CORRECTIONS_FILE).open(newline="") as file:
        assert [(line["correction_id"], line["key"]) for line in csv.DictReader(file)] == [("c-2", left.others[0])]
    said = (left.data / FORGOTTEN_FILE).read_text()
    assert len(said.splitlines()) == 1 + len(left.accounts)
    assert not re.search("|".join(left.accounts), said)


def test_a_build_that_was_left_is_as_whole_as_any(left: Left) -> None:
    places = ["--data", left.data, "--build", left.build]
    again = job_search("repair", *places)
    assert "Nothing has changed" in again.said, again.said
    assert job_search("check", *places).code == 0


def test_who_is_forgotten_is_known_by_the_hash_alone(left: Left) -> None:
    places = ["--by", "bob", "--why", "again", "--data", left.data, "--build", left.build]
    ended = job_search("forget", left.accounts[0], *places)
    assert (ended.code, f"{left.accounts[0]} is forgotten already, by bob at 20" in ended.said) == (2, True), ended.said
    ended = job_search("correct", "users", left.accounts[0], "replace", "city=Hull", *places)
    assert (ended.code, "nothing is written down about that account" in ended.said) == (2, True), ended.said
    ended = job_search("correct", "users", left.others[1], "replace", "city=Hull", *places)
    assert "c-4 in reference" in ended.said, ended.said


def test_the_csv_module_reads_what_was_written(left: Left) -> None:
    (first, *_) = csv.DictReader(io.StringIO((left.data / FORGOTTEN_FILE).read_text()))
    assert (first["made_by"], first["why"], first["corrections"]) == ("bob", "ticket 312", "c-1 c-3")
