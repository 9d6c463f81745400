"""What the person at the keyboard did or can mend: one message, no traceback."""

import difflib
from collections.abc import Collection, Iterable
from pathlib import Path


class BadInput(Exception):
    """What is wrong with an input, where, and what to do about it; the commands print it and exit with 2."""


class NotReady(Exception):
    """Why nothing may be built now, and what a person can say or do about it; the commands print it and exit with 1."""


class Stopped(Exception):
    """Somebody stopped a run; what it had published stays, and another run goes on from there."""


def assert_one_of(what: str, given: str, known: Iterable[str]) -> None:
    """Raises BadInput for a name that is not known, with the one that is most like it and all that are."""
    known = list(known)
    if given not in known:
        raise BadInput(f"There is no {what} {given}.{nearest(given, known)} There are {', '.join(known)}.")


def nearest(given: str, known: Iterable[str]) -> str:
    """` Did you mean …?` with the known name that is most like the given one; nothing where none is."""
    found = _most_like(given, known)
    return f" Did you mean {found}?" if found else ""


def assert_columns(path: Path, header: Collection[str], needed: Collection[str]) -> None:
    """Raises BadInput for the first column that a file needs and has not, with the one that may stand for it."""
    missing = next((name for name in needed if name not in header), None)
    if missing is not None:
        like = _most_like(missing, set(header) - set(needed))
        hint = f" Is it {like}, which nothing reads?" if like else ""
        hint = " Columns are separated by commas." if len(header) == 1 else hint
        columns = f"The file needs the columns {', '.join(needed)}."
        raise BadInput(f"{path}, line 1: the column {missing} is missing.{hint} {columns}")


def _most_like(given: str, known: Iterable[str]) -> str | None:
    return next(iter(difflib.get_close_matches(given, list(known), n=1)), None)
