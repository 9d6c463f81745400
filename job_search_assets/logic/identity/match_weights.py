"""What a fitted match model weighs, level by level, in the words of the comparisons: its chart."""

from typing import Any

from job_search_assets.logic.identity.comparisons import COMPARISONS

NOTHING = "nothing to compare"  # the level -1: empty on one side, or a comparison for other kinds of pairs


def words(comparison: str, level: int) -> str:
    """What a level says, as a person would; `level` counts from 0 = unlike, -1 is nothing to compare."""
    known = {told.name: told.words for told in COMPARISONS}
    return known[comparison][level] if level >= 0 else NOTHING


def by_level(model: dict[str, Any]) -> list[dict[str, str | float]]:
    """A row for each level, most alike first: its m and u (shares of pairs of one and of two persons), its weight.

    The weight is in bits and as finally counted: log2(m / u) times the comparison's factor.
    """
    return [
        {
            "comparison": comparison.name,
            "level": comparison.words[level],
            "weight": model["weights"][comparison.name][level],
            "m": round(model["m"][comparison.name][level], 6),
            "u": round(model["u"][comparison.name][level], 6),
        }
        for comparison in COMPARISONS
        for level in range(len(comparison.words) - 1, -1, -1)
    ]


def ranges(model: dict[str, Any]) -> dict[str, tuple[float, float]]:
    """The weights of each comparison's least and most telling levels in bits, the widest range first."""
    spans = {name: (min(weights), max(weights)) for name, weights in model["weights"].items()}
    return dict(sorted(spans.items(), key=lambda told: (told[1][0] - told[1][1], told[0])))
