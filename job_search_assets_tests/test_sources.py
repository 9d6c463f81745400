"""Sources: the inventory that people keep, and accounts from nowhere."""

from pathlib import Path
from typing import Any

import pytest

from job_search_assets.engine.errors import BadInput
from job_search_assets.engine.inventory_file import read_inventory
from job_search_assets.logic import sources

WEB = """\
- id: web
  name: Sign-ups on the web
  owner: product
  kind: owned
  rights: terms of use
  rows_per_day: 900
  setup_days: 0
  cost_setup: 0
  cost_per_1000_rows: 1.5
  label_quality: 0.0
"""


def inventory(tmp_path: Path, text: str) -> list[dict[str, Any]]:
    path = tmp_path / "sources.yaml"
    path.write_text(text)
    return read_inventory(path)


def test_a_source_has_words_and_numbers(tmp_path: Path) -> None:
    assert inventory(tmp_path, WEB) == [
        {
            "source": "web",
            "name": "Sign-ups on the web",
            "owner": "product",
            "kind": "owned",
            "rights": "terms of use",
            "rows_per_day": 900.0,
            "setup_days": 0.0,
            "cost_setup": 0.0,
            "cost_per_1000_rows": 1.5,
            "label_quality": 0.0,
            "note": None,
        }
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "holds no list of sources"),
        ("web: 1", "holds no list of sources"),
        ("- web", "line 1: a source is written as"),
        ("- {id: web\n- x", "line 2 is no YAML"),
        (WEB.replace("  owner: product\n", ""), "line 1: the source has no owner"),
        (WEB + "  colour: red\n", "line 11: colour is not known"),
        (WEB.replace("kind: owned", "kind: stolen"), "line 4: kind is none of owned"),
        (WEB.replace("owner: product", "owner:"), "line 3: owner is empty"),
        (WEB.replace("900", "many"), "line 6: rows_per_day is no number"),
        (WEB.replace("label_quality: 0.0", "label_quality: 1.5"), "line 10: label_quality is no number from 0 to 1"),
        (WEB.replace("900", ".nan"), "line 6: rows_per_day is no number"),
        (WEB + WEB, "line 11: the id web stands in the list already"),
    ],
)
def test_a_mistake_is_named_by_its_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        inventory(tmp_path, text)


def test_a_missing_inventory_says_what_to_write(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"There is no .*sources.yaml. Describe each source there"):
        read_inventory(tmp_path / "sources.yaml")


def test_accounts_of_unknown_sources_are_counted(engine: Any) -> None:
    users = engine.table(
        {"account_id": ["a1", "a2", "a3"], "source": ["web", "moon", "moon"]},
        {"account_id": "string", "source": "string"},
    )
    known = engine.table({"source": ["web"]}, {"source": "string"})
    assert engine.rows(sources.strangers(users, known)) == [{"source": "moon", "accounts": 2}]


def test_rejected_rows_are_counted_by_rule(engine: Any) -> None:
    rejected = engine.table(
        {"table": ["users"] * 3, "column": ["", "country", "country"], "rule": ["missing fields", "odd", "odd"]},
        dict.fromkeys(["table", "column", "rule"], "string"),
    )
    assert engine.rows(sources.rows_per_rule(rejected), "column") == [
        {"table": "users", "column": "", "rule": "missing fields", "rows": 1},
        {"table": "users", "column": "country", "rule": "odd", "rows": 2},
    ]
