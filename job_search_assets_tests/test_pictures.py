"""Pictures for an asset's page: small enough to be shown in place, and drawn to scale."""

import re
from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as some

from job_search_assets.engine.reporting import pictures

NAMES = some.text(min_size=1, max_size=20).filter(lambda text: text.isprintable())
NUMBERS = some.floats(-1e6, 1e6)


def drawn(markdown: str) -> ElementTree.Element:
    """The picture in a Markdown entry, read as a browser would."""
    found = re.fullmatch(r"!\[picture\]\(data:image/svg\+xml,([^\s()#]+)\)", markdown)
    assert found
    return ElementTree.fromstring(unquote(found[1]))


def texts(picture: ElementTree.Element) -> list[str]:
    return [text.text or "" for text in picture.iter("{http://www.w3.org/2000/svg}text")]


def paths(picture: ElementTree.Element) -> list[str]:
    return [path.attrib["d"] for path in picture.iter("{http://www.w3.org/2000/svg}path")]


def test_bars_are_as_long_as_their_values() -> None:
    picture = drawn(pictures.bars({"1 account": 300, "2 accounts": 150, "3": 0}).md_str)
    assert texts(picture) == ["1 account: 300", "2 accounts: 150", "3: 0"]
    assert re.findall(r"h(-?\d+)", paths(picture)[0]) == ["200", "100", "0"]


def test_a_bar_from_low_to_high_stands_on_both_sides_of_zero() -> None:
    picture = drawn(pictures.bars({"email": (-2.5, 7.5)}).md_str)
    assert texts(picture) == ["email: -2.5 to 7.5"]
    assert paths(picture) == ["M150,7h200", "M200,0v14"]


def test_what_there_is_no_room_for_is_counted() -> None:
    many = pictures.bars({f"comparison {number}": (-1.0, float(number)) for number in range(50)}).md_str
    assert len(many) < pictures.IN_PLACE
    shown = texts(drawn(many))
    assert len(shown) > 8
    assert shown[-1] == f"and {50 - len(shown) + 1} more"


def test_a_curve_of_many_points_is_thinned_and_keeps_its_ends() -> None:
    curve = [(place / 999, 1 - place / 999) for place in range(1000)]
    entry = pictures.lines({"held out": curve}, x="recall", y="precision").md_str
    assert len(entry) < pictures.IN_PLACE
    line = paths(drawn(entry))[1]
    assert line.startswith("M0,0,")
    assert line.endswith(",200,150")
    assert line.count(",") > 30


def test_curves_are_named_and_their_axes_have_ends() -> None:
    picture = drawn(pictures.lines({"a & b": [(0, 5)], "none": []}, x="year", y="users", y_range=(0, 10)).md_str)
    assert texts(picture) == ["a & b", "none", "year 0 to 1, users 0 to 10"]
    assert paths(picture)[1:] == ["M0,75"]


@given(some.dictionaries(NAMES, NUMBERS | some.tuples(NUMBERS, NUMBERS), max_size=30))
def test_any_bars_make_a_picture_that_can_be_read(values: dict[str, float | tuple[float, float]]) -> None:
    entry = pictures.bars(values).md_str
    drawn(entry)
    assert len(entry) < pictures.IN_PLACE


@given(some.dictionaries(NAMES, some.lists(some.tuples(NUMBERS, NUMBERS), max_size=60), max_size=3))
def test_any_lines_make_a_picture_that_can_be_read(curves: dict[str, list[tuple[float, float]]]) -> None:
    drawn(pictures.lines(curves, x="x", y="y").md_str)


@pytest.mark.parametrize("values", [{}, {"nothing": 0.0}])
def test_nothing_to_draw_is_drawn_as_nothing(values: dict[str, float]) -> None:
    assert texts(drawn(pictures.bars(values).md_str)) == ["nothing: 0"] * len(values)


def test_a_table_keeps_its_rows_and_may_have_none() -> None:
    shown = pictures.table([{"level": "same", "weight": 1.5}])
    assert [record.data for record in shown.records] == [{"level": "same", "weight": 1.5}]
    assert pictures.table([]).value is None
