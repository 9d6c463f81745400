"""Error slices measured: false alarms where no slice is bad, planted slices found, nested factors named, time.

`python -m benchmarks.slices [--runs N] [--large]`
"""

import argparse
import time
from collections.abc import Callable

import numpy as np
import pandas as pd

from job_search_assets.logic.slices import conditions, namesakes, report

LIMITS = report.Limits(slices=3, depth=3, bins=8, least_users=20, least_share=0.01, level=0.05, overlap=0.95)
NAMES = [f"factor_{place}" for place in range(12)]


def made_up(draw: np.random.Generator, users: int) -> pd.DataFrame:
    """Users with nine columns of two to ten words, unevenly spread and some missing, and three numbers."""
    frame = pd.DataFrame({"is_first_half": draw.random(users) < 0.5})
    for place, name in enumerate(NAMES):
        if place % 4 == 3:
            frame[name] = draw.gamma(2.0, size=users).round(2)
        else:
            width = 2 + place * 8 // 11
            words = draw.choice([f"v{word}" for word in range(width)], users, p=draw.dirichlet(np.full(width, 3.0)))
            frame[name] = pd.Series(words).mask(draw.random(users) < 0.05)
    return frame


def found_in(frame: pd.DataFrame, losses: dict[str, np.ndarray]) -> tuple[list, list[conditions.Factor]]:
    """Slices of all metrics as ranked, with their raised chances, and the factors."""
    names = [name for name in frame if name != "is_first_half"]
    tests, factors = report.find(frame, names, losses, LIMITS)
    return report.ranked(tests, LIMITS.level), factors


def has_alarm(seed: int, users: int) -> bool:
    """Whether any slice is called worse where losses are drawn whatever the factors."""
    draw = np.random.default_rng(seed)
    frame = made_up(draw, users)
    losses = {"error_rate": (draw.random(users) < 0.2) * 1.0, "log_loss": draw.exponential(0.5, users).round(6)}
    return any(is_worse for *_, is_worse in found_in(frame, losses)[0])


def planted(seed: int, depth: int = 2) -> bool:
    """Whether a slice of 300 of 5,000 users with 25 % errors, against 10 %, is proved and comes first."""
    draw = np.random.default_rng(seed)
    frame = made_up(draw, 5_000)
    chosen = draw.choice(5_000, 300, replace=False)
    held = ["factor_8", "factor_9"][:depth]
    is_in = np.isin(np.arange(5_000), chosen)
    for name in held:
        # Who is not in it may have one of its values, never all of them.
        frame[name] = np.where(is_in, "bad", frame[name].astype(object))
    if depth == 2:
        others = np.flatnonzero(~is_in)
        for place, name in enumerate(held):
            frame.loc[others[draw.random(len(others)) < 0.15 * (1 + place)], name] = "bad"
        both = (frame[held] == "bad").all(axis=1).to_numpy() & ~is_in
        frame.loc[both, held[1]] = "v0"
    losses = {"error_rate": (draw.random(5_000) < np.where(is_in, 0.25, 0.1)) * 1.0}
    told, factors = found_in(frame, losses)
    first, _, is_worse = told[0]
    expected = " AND ".join(f"{name} = 'bad'" for name in held)
    return is_worse and report.text(first.found, factors) == expected


def nested(seed: int) -> bool:
    """Whether the other name of a planted slice's users is told: one column of the same users, one of nearly."""
    draw = np.random.default_rng(seed)
    frame = made_up(draw, 5_000)
    is_in = np.isin(np.arange(5_000), draw.choice(5_000, 300, replace=False))
    frame["site"] = np.where(is_in, "north", draw.choice(["south", "east"], 5_000))
    frame["machine"] = np.where(is_in, "kiosk", draw.choice(["phone", "desk"], 5_000))
    frame["team"] = np.where(is_in & (draw.random(5_000) > 0.02), "night", "day")
    losses = {"error_rate": (draw.random(5_000) < np.where(is_in, 0.25, 0.1)) * 1.0}
    told, factors = found_in(frame, losses)
    first = told[0][0]
    alike = namesakes.namesakes(first.found, first.inside, factors, overlap=LIMITS.overlap)
    names = "; ".join(report.text(each, factors) for each in [first.found, *alike])
    return all(name in names for name in ("site = 'north'", "machine = 'kiosk'", "team = 'night'"))


def large(rows: int) -> float:
    """Seconds to read, search and test so many rows of 12 columns, three conditions deep."""
    draw = np.random.default_rng(1)
    frame = made_up(draw, rows)
    is_in = ((frame["factor_8"] == "v1") & (frame["factor_9"] == "v2")).to_numpy()
    is_wrong = draw.random(rows) < np.where(is_in, 0.25, 0.1)
    losses = {"error_rate": is_wrong * 1.0, "log_loss": (is_wrong + draw.exponential(0.3, rows)).round(6)}
    began = time.perf_counter()
    told, factors = found_in(frame, losses)
    seconds = time.perf_counter() - began
    print(f"first found: {report.text(told[0][0].found, factors)}")
    return seconds


def share(fact: Callable[[int], bool], runs: int) -> float:
    """In how many of so many runs the fact holds."""
    return sum(fact(seed) for seed in range(runs)) / runs


def main() -> None:
    """Prints every figure."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--runs", type=int, default=500)
    arguments.add_argument("--large", action="store_true", help="also time 1,000,000 rows")
    given = arguments.parse_args()
    few = max(1, given.runs // 5)
    print(f"alarms on null data, 600 users:   {share(lambda seed: has_alarm(seed, 600), given.runs):.3f}")
    print(f"alarms on null data, 120 users:   {share(lambda seed: has_alarm(seed, 120), given.runs):.3f}")
    print(f"planted slice first, 1 condition: {share(lambda seed: planted(seed, 1), few):.3f}")
    print(f"planted slice first, 2:           {share(planted, few):.3f}")
    print(f"nested factors all told:          {share(nested, few):.3f}")
    if given.large:
        print(f"1,000,000 rows, seconds:          {large(1_000_000):.1f}")


if __name__ == "__main__":
    main()
