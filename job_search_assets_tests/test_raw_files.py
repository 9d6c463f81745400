"""Files become rows of text: every physical line accounted for, whatever is wrong with it."""

import datetime as dt
import errno
import io
import re
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from job_search_assets.engine.errors import BadInput
from job_search_assets.engine.files import csv_lines, csv_records
from job_search_assets.engine.files.csv_records import read_header, record_batches
from job_search_assets.engine.files.raw_files import RawFiles
from job_search_assets.schemas.contracts import CONTRACTS, CORRECTIONS_FILE, LEDGER_COLUMNS, SOURCES_FILE

HEADER = b"id,name,about\n"
SOURCE = (
    "- {id: web, name: Web, owner: us, kind: owned, rights: terms, rows_per_day: 1, setup_days: 0, cost_setup: 0, "
    "cost_per_1000_rows: 0, label_quality: 0}\n"
)


def read(tmp_path: Path, content: bytes, wanted: tuple[str, ...] = ("id", "name", "about")) -> list[dict[str, Any]]:
    path = tmp_path / "given.csv"
    path.write_bytes(content)
    header = read_header(path)
    rows = [row for batch in record_batches(path, header, list(wanted)) for row in batch.to_pylist()]
    assert rows == sorted(rows, key=lambda row: row["line"]), "records come in the order of their lines"
    return rows


def told(rows: list[dict[str, Any]]) -> list[tuple[int, str | None, str | None]]:
    return [(row["line"], row["broken"], row["about"]) for row in rows]


def test_plain_records_keep_their_text_and_their_line(tmp_path: Path) -> None:
    assert read(tmp_path, HEADER + b"1,Ann,\n2,Bob,hi\n") == [
        {"line": 2, "text": "1,Ann,", "broken": None, "broken_column": None, "id": "1", "name": "Ann", "about": None},
        {"line": 3, "text": "2,Bob,hi", "broken": None, "broken_column": None, "id": "2", "name": "Bob", "about": "hi"},
    ]


def test_quotes_may_hold_commas_quotes_and_line_breaks(tmp_path: Path) -> None:
    rows = read(tmp_path, HEADER + b'1,Ann,"a, ""b"""\n2,Bob,"c\n\nd"\n3,Cy,""\n')
    assert told(rows) == [(2, None, 'a, "b"'), (3, None, "c\n\nd"), (6, None, None)]


def test_windows_line_ends_and_a_byte_order_mark_are_no_content(tmp_path: Path) -> None:
    rows = read(tmp_path, b'\xef\xbb\xbfid,name,about\r\n1,Ann,x\r\n2,Bob,"y\r\nz"\r\n')
    assert told(rows) == [(2, None, "x"), (3, None, "y\r\nz")]


def test_the_last_line_may_lack_its_end(tmp_path: Path) -> None:
    assert told(read(tmp_path, HEADER + b"1,Ann,x")) == [(2, None, "x")]


def test_a_header_alone_is_a_table_without_rows(tmp_path: Path) -> None:
    assert read(tmp_path, HEADER) == []


@pytest.mark.parametrize(
    ("line", "broken"),
    [
        (b"1,Ann", "missing fields"),
        (b"", "missing fields"),
        (b"1,Ann,x,", "surplus fields"),
        (b"1,Ann,x,y", "surplus fields"),
        (b'1,An"n,x', "broken quoting"),
        (b'1,"Ann"y,x', "broken quoting"),
        (b'1,"Ann,x', "broken quoting"),
        (b"1,An\rn,x", "broken quoting"),
        (b"1,Ann,caf\xe9", "bytes that are not UTF-8"),
        (b"1,Ann,a\0b", "NUL byte"),
    ],
)
def test_a_broken_record_is_named_and_the_next_one_is_read(tmp_path: Path, line: bytes, broken: str) -> None:
    rows = read(tmp_path, HEADER + line + b"\n2,Bob,hi\n")
    assert [(row["line"], row["broken"]) for row in rows] == [(2, broken), (3, None)]


def test_bytes_that_are_no_text_are_kept_escaped(tmp_path: Path) -> None:
    (row,) = read(tmp_path, HEADER + b"1,Ann,caf\xe9\n")
    assert (row["text"], row["broken_column"], row["id"]) == ("1,Ann,caf\\xe9", "about", "1")


def test_an_open_quote_swallows_nothing(tmp_path: Path) -> None:
    lines = b'1,Ann,"open\n2,Bob,x\n3,Cy,"y"\n4,Di,z"\n5,Ed,w\n'
    broken = [row["line"] for row in read(tmp_path, HEADER + lines) if row["broken"]]
    assert broken == [2, 5]


