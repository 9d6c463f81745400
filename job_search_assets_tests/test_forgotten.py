"""Who is forgotten is left out of whatever is read; nothing needs to be built for that."""

from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pytest

from job_search_assets.engine.files import forgotten, ledger_file
from job_search_assets.engine.files.csv_records import records_schema
from job_search_assets.engine.files.raw_files import RawFiles
from job_search_assets.engine.privacy import erasure
from job_search_assets.schemas.contracts import CORRECTIONS_FILE, FORGOTTEN_FILE, LEDGER_COLUMNS
from job_search_assets.schemas.splits import SPLIT_LEDGER_COLUMNS
from job_search_assets_tests.pipeline import Ended, job_search
from job_search_assets_tests.test_corrections import HEADER, correct, delivered, kept, ledger, write

__all__ = ["delivered"]

SALT = "5a17"
A1 = forgotten.Forgotten({SALT: {forgotten.hashed(SALT, "a1"): forgotten.Line(2, "ann", "2026-01-01")}})


def batch(columns: list[str], *records: dict[str, Any]) -> pa.RecordBatch:
    filled = [
        {"line": line, "text": ",".join(map(str, given.values()))} | given for line, given in enumerate(records, 2)
    ]
    return pa.RecordBatch.from_pylist(filled, schema=records_schema(columns))


def forget(data: Path, *names: str, why: str = "asked") -> Ended:
    return job_search("forget", *names, "--by", "ann", "--why", why, "--data", data)


def test_of_a_record_that_names_one_only_its_place_is_left() -> None:
    given = batch(
        ["account_id_left", "account_id_right"],
        {"account_id_left": "a2", "account_id_right": "a1"},
        {"account_id_left": "a2", "account_id_right": "a11"},
    )
    first, second = forgotten.blanked(given, ["account_id_left", "account_id_right"], A1).to_pylist()
    nothing = {"account_id_left": None, "account_id_right": None, "broken_column": None}
    assert first == nothing | {"line": 2, "text": "", "broken": "forgotten"}
    assert second == given.to_pylist()[1]


def test_of_a_broken_record_every_word_is_tried() -> None:
    given = batch(
        ["account_id"],
        {"text": 'a1,"Ann,web', "broken": "broken quoting"},
        {"text": 'x,a1"', "broken": "broken quoting"},
        {"text": "a11,a2", "broken": "surplus fields"},
    )
    assert [row["text"] for row in forgotten.blanked(given, ["account_id"], A1).to_pylist()] == ["", "", "a11,a2"]


def test_a_ledger_of_splits_keeps_the_others_place() -> None:
    given = batch(
        SPLIT_LEDGER_COLUMNS,
        {"account_id": "a1", "split": "train", "user_id": "user-a1"},
        {"account_id": "a2", "split": "train", "user_id": "user-a1"},
        {"account_id": "a3", "split": "test", "user_id": "user-a3"},
    )
    found = forgotten.without_splits(given, A1).to_pylist()
    assert [(row["account_id"], row["split"], row["user_id"]) for row in found] == [
        ("a2", "train", None),
        ("a3", "test", "user-a3"),
    ]


def test_a_correction_that_names_one_is_not_read() -> None:
    given = batch(
        LEDGER_COLUMNS,
        {"correction_id": "c-1", "table": "merge_pairs", "key": "a2|a1|lab", "action": "withdraw"},
        {"correction_id": "c-2", "table": "users", "key": "a2", "action": "withdraw", "why": "same as user-a1"},
        {"correction_id": "c-3", "table": "users", "key": "a2", "action": "withdraw", "why": "same as a11"},
    )
    assert [row["correction_id"] for row in forgotten.without_lines(given, A1).to_pylist()] == ["c-3"]


def test_what_is_delivered_again_is_not_read_in(delivered: Path) -> None:
    ended = forget(delivered, "a1")
    assert ended.code == 0, ended.said
    assert "  raw/users.csv, line 2\n" in ended.said
    assert "  raw/job_seeker_votes.csv, lines 2, 3\n" in ended.said
    users = delivered / "raw" / "users.csv"
    write(users, users.read_text() + users.read_text().splitlines()[1].replace("web", "app") + "\n")
    assert kept(delivered, "users", "account_id") == [("a2",)]
    assert kept(delivered, "job_seeker_votes", "account_id") == [("a2",)]
    judged = RawFiles(delivered, delivered / "build").judged("users", ibis.duckdb.connect())
    found = judged.filter(judged.rule == "forgotten").order_by("line").select("line", "column", "account_id", "key")
    assert found.to_pyarrow().to_pylist() == [
        {"line": line, "column": "", "account_id": None, "key": ""} for line in (2, 5)
    ]


