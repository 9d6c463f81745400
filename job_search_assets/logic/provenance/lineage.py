"""What each table and model was made from, through every step down to the input files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

FILE, STEP, MODEL = "file", "step", "model"


@dataclass(frozen=True)
class Made:
    """A table or a model as it is now: its version, the version of its code, and the names of what it was made from.

    A table's version is the hash of its content. Names that begin with `files/` are input files.
    """

    version: str
    code_version: str | None
    inputs: tuple[str, ...]
    owner: str
    is_model: bool = False


@dataclass(frozen=True)
class InputFile:
    """A file that was read: its path seen from the data folder, the SHA-256 of its bytes, who answers for it."""

    path: str
    sha256: str
    owner: str | None


def trace(made: Mapping[str, Made], files: Mapping[str, Sequence[InputFile]]) -> list[dict[str, Any]]:
    """A row for each thing that a table or model comes from, itself the last step: columns of `TableProvenance`.

    `files` are by the name of the input, such as `files/users`. Steps are numbered in an order in which they can be
    taken, the same every time.
    """
    depths = _depths(made)
    above = _above(made)
    rows = []
    for name in sorted(made):
        reached = [name, *above[name]]
        read = sorted({key for one in reached for key in made[one].inputs if key in files})
        found = [
            {"kind": FILE, "name": file.path, "version": file.sha256, "code_version": None, "owner": file.owner}
            for key in read
            for file in files[key]
        ]
        found += [
            {
                "kind": MODEL if made[one].is_model else STEP,
                "name": one,
                "version": made[one].version,
                "code_version": made[one].code_version,
                "owner": made[one].owner,
            }
            for one in sorted(reached, key=lambda one: (depths[one], one))
        ]
        rows += [{"table": name, "place": place, **row} for place, row in enumerate(found, 1)]
    return rows


def _depths(made: Mapping[str, Made]) -> dict[str, int]:
    """How many steps lie between each table and the files, by the longest way."""
    depths: dict[str, int] = {}

    def depth(name: str) -> int:
        if name not in depths:
            depths[name] = 1 + max((depth(key) for key in made[name].inputs if key in made), default=0)
        return depths[name]

    for name in made:
        depth(name)
    return depths


def _above(made: Mapping[str, Made]) -> dict[str, set[str]]:
    """The names of all tables and models that each was made from, at any remove."""
    found: dict[str, set[str]] = {}

    def above(name: str) -> set[str]:
        if name not in found:
            direct = [key for key in made[name].inputs if key in made]
            found[name] = set(direct).union(*(above(key) for key in direct))
        return found[name]

    for name in made:
        above(name)
    return found
