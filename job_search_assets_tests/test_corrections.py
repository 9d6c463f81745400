"""`job-search correct`: tried on the data, then written to the ledger, which stays a file for spreadsheets."""

import csv
import os
from pathlib import Path
from typing import Any

import dagster as dg
import ibis
import pytest

from job_search_assets.assets.users import CORRECTIONS
from job_search_assets.definitions import defs
from job_search_assets.engine.correcting.corrections import Correction, record
from job_search_assets.engine.files.raw_files import RawFiles
from job_search_assets.engine.folders import Folders
from job_search_assets.schemas.contracts import CONTRACTS, CORRECTIONS_FILE, LEDGER_COLUMNS, SOURCES_FILE
from job_search_assets_tests.pipeline import Ended, job_search
from job_search_assets_tests.test_raw_files import SOURCE

HEADER = ",".join(LEDGER_COLUMNS)
RAW = {
    "users": ["a1,2026-01-01T00:00:00Z,web", "a2,2026-01-02T00:00:00Z,web", "a3,2026-13-02T00:00:00Z,web"],
    "ip_blocklist": ["e1,10.0.0.0/8,ops,2026-01-01T00:00:00Z,,", "e2,11.0.0.0/8,ops,2026-01-01T00:00:00Z,,"],
    "job_seeker_votes": [
        "a1,ann,true,2026-01-01T00:00:00Z,1",
        "a1,bob,true,2026-01-02T00:00:00Z,1",
        "a2,ann,false,2026-01-03T09:00:00+09:00,1",
    ],
}


@pytest.fixture
def delivered(tmp_path: Path) -> Path:
    """A data folder with a few rows, and nothing built."""
    for name, contract in CONTRACTS.items():
        commas = "," * (len(contract.names) - 3) if name == "users" else ""
        lines = [",".join(contract.names), *(line + commas for line in RAW.get(name, []))]
        write(tmp_path / "raw" / f"{name}.csv", "\n".join(lines) + "\n")
    write(tmp_path / SOURCES_FILE, SOURCE)
    return tmp_path


def write(path: Path, content: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode())


def correct(data: Path, *arguments: str) -> Ended:
    return job_search("correct", *arguments, "--by", "ann", "--why", 'asked, "twice"', "--data", data)


def ledger(data: Path) -> list[dict[str, str]]:
    with (data / CORRECTIONS_FILE).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def kept(data: Path, table: str, *columns: str) -> list[tuple[Any, ...]]:
    """What a run would read of a raw file."""
    judged = RawFiles(data, data / "build").judged(table, ibis.duckdb.connect())
    found = judged.filter(judged.rule.isnull()).order_by("key").select(*columns).to_pyarrow().to_pylist()
    return [tuple(row.values()) for row in found]


def test_a_correction_is_one_line_that_the_next_run_follows(delivered: Path) -> None:
    ended = correct(delivered, "ip_blocklist", "e1", "withdraw")
    assert (ended.code, ended.said.splitlines()[:2]) == (
        0,
        [
            f"c-1 in {CORRECTIONS_FILE}: withdraw ip_blocklist e1, by ann.",
            "  1 row of ip_blocklist met (raw/ip_blocklist.csv, line 2), 1 of them changed.",
        ],
    )
    (line,) = ledger(delivered)
    assert line.pop("made_at").endswith("Z")
    assert line == dict.fromkeys(LEDGER_COLUMNS[:6], "") | {
        "correction_id": "c-1",
        "table": "ip_blocklist",
        "key": "e1",
        "action": "withdraw",
        "made_by": "ann",
        "why": 'asked, "twice"',
    }
    assert kept(delivered, "ip_blocklist", "entry_id") == [("e2",)]


