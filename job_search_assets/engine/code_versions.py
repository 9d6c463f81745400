"""An asset's code version: a hash of the code that computes it, so that nobody has to remember to raise a number.

The version of a stage's assets covers the stage's module and every module below that it reaches by imports,
without docstrings, comments and layout, and of the settings only the classes that the stage names.
"""

import ast
import functools
import hashlib
from pathlib import Path

import job_search_assets

PACKAGE = Path(job_search_assets.__file__).parent

# How a table is stored and reported has no say in what is in it.
NOT_PART_OF_THE_RESULT = {
    PACKAGE / "settings.py",
    *(PACKAGE / "engine" / f"{name}.py" for name in ("warehouse", "errors", "pictures")),
}


@functools.cache
def code_version(module: str) -> str:
    """The first 12 hex digits for the assets of a module such as `job_search_assets.assets.splits`."""
    reached = sorted(_reached(_file(module)))
    names = {node.id for node in ast.walk(_tree(_file(module))) if isinstance(node, ast.Name)}
    parts = [_settings(names)] + [_normalised_file(file) for file in reached]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


def _file(module: str) -> Path:
    path = PACKAGE.parent.joinpath(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


@functools.cache
def _tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


def _reached(start: Path) -> set[Path]:
    found: set[Path] = set()
    waiting = [start]
    while waiting:
        file = waiting.pop()
        if file not in found | NOT_PART_OF_THE_RESULT:
            found.add(file)
            waiting += [_file(module) for module in _imports(_tree(file))]
    return found


def _imports(tree: ast.Module) -> list[str]:
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [name.name for name in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found += [node.module, *(f"{node.module}.{name.name}" for name in node.names)]
    return [name for name in found if name.startswith("job_search_assets.") and _file(name).exists()]


def _settings(names: set[str]) -> str:
    classes = [
        node for node in _tree(PACKAGE / "settings.py").body if isinstance(node, ast.ClassDef) and node.name in names
    ]
    return "\n".join(_normalised(node) for node in classes)


@functools.cache
def _normalised_file(file: Path) -> str:
    return _normalised(_tree(file))


def _normalised(tree: ast.AST) -> str:
    """The syntax tree as text, without positions and docstrings; what is removed from the tree stays removed."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef) and ast.get_docstring(node, clean=False):
            node.body = node.body[1:] or [ast.Pass()]
    return ast.dump(tree)
