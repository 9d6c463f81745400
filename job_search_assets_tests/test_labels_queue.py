"""Whom to ask next, as a table, as a file to be filled in, and back as votes."""

import csv
import shutil
from pathlib import Path
from typing import Any

import pytest

from job_search_assets.engine.errors import BadInput
from job_search_assets.engine.files import label_studio
from job_search_assets.logic.labels import queue
from job_search_assets_tests.conftest import Engine
from job_search_assets_tests.pipeline import Ended, job_search, rows
from job_search_assets_tests.test_labels import MODEL, OWNERS, counted, hints, label

GOOD = MODEL | {
    "rates": [(name, "1", 0.9, 0.9) for name in ("ann", "cat", "dan")],
    "average": (0.9, 0.9),
    "uses_features": True,
}


def asked(
    engine: Engine, cast: Any, owners: dict[str, str], *, most: int = 100, guide: str = "1", **chances: float
) -> Any:
    accounts = engine.table({"account_id": list(owners), "user_id": list(owners.values())}, OWNERS)
    hinted = hints(engine, **dict.fromkeys(owners.values(), 0.5) | chances)
    labels = label(engine, cast, GOOD, guide=guide, **chances)
    return queue.queue(cast, labels, hinted, accounts, GOOD, most_votes=most, most_together=3)


def test_the_gain_of_a_vote_is_what_it_is_expected_to_mend(engine: Engine) -> None:
    # Nobody has voted and features leave it even: a vote that is right at .9 * .9 + .1 * .5 lifts .5 to .86.
    [row] = engine.rows(asked(engine, counted(engine), {"a": "u"}))
    assert (row["user_id"], row["account_id"], row["place"], row["votes_wanted"]) == ("u", "a", 1, 1)
    assert row["expected_gain"] == pytest.approx(0.36, abs=1e-6)
    assert (row["confidence"], row["votes"], row["why"], row["asked"]) == (0.5, 0, "no vote yet", None)


def test_who_is_clear_comes_last_and_who_is_torn_comes_first(engine: Engine) -> None:
    cast = counted(
        engine,
        *(("clear", "a", name, "1", True) for name in ("ann", "cat", "dan")),
        *(("torn", "b", name, "1", name == "ann") for name in ("ann", "cat")),
        ("once", "c", "ann", "1", True),
    )
    chances = {"clear": 0.5, "torn": 0.5, "once": 0.5}
    found = engine.rows(asked(engine, cast, {"a": "clear", "b": "torn", "c": "once"}, **chances), order_by="place")
    assert [(row["user_id"], row["why"]) for row in found][:2] == [("torn", "labellers differ"), ("once", "few votes")]
    assert found[0]["asked"] == "ann, cat"
    assert "clear" not in {row["user_id"] for row in found[:2]}


def test_a_fresh_account_of_a_user_is_shown_rather_than_one_that_nobody_can_tell(engine: Engine) -> None:
    cast = counted(engine, *(("u", "a", name, "1", name == "ann") for name in ("ann", "cat")))
    [row] = engine.rows(asked(engine, cast, {"a": "u", "b": "u"}, u=0.5))
    assert (row["account_id"], row["asked"]) == ("b", None)


def test_several_votes_are_asked_for_where_one_cannot_turn_the_label(engine: Engine) -> None:
    [row] = engine.rows(asked(engine, counted(engine), {"a": "u"}, u=0.1))
    assert row["votes_wanted"] > 1


def test_no_more_votes_are_asked_for_than_can_be_had(engine: Engine) -> None:
    owners = {f"a{number}": f"u{number}" for number in range(5)}
    chances = {f"u{number}": 0.1 for number in range(5)}
    found = engine.rows(asked(engine, counted(engine), owners, most=5, **chances), order_by="place")
    assert sum(row["votes_wanted"] for row in found) == 5
    assert [row["place"] for row in found] == list(range(1, len(found) + 1))
    assert engine.rows(asked(engine, counted(engine), owners, most=0, **chances)) == []


def test_with_fewer_votes_the_same_users_are_asked_first(engine: Engine) -> None:
    owners = {f"a{number}": f"u{number % 7}" for number in range(9)}
    chances = {f"u{number}": (0.5, 0.1, 0.3, 0.1, 0.45, 0.5, 0.2)[number] for number in range(7)}
    cast = counted(engine, ("u2", "a2", "ann", "1", True))
    every = [row["user_id"] for row in engine.rows(asked(engine, cast, owners, **chances), order_by="place")]
    few = [row["user_id"] for row in engine.rows(asked(engine, cast, owners, most=3, **chances), order_by="place")]
    assert len(every) == 7
    assert few == every[: len(few)]


def test_an_ambiguous_user_is_worth_asking_about_once_the_guide_has_changed(engine: Engine) -> None:
    cast = counted(engine, *(("u", "a", name, "1", name == "ann") for name in ("ann", "cat")))
    before, after = (engine.rows(asked(engine, cast, {"a": "u"}, guide=guide, u=0.5))[0] for guide in ("1", "2"))
    assert (before["why"], after["why"]) == ("labellers differ", "the guide has changed")
    assert after["expected_gain"] > before["expected_gain"]


def test_the_file_has_a_row_for_each_vote_in_the_shape_of_the_votes(engine: Engine) -> None:
    schema = {"place": "int64", "account_id": "string", "votes_wanted": "int64"}
    table = engine.table({"place": [2, 1], "account_id": ["b", "a"], "votes_wanted": [1, 2]}, schema)
    found = [list(row.values()) for row in engine.rows(queue.empty_votes(table, guide_version="2"))]
    assert found == [["a", None, None, None, "2"], ["a", None, None, None, "2"], ["b", None, None, None, "2"]]


