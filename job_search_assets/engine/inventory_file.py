"""`reference/sources.yaml`: the inventory of sources that people keep, read with the line of every mistake."""

from pathlib import Path
from typing import Any

import yaml

from job_search_assets.engine.errors import BadInput
from job_search_assets.schemas.sources import KINDS

WORDS = ["id", "name", "owner", "kind", "rights"]
NUMBERS = ["rows_per_day", "setup_days", "cost_setup", "cost_per_1000_rows", "label_quality"]
FIELDS = [*WORDS, *NUMBERS, "note"]


def read_inventory(path: Path) -> list[dict[str, Any]]:
    """One dict per source, with the columns of `source_inventory`. Raises BadInput with file and line."""
    root = _parsed(path)
    if not isinstance(root, yaml.SequenceNode) or not root.value:
        raise BadInput(f"{path} holds no list of sources. Write one per line: - {{{', '.join(FIELDS)}}}.")
    entries = [_entry(path, node) for node in root.value]
    ids = [entry["source"] for entry in entries]
    for place, node in enumerate(root.value):
        if ids[place] in ids[:place]:
            raise _wrong(path, node, f"the id {ids[place]} stands in the list already. Give each source its own")
    return entries


def _parsed(path: Path) -> yaml.Node | None:
    try:
        return yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except FileNotFoundError:
        raise BadInput(
            f"There is no {path}. Describe each source there, one per line: - {{{', '.join(FIELDS)}}}."
        ) from None
    except (OSError, UnicodeDecodeError) as problem:
        raise BadInput(f"{path} cannot be read as UTF-8 text ({type(problem).__name__}). Mend that.") from problem
    except yaml.YAMLError as problem:
        mark = getattr(problem, "problem_mark", None)
        place = f", line {mark.line + 1}" if mark else ""
        said = getattr(problem, "problem", None) or "it has characters that no YAML may have"
        raise BadInput(f"{path}{place} is no YAML: {said}. Mend the line.") from problem


def _entry(path: Path, node: yaml.Node) -> dict[str, Any]:
    if not isinstance(node, yaml.MappingNode):
        raise _wrong(path, node, f"a source is written as {{{', '.join(FIELDS)}}}")
    found = {key.value: value for key, value in node.value}
    for name in FIELDS[:-1]:
        if name not in found:
            raise _wrong(path, node, f"the source has no {name}. Add it")
    unknown = sorted(set(found) - set(FIELDS))
    if unknown:
        raise _wrong(path, found[unknown[0]], f"{unknown[0]} is not known. Known are {', '.join(FIELDS)}")
    words = {name: _word(path, name, found[name]) for name in WORDS}
    numbers = {name: _number(path, name, found[name]) for name in NUMBERS}
    note = found["note"].value if "note" in found else None
    return {"source": words.pop("id"), **words, **numbers, "note": note or None}


def _word(path: Path, name: str, node: yaml.Node) -> str:
    if not isinstance(node, yaml.ScalarNode) or not node.value.strip():
        raise _wrong(path, node, f"{name} is empty. Write a word or a sentence")
    if name == "kind" and node.value not in KINDS:
        raise _wrong(path, node, f"kind is none of {', '.join(KINDS)}")
    return str(node.value)


def _number(path: Path, name: str, node: yaml.Node) -> float:
    highest = 1.0 if name == "label_quality" else float("inf")
    try:
        number = float(node.value)
    except (TypeError, ValueError):
        number = -1.0
    if not 0 <= number <= highest or number == float("inf"):
        upper = "1" if name == "label_quality" else "any"
        raise _wrong(path, node, f"{name} is no number from 0 to {upper}")
    return number


def _wrong(path: Path, node: yaml.Node, problem: str) -> BadInput:
    return BadInput(f"{path}, line {node.start_mark.line + 1}: {problem}.")
