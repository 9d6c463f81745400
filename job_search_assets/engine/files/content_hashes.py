"""Hashes of files, remembered as long as the files stay as they are."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from job_search_assets.engine.errors import BadInput


class ContentHashes:
    """SHA-256 of files; one is hashed again when its size or one of its times has changed."""

    def __init__(self, memory: Path) -> None:
        self._memory = memory

    def of(self, files: Mapping[str, Path]) -> str:
        """One hash over several files and the names they go by."""
        return self.of_text(*(f"{name} {self.of_file(path)}" for name, path in sorted(files.items())))

    def of_text(self, *parts: str) -> str:
        """One hash over several words."""
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    def of_file(self, path: Path) -> str:
        """SHA-256 of one file's bytes."""
        known = self._known()
        try:
            found = path.stat()
            # The change time cannot be set back, so an edit that keeps size and modification time shows too.
            stamp = [found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino]
            if known.get(str(path), {}).get("stamp") != stamp:
                known[str(path)] = {"stamp": stamp, "sha256": _digest(path)}
                self._remember(known)
        except OSError as problem:
            raise BadInput(f"{path} cannot be read ({problem.strerror}). Mend that and run again.") from problem
        return known[str(path)]["sha256"]

    def _known(self) -> dict[str, dict]:
        try:
            return json.loads(self._memory.read_text())
        except (OSError, ValueError):
            return {}  # nothing remembered, or not readably: the files are hashed again

    def _remember(self, known: dict[str, dict]) -> None:
        self._memory.parent.mkdir(parents=True, exist_ok=True)
        partial = self._memory.with_suffix(".partial")
        partial.write_text(json.dumps(known, indent=1, sort_keys=True))
        partial.rename(self._memory)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
