"""The ledger as a file: one command writes at a time, no edit is lost, any text is read back."""

import csv
import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from job_search_assets.engine.errors import BadInput
from job_search_assets.engine.files import ledger_file
from job_search_assets.schemas.contracts import CORRECTIONS_FILE
from job_search_assets_tests.test_corrections import HEADER, ledger, write


def test_of_two_at_once_one_waits(tmp_path: Path) -> None:
    path = tmp_path / CORRECTIONS_FILE

    def add(number: int) -> None:
        with ledger_file.opened(path) as file:
            file.add([{"correction_id": f"c-{file.rows.num_rows + 1}", "key": str(number)}])
            file.publish()

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(add, range(24)))
    lines = ledger(tmp_path)
    assert [line["correction_id"] for line in lines] == [f"c-{number}" for number in range(1, 25)]
    assert sorted(int(line["key"]) for line in lines) == list(range(24))


def test_who_waits_too_long_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger_file, "SECONDS_TO_WAIT", 0.1)
    path = tmp_path / CORRECTIONS_FILE
    with (
        ledger_file.opened(path),
        pytest.raises(BadInput, match="Another command is writing"),
        ledger_file.opened(path),
    ):
        pass


def test_an_edit_in_the_same_moment_is_not_lost(tmp_path: Path) -> None:
    path = tmp_path / CORRECTIONS_FILE
    write(path, HEADER + "\n")
    with ledger_file.opened(path) as file:
        file.add([{"correction_id": "c-1"}])
        write(path, HEADER + "\nby hand\n")
        with pytest.raises(BadInput, match="was edited at this very moment"):
            file.publish()
    assert path.read_text().endswith("by hand\n")


VALUES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1)


@given(why=VALUES, end=st.sampled_from(["\n", "\r\n"]))
@settings(max_examples=60, deadline=None)
def test_any_text_is_read_back_as_it_was_given_or_known_to_be_broken(
    tmp_path_factory: pytest.TempPathFactory, why: str, end: str
) -> None:
    path = tmp_path_factory.mktemp("ledger") / "corrections.csv"
    write(path, HEADER + end)
    with ledger_file.opened(path) as file:
        file.add([{"correction_id": "c-1", "why": why}])
        first = file.rows.to_pylist()[0]
        assert first["broken"] or first["why"] == why
        file.publish()
    (line,) = csv.DictReader(io.StringIO(path.read_bytes().decode(), newline=""))
    assert line["why"] == why
