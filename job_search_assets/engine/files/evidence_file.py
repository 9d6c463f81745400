"""`reference/evidence.yaml`: what past projects have shown about how much data is enough."""

from dataclasses import dataclass
from pathlib import Path

from job_search_assets.engine.errors import BadInput
from job_search_assets.engine.files.yaml_lists import read_list

EVIDENCE_FILE = "reference/evidence.yaml"
NEEDED = ("id", "project", "amount", "metric")
OPTIONAL = ("value", "recorded_by", "note")


@dataclass(frozen=True)
class Evidence:
    """What so many usable rows reached in a project."""

    name: str
    project: str
    amount: float
    metric: str


def read_evidence(path: Path) -> list[Evidence]:
    """The pieces on record, none where there is no file. Raises BadInput with file and line."""
    return [
        Evidence(entry.word("id"), entry.word("project"), entry.number("amount"), entry.word("metric"))
        for entry in read_list(path, what="piece of evidence", needed=NEEDED, optional=OPTIONAL, is_optional=True)
    ]


def assert_known(path: Path, amount: int) -> Evidence:
    """The piece of evidence that speaks for so many rows; raises BadInput where none does."""
    found = read_evidence(path)
    enough = [piece for piece in found if piece.amount >= amount]
    if enough:
        return min(enough, key=lambda piece: (piece.amount, piece.name))
    known = f"what is on record ends at {max(piece.amount for piece in found):,.0f}" if found else "none is on record"
    raise BadInput(
        f"--rows {amount} asks how long {amount:,} usable rows take. Nobody knows how many are enough unless "
        f"a past project has shown it, and {known}. Ask what can be had in a few days instead, `job-search plan --days "
        f"14`, train on it and look at its errors; or record the project in {path}: - {{{', '.join(NEEDED)}}}."
    )
