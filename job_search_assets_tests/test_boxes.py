"""After a box: what came beside what was planned, what came too late, what past boxes foretell, what it was worth."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.plan import coverage
from job_search_assets.engine.errors import BadInput
from job_search_assets.engine.files.boxes_file import read_boxes
from job_search_assets.logic.sources import boxes, forecast
from job_search_assets.logic.sources.boxes import PastBox
from job_search_assets_tests.pipeline import job_search
from job_search_assets_tests.test_plan import SOURCES

FIRST = PastBox("b1", date(2026, 1, 1), 10, {"web": 100.0})
SECOND = PastBox("b2", date(2026, 1, 21), 10, {"web": 100.0})
NO_CURVE = pd.DataFrame({name: [] for name in ("metric", "labelled_users", "gain", "gain_low", "gain_high", "basis")})
NOBODY = pd.DataFrame({"day": [], "users": []})


def came(*days: tuple[date, int], source: str = "web") -> pd.DataFrame:
    return pd.DataFrame({"source": source, "day": [day for day, _ in days], "rows": [rows for _, rows in days]})


def told(past: list[PastBox], rows: pd.DataFrame) -> list[tuple[str, int, int]]:
    found = boxes.table(past, rows, NOBODY, NO_CURVE, least_gain=0.005)
    return list(found[["box_id", "actual_rows", "rows_after_end"]].itertuples(index=False, name=None))


def test_a_row_belongs_to_the_box_in_whose_days_it_is_dated() -> None:
    days = [
        (date(2025, 12, 31), 1),  # before the first box
        (date(2026, 1, 1), 2),
        (date(2026, 1, 10), 4),
        (date(2026, 1, 11), 8),  # after the first, before the second
        (date(2026, 1, 20), 16),
        (date(2026, 1, 21), 32),
        (date(2026, 1, 31), 64),  # after the second
    ]
    assert told([FIRST, SECOND], came(*days)) == [("b1", 6, 24), ("b2", 32, 64)]
    assert told([SECOND, FIRST], came(*days)) == [("b1", 6, 24), ("b2", 32, 64)]


@settings(max_examples=40, deadline=None, derandomize=True)
@given(
    st.lists(st.tuples(st.integers(-30, 120), st.integers(1, 9)), max_size=30), st.integers(1, 40), st.integers(0, 20)
)
def test_every_row_dated_after_the_first_box_is_in_a_box_or_flagged_and_never_both(
    days: list[tuple[int, int]], length: int, gap: int
) -> None:
    start = date(2026, 1, 1)
    past = [PastBox("b1", start, length, {"web": 1.0})]
    past.append(PastBox("b2", past[0].ended_on + timedelta(days=gap), length, {"web": 1.0}))
    rows = came(*[(start + timedelta(days=day), count) for day, count in days])
    found = boxes.table(past, rows, NOBODY, NO_CURVE, least_gain=0.005)
    assert found["actual_rows"].sum() + found["rows_after_end"].sum() == sum(count for day, count in days if day >= 0)
    last = (past[1].ended_on - start).days
    assert found["rows_after_end"].iloc[-1] == sum(count for day, count in days if day >= last)


def test_rows_of_another_source_do_not_count() -> None:
    assert told([FIRST], came((date(2026, 1, 2), 5), source="app")) == [("b1", 0, 0)]


def test_the_check_names_what_came_late() -> None:
    found = boxes.table([FIRST, SECOND], came((date(2026, 1, 12), 3)), NOBODY, NO_CURVE, least_gain=0.005)
    assert list(boxes.late_rows(found)) == [{"box_id": "b1", "source": "web", "rows_after_end": 3}]


def test_votes_count_for_the_source_that_alone_delivers_them(engine: Any) -> None:
    text, moment = "string", "timestamp(6)"
    times = pd.to_datetime(["2026-01-01 23:59:59", "2026-01-02 00:00:00", "2026-01-02 10:00:00"]).to_list()
    users = engine.table(
        {"account_id": ["a", "b", "c"], "source": ["web", "web", "moon"], "created_at": times},
        {"account_id": text, "source": text, "created_at": moment},
    )
    votes = engine.table(
        {"account_id": ["a", "b"], "labelled_at": times[:2]}, {"account_id": text, "labelled_at": moment}
    )
    known = engine.table(
        {"source": ["web", "crowd"], "delivers": ["users", "job_seeker_votes"], "status": ["chosen"] * 2},
        dict.fromkeys(["source", "delivers", "status"], text),
    )
    assert engine.rows(boxes.rows_by_day(users, votes, known), ["source", "day"]) == [
        {"source": "crowd", "day": date(2026, 1, 1), "rows": 1},
        {"source": "crowd", "day": date(2026, 1, 2), "rows": 1},
        {"source": "web", "day": date(2026, 1, 1), "rows": 1},
        {"source": "web", "day": date(2026, 1, 2), "rows": 1},
    ]


def test_few_boxes_foretell_nothing() -> None:
    assert forecast.interval([(100, 90), (100, 110)], 100) is None


def test_boxes_that_brought_half_foretell_half() -> None:
    low, high = forecast.interval([(1000, 500), (2000, 1010), (4000, 1990)], 1000) or (0, 0)
    assert 400 < low < 500 < high < 600


def test_four_of_five_boxes_end_within_the_forecast() -> None:
    assert 0.7 <= coverage(300, seed=1) <= 0.9


@pytest.mark.parametrize(
    ("gains", "verdict"),
    [
        ([(100, -0.10, -0.06), (200, -0.02, -0.01), (300, 0.0, 0.0)], "yes"),
        ([(100, -0.004, -0.001), (300, 0.0, 0.0)], "no"),
        ([(100, -0.10, 0.02), (300, 0.0, 0.0)], "can't tell"),
        ([], "can't tell"),
    ],
)
def test_a_box_was_worth_it_if_the_curve_rose_over_it(gains: list[tuple[int, float, float]], verdict: str) -> None:
    curve = pd.DataFrame(
        {
            "metric": "roc_auc",
            "labelled_users": [users for users, _, _ in gains],
            "gain": [(low + high) / 2 for _, low, high in gains],
            "gain_low": [low for _, low, _ in gains],
            "gain_high": [high for _, _, high in gains],
            "basis": "measured",
        }
    )
    labelled = pd.DataFrame({"day": [date(2025, 6, 1), date(2026, 1, 5)], "users": [100, 200]})
    assert boxes.was_worth_it(FIRST, labelled, curve, least_gain=0.005) == verdict
    before = PastBox("b0", date(2024, 1, 1), 5, {"web": 1.0})
    assert boxes.was_worth_it(before, labelled, curve, least_gain=0.005) == "can't tell"  # it brought no label


def test_a_recorded_plan_is_read_back(tmp_path: Path) -> None:
    (tmp_path / "reference").mkdir()
    (tmp_path / "reference" / "sources.yaml").write_text(SOURCES)
    asked = ("plan", "--days", "5", "--data", tmp_path, "--record", "autumn", "--start", "2026-10-01")
    assert "Recorded as autumn" in job_search(*asked).said
    path = tmp_path / "reference" / "boxes.yaml"
    assert read_boxes(path) == [PastBox("autumn", date(2026, 10, 1), 5, {"crowd": 150.0, "web": 150.0})]
    again = job_search(*asked)
    assert (again.code, "has a box autumn already" in again.said) == (2, True)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- {id: b, started_on: soon, days: 5, planned: {web: 1}}", "line 1: started_on is no date such as 2026-10-01"),
        ("- {id: b, started_on: 2026-10-01, days: 5, planned: 7}", "line 1: planned is written as {one: 100"),
        ("- {id: b, started_on: 2026-10-01, days: 5, planned: {web: many}}", "line 1: web is no number from 0"),
    ],
)
def test_a_mistake_in_a_box_is_named_by_its_line(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "boxes.yaml").write_text(text)
    with pytest.raises(BadInput, match=said.replace("{", r"\{")):
        read_boxes(tmp_path / "boxes.yaml")
