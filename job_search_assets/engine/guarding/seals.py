"""What the last run left: the hash of every file that it wrote or read, kept in `build/seal.json`.

A file is hashed again only where its size or one of its times has changed, so a run with nothing to do costs nothing.
While a run writes, the seal says so: what a killed run had published is judged by what the warehouse has on record.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from job_search_assets.engine.folders import Folders

SEAL = "seal.json"
REPORTS = "reports/"


@dataclass(frozen=True)
class Left:
    """A file as a run left it. The stamp has size, two times and the inode; its change time cannot be set back."""

    sha256: str
    stamp: Sequence[int]


@dataclass(frozen=True)
class Seal:
    """A build folder as the last run left it, by paths within the build or the data folder."""

    by: str = ""
    at: str = ""
    is_writing: bool = False
    files: Mapping[str, Left] = field(default_factory=dict)
    record: Mapping[str, str] = field(default_factory=dict)
    inputs: Mapping[str, Left] = field(default_factory=dict)
    ledgers: Mapping[str, Sequence[str]] = field(default_factory=dict)
    checks: Mapping[str, bool] = field(default_factory=dict)
    is_broken: bool = False


def read(folders: Folders) -> Seal | None:
    """The seal; None where no run has left one yet. One that was edited itself is broken."""
    try:
        told = json.loads((folders.build / SEAL).read_text())
        sealed = told.pop("sha256") == _digest(told)
        files, inputs = _lefts(told.pop("files")), _lefts(told.pop("inputs"))
        return Seal(**told, files=files, inputs=inputs, is_broken=not sealed)
    except FileNotFoundError:
        return None
    except (ValueError, TypeError, KeyError, AttributeError):
        return Seal(is_broken=True)


def _lefts(told: Mapping[str, Any]) -> dict[str, Left]:
    return {path: Left(**one) for path, one in told.items()}


def write(folders: Folders, seal: Seal) -> None:
    """Puts the seal beside its place first, so that a killed run leaves the old one or the new one."""
    told = asdict(seal)
    del told["is_broken"]
    path = folders.build / SEAL
    partial = path.with_suffix(".partial")
    partial.write_text(json.dumps({**told, "sha256": _digest(told)}, indent=1, sort_keys=True))
    partial.replace(path)


def _digest(told: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def stamp(path: Path) -> list[int]:
    """What changes whenever a file is written to, even where somebody sets its time of modification back."""
    found = path.stat()
    return [found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino]


def hashed(path: Path, *, first: int | None = None) -> str:
    """SHA-256 of a file, or of its first bytes."""
    with path.open("rb") as file:
        if first is None:
            return hashlib.file_digest(file, "sha256").hexdigest()
        return hashlib.sha256(file.read(first)).hexdigest()


def is_as_left(path: Path, left: Left) -> bool:
    """Whether a file holds what it held; a copy with other times is hashed."""
    return list(left.stamp) == stamp(path) or (left.stamp[0] == path.stat().st_size and left.sha256 == hashed(path))


def files_of(build: Path) -> Iterator[Path]:
    """Every file of a build folder that is on record, but for those in Dagster's own folder."""
    yield from (path for path in (build / "warehouse.duckdb", build / "warehouse.duckdb.wal") if path.exists())
    for pattern in ("closings.json", "models/*", "staged/*.parquet", f"{REPORTS}**/*"):
        yield from (path for path in sorted(build.glob(pattern)) if path.is_file() and path.suffix != ".staged")


def stamps(build: Path) -> dict[str, list[int]]:
    """The stamp of each of them, by its path within the build folder."""
    return {path.relative_to(build).as_posix(): stamp(path) for path in files_of(build)}


def leave(build: Path, known: Mapping[str, Left], at_first: Mapping[str, Sequence[int]]) -> dict[str, Left]:
    """The files as they are now; `at_first` has their stamps before the run.

    Of reports only those count that a run wrote, since commands draw pictures there too; one that somebody edited
    stays on record as it was, until a run writes it again.
    """
    found = {}
    for path in files_of(build):
        name, now = path.relative_to(build).as_posix(), stamp(path)
        is_untouched = list(at_first.get(name, ())) == now
        if name.startswith(REPORTS) and is_untouched:
            if name in known:
                found[name] = known[name]
        elif name in known and list(known[name].stamp) == now:
            found[name] = known[name]
        else:
            found[name] = Left(hashed(path), now)
    return found


def inputs(folders: Folders, files: Iterable[Path], known: Mapping[str, Left]) -> dict[str, Left]:
    """The files of the data folder as they are now, by their path within it."""
    found = {}
    for path in files:
        name, now = path.relative_to(folders.data).as_posix(), stamp(path)
        is_known = name in known and list(known[name].stamp) == now
        found[name] = known[name] if is_known else Left(hashed(path), now)
    return found