@pytest.fixture(scope="module")
def filled_in(data: Path, first_run: tuple[Path, Ended]) -> tuple[Path, Path, list[dict[str, str]]]:
    """A build folder, only to be read, and its queue, of which all rows but the last were filled in."""
    build = first_run[0]
    with (build / "reports" / "relabel_queue.csv").open(newline="") as file:
        wanted = list(csv.DictReader(file))
    for number, row in enumerate(wanted[:-1]):
        row |= {"labeller": f"new-{number % 3}", "is_job_seeker": "TRUE", "labelled_at": "2026-11-24T10:00:00Z"}
    return data, build, wanted


def with_votes(data: Path, folder: Path) -> Path:
    """A copy of the data whose votes are a folder, as more files of them come in."""
    shutil.copytree(data, folder)
    votes = folder / "raw" / "job_seeker_votes"
    votes.mkdir()
    (folder / "raw" / "job_seeker_votes.csv").rename(votes / "first.csv")
    return votes


def write(path: Path, filled: list[dict[str, str]], **more: str) -> None:
    # As a spreadsheet saves it: with a byte order mark and Windows' line ends.
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, [*filled[0], *more])
        writer.writeheader()
        writer.writerows(row | more for row in filled)


def test_the_queue_comes_back_from_a_spreadsheet_as_votes(
    filled_in: tuple[Path, Path, list[dict[str, str]]], tmp_path: Path
) -> None:
    data, build, wanted = filled_in
    shutil.copytree(build, tmp_path / "build")
    write(with_votes(data, tmp_path / "data") / "second.csv", wanted)
    ended = job_search("run", "--data", tmp_path / "data", "--build", tmp_path / "build")
    assert ended.code == 0, ended.said
    new = "FROM raw_job_seeker_votes WHERE labeller LIKE 'new-%'"
    assert rows(tmp_path / "build", f"SELECT count(DISTINCT account_id) {new}") == [
        (len({row["account_id"] for row in wanted[:-1]}),)
    ]
    unfilled = "SELECT count(*) FROM rejected_rows WHERE \"table\" = 'job_seeker_votes' AND file LIKE '%second.csv'"
    assert rows(tmp_path / "build", unfilled)[0][0] >= 1  # the row left empty is told, not taken
    now_labelled = f"""SELECT count(*) FROM user_accounts JOIN job_seeker_labels USING (user_id)
        WHERE account_id IN (SELECT account_id {new})"""
    assert rows(tmp_path / "build", now_labelled) == rows(
        tmp_path / "build", f"SELECT count(DISTINCT account_id) {new}"
    )


def test_an_export_of_label_studio_becomes_votes(
    filled_in: tuple[Path, Path, list[dict[str, str]]], tmp_path: Path
) -> None:
    _, _, wanted = filled_in
    exported = [
        {"account_id": row["account_id"], "guide_version": row["guide_version"], "is_job_seeker": "", "id": str(number)}
        for number, row in enumerate(wanted[:4])
    ]
    tool = {"annotation_id": "7", "lead_time": "3.1", "updated_at": "2026-11-24T10:00:01.5Z"}
    told = [
        {"annotator": "3", "answer": "true", "created_at": "2026-11-24T10:00:00.123456Z"},
        {"annotator": "kim@example.org", "answer": "No", "created_at": "2026-11-24T12:00:00+02:00"},
        {"annotator": "3", "answer": "false", "created_at": "2026-11-24T10:00:02Z"},
        {"annotator": "3", "answer": "", "created_at": "2026-11-24T10:00:03Z"},
    ]
    write(tmp_path / "export.csv", [{**row, **said} for row, said in zip(exported, told, strict=True)], **tool)
    ended = job_search("votes", tmp_path / "export.csv", "--out", tmp_path / "votes" / "1.csv")
    assert (ended.code, ended.said.split(" in ")[0]) == (0, "3 votes")
    with (tmp_path / "votes" / "1.csv").open(newline="") as file:
        found = list(csv.DictReader(file))
    assert [(row["account_id"], row["is_job_seeker"], row["guide_version"]) for row in found] == [
        (row["account_id"], said, row["guide_version"])
        for row, said in zip(wanted, ["true", "false", "false"], strict=False)
    ]
    assert [row["labelled_at"] for row in found] == [
        "2026-11-24T10:00:00Z",
        "2026-11-24T10:00:00Z",
        "2026-11-24T10:00:02Z",
    ]
    assert found[0]["labeller"] == "3"
    assert found[1]["labeller"].startswith("ann-")
    assert "kim" not in (tmp_path / "votes" / "1.csv").read_text()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("account_id,annotator\n", "the column guide_version is missing"),
        ("account_id,guide_version,answer,annotator,created_at\na,1,maybe,3,2026-01-01\n", "line 2: answer is neither"),
        ("account_id,guide_version,answer,annotator,created_at\na,1,yes,3,soon\n", "line 2: created_at is no time"),
    ],
)
def test_what_is_no_such_export_is_told_by_line(text: str, told: str, tmp_path: Path) -> None:
    (tmp_path / "export.csv").write_text(text)
    with pytest.raises(BadInput, match=told):
        label_studio.convert(tmp_path / "export.csv", tmp_path / "out.csv", answer="answer")
    assert not (tmp_path / "out.csv").exists()


def test_votes_are_never_written_over(tmp_path: Path) -> None:
    (tmp_path / "out.csv").write_text("mine")
    ended = job_search("votes", tmp_path / "export.csv", "--out", tmp_path / "out.csv")
    assert ended.code == 2
    assert (tmp_path / "out.csv").read_text() == "mine"
