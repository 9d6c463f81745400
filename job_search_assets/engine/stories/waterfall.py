"""A pair's weights as a waterfall: how the score is reached from the bias, part by part; a file in `reports/`."""

from __future__ import annotations

import hashlib
import re
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from job_search_assets.logic.identity.explanation import Explanation

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_COLOURS = {True: "#4a9d5b", False: "#d1603d"}  # for one person, against it
_TOTAL = "#3388bb"


def draw(told: Explanation, reports: Path) -> Path:
    """Writes `why_<left>_<right>.svg`, the same bytes for the same pair, and returns where.

    It holds the accounts' ids, the levels in words and the weights, no personal data.
    """
    # A figure by itself needs no display and no global state, unlike pyplot.
    import matplotlib
    from matplotlib.figure import Figure

    steps = [(part.name, part.words, part.weight) for part in told.parts if part.weight]
    steps += [("verdict", verdict.labeller, verdict.weight) for verdict in told.verdicts]
    reports.mkdir(parents=True, exist_ok=True)
    left, right = (_plain(account) for account in (told.link.left, told.link.right))
    path = reports / f"why_{left}_{right}.svg"
    with warnings.catch_warnings(), matplotlib.rc_context():
        warnings.filterwarnings("ignore", "Glyph .* missing")  # whoever opens the file brings the letters
        matplotlib.rcdefaults()  # whatever style a person has set up
        # Without these two the file has random ids and each letter as a drawing.
        matplotlib.rcParams.update({"svg.hashsalt": "why", "svg.fonttype": "none"})
        figure = Figure(figsize=(10, 1.2 + 0.3 * (len(steps) + 1)), layout="constrained")
        _fill(figure.subplots(), steps, told.link.match_weight)
        figure.suptitle(
            f"{left} and {right}: one person with probability {told.link.probability:.6f}", parse_math=False
        )
        figure.savefig(path, metadata={"Date": None})
    return path


def _fill(axes: Axes, steps: Sequence[tuple[str, str, float]], match_weight: float) -> None:
    """A bar for each step, from where the one above ended, and the total from 0."""
    reached = 0.0
    for place, (_, _, weight) in enumerate(steps):
        axes.barh(place, weight, left=reached, color=_COLOURS[weight > 0])
        reached += weight
        # A thin line leads the eye from where a bar ends to where the next begins.
        axes.plot([reached, reached], [place - 0.4, place + 1.4], color="gray", linewidth=0.6)
        axes.annotate(f"{weight:+.2f}", (1.01, place), xycoords=("axes fraction", "data"), va="center")
    axes.barh(len(steps), match_weight, color=_TOTAL)
    axes.annotate(f"{match_weight:+.2f}", (1.01, len(steps)), xycoords=("axes fraction", "data"), va="center")
    axes.axvline(0, color="black", linewidth=0.8)
    named = [f"{name}: {words}" for name, words, _ in steps]
    axes.set_yticks(range(len(steps) + 1), [*named, "match weight"], parse_math=False)
    axes.invert_yaxis()
    axes.use_sticky_edges = False  # else the outermost bars touch the frame
    axes.margins(x=0.03)
    axes.set_xlabel("match weight in bits: each more doubles the odds of one person")


def _plain(account: str) -> str:
    """An account's id as part of a file's name: the id itself, or what is plain of it with a hash of all."""
    plain = re.sub(r"[^A-Za-z0-9.-]", "-", account)[:60]
    return plain if plain == account else f"{plain}-{hashlib.sha256(account.encode()).hexdigest()[:8]}"
