"""Requests: raw rows in any number, their answers in the same order."""

from collections.abc import Iterator

import pyarrow as pa

from job_search_assets.engine.files.forgotten import blanked
from job_search_assets.engine.scoring.scoring_builds import OpenedForScoring
from job_search_assets.engine.scoring.scoring_steps import GIVEN, RECORD
from job_search_assets.logic.scoring.answers import ANSWER, with_reasons
from job_search_assets.schemas.contracts import USERS

ROWS_TOGETHER = 25_000  # rows that go through the steps at once, whatever the size of a file


def answers(opened: OpenedForScoring, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.Table]:
    """The answers (`answers.ANSWER`) of records in the form that files are read in (`csv_records.records_schema`)."""
    first = 1
    for records in _together(batches):
        yield answered(opened, records, first)
        first += records.num_rows


def answered(opened: OpenedForScoring, records: pa.Table, first: int = 1) -> pa.Table:
    """The answers of one batch; rows are numbered from `first` on."""
    left = [blanked(batch, USERS.accounts, opened.forgotten) for batch in records.to_batches()]
    rows = pa.Table.from_batches(left, schema=records.schema)
    numbered = rows.set_column(
        rows.schema.get_field_index("line"), "line", pa.array(range(first, first + rows.num_rows), pa.int64())
    )
    if "file" in numbered.column_names:
        numbered = numbered.drop_columns(["file"])
    placed = numbered.append_column("file", pa.repeat(GIVEN, rows.num_rows)).select(list(RECORD))
    told = [_scored(opened, placed.take(chosen)) for chosen in apart(placed["account_id"].to_pylist())]
    every = pa.concat_tables(told) if told else _schema().empty_table()
    return every.sort_by("row")


def _scored(opened: OpenedForScoring, rows: pa.Table) -> pa.Table:
    found = opened.scorer.score(rows, ["answers", "spam_reasons"])
    frame = with_reasons(*(found[name].to_pandas() for name in ("answers", "spam_reasons")))
    return pa.Table.from_pandas(frame, schema=_schema(), preserve_index=False)


def _schema() -> pa.Schema:
    import ibis

    return ibis.schema(ANSWER).to_pyarrow()


def apart(accounts: list[str | None]) -> list[list[int]]:
    """Places of rows, so that no account comes twice in one part: first all first rows, then all second ones."""
    times: dict[str | None, int] = {}
    parts: list[list[int]] = []
    for place, account in enumerate(accounts):
        turn = times.get(account, 0) if account else 0
        if account:
            times[account] = turn + 1
        if turn == len(parts):
            parts.append([])
        parts[turn].append(place)
    return parts


def _together(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.Table]:
    """Batches of `ROWS_TOGETHER` rows, the last one smaller."""
    waiting: list[pa.RecordBatch] = []
    for batch in batches:
        for start in range(0, batch.num_rows, ROWS_TOGETHER):
            waiting.append(batch.slice(start, ROWS_TOGETHER))
            if sum(part.num_rows for part in waiting) >= ROWS_TOGETHER:
                whole = pa.Table.from_batches(waiting)
                yield whole.slice(0, ROWS_TOGETHER)
                waiting = whole.slice(ROWS_TOGETHER).to_batches()
    if waiting:
        yield pa.Table.from_batches(waiting)
