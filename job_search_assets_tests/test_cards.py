"""Cards: facts in counts, as a table, as Markdown and as HTML."""

from pathlib import Path

import dagster as dg
import pandas as pd

from job_search_assets.engine.reporting import cards
from job_search_assets.engine.reporting.reports import Reports
from job_search_assets.logic.documents import Page, html, markdown
from job_search_assets.logic.job_seekers import card
from job_search_assets.logic.provenance import data_card
from job_search_assets.schemas.models import FittedModel
from job_search_assets_tests.conftest import Engine

PAGE = Page("Card", "What it is.", [("One", "a|b", "1 < 2"), ("Two", "c", "3")], {"Two": "<svg>#</svg>"})


def test_a_page_is_markdown_with_a_table_for_each_section_and_its_picture() -> None:
    assert markdown(PAGE) == (
        "# Card\n\nWhat it is.\n\n## One\n\n| | |\n|---|---|\n| a\\|b | 1 < 2 |\n\n## Two\n\n"
        "![Two](data:image/svg+xml,%3Csvg%3E%23%3C/svg%3E)\n\n| | |\n|---|---|\n| c | 3 |\n"
    )


def test_a_page_is_html_that_needs_nothing_else_and_no_text_of_it_is_read_as_markup() -> None:
    told = html(PAGE)
    assert "<tr><td>a|b</td><td>1 &lt; 2</td></tr>" in told
    assert '<img alt="Two" src="data:image/svg+xml,%3Csvg%3E%23%3C/svg%3E">' in told
    assert "http" not in told


def test_the_data_card_counts_and_names_nobody(engine: Engine) -> None:
    users = engine.table(
        {"account_id": ["u1", "u2"], "source": ["app", "app"]}, {"account_id": "string", "source": "string"}
    )
    columns = ["source", "name", "owner", "kind"]
    inventory = engine.table(
        dict(zip(columns, [["app"], ["The app"], ["ann"], ["owned"]], strict=True)), dict.fromkeys(columns, "string")
    )
    rejected = engine.table(
        {"table": ["users"] * 2, "column": ["", ""], "rule": ["repeated"] * 2},
        dict.fromkeys(["table", "column", "rule"], "string"),
    )
    assert data_card.what_went_in(users, inventory, rejected) == [
        ("Sources", "app", "2 accounts; The app, owned; owner: ann"),
        ("Sources", "all", "2 accounts"),
        ("Not accepted", "users: repeated", "2"),
    ]


def test_removed_and_merged_accounts_are_counted_by_what_spoke_against_them(engine: Engine) -> None:
    decisions = engine.table(
        {"account_id": ["a", "b", "c"], "is_spam": [True, False, False]}, {"account_id": "string", "is_spam": "boolean"}
    )
    reasons = engine.table(
        {
            "account_id": ["a"] * 3,
            "kind": ["prior", "report", "model"],
            "weight": [1.0, 2.0, -1.0],
            "is_in_score": [True] * 3,
        },
        {"account_id": "string", "kind": "string", "weight": "float64", "is_in_score": "boolean"},
    )
    review = engine.table({"entry_id": ["e"], "is_suspect": [True]}, {"entry_id": "string", "is_suspect": "boolean"})
    accounts = engine.table(
        {"account_id": ["b", "c"], "user_id": ["u", "u"]}, {"account_id": "string", "user_id": "string"}
    )
    assert data_card.what_became_of_it(decisions, reasons, review, accounts) == [
        ("Removed", "accounts removed as spam", "1 of 3"),
        ("Removed", "with a report against them", "1"),
        ("Removed", "suspect blocklist entries, which count nothing", "1"),
        ("Merged", "accounts kept, and the users that they are", "2 are 1"),
        ("Merged", "users with 2 accounts", "1"),
    ]


def test_the_model_card_tells_figures_with_intervals_and_ceilings() -> None:
    rows = [
        ("test", "roc_auc", 0.755, 0.696, 0.816, 0.9),
        ("test", "users", 316.0, None, None, None),
        ("dev", "gain_forest", 0.1, None, None, None),
    ]
    evaluation = pd.DataFrame(rows, columns=["split", "metric", "value", "low", "high", "ceiling"])
    assert card.figures(evaluation.astype(dict.fromkeys(["low", "high", "ceiling"], "float64"))) == [
        ("Figures on test", "roc_auc", "0.755 [0.696, 0.816]; at best 0.900 by labels as sure as these"),
        ("Figures on test", "users", "316"),
    ]


def test_slices_that_are_proved_worse_are_on_the_card_and_none_is_told_as_none() -> None:
    columns = ["slice", "metric", "place", "users", "value", "outside", "verdict", "same_users_as"]
    slices = pd.DataFrame([("age > 3", "error_rate", 1, 20, 0.4, 0.2, "worse", None)], columns=columns)
    assert card.worse_slices(slices)[0][1:] == ("age > 3 (error rate)", "0.400 on 20 users, 0.200 elsewhere")
    assert card.worse_slices(slices.assign(verdict="not shown"))[0][1] == "none"


def test_cards_are_written_with_the_same_bytes_again_and_their_pages_lead_there(tmp_path: Path) -> None:
    facts = card.facts({"data": data_card.limits(), "model": card.about(FittedModel({}, version="abc"))})
    assert not facts.duplicated(["card", "place"]).any()
    drawn = {"data": {"Limits": "<svg/>"}, "model": {}}
    told = cards.write(Reports(tmp_path), facts, drawn)
    first = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    cards.write(Reports(tmp_path), facts.sample(frac=1, random_state=1), drawn)
    assert first == {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert set(first) == {"model_card.md", "model_card.html", "data_card.md", "data_card.html"}
    assert told["model_card_html"] == dg.MetadataValue.path(str(tmp_path / "model_card.html"))
