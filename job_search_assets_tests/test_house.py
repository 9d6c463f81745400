"""The house rules that a machine can check: what the README promises, what every asset owes its readers."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest

from job_search_assets.cli import commands
from job_search_assets.definitions import defs
from job_search_assets.engine.folders import Folders
from job_search_assets.engine.graph.ordering import FILES
from job_search_assets.engine.running.selection import select
from job_search_assets.engine.tables.table_schemas import key_of, table_schemas

ROOT = Path(__file__).parent.parent
MODELS = {"spam_model", "match_model", "label_model", "job_seeker_model"}
SPECS = {spec.key.path[-1]: spec for spec in defs.resolve_all_asset_specs() if spec.key.path[0] != FILES}


@pytest.mark.parametrize("name", sorted(SPECS))
def test_an_asset_says_what_it_is_who_owns_it_and_what_code_makes_it(name: str) -> None:
    spec = SPECS[name]
    assert spec.description
    assert spec.owners
    assert spec.kinds
    assert spec.code_version
    stages = {"sources", "users", "spam", "identity", "labels", "splits", "job_seekers", "slices", "provenance"}
    stages |= {"readiness", "drift"}
    assert spec.group_name in stages


def test_examples_under_a_command_name_keys_of_the_sample() -> None:
    key = re.compile(r"\b(?:u[a-z0-9]{10}|bl-[a-z0-9]{7}|ann-[a-z0-9]+)\b")
    there = {
        found for path in (ROOT / "data" / "raw").glob("*.csv") for found in key.findall(path.read_text("latin-1"))
    }
    named = {found for command in commands.commands.values() for found in key.findall(command.epilog or "")}
    assert named
    assert named <= there


def test_what_people_bring_stands_before_the_stages_in_the_graph() -> None:
    """In a group of its own: within a stage it would draw arrows back to that stage from all later ones."""
    brought = [spec for spec in defs.resolve_all_asset_specs() if spec.key.path[0] == FILES]
    assert {spec.group_name for spec in brought} == {FILES}
    assert not any(list(spec.deps) for spec in brought)


def test_every_table_has_a_schema_and_every_schema_a_table() -> None:
    assert set(SPECS) - MODELS == set(table_schemas())


@pytest.mark.parametrize("table", sorted(table_schemas()))
def test_a_table_is_strict_has_a_key_and_describes_every_column(table: str) -> None:
    schema = table_schemas()[table].to_schema()
    assert schema.strict
    assert key_of(table)
    assert [name for name, column in schema.columns.items() if not column.description] == []


@pytest.mark.parametrize("table", sorted(table_schemas()))
def test_a_table_shows_its_columns_before_the_first_run_and_has_its_blocking_schema_check(table: str) -> None:
    shown = SPECS[table].metadata["dagster/column_schema"]
    assert [column.name for column in shown.columns] == list(table_schemas()[table].to_schema().columns)
    graph = defs.resolve_asset_graph()
    check = graph.get(dg.AssetCheckKey(dg.AssetKey(table), f"{table}_keeps_its_schema"))
    assert check.blocking


def test_every_check_that_warns_says_what_to_do() -> None:
    """`judged` asks for it, and nothing else in `checks/` gives a result another severity than Dagster's own."""
    files = (ROOT / "job_search_assets" / "checks").glob("*.py")
    calls = [(file.name, node) for file in files for node in ast.walk(ast.parse(file.read_text()))]
    assert {
        file
        for file, node in calls
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).endswith("AssetCheckResult")
        and "severity" in {keyword.arg for keyword in node.keywords}
    } == {"judged.py"}


def test_the_files_that_the_readme_sends_a_newcomer_to_exist() -> None:
    table = (ROOT / "README.md").read_text().partition("## Where do I change")[2].partition("\n## ")[0]
    named = re.findall(r"`([\w./]+\.(?:py|csv|yaml|toml|md))`", table)
    assert len(named) >= 6
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_the_readme_names_every_table_with_its_stage() -> None:
    tables = (ROOT / "README.md").read_text().partition("## Tables")[2].partition("\n## ")[0]
    rows = dict(re.findall(r"^\| (\w+) \| (.*) \|$", tables, re.M))
    told = {name: [stage for stage, row in rows.items() if f"`{name}`" in row] for name in SPECS}
    assert told == {name: [spec.group_name] for name, spec in SPECS.items()}


def test_the_import_contracts_hold() -> None:
    linter = [sys.executable, "-c", "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())"]
    ended = subprocess.run(linter, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout


def test_help_does_not_load_the_models(monkeypatch: pytest.MonkeyPatch) -> None:
    code = """import sys; from job_search_assets import definitions
print([module for module in ("sklearn", "splink", "skops", "matplotlib", "fastapi") if module in sys.modules])"""
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "[]"


def test_the_lock_holds_hashes_and_no_host() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    pinned = re.findall(r"^[\w.\[\]-]+==", lock, re.M)
    assert len(pinned) > 50
    assert lock.count("--hash=") >= len(pinned)
    assert "://" not in lock


@pytest.mark.parametrize(
    ("selection", "named"),
    [
        ("clean_users", {"clean_users"}),
        ("key:raw_users or key:rejected_rows", {"raw_users", "rejected_rows"}),
        ("key:job_seeker_model+", {"job_seeker_model", "job_seeker_predictions", "model_evaluation"}),
        ("group:splits", {"job_seeker_splits"}),
    ],
)
def test_the_selections_that_the_readme_shows_can_be_followed(selection: str, named: set[str], tmp_path: Path) -> None:
    chosen = {key.path[-1] for key in select(defs, selection, Folders(data=tmp_path, build=tmp_path / "build"))}
    assert named <= chosen


def test_a_selection_brings_what_its_checks_read_where_that_is_not_built(tmp_path: Path) -> None:
    nothing = Folders(data=tmp_path, build=tmp_path / "build")
    chosen = [key.path[-1] for key in select(defs, "key:raw_users", nothing)]
    assert set(chosen) == {"raw_users", "rejected_rows", "raw_places", "source_inventory"}
