"""What is told of a table or a model; each field is a key of `job-search why TABLE --json`. Times are text in UTC."""

from dataclasses import dataclass


@dataclass(frozen=True)
class SourceFile:
    """An input file: its path seen from the data folder, the SHA-256 of its bytes, who answers for what is in it."""

    path: str
    sha256: str
    owner: str | None


@dataclass(frozen=True)
class Original:
    """A file on another machine that a source declares: where, the SHA-256 declared, whether it has that hash.

    `state` is "as declared", "differs from what was declared" or "unreachable": then nobody knows.
    """

    source: str
    location: str
    sha256: str
    owner: str
    state: str


@dataclass(frozen=True)
class Making:
    """A step on the way to a table: a table made or a model fitted.

    `behind` are those of its inputs that have changed since it was made: of a model that it is held.
    """

    name: str
    is_model: bool
    version: str
    code_version: str
    owner: str | None
    behind: tuple[str, ...]


@dataclass(frozen=True)
class TableStory:
    """What a table or model comes from; the last of `steps` is itself.

    `rows` is None for a model. `made_at` is when it was made last, `unchanged_since` when it first came out as it is;
    both are None where Dagster has no record of it. `is_behind` says that it was made after this was written down.
    """

    name: str
    rows: int | None
    made_at: str | None
    unchanged_since: str | None
    is_behind: bool
    files: tuple[SourceFile, ...]
    originals: tuple[Original, ...]
    steps: tuple[Making, ...]