def test_corrections_about_them_go_and_their_ids_are_not_given_again(delivered: Path) -> None:
    correct(delivered, "users", "a2", "replace", "city=York")
    correct(delivered, "users", "a1", "replace", "city=Hull, Kingston")
    correct(delivered, "corrections", "c-2", "withdraw")
    before = (delivered / CORRECTIONS_FILE).read_bytes().splitlines(keepends=True)
    assert "Taken out of reference/corrections.csv: c-2, c-3." in forget(delivered, "a1").said
    assert (delivered / CORRECTIONS_FILE).read_bytes() == b"".join(before[:2])
    correct(delivered, "ip_blocklist", "e1", "withdraw")
    assert [line["correction_id"] for line in ledger(delivered)] == ["c-1", "c-4"]


def test_an_account_goes_under_every_id_that_corrections_gave_it(delivered: Path) -> None:
    correct(delivered, "users", "a1", "replace", "account_id=a7")
    assert "2 accounts forgotten" in forget(delivered, "a7").said
    assert kept(delivered, "users", "account_id") == [("a2",)]


@pytest.mark.parametrize(
    ("names", "why", "said"),
    [
        (["a4"], "asked", "No file and no table knows an account or a user a4. The nearest is a1."),
        (["nobody"], "asked", "No file and no table knows an account or a user nobody.\n"),
        (["web"], "asked", "No file and no table knows an account or a user web.\n"),
        (["a1", "a4"], "asked", "knows an account or a user a4"),
        (["a1"], "a1 asked", "they must not name the account"),
        ([" "], "asked", "never empty"),
    ],
)
def test_nobody_is_forgotten_by_mistake(delivered: Path, names: list[str], why: str, said: str) -> None:
    ended = forget(delivered, *names, why=why)
    assert (ended.code, said in ended.said) == (2, True), ended.said
    assert not (delivered / FORGOTTEN_FILE).exists()


def test_one_who_is_forgotten_is_told_by_the_hash(delivered: Path) -> None:
    forget(delivered, "a1")
    assert "a1 is forgotten already, by ann at 20" in forget(delivered, "a1").said
    assert (
        "nothing is written down"
        in correct(delivered, "users", "a1", "add", "source=web", "created_at=2026-01-01").said
    )


def test_a_file_of_the_forgotten_that_cannot_be_followed_is_refused(delivered: Path) -> None:
    write(delivered / FORGOTTEN_FILE, "salt,hash,made_by,made_at,why,corrections\ns,a1,ann,2026-01-01,asked,\n")
    ended = correct(delivered, "users", "a2", "withdraw")
    assert (ended.code, "forgotten.csv, line 2: salt and hash are needed" in ended.said) == (2, True), ended.said


def test_records_are_taken_out_whole_and_the_rest_stays_byte_for_byte(tmp_path: Path) -> None:
    path = tmp_path / CORRECTIONS_FILE
    records = [f"c-{n},users,a{n},withdraw,,,ann,2026-01-01,{why}\r\n" for n, why in enumerate(["x", '"y\r\n,z"', "w"])]
    write(path, f"\ufeff{HEADER}\r\n" + "".join(records))
    with ledger_file.opened(path) as file:
        file.remove({3})
        file.publish()
    assert path.read_bytes().decode() == f"\ufeff{HEADER}\r\n{records[0]}{records[2]}"


@pytest.mark.parametrize(
    ("text", "scrubbed"),
    [
        ('{"which": ["u1", "u11", "user-u1", "u1|u2"]}', '{"which": ["X1", "u11", "user-X1", "X1|X2"]}'),
        ('{"rows": 12, "key": "12"}', '{"rows": 12, "key": "X12"}'),
        ('{"nested": "{\\"rows\\": 12, \\"key\\": \\"u1\\"}"}', '{"nested": "{\\"rows\\": 12, \\"key\\": \\"X1\\"}"}'),
        ("u1,u2 and au1", "X1,X2 and au1"),
    ],
)
def test_records_of_runs_keep_their_form_without_the_ids(text: str, scrubbed: str) -> None:
    assert erasure.scrubbed(text, {"u1": "X1", "u2": "X2", "12": "X12"}) == scrubbed
