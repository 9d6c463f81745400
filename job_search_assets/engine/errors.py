"""What the person at the keyboard did or can mend: one message, no traceback."""

import difflib
from collections.abc import Iterable


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
    found = difflib.get_close_matches(given, list(known), n=1)
    return f" Did you mean {found[0]}?" if found else ""