def test_a_whole_record_inside_quotes_shows_that_the_quote_was_never_closed(tmp_path: Path) -> None:
    lines = b'1,Ann,"open\n2,Bob,x\n3",Cy,z\n'
    assert told(read(tmp_path, HEADER + lines)) == [
        (2, "broken quoting", None),
        (3, None, "x"),
        (4, "broken quoting", None),
    ]


def test_a_record_of_too_many_lines_is_broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_lines, "MOST_LINES", 2)
    rows = read(tmp_path, HEADER + b'1,Ann,"a\nb"\n2,Bob,"a\nb\nc"\n')
    assert [(row["line"], row["broken"]) for row in rows if row["broken"] != "missing fields"] == [
        (2, None),
        (4, "broken quoting"),
        (6, "broken quoting"),
    ]


RECORDS = st.lists(
    st.sampled_from(
        [b"1,a,b", b'2,"a\nb",c', b'3,"open,d', b"4,x", b'5,",",e', b'6,f,"g\r\n"', b"7,\xff,h", b'8,i,j"']
    ),
    max_size=12,
)


@given(records=RECORDS, block=st.integers(1, 9))
@settings(max_examples=60, deadline=None)
def test_blocks_of_any_size_give_the_same_records_and_lose_no_line(
    tmp_path_factory: pytest.TempPathFactory, records: list[bytes], block: int
) -> None:
    folder, content = tmp_path_factory.mktemp("blocks"), HEADER + b"".join(record + b"\n" for record in records)
    whole = read(folder, content)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(csv_records, "BLOCK", block)
        assert read(folder, content) == whole
    covered = [line for row in whole for line in range(row["line"], row["line"] + row["text"].count("\n") + 1)]
    assert covered == list(range(2, 2 + content.count(b"\n") - 1))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"\0" * 4096, "line 1 is no header"),
        (b"\xff\xfei\0d\0", "line 1 is no header"),
        (b"id,id,about\n", "'id' more than once"),
    ],
)
def test_a_file_without_a_header_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        read(tmp_path, content)


def test_a_line_without_end_is_refused_by_its_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_records, "LONGEST_LINE", 100)
    with pytest.raises(BadInput, match=r"given.csv, line 3 is longer than"):
        read(tmp_path, HEADER + b"1,Ann,x\n2,Bob," + b"y" * 200 + b"\n")


@pytest.fixture
def delivered(tmp_path: Path) -> Path:
    """A data folder with all five raw files, each with a header only."""
    for name, contract in CONTRACTS.items():
        write(tmp_path / "raw" / f"{name}.csv", ",".join(contract.names) + "\n")
    write(tmp_path / SOURCES_FILE, SOURCE)
    return tmp_path


def write(path: Path, content: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)


def entries(delivered: Path) -> list[tuple[str, int, str]]:
    raw_files = RawFiles(delivered, delivered / "build")
    rows = raw_files.text_rows("ip_blocklist", ibis.duckdb.connect())
    found = rows.order_by("file", "line").to_pyarrow().to_pylist()
    return [(row["file"], row["line"], row["network"]) for row in found]


def test_a_folder_of_files_is_one_table(delivered: Path) -> None:
    header = (delivered / "raw" / "ip_blocklist.csv").read_text()
    (delivered / "raw" / "ip_blocklist.csv").unlink()
    write(delivered / "raw" / "ip_blocklist" / "b.csv", header + "e2,2.0.0.0/8,,,,\n")
    write(delivered / "raw" / "ip_blocklist" / "a.csv", header + "e1,1.0.0.0/8,,,,\n")
    assert entries(delivered) == [
        ("raw/ip_blocklist/a.csv", 2, "1.0.0.0/8"),
        ("raw/ip_blocklist/b.csv", 2, "2.0.0.0/8"),
    ]


def test_parquet_is_read_like_csv(delivered: Path) -> None:
    (delivered / "raw" / "ip_blocklist.csv").unlink()
    listed = pa.array([dt.datetime(2026, 1, 2, 3, 4, 5)], pa.timestamp("us", tz="UTC"))
    nothing = pa.nulls(1, pa.string())
    names = CONTRACTS["ip_blocklist"].names
    table = pa.table(dict(zip(names, [["e,1"], ["1.0.0.0/8"], ["ops"], listed, nothing, nothing], strict=True)))
    pq.write_table(table, delivered / "raw" / "ip_blocklist.parquet")
    (row,) = (
        RawFiles(delivered, delivered / "build")
        .text_rows("ip_blocklist", ibis.duckdb.connect())
        .to_pyarrow()
        .to_pylist()
    )
    assert (row["line"], row["entry_id"], row["listed_from"], row["reason"]) == (
        1,
        "e,1",
        "2026-01-02 03:04:05.000000Z",
        None,
    )
    assert row["text"] == '"e,1",1.0.0.0/8,ops,2026-01-02 03:04:05.000000Z,,'


