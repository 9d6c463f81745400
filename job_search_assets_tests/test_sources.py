"""Sources: the inventory that people keep, and accounts from nowhere."""

import hashlib
from pathlib import Path
from typing import Any

import pytest

from job_search_assets.checks.sources import every_file_elsewhere_is_as_declared
from job_search_assets.engine.errors import BadInput
from job_search_assets.engine.files import originals
from job_search_assets.engine.files.inventory_file import read_inventory
from job_search_assets.logic import sources
from job_search_assets.logic.sources import worth
from job_search_assets.settings import SourceSettings
from job_search_assets_tests.pipeline import change, job_search

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

APP = WEB.replace("id: web", "id: app")


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
            "status": "chosen",
            "proposed_by": None,
            "why": None,
            "delivers": "users",
            "most_rows": None,
            "after": None,
            "excludes": None,
            "people_setup": 0,
            "people_running": 0,
            "location": None,
            "sha256": None,
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
        (WEB + "  status: maybe\n", "line 11: status is none of idea, chosen, rejected"),
        (WEB + "  status: rejected\n", "line 11: a rejected source says why"),
        (WEB + "  delivers: pizza\n", "line 11: delivers is none of users"),
        (WEB + "  most_rows: -1\n", "line 11: most_rows is no number from 0"),
        (WEB + "  people_setup: 1.5\n", "line 11: people_setup is no whole number"),
        (WEB + "  after: [moon]\n", "line 11: after names moon, which is no other source"),
        (WEB + "  excludes: web\n", "line 11: excludes names web, which is no other source"),
        (WEB + "  after: app\n" + APP + "  after: web\n", "line 11: web waits for itself"),
        (
            WEB + "  after: app\n" + APP + "  status: rejected\n  why: dear\n",
            "line 11: web is chosen and waits for app",
        ),
        (WEB + "  location: crm:/users.csv\n", "line 11: location stands without sha256"),
        (WEB + f"  location: users.csv\n  sha256: {'a' * 64}\n", "line 11: location is no host:/path"),
        (WEB + "  location: /mnt/users.csv\n  sha256: abc\n", "line 12: sha256 is not 64 digits"),
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


PLACES = {"file": "string", "line": "int64"}


def test_rejected_rows_are_counted_by_rule_and_the_first_of_each_is_named(engine: Any) -> None:
    rejected = engine.table(
        {
            "table": ["users"] * 3,
            "column": ["", "country", "country"],
            "rule": ["missing fields", "odd", "odd"],
            "file": ["raw/users.csv"] * 3,
            "line": [7, 10, 9],
        },
        {**dict.fromkeys(["table", "column", "rule"], "string"), **PLACES},
    )
    assert engine.rows(sources.rows_per_rule(rejected), "column") == [
        {"table": "users", "column": "", "rule": "missing fields", "rows": 1, "first": "raw/users.csv, line 7"},
        {"table": "users", "column": "country", "rule": "odd", "rows": 2, "first": "raw/users.csv, line 9"},
    ]


def test_a_file_of_which_nothing_was_kept_is_told_from_one_with_a_few_broken_records(engine: Any) -> None:
    rejected = engine.table(
        {"file": ["raw/users/a.csv", "raw/users/a.csv", "raw/users/b.csv", "reference/corrections.csv"]},
        {"file": "string"},
    )
    kept = engine.table({"file": ["raw/users/b.csv"]}, {"file": "string"})
    assert sources.refused_files(rejected, kept) == ["raw/users/a.csv"]


SOURCES = {"source": "string", "status": "string", "rights": "string"}
POLICY = worth.Policy(no_rights=["unknown"], doubtful_rights=["unclear"], nobody=["nobody"])


def test_sources_in_use_that_may_not_be_used_are_told_apart_from_those_in_doubt(engine: Any) -> None:
    users = engine.table(
        {"account_id": list("abcdefg"), "source": ["web", "web", "old", "new", "odd", "far", "moon"]},
        {"account_id": "string", "source": "string"},
    )
    known = engine.table(
        {
            "source": ["web", "old", "new", "odd", "far", "unused"],
            "status": ["chosen", "rejected", "chosen", "idea", "chosen", "rejected"],
            "rights": ["terms", "terms", "Unknown so far", "terms", "consent unclear", "unknown"],
        },
        SOURCES,
    )
    wrong, doubtful = sources.not_to_be_used(sources.in_use(users, known).to_pandas(), POLICY)
    assert wrong == [
        {"source": "new", "accounts": 1, "reason": "no rights"},
        {"source": "old", "accounts": 1, "reason": "rejected"},
    ]
    assert doubtful == [
        {"source": "far", "accounts": 1, "reason": "rights in doubt"},
        {"source": "odd", "accounts": 1, "reason": "not decided yet"},
    ]