def test_several_values_are_several_lines_with_ids_never_used_before(delivered: Path) -> None:
    used = (
        "c-7,users,a2,replace,city,York,bob,2026-01-01T00:00:00Z,why\nc-8,corrections,c-7,withdraw,,,bob,2026-01-01,x"
    )
    write(delivered / CORRECTIONS_FILE, f"{HEADER}\n{used}\n")
    assert correct(delivered, "users", "a1", "replace", "city=Hull", "device=").code == 2
    assert correct(delivered, "users", "a1", "replace", "city=Hull, Kingston", "country=GB").code == 0
    assert [line["correction_id"] for line in ledger(delivered)] == ["c-7", "c-8", "c-9", "c-10"]
    assert kept(delivered, "users", "account_id", "city", "country") == [
        ("a1", "Hull, Kingston", "GB"),
        ("a2", None, None),
    ]


def test_a_mask_meets_many_rows_and_a_time_in_any_notation_its_moment(delivered: Path) -> None:
    assert "2 rows of job_seeker_votes met" in correct(delivered, "job_seeker_votes", "*|ann|*", "withdraw").said
    assert correct(delivered, "job_seeker_votes", "a1|bob|2026-01-02", "replace", "is_job_seeker=false").code == 0
    assert kept(delivered, "job_seeker_votes", "labeller", "is_job_seeker") == [("bob", False)]


def test_an_added_row_needs_one_command(delivered: Path) -> None:
    values = ["is_job_seeker=true", "guide_version=2"]
    assert correct(delivered, "job_seeker_votes", "a2|cy|2026-02-01", "add", *values).code == 0
    assert ("a2", "cy", True) in kept(delivered, "job_seeker_votes", "account_id", "labeller", "is_job_seeker")


def test_a_replacement_mends_a_rejected_row(delivered: Path) -> None:
    assert correct(delivered, "users", "a3", "replace", "created_at=2026-12-02T00:00:00Z").code == 0
    assert kept(delivered, "users", "account_id") == [("a1",), ("a2",), ("a3",)]


def test_a_row_that_is_still_broken_elsewhere_is_told(delivered: Path) -> None:
    assert "1 row breaks the contract" in correct(delivered, "users", "a3", "replace", "city=Hull").said


def test_a_correction_is_taken_back_by_its_id(delivered: Path) -> None:
    correct(delivered, "ip_blocklist", "e1", "withdraw")
    assert "1 row of ip_blocklist met" in correct(delivered, "corrections", "c-1", "withdraw").said
    assert kept(delivered, "ip_blocklist", "entry_id") == [("e1",), ("e2",)]
    assert correct(delivered, "ip_blocklist", "e1", "withdraw").code == 0


REFUSED = [
    ("user a1 withdraw", "There is no table user. Did you mean users?"),
    ("users a1 replace ctiy=Hull", "There is no column ctiy. Did you mean city?"),
    ("users a1 replace", "replace needs at least one COLUMN=VALUE"),
    ("users a1 withdraw city=Hull", "withdraw takes no COLUMN=VALUE"),
    ("users a1 replace city=Hull city=York", "city is given twice"),
    ("users a1 replace Hull", "number 1 is not"),
    ("users a1 confirm", "Only entries of ip_blocklist are confirmed"),
    ("users a11 withdraw", "No row of users has the key a11. The nearest is a1."),
    ("users nobody withdraw", "No row of users has the key nobody.\n"),
    ("job_seeker_votes a1|ann withdraw", "has the form 'account_id|labeller|labelled_at'"),
    ("job_seeker_votes *|amn|* withdraw", "The nearest is *|ann|*."),
    ("job_seeker_votes a1|ann|2026-01-09 withdraw", "The nearest is a1|ann|2026-01-01T00:00:00Z."),
    ("users a1 replace birth_date=31.12.1990", "birth_date cannot be that: not a calendar date"),
    ("users a1 replace source=", "source cannot be that: empty"),
    ("users a1 replace birth_date=2026-05-05", "would be rejected: birth_date: later than created_at"),
    ("users a1 replace source=web", "so already"),
    ("users a1 replace source=web city=Hull", "source is so already"),
    ("users a1 replace account_id=a2", "two rows with the key a2"),
    ("users a1 add source=web created_at=2026-01-01", "users has a row with the key a1"),
    ("users a9 add source=web", "needs created_at, source: add created_at=VALUE"),
    ("users * add source=web created_at=2026-01-01", "cannot contain *"),
    ("users a9 add account_id=a9", "account_id is part of the key"),
    ("corrections c-1 withdraw", "There is no correction c-1."),
    ("corrections c-1 replace value=x", "can only be withdrawn"),
]


