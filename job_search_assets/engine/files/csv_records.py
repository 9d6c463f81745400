"""Records of a CSV file, good and broken, each with the physical line it begins on.

Nearly all records are sound and stand on one line: those go to Arrow's parser together, a block at a time.
Records that span lines, that are broken, or that hold stray bytes are taken apart one by one.
"""

from collections.abc import Generator, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv

from job_search_assets.engine.errors import BadInput
from job_search_assets.engine.files.csv_lines import NEWLINE, RETURN, Lines, Numbers, spanning_records, survey
from job_search_assets.engine.files.csv_text import is_utf8, split_fields, take_apart

BLOCK = 16 << 20  # bytes read at a time
LONGEST_LINE = 16 << 20  # bytes; what is longer is no record, and might not fit into memory


def read_header(path: Path) -> list[str]:
    """The names in a file's first line; raises BadInput when they are no header."""
    with path.open("rb") as file:
        first = file.readline(LONGEST_LINE + 1)
    if not first:
        raise BadInput(f"{path} is empty. It needs a header line with the names of its columns.")
    if len(first) > LONGEST_LINE:
        raise BadInput(too_long(path, 1))
    line = first.removeprefix(b"\xef\xbb\xbf").rstrip(b"\r\n")
    names = split_fields(line.decode()) if is_utf8(line) and b"\0" not in line else None
    if names is None:
        raise BadInput(f"{path}, line 1 is no header of a CSV file in UTF-8. Export the file again as CSV in UTF-8.")
    names = [name.strip() for name in names]
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise BadInput(f"{path}, line 1 names the column {repeated[0]!r} more than once. Rename or remove one of them.")
    return names


def record_batches(path: Path, header: list[str], wanted: list[str]) -> Iterator[pa.RecordBatch]:
    """Streams the records after the header line: line, text, broken, broken_column and the wanted columns.

    `broken` names what is wrong with a record's structure, null for a sound one, and `broken_column` where,
    if that is known. Empty fields are null. Raises BadInput for a line of more than `LONGEST_LINE` bytes.
    """
    line, rest, is_last = 2, b"", False
    with path.open("rb") as file:
        file.readline()
        while not is_last:
            fresh = file.read(BLOCK)
            is_last = not fresh
            rest = rest + fresh if fresh else _ended(rest)
            whole = rest.rfind(b"\n") + 1
            if len(rest) - whole > LONGEST_LINE:
                raise BadInput(too_long(path, line + rest.count(b"\n")))
            if not whole:
                continue
            lines = survey(rest[:whole])
            if (lines.stops - lines.starts).max() > LONGEST_LINE:
                raise BadInput(too_long(path, line + int((lines.stops - lines.starts).argmax())))
            used = yield from _records(lines, line, header, wanted, is_last=is_last)
            line += used
            rest = rest[lines.starts[used] if used < len(lines.starts) else whole :]


def records_schema(wanted: list[str]) -> pa.Schema:
    """The columns that `record_batches` gives: text, but for the line's number."""
    texts = ["text", "broken", "broken_column", *wanted]
    return pa.schema([pa.field("line", pa.int64())] + [pa.field(name, pa.string()) for name in texts])


def too_long(path: Path, line: int) -> str:
    """The message about a line that is no record."""
    return (
        f"{path}, line {line} is longer than {LONGEST_LINE >> 20} MiB, so this is no table of records. "
        "Replace the file by a CSV export with one record a line."
    )


def _ended(rest: bytes) -> bytes:
    return rest if not rest or rest.endswith(b"\n") else rest + b"\n"


def _records(
    lines: Lines, first_line: int, header: list[str], wanted: list[str], *, is_last: bool
) -> Generator[pa.RecordBatch, None, int]:
    """Yields the records of a block, in the order of their lines, and returns how many of these they take."""
    spans = spanning_records(lines, len(header), is_last=is_last)
    is_single = ~spans.is_continued
    is_single[list(spans.last_line)] = False
    is_single[spans.used :] = False
    is_odd_one = lines.is_torn | lines.is_odd | (lines.outside + 1 != len(header)) | _has_stray_bytes(lines)
    found = []
    if (is_single & ~is_odd_one).any():
        found.append(_plain_records(lines, is_single & ~is_odd_one, first_line, header, wanted))
    singles = {line: line for line in np.flatnonzero(is_single & is_odd_one).tolist()}
    rows = [
        {**take_apart(lines.block[lines.starts[first] : lines.stops[last]], header), "line": first_line + first}
        for first, last in sorted({**singles, **spans.last_line}.items())
    ]
    if rows:
        found.append(pa.RecordBatch.from_pylist(rows, schema=records_schema(wanted)))
    if len(found) > 1:
        found = pa.Table.from_batches(found).sort_by("line").combine_chunks().to_batches()
    yield from found
    return spans.used


def _has_stray_bytes(lines: Lines) -> Numbers:
    """Lines with NUL, with a carriage return that ends no line, or with bytes that are not UTF-8."""
    octets = np.frombuffer(lines.block, np.uint8)
    returns = np.flatnonzero(octets == RETURN)
    stray = np.concatenate([np.flatnonzero(octets == 0), returns[octets[returns + 1] != NEWLINE]])
    is_stray = np.zeros(len(lines.starts), bool)
    is_stray[np.searchsorted(lines.stops, stray, "right")] = True
    if not is_utf8(lines.block):
        high = np.unique(np.searchsorted(lines.stops, np.flatnonzero(octets >= 0x80), "right"))
        is_stray[high] |= [not is_utf8(lines.block[lines.starts[line] : lines.stops[line]]) for line in high]
    return is_stray


def _plain_records(
    lines: Lines, chosen: Numbers, first_line: int, header: list[str], wanted: list[str]
) -> pa.RecordBatch:
    """Sound records of one line each, all of them at once."""
    octets = np.frombuffer(lines.block, np.uint8)
    if not chosen.all():
        octets = octets[np.repeat(chosen, np.diff(lines.starts, append=len(octets)))]
    lengths = (lines.stops - lines.starts)[chosen]
    fields = pyarrow.csv.read_csv(
        pa.BufferReader(pa.py_buffer(octets)),
        # Arrow refuses a line that is longer than two of its blocks.
        read_options=pyarrow.csv.ReadOptions(column_names=header, block_size=max(1 << 20, 2 * int(lengths.max()))),
        convert_options=pyarrow.csv.ConvertOptions(
            column_types=dict.fromkeys(wanted, pa.string()),
            include_columns=wanted,
            null_values=[""],
            strings_can_be_null=True,
            check_utf8=False,
        ),
    )
    nothing = pa.nulls(len(lengths), pa.string())
    numbers = pa.array(np.flatnonzero(chosen) + first_line)
    columns = [fields[name].combine_chunks() for name in wanted]
    columns = [numbers, _texts(octets, lengths), nothing, nothing, *columns]
    return pa.RecordBatch.from_arrays(columns, schema=records_schema(wanted))


def _texts(octets: Numbers, lengths: Numbers) -> pa.StringArray:
    """The lines without their line breaks, of which no other are left in plain records."""
    kept = octets[(octets != NEWLINE) & (octets != RETURN)]
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    return pa.StringArray.from_buffers(len(lengths), pa.py_buffer(offsets), pa.py_buffer(kept))
