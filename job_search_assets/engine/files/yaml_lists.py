"""A list that people keep as YAML in `reference/`, read with the line of every mistake."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

from job_search_assets.engine.errors import BadInput

NOTHING = ("", "~", "null")


@dataclass(frozen=True)
class Entry:
    """One entry of such a list; each of its fields is asked for by name and kind."""

    path: Path
    node: yaml.Node
    fields: dict[str, yaml.Node]

    def has(self, name: str) -> bool:
        """Whether it says anything there; a name with nothing after it says nothing."""
        node = self.fields.get(name)
        return node is not None and not (isinstance(node, yaml.ScalarNode) and node.value.strip() in NOTHING)

    def optional(self, name: str) -> str | None:
        """The word that it says there, if any."""
        return self.word(name) if self.has(name) else None

    def word(self, name: str, known: Sequence[str] = ()) -> str:
        """Raises BadInput where it is empty, or none of the known ones."""
        node = self.fields[name]
        if not isinstance(node, yaml.ScalarNode) or not node.value.strip():
            raise self.wrong(name, f"{name} is empty. Write a word or a sentence")
        if known and node.value not in known:
            raise self.wrong(name, f"{name} is none of {', '.join(known)}")
        return str(node.value).strip()

    def number(self, name: str, most: float = float("inf")) -> float:
        """From 0 to the highest one. Raises BadInput for anything else."""
        try:
            number = float(self.fields[name].value)
        except (TypeError, ValueError):
            number = -1.0
        if not 0 <= number <= most or number == float("inf"):
            upper = "any" if most == float("inf") else f"{most:g}"
            raise self.wrong(name, f"{name} is no number from 0 to {upper}")
        return number

    def count(self, name: str) -> int:
        """A whole number from 0 on. Raises BadInput for anything else."""
        number = self.number(name)
        if number != int(number):
            raise self.wrong(name, f"{name} is no whole number")
        return int(number)

    def day(self, name: str) -> date:
        """A calendar date such as 2026-10-01. Raises BadInput for anything else."""
        try:
            return date.fromisoformat(self.fields[name].value)
        except (TypeError, ValueError):
            raise self.wrong(name, f"{name} is no date such as 2026-10-01") from None

    def words(self, name: str) -> list[str]:
        """A list, or a word alone. Raises BadInput where there is something else."""
        node = self.fields[name]
        nodes = node.value if isinstance(node, yaml.SequenceNode) else [node]
        if not all(isinstance(one, yaml.ScalarNode) and one.value.strip() for one in nodes):
            raise self.wrong(name, f"{name} is no list of words such as [one, another]")
        return [str(one.value) for one in nodes]

    def numbers(self, name: str) -> dict[str, float]:
        """A number for each of some words. Raises BadInput where there is something else."""
        node = self.fields[name]
        if not isinstance(node, yaml.MappingNode):
            raise self.wrong(name, f"{name} is written as {{one: 100, another: 20}}")
        inside = Entry(self.path, node, {str(key.value): value for key, value in node.value})
        return {key: inside.number(key) for key in inside.fields}

    def inner(self, name: str, *, needed: Sequence[str]) -> "Entry":
        """Fields within a field, all of which are needed. Raises BadInput where one lacks or is unknown."""
        node = self.fields[name]
        return Entry(self.path, node, _fields(self.path, node, name, needed, ()))

    def wrong(self, name: str | None, problem: str) -> BadInput:
        """What to raise about a field, or about the whole entry."""
        return _wrong(self.path, self.node if name is None else self.fields[name], problem)


def read_list(
    path: Path, *, what: str, needed: Sequence[str], optional: Sequence[str], is_optional: bool = False
) -> list[Entry]:
    """The entries in the order of the file, each with all that it needs and nothing unknown, and an `id` of its own.

    Raises BadInput with file and line; a file that may be missing is empty then.
    """
    shape = f"{{{', '.join((*needed, *optional))}}}"
    if is_optional and not path.exists():
        return []
    root = _parsed(path, what, shape)
    if is_optional and (root is None or (isinstance(root, yaml.SequenceNode) and not root.value)):
        return []
    if not isinstance(root, yaml.SequenceNode) or not root.value:
        raise BadInput(f"{path} holds no list of {what}s. Write one per line: - {shape}.")
    entries = [Entry(path, node, _fields(path, node, what, needed, optional)) for node in root.value]
    for entry, repeated in _repeated(entries):
        raise entry.wrong(None, f"the id {repeated} stands in the list already. Give each {what} its own")
    return entries


def _parsed(path: Path, what: str, shape: str) -> yaml.Node | None:
    try:
        return yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except FileNotFoundError:
        raise BadInput(f"There is no {path}. Describe each {what} there, one per line: - {shape}.") from None
    except (OSError, UnicodeDecodeError) as problem:
        raise BadInput(f"{path} cannot be read as UTF-8 text ({type(problem).__name__}). Mend that.") from problem
    except yaml.YAMLError as problem:
        mark = getattr(problem, "problem_mark", None)
        place = f", line {mark.line + 1}" if mark else ""
        said = getattr(problem, "problem", None) or "it has characters that no YAML may have"
        raise BadInput(f"{path}{place} is no YAML: {said}. Mend the line.") from problem


def _fields(
    path: Path, node: yaml.Node, what: str, needed: Sequence[str], optional: Sequence[str]
) -> dict[str, yaml.Node]:
    if not isinstance(node, yaml.MappingNode):
        raise _wrong(path, node, f"a {what} is written as {{{', '.join((*needed, *optional))}}}")
    found: dict[str, yaml.Node] = {}
    for key, value in node.value:
        if key.value not in (*needed, *optional):
            raise _wrong(path, key, f"{key.value} is not known. Known are {', '.join((*needed, *optional))}")
        if key.value in found:
            raise _wrong(path, key, f"{key.value} stands there twice. Keep one")
        found[key.value] = value
    for name in needed:
        if name not in found:
            raise _wrong(path, node, f"the {what} has no {name}. Add it")
    return found


def _repeated(entries: Sequence[Entry]) -> Iterator[tuple[Entry, str]]:
    seen = set()
    for entry in entries:
        name = entry.word("id")
        if name in seen:
            yield entry, name
        seen.add(name)


def _wrong(path: Path, node: yaml.Node, problem: str) -> BadInput:
    return BadInput(f"{path}, line {node.start_mark.line + 1}: {problem}.")
