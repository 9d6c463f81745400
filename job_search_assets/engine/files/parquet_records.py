"""Records of a Parquet file as text, in the same form as those of a CSV file.

`line` is the number of the row, the first being 1, and `text` the row's values joined by commas.
"""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from job_search_assets.engine.errors import BadInput
from job_search_assets.engine.files.csv_records import records_schema
from job_search_assets.engine.files.csv_text import NUL_BYTE

ROWS_IN_A_BATCH = 50_000


def read_header(path: Path) -> list[str]:
    """The names of the columns; raises BadInput when the file is no Parquet file."""
    try:
        return list(pq.read_schema(path).names)
    except pa.ArrowInvalid as problem:
        raise BadInput(f"{path} is not a Parquet file, or only a part of one. Export it again.") from problem


def record_batches(path: Path, header: list[str], wanted: list[str]) -> Iterator[pa.RecordBatch]:
    """Streams the rows: line, text, broken, broken_column, and the wanted columns as text."""
    row = 1
    try:
        for batch in pq.ParquetFile(path).iter_batches(ROWS_IN_A_BATCH):
            yield _records(path, batch, row, wanted)
            row += batch.num_rows
    except (pa.ArrowInvalid, OSError) as problem:
        raise BadInput(f"{path} cannot be read from row {row} on. Export it again.") from problem


def _records(path: Path, batch: pa.RecordBatch, first_row: int, wanted: list[str]) -> pa.RecordBatch:
    texts = {name: _as_text(path, name, batch[name]) for name in batch.schema.names}
    written = [_written(text) for text in texts.values()]
    text = pc.binary_join_element_wise(*written, ",", null_handling="replace", null_replacement="")
    is_broken = pc.match_substring(text, "\0")
    columns = [
        pa.array(range(first_row, first_row + batch.num_rows), pa.int64()),
        pc.replace_substring(text, "\0", "\\x00"),
        pc.if_else(is_broken, NUL_BYTE, pa.scalar(None, pa.string())),
        pa.nulls(batch.num_rows, pa.string()),
    ]
    values = [pc.if_else(pc.or_(is_broken, pc.equal(texts[name], "")), None, texts[name]) for name in wanted]
    return pa.RecordBatch.from_arrays([*columns, *values], schema=records_schema(wanted))


def _as_text(path: Path, name: str, column: pa.Array) -> pa.StringArray:
    try:
        return column.cast(pa.string())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as problem:
        raise BadInput(
            f"{path}: the column {name} of type {column.type} cannot be read as text. Export it as a column of text."
        ) from problem


def _written(text: pa.StringArray) -> pa.StringArray:
    """Values as CSV would write them, so that the row's text can be told apart again."""
    is_special = pc.match_substring_regex(text, '[",\r\n]')
    quoted = pc.binary_join_element_wise('"', pc.replace_substring(text, '"', '""'), '"', "")
    return pc.if_else(is_special, quoted, text)
