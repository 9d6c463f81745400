"""Votes out of a labelling tool: Label Studio's CSV export as a file in the shape of `job_seeker_votes`.

The tasks are the rows of `reports/relabel_queue.csv`, so the export carries `account_id` and `guide_version`; the tool
adds who answered and when. Its own columns win over none of ours, so the answer needs a name that the queue does not
use: `answer`, unless told otherwise.
"""

import csv
import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from job_search_assets.engine.errors import BadInput
from job_search_assets.schemas.contracts import JOB_SEEKER_VOTES

WHO, WHEN = "annotator", "created_at"  # Label Studio's names for the labeller and the time of an answer
ANSWERS = {"true": "true", "yes": "true", "1": "true", "false": "false", "no": "false", "0": "false"}


def convert(export: Path, out: Path, *, answer: str) -> tuple[int, int]:
    """Writes the votes of an export; returns how many, and how many tasks were left without an answer.

    Raises BadInput for a file that is no such export, an answer that is neither yes nor no, or an `out` that exists.
    """
    if out.exists():
        raise BadInput(f"{out} exists. Name another file with --out, or move that one away.")
    try:
        with export.open(encoding="utf-8-sig", newline="") as file:
            rows = list(_rows(csv.DictReader(file), export, answer))
    except (OSError, UnicodeDecodeError, csv.Error) as problem:
        raise BadInput(f"{export} cannot be read as a CSV file in UTF-8 ({problem}).") from problem
    votes = [row for row in rows if row]
    out.parent.mkdir(parents=True, exist_ok=True)
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, JOB_SEEKER_VOTES.names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(votes)
    return len(votes), len(rows) - len(votes)


def _rows(reader: "csv.DictReader[str]", export: Path, answer: str) -> Iterator[dict[str, str]]:
    """A vote a row, an empty one where nothing was answered."""
    needed = ["account_id", "guide_version", answer, WHO, WHEN]
    missing = [name for name in needed if name not in (reader.fieldnames or [])]
    if missing:
        raise BadInput(
            f"{export}, line 1: the column {missing[0]} is missing. A CSV export of Label Studio is needed whose tasks "
            f"have account_id and guide_version and whose <Choices> are named {answer} (--answer names another)."
        )
    for row in reader:
        said = (row[answer] or "").strip().lower()
        if not said:
            yield {}
        elif said not in ANSWERS:
            raise BadInput(f"{export}, line {reader.line_num}: {answer} is neither true nor false, yes nor no.")
        else:
            yield {
                "account_id": row["account_id"],
                "labeller": _pseudonym(row[WHO]),
                "is_job_seeker": ANSWERS[said],
                "labelled_at": _second(row[WHEN], f"{export}, line {reader.line_num}"),
                "guide_version": row["guide_version"],
            }


def _pseudonym(annotator: str) -> str:
    """The tool's number of a labeller as it is; an e-mail address, which reports would show, as a name made from it."""
    if "@" not in annotator:
        return annotator.strip()
    return "ann-" + hashlib.sha256(annotator.strip().lower().encode()).hexdigest()[:8]


def _second(text: str, place: str) -> str:
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError as problem:
        raise BadInput(f"{place}: {WHEN} is no time in ISO 8601.") from problem
    whole = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    return whole.strftime("%Y-%m-%dT%H:%M:%SZ")
