"""The physical lines of a block of CSV, and which of them together make one record.

A quote that opens a field stands at the field's beginning, one that closes it at its end, and one inside is
doubled (RFC 4180): so a line's quotes, counted from its beginning, tell whether it is sound. Both readings
are kept, that the line begins a record and that it begins inside a quoted field, and nothing depends on the
lines before it.

An open quote must not swallow the lines after it. So a record that spans lines is believed only if its
quotes close within `LONGEST_RECORD` bytes and `MOST_LINES` lines, if it then has as many fields as the
header, and if no line inside it looks like a whole record. Otherwise its first line alone is broken, and
reading goes on with the next line: every physical line is accounted for.
"""

import re
from dataclasses import dataclass
from typing import Any

import numpy as np

LONGEST_RECORD = 1 << 20  # bytes of a record that spans lines
MOST_LINES = 1000  # that a record may span
NEWLINE, RETURN, QUOTE, COMMA = 10, 13, 34, 44
BEGINS_LIKE_A_RECORD = re.compile(rb'[^\s,"]+,')

Numbers = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Lines:
    """What the quotes and commas of each line say; one number or flag a line."""

    block: bytes
    starts: Numbers
    stops: Numbers  # the end without the line break
    commas: Numbers
    outside: Numbers  # commas outside quotes, if the line begins a record
    is_quoted: Numbers  # has any quote
    is_odd: Numbers  # has an odd number of quotes: opens a quoted field, or closes one
    is_torn: Numbers  # has a quote in the wrong place, if the line begins a record
    is_torn_inside: Numbers  # the same, if the line begins inside a quoted field


@dataclass(frozen=True)
class Spans:
    """Records of several lines: first line -> last line. `used` lines of the block are settled."""

    last_line: dict[int, int]
    is_continued: Numbers
    used: int


def survey(block: bytes) -> Lines:
    """Looks at every line of a block that ends with a line break."""
    octets = np.frombuffer(block, np.uint8)
    ends = np.flatnonzero(octets == NEWLINE)
    starts = np.concatenate([[0], ends[:-1] + 1])
    stops = ends - ((ends > starts) & (octets[ends - 1] == RETURN))
    quotes = np.flatnonzero(octets == QUOTE)
    line_of = np.searchsorted(ends, quotes)
    count = np.bincount(line_of, minlength=len(ends))
    first = np.cumsum(count) - count
    opens, closes = _fit(octets, quotes, starts[line_of], stops[line_of])
    is_even = (np.arange(len(quotes)) - first[line_of]) % 2 == 0
    commas, outside = _commas(octets, ends, quotes, first)
    return Lines(
        block,
        starts,
        stops,
        commas,
        outside,
        is_quoted=count > 0,
        is_odd=count % 2 == 1,
        is_torn=_any(line_of, np.where(is_even, ~opens, ~closes), len(ends)),
        is_torn_inside=_any(line_of, np.where(is_even, ~closes, ~opens), len(ends)),
    )


def spanning_records(lines: Lines, fields: int, *, is_last: bool) -> Spans:
    """Finds the records that span lines; stops at one that may go on in the next block."""
    count = len(lines.starts)
    last_line: dict[int, int] = {}
    is_continued = np.zeros(count, bool)
    quoted = np.flatnonzero(lines.is_quoted)
    past = -1
    for first in np.flatnonzero(lines.is_odd & ~lines.is_torn).tolist():
        if first <= past:
            continue
        last = _closing_line(lines, quoted, first)
        if last == count and not is_last and _is_short(lines, first, count - 1):
            return Spans(last_line, is_continued, first)
        if last < count and _is_record(lines, first, last, fields):
            past = last_line[first] = last
            is_continued[first + 1 : last + 1] = True
    return Spans(last_line, is_continued, count)


def _closing_line(lines: Lines, quoted: Numbers, first: int) -> int:
    """The line where the field that `first` leaves open is closed; the number of lines if none closes it."""
    for line in quoted[np.searchsorted(quoted, first, "right") :]:
        if lines.is_torn_inside[line] or not _is_short(lines, first, line):
            return NOWHERE
        if lines.is_odd[line]:
            return int(line)
    return len(lines.starts)


NOWHERE = 1 << 62  # later than any line of a block


def _is_short(lines: Lines, first: int, last: int) -> bool:
    return lines.stops[last] - lines.starts[first] <= LONGEST_RECORD and last - first < MOST_LINES


def _is_record(lines: Lines, first: int, last: int, fields: int) -> bool:
    if not _is_short(lines, first, last):
        return False
    after = slice(first + 1, last + 1)
    # After the first line what counted as outside is inside, and the other way about.
    commas = lines.outside[first] + (lines.commas[after] - lines.outside[after]).sum()
    inside = slice(first + 1, last)
    whole = ~lines.is_torn[inside] & ~lines.is_odd[inside] & (lines.outside[inside] + 1 == fields)
    starts = lines.starts[inside][whole]
    return commas + 1 == fields and not any(BEGINS_LIKE_A_RECORD.match(lines.block, start) for start in starts)


def _fit(octets: Numbers, quotes: Numbers, starts: Numbers, stops: Numbers) -> tuple[Numbers, Numbers]:
    """Whether each quote stands where it may open a field, and where it may close one."""
    before, after = octets[quotes - 1], octets[quotes + 1]
    opens = (quotes == starts) | (before == COMMA) | ((before == QUOTE) & (quotes > starts))
    closes = (quotes + 1 == stops) | (after == COMMA) | (after == QUOTE)
    return opens, closes


def _commas(octets: Numbers, ends: Numbers, quotes: Numbers, first: Numbers) -> tuple[Numbers, Numbers]:
    commas = np.flatnonzero(octets == COMMA)
    until = np.searchsorted(commas, ends)
    count = np.diff(until, prepend=0)
    is_outside = (np.searchsorted(quotes, commas) - np.repeat(first, count)) % 2 == 0
    running = np.concatenate([[0], np.cumsum(is_outside)])
    return count, np.diff(running[until], prepend=0)


def _any(line_of: Numbers, flags: Numbers, count: int) -> Numbers:
    return np.bincount(line_of[flags], minlength=count) > 0
