"""Lines for a terminal: titled sections, aligned columns, nothing wider than a screen."""

import textwrap
from collections.abc import Iterable, Iterator, Sequence

WIDTH = 120
_TITLE = 13  # columns of a section's title


def section(title: str, lines: Iterable[str]) -> Iterator[str]:
    """The lines beside their title; one that is too long goes on below, further in than it began."""
    head = title
    for line in lines:
        for part in wrapped(line, WIDTH - _TITLE):
            yield f"{head:<{_TITLE}}{part}".rstrip()
            head = ""


def wrapped(line: str, width: int = WIDTH) -> list[str]:
    """The line, broken between words where it is too long; what follows stands four columns further in."""
    inset = " " * (len(line) - len(line.lstrip()) + 4)
    broken = textwrap.wrap(
        line, width, subsequent_indent=inset, break_long_words=False, break_on_hyphens=False, drop_whitespace=True
    )
    return broken or [""]


def columns(rows: Iterable[Sequence[str]], right: int = -1) -> Iterator[str]:
    """Rows in aligned columns, the one numbered `right` to the right."""
    rows = list(rows)
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = [
            cell.rjust(width) if place == right else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield "  ".join(cells).rstrip()


def count(number: int, what: str) -> str:
    """A number of things: 1 account, 1,200 accounts."""
    return f"{number:,} {what}" + ("" if number == 1 else "s")