@pytest.mark.parametrize(("arguments", "said"), REFUSED)
def test_what_would_not_do_is_refused_and_nothing_is_written(delivered: Path, arguments: str, said: str) -> None:
    ended = correct(delivered, *arguments.split())
    assert (ended.code, said in ended.said) == (2, True), ended.said
    assert not (delivered / CORRECTIONS_FILE).exists()
    assert [path.name for path in (delivered / "reference").iterdir()] == ["sources.yaml"]


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ("ip_blocklist e1 withdraw", "ip_blocklist e1 withdraw", "withdrawn already by c-1; `job-search correct"),
        ("job_seeker_votes *|ann|* withdraw", "job_seeker_votes a1|ann|* withdraw", "withdrawn already by c-1"),
        ("ip_blocklist e1 withdraw", "ip_blocklist e1 confirm", "withdrawn already by c-1"),
        ("ip_blocklist e1 confirm", "ip_blocklist e1 confirm", "confirmed already"),
        ("users a1 replace city=Hull", "users a1 replace city=Hull", "so already"),
        ("users a1 replace account_id=a7", "users a7 withdraw", "c-1 put a part of it in place of another"),
        ("users a1 replace account_id=a7", "users a2 replace account_id=a7", "two rows with the key a7"),
    ],
)
def test_what_an_earlier_correction_did_counts(delivered: Path, first: str, second: str, said: str) -> None:
    assert correct(delivered, *first.split()).code == 0
    before = (delivered / CORRECTIONS_FILE).read_bytes()
    ended = correct(delivered, *second.split())
    assert (ended.code, said in ended.said) == (2, True), ended.said
    assert (delivered / CORRECTIONS_FILE).read_bytes() == before


def test_what_was_taken_back_is_not_taken_back_again(delivered: Path) -> None:
    correct(delivered, "ip_blocklist", "e1", "withdraw")
    correct(delivered, "corrections", "c-1", "withdraw")
    assert "c-1 is taken back already, by c-2" in correct(delivered, "corrections", "c-1", "withdraw").said
    assert "c-2 takes c-1 back, and that is final" in correct(delivered, "corrections", "c-2", "withdraw").said


def test_values_are_not_told(delivered: Path) -> None:
    said = correct(delivered, "users", "a1", "replace", "email=ann@example.test").said
    said += correct(delivered, "users", "a1", "replace", "email=ann@example.test").said
    said += correct(delivered, "users", "a1", "replace", "birth_date=3 May 1984").said
    assert "example.test" not in said
    assert "1984" not in said


def test_a_ledger_as_a_spreadsheet_saves_it_stays_so(delivered: Path) -> None:
    # Excel's "CSV UTF-8": a mark at the beginning, CRLF, quotes where needed, a row that somebody emptied, no last end.
    saved = (
        f"\ufeff{HEADER}\r\n"
        'c-1,users,a1,replace,city,"Hull, ""Kingston""",bob,2026-01-01T00:00:00Z,"two\nlines"\r\n'
        ",,,,,,,,\r\n"
        "c-2,ip_blocklist,e1,confirm,,,bob,2026-01-01T00:00:00Z,asked"
    )
    write(delivered / CORRECTIONS_FILE, saved)
    assert correct(delivered, "ip_blocklist", "e2", "withdraw").code == 0
    content = (delivered / CORRECTIONS_FILE).read_bytes().decode()
    assert content.startswith(saved + "\r\nc-3,ip_blocklist,e2,withdraw,,,ann,")
    assert content.endswith(',"asked, ""twice"""\r\n')
    assert kept(delivered, "users", "city") == [('Hull, "Kingston"',), (None,)]
    assert kept(delivered, "ip_blocklist", "entry_id", "is_confirmed") == [("e1", True)]