def test_an_edited_file_is_read_again_and_its_old_copy_goes(delivered: Path) -> None:
    path = delivered / "raw" / "ip_blocklist.csv"
    header = path.read_text()
    write(path, header + "e1,1.0.0.0/8,,,,\n")
    assert [network for _, _, network in entries(delivered)] == ["1.0.0.0/8"]
    write(path, header + "e1,9.0.0.0/8,,,,\n")
    assert [network for _, _, network in entries(delivered)] == ["9.0.0.0/8"]
    assert len(list((delivered / "build" / "staged").glob("ip_blocklist-*.parquet"))) == 1


def test_columns_outside_the_contract_are_named(delivered: Path) -> None:
    names = [*CONTRACTS["merge_pairs"].names, "mood"]
    write(delivered / "raw" / "merge_pairs.csv", ",".join(names) + "\n")
    assert RawFiles(delivered, delivered / "build").unknown_columns("merge_pairs") == ["mood"]


def test_a_missing_file_is_named(delivered: Path) -> None:
    (delivered / "raw" / "merge_pairs.csv").unlink()
    with pytest.raises(BadInput, match=r"There is no .*merge_pairs\.csv\. Put"):
        RawFiles(delivered, delivered / "build").check_all()


@pytest.mark.parametrize(
    ("header", "hint"),
    [
        ("account_id_left,account_id_right,labeller,labelled_at", "The file needs"),
        (
            "account_id_left,account_id_right,labeller,labelled_at,same_person",
            "Is it same_person, which nothing reads?",
        ),
        ("account_id_left;account_id_right;is_same_person;labeller;labelled_at", "Columns are separated by commas."),
    ],
)
def test_a_missing_column_is_named_with_what_may_stand_for_it(delivered: Path, header: str, hint: str) -> None:
    write(delivered / "raw" / "merge_pairs.csv", f"{header}\n")
    with pytest.raises(BadInput, match=rf"merge_pairs.csv, line 1: the column \w+ is missing\. {re.escape(hint)}"):
        RawFiles(delivered, delivered / "build").check_all()


def test_a_folder_without_files_is_named(delivered: Path) -> None:
    (delivered / "raw" / "merge_pairs.csv").unlink()
    (delivered / "raw" / "merge_pairs").mkdir()
    with pytest.raises(BadInput, match=r"merge_pairs holds no \.csv and no \.parquet file"):
        RawFiles(delivered, delivered / "build").check_all()


def test_two_files_for_one_table_are_named(delivered: Path) -> None:
    write(delivered / "raw" / "merge_pairs.parquet", "")
    with pytest.raises(BadInput, match=r"Both .* exist"):
        RawFiles(delivered, delivered / "build").check_all()


def test_what_only_claims_to_be_parquet_is_named(delivered: Path) -> None:
    (delivered / "raw" / "merge_pairs.csv").rename(delivered / "raw" / "merge_pairs.parquet")
    with pytest.raises(BadInput, match=r"merge_pairs.parquet is not a Parquet file"):
        RawFiles(delivered, delivered / "build").check_all()


def test_a_file_that_may_not_be_read_is_named(delivered: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, *_: object) -> io.BytesIO:
        raise PermissionError(errno.EACCES, "Permission denied", str(self))

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(BadInput, match=r"users\.csv cannot be read \(Permission denied\)"):
        RawFiles(delivered, delivered / "build").check_all()


def test_the_content_hash_follows_the_content(delivered: Path) -> None:
    raw_files, path = RawFiles(delivered, delivered / "build"), delivered / "raw" / "users.csv"
    before, content = raw_files.content_hash("users"), path.read_text()
    write(path, content + "\n")
    assert raw_files.content_hash("users") != before
    write(path, content)
    assert raw_files.content_hash("users") == before


def test_a_ledger_that_cannot_be_followed_is_refused_by_its_line(delivered: Path) -> None:
    line = "c1,users,a1,replace,shoe_size,44,me,2026-01-01T00:00:00Z,because\n"
    write(delivered / CORRECTIONS_FILE, ",".join(LEDGER_COLUMNS) + "\n" + line)
    with pytest.raises(BadInput, match=r"corrections.csv, line 2: column is none of account_id"):
        RawFiles(delivered, delivered / "build").judged("users", ibis.duckdb.connect())
