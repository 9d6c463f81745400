"""Collection plans beside brute force: `python -m benchmarks.plan`.

200 random sets of up to 12 sources: the plan's usable rows beside the best of everything that can be tried, before and
after rows are made whole (which may cost a row of each source), and whether any plan exceeds its box. Then the time for
40 sources and 30 days, and how many simulated boxes end within what those before them foretold.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator

import numpy as np

from benchmarks import plan_instances as instances
from job_search_assets.logic.sources import forecast, planning


def beside_brute_force(sets: int, largest: int) -> Iterator[str]:
    """A line a kind of box: sets, equal ones, exceeded boxes, seconds."""
    for kind, people_of in (("without a limit of people", None), ("with a limit of people", 3)):
        count = sets - sets // 4 if people_of is None else sets // 4
        equal = exceeded = proved = 0
        worst = mine = theirs = 0.0
        for seed in range(count):
            generator = np.random.default_rng([seed, people_of or 0])
            size = int(generator.integers(1, (largest if people_of is None else 3) + 1))
            days = int(generator.integers(2, 15 if people_of is None else 8))
            given = instances.offers(size, days, generator)
            limits = instances.box(days, given, generator, people=people_of)
            started = time.process_time()
            made = planning.plan(given, limits)
            mine += time.process_time() - started
            started = time.process_time()
            best = instances.best_of_all(given, limits)
            theirs += time.process_time() - started
            usable = planning.usable_by_day(given, limits, made.rows)[-1]
            lacks = best - usable
            worst = max(worst, abs(lacks))
            equal += abs(best - made.usable_in_parts) <= 0.02 and -0.001 <= lacks <= len(made.starts) + 0.02
            proved += made.is_proved
            exceeded += bool(instances.keeps(given, limits, dict(made.starts), dict(made.rows)))
        yield (
            f"{kind}: {count} sets, {equal} equal to brute force (whole rows cost {worst:.3f} usable rows at most), "
            f"{proved} proved, {exceeded} exceed their box; CPU {mine:.1f} s, brute force {theirs:.1f} s"
        )


def timed(sources: int, days: int, sets: int) -> Iterator[str]:
    """A line: CPU and wall seconds of plans for many sources."""
    for kind, people in (("no limit of people", None), ("6 people", 6)):
        cpu, wall, same, short = [], [], 0, []
        for seed in range(sets):
            generator = np.random.default_rng([7, seed])
            given = instances.offers(sources, days, generator)
            limits = instances.box(days, given, generator, people=people)
            started, began = time.process_time(), time.monotonic()
            made = planning.plan(given, limits)
            cpu.append(time.process_time() - started)
            wall.append(time.monotonic() - began)
            again = planning.plan(list(reversed(given)), limits)
            same += again == made
            short.append(1 - made.usable_in_parts / max(made.most_usable, 1e-9))
        yield (
            f"{sources} sources, {days} days, {kind}: {sets} sets, CPU median {np.median(cpu):.2f} s, most "
            f"{max(cpu):.2f} s; wall most {max(wall):.2f} s; the same plan from another order of sources {same}; "
            f"below what no plan exceeds: median {np.median(short):.2%}, most {max(short):.2%}"
        )


def coverage(count: int, seed: int) -> float:
    """The share of simulated boxes whose rows lie in the interval that the boxes before them foretold.

    A source keeps its plan up to a bias of its own and a factor for each box, and rows come by the Poisson law.
    """
    generator = np.random.default_rng(seed)
    inside = 0
    for _ in range(count):
        bias, spread = generator.normal(0, 0.3), generator.uniform(0.05, 0.4)
        planned = generator.integers(50, 5000, size=int(generator.integers(4, 12)))
        actual = generator.poisson(planned * np.exp(bias + spread * generator.normal(size=len(planned))))
        past = list(zip(planned[:-1].astype(float), actual[:-1].astype(float), strict=True))
        low, high = forecast.interval(past, float(planned[-1])) or (np.nan, np.nan)
        inside += bool(low <= actual[-1] <= high)
    return inside / count


def main() -> None:
    """All of it, a line at a time."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", type=int, default=200)
    parser.add_argument("--largest", type=int, default=12, help="Sources of a set at most.")
    parser.add_argument("--timed-sets", type=int, default=10)
    asked = parser.parse_args()
    covered = f"80 % forecast interval: covers {coverage(1000, seed=7):.1%} of 1,000 simulated boxes"
    for part in (iter([covered]), beside_brute_force(asked.sets, asked.largest), timed(40, 30, asked.timed_sets)):
        for line in part:
            sys.stdout.write(line + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