def test_quotes_order_and_further_columns_are_respected(delivered: Path) -> None:
    names = ["ticket", *reversed(LEDGER_COLUMNS)]
    write(delivered / CORRECTIONS_FILE, ",".join(f'"{name}"' for name in names) + "\n")
    assert correct(delivered, "ip_blocklist", "e2", "withdraw").code == 0
    last = (delivered / CORRECTIONS_FILE).read_text().splitlines()[-1]
    assert last.startswith('"","asked, ""twice""","20')
    assert last.endswith('"","","withdraw","e2","ip_blocklist","c-1"')


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (HEADER.replace(",", ";") + "\n", "line 1: the column correction_id is missing"),
        (f"{HEADER}\nc-1,users,a1,delete,,,bob,2026-01-01,x\n", "line 2: action is none of"),
        (f"{HEADER}\nc-1,users,a1\n", "line 2: the line's quotes"),
    ],
)
def test_a_ledger_that_cannot_be_followed_is_mended_first(delivered: Path, content: str, said: str) -> None:
    write(delivered / CORRECTIONS_FILE, content)
    ended = correct(delivered, "ip_blocklist", "e2", "withdraw")
    assert (ended.code, said in ended.said) == (2, True), ended.said
    assert str(delivered / CORRECTIONS_FILE) in ended.said
    assert (delivered / CORRECTIONS_FILE).read_text() == content


def test_a_command_killed_before_the_swap_leaves_the_old_ledger(
    delivered: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    correct(delivered, "ip_blocklist", "e1", "withdraw")
    before = (delivered / CORRECTIONS_FILE).read_bytes()

    class Killed(BaseException):
        pass

    def killed(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", killed)
        patch.setattr(os, "unlink", killed)  # as when nothing can be tidied up
        with pytest.raises(Killed):
            correct(delivered, "ip_blocklist", "e2", "withdraw")
    assert (delivered / CORRECTIONS_FILE).read_bytes() == before
    assert correct(delivered, "ip_blocklist", "e2", "withdraw").code == 0
    assert [line["key"] for line in ledger(delivered)] == ["e1", "e2"]
    assert sorted(path.name for path in (delivered / "reference").iterdir()) == ["corrections.csv", "sources.yaml"]


def test_the_launchpad_writes_the_same(delivered: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JOB_SEARCH_DATA", str(delivered))
    monkeypatch.delenv("JOB_SEARCH_BUILD", raising=False)
    config = {"table": "users", "key": "a1", "action": "replace", "values": {"city": "Hull"}, "made_by": "ann"}

    def run(**changed: str) -> Any:
        config_of_op = {"config": config | {"why": "asked"} | changed}
        return defs.resolve_job_def("correct").execute_in_process(
            run_config={"ops": {"write_correction": config_of_op}}, raise_on_error=False
        )

    assert run().success
    assert [(line["column"], line["value"], line["why"]) for line in ledger(delivered)] == [("city", "Hull", "asked")]
    failed = run(key="a11")
    assert not failed.success
    (event,) = failed.filter_events(lambda event: event.is_step_failure)
    assert "The nearest is a1." in str(event.step_failure_data.error)


def test_the_tables_that_are_told_are_those_that_read_the_file(delivered: Path) -> None:
    graph = defs.resolve_asset_graph()
    recorded = record(Folders(delivered, delivered / "build"), Correction("users", "a1", "withdraw", "ann", "why"))
    told = recorded.told()[2].replace(",", " ").replace(" and ", " ").split(" are made")[0].split()
    readers = graph.get(dg.AssetKey(["files", "users"])).child_keys & graph.get(CORRECTIONS).child_keys
    # The tables of provenance only remember what was corrected.
    assert {dg.AssetKey(table) for table in told} == {
        key for key in readers if graph.get(key).group_name != "provenance"
    }


def test_a_row_that_lacks_one_of_its_lines_is_told(delivered: Path) -> None:
    vote = ("job_seeker_votes", "a2|cy|2026-02-01", "add", "is_job_seeker=true", "guide_version=2")
    assert "Each value is a line of its own" in correct(delivered, *vote).said
    said = correct(delivered, "corrections", "c-2", "withdraw").said
    assert f"1 row of job_seeker_votes met ({CORRECTIONS_FILE}, line 2), 1 of them changed." in said
    assert "1 row breaks the contract with this" in said