@pytest.mark.parametrize(
    ("quality", "note", "delivers"),
    [
        (0.0, "no labels", "users"),
        (0.97, "spam_reports.csv", "spam_reports"),
        (0.8, "job_seeker_votes.csv", "job_seeker_votes"),
        (0.9, "an idea; not in use", "labelled_users"),
        (0.9, None, "labelled_users"),
    ],
)
def test_what_a_source_delivers_is_read_off_where_nobody_says_it(quality: float, note: str, delivers: str) -> None:
    assert worth.delivered(quality, note) == delivers


@pytest.mark.parametrize(("quality", "worth_of_it"), [(1.0, 1.0), (0.9, 0.64), (0.8, 0.36), (0.5, 0.0), (0.2, 0.0)])
def test_a_label_is_worth_what_learning_gets_from_it(quality: float, worth_of_it: float) -> None:
    assert worth.label_worth(quality) == pytest.approx(worth_of_it)


def test_a_source_costs_its_set_up_and_its_rows_by_what_they_are_worth(tmp_path: Path) -> None:
    crowd = WEB.replace("setup_days: 0", "setup_days: 10").replace("cost_setup: 0", "cost_setup: 1500")
    crowd = crowd.replace("label_quality: 0.0", "label_quality: 0.8\n  delivers: job_seeker_votes")
    crowd = crowd.replace("owner: product", "owner: nobody yet").replace("terms of use", "unclear")
    told = worth.compared(inventory(tmp_path, crowd), days=30, policy=POLICY).to_dict("records")[0]
    assert told["usable_per_row"] == 0.36
    assert told["cost_per_usable_row"] == round((1500 + 18000 * 0.0015) / (18000 * 0.36), 6)
    assert told["risk"] == "rights in doubt, nobody owns it"


def test_a_source_that_does_not_begin_within_the_usual_days_has_no_price(tmp_path: Path) -> None:
    late = WEB.replace("setup_days: 0", "setup_days: 30")
    assert worth.compared(inventory(tmp_path, late), days=30, policy=POLICY)["cost_per_usable_row"].tolist() == [None]


def test_a_file_elsewhere_is_compared_where_it_is_mounted_and_never_guessed(tmp_path: Path) -> None:
    there = tmp_path / "crm-1" / "exports" / "users.csv"
    there.parent.mkdir(parents=True)
    there.write_text("a")
    sha256 = hashlib.sha256(b"a").hexdigest()
    for location in ("crm-1:/exports/users.csv", str(there)):
        assert originals.state(location, sha256, tmp_path) == "as declared"
        assert originals.state(location, "0" * 64, tmp_path) == "differs from what was declared"
    for location in ("crm-2:/exports/users.csv", "https://crm-1/exports/users.csv", "crm-1:/exports"):
        assert originals.state(location, sha256, tmp_path) == "unreachable"


@pytest.mark.parametrize(
    ("is_there", "content", "severity"), [(True, b"a", None), (True, b"b", "ERROR"), (False, b"", "WARN")]
)
def test_a_check_fails_for_a_file_that_differs_and_warns_for_one_out_of_reach(
    tmp_path: Path, is_there: bool, content: bytes, severity: str | None
) -> None:
    place = tmp_path / "users.csv"
    if is_there:
        place.write_bytes(content)
    text = WEB + f"  location: {place}\n  sha256: {hashlib.sha256(b'a').hexdigest()}\n"
    known = worth.compared(inventory(tmp_path, text), days=30, policy=POLICY)
    check = every_file_elsewhere_is_as_declared.op.compute_fn.decorated_fn
    found = check(known, SourceSettings.model_validate({}))
    assert found.passed == (severity is None)
    assert severity in (None, found.severity.value)


def test_why_tells_of_a_table_which_files_elsewhere_its_sources_declare(changeable: Path) -> None:
    place = changeable / "export.csv"
    place.write_text("a")
    sha256 = hashlib.sha256(b"a").hexdigest()
    change(
        changeable, f"UPDATE source_inventory SET location = '{place}', sha256 = '{sha256}' WHERE source = 'own_web'"
    )
    asked = ("why", "--data", changeable, "--build", changeable)
    assert "as declared" in " ".join(job_search(*asked, "clean_users").said.split())
    assert "as declared" not in job_search(*asked, "raw_ip_blocklist").said
    place.unlink()
    assert "unreachable" in " ".join(job_search(*asked, "clean_users").said.split())
