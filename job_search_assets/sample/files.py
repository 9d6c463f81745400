"""CSV files, written in blocks: UTF-8, header row, quotes only where they are needed, lines end with \\n."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from job_search_assets.sample.draws import Strings

_BLOCK = 50_000  # rows; keeps the memory of a million rows small


def line(fields: Sequence[str]) -> bytes:
    """One row as it stands in the file."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(fields)
    return text.getvalue().encode()


def lines(columns: Mapping[str, Strings], start: int, stop: int) -> Iterator[bytes]:
    """The rows from start to stop, a block at a time."""
    for first in range(start, stop, _BLOCK):
        rows = slice(first, min(first + _BLOCK, stop))
        text = io.StringIO()
        fields = (values[rows].tolist() for values in columns.values())
        csv.writer(text, lineterminator="\n").writerows(zip(*fields, strict=True))
        yield text.getvalue().encode()


def write_table(path: Path, columns: Mapping[str, Strings]) -> int:
    """Write a whole table; returns the number of rows."""
    count = len(next(iter(columns.values())))
    with path.open("wb") as file:
        file.write(line(list(columns)))
        file.writelines(lines(columns, 0, count))
    return count
