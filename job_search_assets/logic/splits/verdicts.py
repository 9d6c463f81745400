"""Sentences about a division that are true when all is well, judged from its counts."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from job_search_assets.logic.splits import chances
from job_search_assets.logic.splits.chances import HASH
from job_search_assets.logic.splits.shares import Cells, Shares, named_counts, off_by


class Verdict(NamedTuple):
    """Whether a sentence holds, and the numbers that say so."""

    holds: bool
    evidence: dict[str, Any]


def counts_are_exact(cells: Cells, shares: Shares, *, method: str, most_deviation: float, most_risk: float) -> Verdict:
    """Whether counts are their ideals rounded up or down; where users are drawn by hash, whether they are near enough.

    Beside it how often a random draw of splits of these sizes would have been as even, and how often no more even.
    """
    totals = [sum(row.values()) for row in cells.values()]
    chosen = chances.method_for(totals, shares, method=method, most_deviation=most_deviation, most_risk=most_risk)
    beyond, furthest = off_by(cells, shares), furthest_deviation(cells, shares)
    as_even, no_more_even = chances.random_as_even(cells, shares)
    evidence = {
        **named_counts(cells),
        "method": chosen.name,
        "off_by": beyond,
        "largest_deviation": round(furthest, 6),
        "chance_of_a_random_split_this_even_or_more": float(f"{as_even:.3g}"),
        "chance_of_a_random_split_this_bad_or_worse": float(f"{no_more_even:.3g}"),
    }
    return Verdict(furthest <= most_deviation if chosen.name == HASH else beyond == 0, evidence)


def fields_are_even(rows: Sequence[dict[str, Any]], *, least_chance: float) -> Verdict:
    """Whether no field is more uneven over the splits than the rarest of random draws; `rows` are one a field."""
    return Verdict(
        all(row["chance_at_random"] >= least_chance for row in rows),
        {
            "users_off": round(sum(row["users_off"] for row in rows), 1),
            "users_off_at_random": round(sum(row["users_off_at_random"] for row in rows), 1),
            "uneven_fields": [row["field"] for row in rows if row["chance_at_random"] < least_chance],
            "limit": least_chance,
        },
    )


def bars_of(rows: Sequence[dict[str, Any]]) -> dict[str, float]:
    """Each field's unevenness beside that of a random draw, for a picture."""
    return {
        words: row[number]
        for row in rows
        for words, number in ((row["field"], "users_off"), (f"{row['field']}, at random", "users_off_at_random"))
    }


def furthest_deviation(cells: Cells, shares: Shares) -> float:
    """The largest distance of a label's count in a split from its ideal, as a share of that ideal."""
    return max(
        (
            abs(float(row[split] - sum(row.values()) * share)) / float(sum(row.values()) * share)
            for row in cells.values()
            for split, share in shares.items()
            if sum(row.values())
        ),
        default=0.0,
    )
