"""`reference/manual_steps.yaml`: what people did by hand, read with the line of every mistake."""

import re
from datetime import UTC, date, datetime
from pathlib import Path, PurePosixPath

import yaml

from job_search_assets.engine.errors import BadInput
from job_search_assets.logic.readiness.steps import ManualStep, Waiver

NEEDED = ("id", "asset", "what", "made_by", "made_at", "why")
OPTIONAL = ("owner", "file", "hash_before", "hash_after", "closed_by", "waiver")
OF_A_WAIVER = ("by", "reason", "until")
TEST = re.compile(r"job_search_assets_tests/[\w/]+\.py::\w+(\[.+\])?|[a-z]\w*")
HASH = re.compile(r"[0-9a-f]{12,64}")
Fields = dict[str, yaml.Node]


def read_steps(path: Path) -> list[ManualStep]:
    """The steps in the order of the file, none where there is no file. Raises BadInput with file and line."""
    root = _parsed(path)
    if root is None or (isinstance(root, yaml.ScalarNode) and not root.value):
        return []
    if not isinstance(root, yaml.SequenceNode):
        raise _wrong(path, root, f"the file is a list of steps, each with {', '.join(NEEDED)}")
    steps = [_step(path, node) for node in root.value]
    for place, node in enumerate(root.value):
        if steps[place].step in [step.step for step in steps[:place]]:
            raise _wrong(path, node, f"the id {steps[place].step} stands in the list already. Give each step its own")
    return steps


def line_of(path: Path, step: str) -> int:
    """The line at which a step that was read begins."""
    root = _parsed(path)
    nodes = root.value if isinstance(root, yaml.SequenceNode) else []
    return next(
        node.start_mark.line + 1
        for node in nodes
        if any(key.value == "id" and value.value == step for key, value in node.value)
    )


def _parsed(path: Path) -> yaml.Node | None:
    try:
        return yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as problem:
        raise BadInput(f"{path} cannot be read as UTF-8 text ({type(problem).__name__}). Mend that.") from problem
    except yaml.YAMLError as problem:
        mark = getattr(problem, "problem_mark", None)
        place = f", line {mark.line + 1}" if mark else ""
        said = getattr(problem, "problem", None) or "it has characters that no YAML may have"
        raise BadInput(f"{path}{place} is no YAML: {said}. Mend the line.") from problem


def _step(path: Path, node: yaml.Node) -> ManualStep:
    found = _fields(path, node, NEEDED, OPTIONAL, "step")
    words = {name: _word(path, name, found[name]) for name in ("id", "asset", "what", "made_by", "why")}
    return ManualStep(
        step=words.pop("id"),
        **words,
        made_at=_time(path, found["made_at"]),
        owner=_optional(path, found, "owner"),
        file=_file(path, found),
        hash_before=_hash(path, found, "hash_before"),
        hash_after=_hash(path, found, "hash_after"),
        closed_by=_test(path, found),
        waiver=_waiver(path, found["waiver"]) if _is_given(found, "waiver") else None,
    )


def _fields(path: Path, node: yaml.Node, needed: tuple[str, ...], optional: tuple[str, ...], what: str) -> Fields:
    if not isinstance(node, yaml.MappingNode):
        raise _wrong(path, node, f"a {what} is written as {{{', '.join((*needed, *optional))}}}")
    found: Fields = {}
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


def _is_given(found: Fields, name: str) -> bool:
    node = found.get(name)
    return node is not None and (not isinstance(node, yaml.ScalarNode) or node.value not in ("", "~", "null"))


def _word(path: Path, name: str, node: yaml.Node) -> str:
    if not isinstance(node, yaml.ScalarNode) or not node.value.strip():
        raise _wrong(path, node, f"{name} is empty. Write a word or a sentence")
    return str(node.value).strip()


def _optional(path: Path, found: Fields, name: str) -> str | None:
    return _word(path, name, found[name]) if _is_given(found, name) else None


def _time(path: Path, node: yaml.Node) -> datetime:
    try:
        time = datetime.fromisoformat(_word(path, "made_at", node))
    except ValueError:
        raise _wrong(path, node, "made_at is no time such as 2026-05-04T10:00:00Z") from None
    return time.replace(tzinfo=time.tzinfo or UTC).astimezone(UTC)


def _file(path: Path, found: Fields) -> str | None:
    file = _optional(path, found, "file")
    if file is not None and (PurePosixPath(file).is_absolute() or ".." in PurePosixPath(file).parts):
        raise _wrong(path, found["file"], "file is a path inside the data or the build folder, such as raw/users.csv")
    return file


def _hash(path: Path, found: Fields, name: str) -> str | None:
    text = _optional(path, found, name)
    if text is not None and not HASH.fullmatch(text):
        raise _wrong(path, found[name], f"{name} is no hash: 12 to 64 digits 0-9 a-f, as the program tells them")
    return text


def _test(path: Path, found: Fields) -> str | None:
    test = _optional(path, found, "closed_by")
    if test is not None and not TEST.fullmatch(test):
        shown = "job_search_assets_tests/test_users.py::test_a_fact, or the name of an asset check"
        raise _wrong(path, found["closed_by"], f"closed_by names no test. Write {shown}")
    return test


def _waiver(path: Path, node: yaml.Node) -> Waiver:
    found = _fields(path, node, OF_A_WAIVER, (), "waiver")
    until = _word(path, "until", found["until"])
    try:
        day = date.fromisoformat(until)
    except ValueError:
        raise _wrong(path, found["until"], "until is no day such as 2026-12-31") from None
    return Waiver(_word(path, "by", found["by"]), _word(path, "reason", found["reason"]), day)


def _wrong(path: Path, node: yaml.Node, problem: str) -> BadInput:
    return BadInput(f"{path}, line {node.start_mark.line + 1}: {problem}.")
