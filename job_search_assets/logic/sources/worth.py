"""What a source's rows are worth, what they cost, and what speaks against it.

A label that is right with probability q is worth (2q - 1)² of a certain one: from labels flipped at random with rate
1 - q, learning takes 1 / (2q - 1)² times as many examples for the same error (Angluin and Laird 1988, "Learning From
Noisy Examples", Machine Learning 2).
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from job_search_assets.schemas.contracts import CONTRACTS
from job_search_assets.schemas.sources import CHOSEN, LABELLED_USERS, REJECTED, USERS, VOTES

NO_RIGHTS, DOUBTFUL = "no rights", "rights in doubt"


class Policy(NamedTuple):
    """Words that mean something: of rights which rule a source out, of rights in doubt, of an owner who is nobody."""

    no_rights: Sequence[str]
    doubtful_rights: Sequence[str]
    nobody: Sequence[str]


def delivered(label_quality: float, note: str | None) -> str:
    """What the rows of a source are that does not say so: the raw file that its note names, else users.

    Without labels, users; with labels and no file named, users who bring their label.
    """
    if label_quality == 0:
        return USERS
    named = [name for name in CONTRACTS if re.search(rf"\b{name}\b", note or "")]
    return named[0] if named and named[0] != USERS else LABELLED_USERS


def label_worth(quality: float) -> float:
    """The share of a certain label that one is worth which is right with probability `quality`; 0 for a coin."""
    return max(2 * quality - 1, 0.0) ** 2


def labels_per_row(delivers: str, quality: float) -> float:
    """Certain labels that a row of a source is worth."""
    return label_worth(quality) if delivers in (LABELLED_USERS, VOTES) else 0.0


def users_per_row(delivers: str) -> float:
    """Users that a row of a source brings, before anybody knows how many of them are spam or known already."""
    return 1.0 if delivers in (USERS, LABELLED_USERS) else 0.0


def is_rightless(rights: str, policy: Policy) -> bool:
    """Whether nobody has said that the source may be used."""
    return _has(rights, policy.no_rights)


def is_doubtful(rights: str, policy: Policy) -> bool:
    """Whether it is not certain that the source may be used."""
    return _has(rights, policy.doubtful_rights)


def risks(source: Mapping[str, Any], policy: Policy) -> list[str]:
    """What speaks against a source, the worst first."""
    found = {
        "rejected": source["status"] == REJECTED,
        NO_RIGHTS: is_rightless(source["rights"], policy),
        DOUBTFUL: is_doubtful(source["rights"], policy),
        "nobody owns it": _has(source["owner"], policy.nobody),
        "not decided yet": source["status"] not in (CHOSEN, REJECTED),
    }
    return [risk for risk, is_there in found.items() if is_there]


def compared(sources: Sequence[Mapping[str, Any]], *, days: int, policy: Policy) -> pd.DataFrame:
    """The inventory as a table: what was declared, and what a row is worth and costs in a box of so many days."""
    rows = []
    for source in sources:
        labels = labels_per_row(source["delivers"], source["label_quality"])
        worth = labels if source["delivers"] == LABELLED_USERS else max(labels, users_per_row(source["delivers"]))
        price = cost_per_usable_row(source, worth, days)
        rows.append(
            {
                **source,
                "usable_per_row": round(worth, 6),
                "cost_per_usable_row": price,
                "risk": ", ".join(risks(source, policy)) or None,
            }
        )
    return pd.DataFrame(rows)


def cost_per_usable_row(source: Mapping[str, Any], worth: float, days: int) -> float | None:
    """Set-up and all rows of a box divided by what these are worth; None where nothing would come."""
    most = float("inf") if pd.isna(source["most_rows"]) else source["most_rows"]
    rows = min(source["rows_per_day"] * max(days - source["setup_days"], 0), most)
    if not rows * worth:
        return None
    return round((source["cost_setup"] + rows * source["cost_per_1000_rows"] / 1000) / (rows * worth), 6)


def comparison(inventory: pd.DataFrame) -> list[dict[str, Any]]:
    """The sources side by side, the cheapest usable row first: cost, rows a day, worth, risk."""
    columns = [
        "source",
        "kind",
        "delivers",
        "cost_per_usable_row",
        "rows_per_day",
        "usable_per_row",
        "setup_days",
        "risk",
    ]
    ordered = inventory.sort_values(["cost_per_usable_row", "source"], na_position="last")[columns]
    return as_rows(ordered.astype(object).where(ordered.notna(), ""))


def as_rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a frame, each by the names of its columns."""
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def prices(inventory: pd.DataFrame) -> dict[str, float]:
    """The cost of a usable row by source, the cheapest first; without sources that bring none."""
    known = inventory.dropna(subset=["cost_per_usable_row"]).sort_values(["cost_per_usable_row", "source"])
    return dict(zip(known["source"], known["cost_per_usable_row"], strict=True))


def _has(text: str, words: Sequence[str]) -> bool:
    return any(re.search(rf"\b{re.escape(word)}\b", text, re.IGNORECASE) for word in words)
