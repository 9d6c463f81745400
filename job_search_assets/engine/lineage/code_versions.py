"""An asset's code version: a hash of the code that computes it, so that nobody has to remember to raise a number.

The version of a stage's assets covers the stage's module and every module below that it reaches by imports,
without docstrings, comments and layout, and of the settings only the classes that the stage names.
"""

import ast
import functools
import hashlib
import itertools
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import job_search_assets

PACKAGE = Path(job_search_assets.__file__).parent

# How a table is stored and reported has no say in what is in it.
NOT_PART_OF_THE_RESULT = {
    PACKAGE / "settings.py",
    *(PACKAGE / "engine" / f"{name}.py" for name in ("tables/warehouse", "errors", "reporting/pictures")),
}


@dataclass(frozen=True)
class _Source:
    """What the assets of a module need to know of a file that they reach."""

    text: str
    imported: tuple[Path, ...]
    names: frozenset[str]


@functools.cache
def code_version(module: str) -> str:
    """The first 12 hex digits for the assets of a module such as `job_search_assets.assets.splits`."""
    start = _file(module)
    parts = [_settings(_source(start).names)] + [_source(file).text for file in sorted(_reached(start))]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


def _file(module: str) -> Path:
    path = PACKAGE.parent.joinpath(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


def _reached(start: Path) -> set[Path]:
    found: set[Path] = set()
    waiting = [start]
    while waiting:
        file = waiting.pop()
        if file not in found and file not in NOT_PART_OF_THE_RESULT:
            found.add(file)
            waiting += _source(file).imported
    return found


@functools.cache
def _source(file: Path) -> _Source:
    """The file, gone through once: every command waits for some 180 of them to be read."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    modules: list[str] = []
    names: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Import():
                modules += [name.name for name in node.names]
            case ast.ImportFrom(module=str(module)):
                modules += [module, *(f"{module}.{name.name}" for name in node.names)]
            case ast.Name():
                names.add(node.id)
            case _:
                _undocument(node)
    own = {_file(name) for name in modules if name.startswith("job_search_assets.")}
    return _Source(ast.dump(tree), tuple(sorted(path for path in own if path.exists())), frozenset(names))


def _settings(names: Collection[str]) -> str:
    """The classes of the settings that are named, as text."""
    tree = ast.parse((PACKAGE / "settings.py").read_text(encoding="utf-8"))
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef) and node.name in names]
    for node in itertools.chain.from_iterable(ast.walk(each) for each in classes):
        _undocument(node)
    return "\n".join(ast.dump(each) for each in classes)


def _undocument(node: ast.AST) -> None:
    """Takes a docstring off the tree."""
    if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node, clean=False):
        node.body = node.body[1:] or [ast.Pass()]
