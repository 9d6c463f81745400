"""Files that lie on other machines: compared with the hash that their owners declared, where they can be reached.

A file is reached by a path alone: where it is mounted. Nothing is fetched over a network, and of a file that cannot be
reached nothing is guessed.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

SAME, DIFFERS, UNREACHABLE = "as declared", "differs from what was declared", "unreachable"
HOST_AND_PATH = re.compile(r"([\w.-]+):(/[^/].*)")


def state(location: str, sha256: str, mounts: Path) -> str:
    """Whether the file at `host:/path`, below `mounts` by host, or at a path of this machine, has that hash."""
    path = _path(location, mounts)
    try:
        if path is None or not path.is_file():
            return UNREACHABLE
        with path.open("rb") as file:
            return SAME if hashlib.file_digest(file, "sha256").hexdigest() == sha256 else DIFFERS
    except OSError:
        return UNREACHABLE


def compared(sources: Sequence[Mapping[str, Any]], mounts: Path) -> Iterator[dict[str, str]]:
    """Each declared file with its source, location and state."""
    for source in sources:
        if isinstance(source["location"], str):
            found = state(source["location"], source["sha256"], mounts)
            yield {"source": source["source"], "location": source["location"], "state": found}


def _path(location: str, mounts: Path) -> Path | None:
    if found := HOST_AND_PATH.fullmatch(location):
        return mounts / found[1] / found[2].lstrip("/")
    return Path(location) if location.startswith("/") else None
