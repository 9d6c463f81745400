"""`reference/boxes.yaml`: the boxes of past collections, as they were planned."""

from pathlib import Path

from job_search_assets.engine.errors import BadInput
from job_search_assets.engine.files.yaml_lists import read_list
from job_search_assets.logic.sources.boxes import PastBox

NEEDED = ("id", "started_on", "days", "planned")


def read_boxes(path: Path) -> list[PastBox]:
    """The boxes on record, none where there is no file. Raises BadInput with file and line."""
    return [
        PastBox(entry.word("id"), entry.day("started_on"), entry.count("days"), entry.numbers("planned"))
        for entry in read_list(path, what="box", needed=NEEDED, optional=("note",), is_optional=True)
    ]


def record(path: Path, box: PastBox) -> None:
    """Writes a box at the end of the file. Raises BadInput where one of that id is on record, or nothing is planned."""
    if any(known.box == box.box for known in read_boxes(path)):
        raise BadInput(f"{path} has a box {box.box} already. Give this one another name.")
    if not box.planned:
        raise BadInput("The plan has no source, so there is nothing to record.")
    planned = ", ".join(f"{source}: {rows:g}" for source, rows in box.planned.items())
    line = f"- {{id: {box.box}, started_on: {box.started_on}, days: {box.days}, planned: {{{planned}}}}}\n"
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    gap = "" if not before or before.endswith("\n") else "\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(before + gap + line, encoding="utf-8")
