"""Reads off the project's own state what the readiness report is computed from."""

import ast
import dataclasses
import functools
import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import dagster as dg

from job_search_assets.engine.graph.ordering import ordered
from job_search_assets.engine.guarding.closings import ROOT
from job_search_assets.engine.guarding.phases import above
from job_search_assets.engine.tables import record
from job_search_assets.engine.tables.model_files import ModelFiles
from job_search_assets.engine.tables.table_schemas import table_schemas
from job_search_assets.engine.tables.warehouse import Warehouse
from job_search_assets.logic.job_seekers.features import FEATURES
from job_search_assets.logic.readiness.figures import Figures
from job_search_assets.logic.readiness.state import Card, Check, Column, State, TestFile
from job_search_assets.schemas.provenance import MODELS

TESTS = ROOT / "job_search_assets_tests"
LOGIC = "job_search_assets.logic"
FEATURE_CODE = ("job_seekers/features.py", "spam/features.py")
COMMAND = re.compile(r"\bjob_search\(([^()]*)\)")
IMPORT = re.compile(r"^from (job_search_assets[\w.]*) import ([\w, ]+|\([\w,\s]+\))", re.M)


def gather(defs: dg.Definitions, warehouse: Warehouse, models: ModelFiles, figures: Figures) -> State:
    """The state of the project with these definitions, models and figures."""
    cards = {name: _card(models.card(name)) for name in MODELS if models.has(name)}
    read = {table for card in cards.values() for table in card.inputs}
    versions = {table: found.version for table in read if (found := record.content(warehouse, table)) is not None}
    return State(
        **_defined(defs), tests=_tests(), cards=cards, versions=versions, **_shallow(figures), features=_features()
    )


def version(defs: dg.Definitions) -> str:
    """A hash of what is defined and tested: the data version of the project as an input of the report."""
    defined = {**_defined(defs), "tests": _tests(), "features": _features()}
    return hashlib.sha256(json.dumps(defined, default=_plain, sort_keys=True).encode()).hexdigest()


def _plain(value: Any) -> Any:
    return sorted(value) if isinstance(value, frozenset) else dataclasses.asdict(value)


def _shallow(figures: Figures) -> dict[str, Any]:
    return {one.name: getattr(figures, one.name) for one in dataclasses.fields(figures)}


def _defined(defs: dg.Definitions) -> dict[str, Any]:
    specs, graph = ordered(defs), defs.resolve_asset_graph()
    return {
        "owners": {spec.key.to_user_string(): list(spec.owners) for spec in defs.resolve_all_asset_specs()},
        "code_versions": {spec.key.path[-1]: spec.code_version or "" for spec in specs},
        "columns": {table: _columns(table) for table in table_schemas()},
        "checks": {
            key.name: Check(key.asset_key.path[-1], bool(graph.get(key).blocking)) for key in graph.asset_check_keys
        },
        "feature_code": _feature_code(),
        "model_modules": {name: _modules_of(defs, name) for name in MODELS},
        "made_from": {name: sorted(found) for name, found in above(defs).items()},
    }


def _features() -> list[str]:
    return [feature.name for feature in FEATURES if feature.is_in_model]


def _columns(table: str) -> dict[str, Column]:
    return {
        name: Column(column.description or "", bool(column.nullable), *_bounds(column))
        for name, column in table_schemas()[table].to_schema().columns.items()
    }


def _bounds(column: Any) -> tuple[float | None, float | None]:
    told = {check.name: check.statistics or {} for check in column.checks}
    return (
        told.get("greater_than_or_equal_to", {}).get("min_value"),
        told.get("less_than_or_equal_to", {}).get("max_value"),
    )


def _feature_code() -> list[str]:
    found = []
    for file in FEATURE_CODE:
        tree = ast.parse((ROOT / LOGIC.replace(".", "/") / file).read_text())
        functions = [node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name[0] != "_"]
        found += [f"{file.removesuffix('.py').replace('/', '.')}.{name}" for name in functions]
    return found


def _modules_of(defs: dg.Definitions, asset: str) -> list[str]:
    """The modules of logic that an asset's function calls."""
    function: Any = defs.resolve_assets_def(dg.AssetKey(asset)).op.compute_fn.decorated_fn  # type: ignore[union-attr]
    named = [function.__globals__.get(name) for name in function.__code__.co_names]
    modules = {one.__name__ if isinstance(one, ModuleType) else getattr(one, "__module__", "") for one in named}
    return sorted(module for module in modules if module and module.startswith(LOGIC))


@functools.cache
def _tests() -> dict[str, TestFile] | None:
    if not TESTS.is_dir():
        return None
    return {path.name: _test_file(path) for path in sorted(TESTS.glob("test_*.py"))}


def _test_file(path: Path) -> TestFile:
    text = path.read_text(encoding="utf-8")
    modules = {f"{package}.{name}" for package, names in IMPORT.findall(text) for name in re.findall(r"\w+", names)} | {
        package for package, _ in IMPORT.findall(text)
    }
    quoted = [re.findall(r'"([\w-]+)"', given) for given in COMMAND.findall(text)]
    commands = {words[0] for words in quoted if words}
    commands |= {f"{words[0]} {option}" for words in quoted if words for option in words[1:] if option[0] == "-"}
    return TestFile(
        tests=frozenset(re.findall(r"^def (test_\w+)", text, re.M)),
        words=frozenset(re.findall(r"\w+", text)) & _names_of_feature_code(),
        modules=frozenset(module for module in modules if module.startswith(LOGIC)),
        commands=frozenset(commands),
    )


@functools.cache
def _names_of_feature_code() -> frozenset[str]:
    return frozenset(name.rpartition(".")[2] for name in _feature_code())


def _card(card: Mapping[str, Any]) -> Card:
    tried = [name for name in card["metrics"] if name.startswith("dev_")]
    listed = [str(one.get("method", one)) for one in card["facts"].get("methods", []) if isinstance(one, dict)]
    return Card(card["code_version"] or "", card["data_versions"], [*tried, *listed])
