"""Dividing users: ours, scikit-learn, iterative-stratification and DataSAIL on the same data.

    python -m benchmarks.splits [--sets 500] [--slow-sets 50] [--repeats 500] [--users 10000 1000000]

First, on random data sets of 100 persons: how often counts are exact, by label and split, how many persons stand in
two splits, how many would have to stand elsewhere for three fields to be even, and milliseconds. Second, exactness over
1,000 seeds and under growth. Third, seconds for many users in the warehouse. Last, what it is good for: how far the
dev metric of a model strays with ours, and with a random draw.

Peers that are not installed are left out: iterative-stratification is in the extra `bench`; DataSAIL is not, since its
dependencies are large (`pip install datasail`).
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import ibis
import numpy as np

from benchmarks import splits_data as data
from benchmarks.splits_peers import available
from job_search_assets.engine.tables import splitting
from job_search_assets.engine.tables.warehouse import Warehouse
from job_search_assets.logic.splits import past

SIXTY = data.RATIOS["60/20/20"]
SLOW = "DataSAIL"
VALUES = 4 + 12 + 3  # of the three fields of a hundred persons
KINDS: dict[str, Callable[[np.random.Generator], data.Persons]] = {
    "one row a person, 30 of 100 job seekers": lambda generator: data.one_row_each(100, generator),
    "1-5 rows a person, one label": lambda generator: data.several_rows(100, generator, mixed=False),
    "1-5 rows a person, mixed labels": lambda generator: data.several_rows(100, generator, mixed=True),
}


def compared(sets: int, slow_sets: int) -> Iterator[str]:
    """A line a method, kind of data and ratio; `possible` is what the solver proved of the same sets."""
    yield f"{'':<42}{'sets':>6}{'exact':>9}{'possible':>10}{'torn':>7}{'uneven':>9}{'ms':>9}"
    for kind, draw in KINDS.items():
        for name, ratio in data.RATIOS.items():
            yield f"{kind}, {name}"
            given = [draw(np.random.default_rng(seed)) for seed in range(sets)]
            possible: list[bool] = []

            def mine(persons: data.Persons, of: Any, seed: int, told: list[bool] = possible) -> Any:
                split, placed = data.ours(persons, of, seed)
                told.append(placed.off_by == 0)
                assert placed.is_proved
                return data.by_rows(persons, split)

            yield _line("  ours", mine, given, ratio, possible)
            for peer, divide in available().items():
                few = given[: slow_sets if peer.startswith(SLOW) else sets]
                yield _line(f"  {peer}", divide, few, ratio, possible)


def _line(name: str, divide: Callable[..., Any], given: list[data.Persons], ratio: Any, possible: list[bool]) -> str:
    started = time.process_time()
    divided = [divide(persons, ratio, seed) for seed, persons in enumerate(given)]
    took = time.process_time() - started
    scores = [data.score(persons, split, ratio) for persons, split in zip(given, divided, strict=True) if split]
    exact, torn = sum(found.is_exact for found in scores), sum(found.torn for found in scores)
    uneven = np.mean([found.users_off for found in scores]) if scores else float("nan")
    can_be = sum(possible[: len(given)])
    return f"{name:<42}{len(given):>6}{exact:>9}{can_be:>10}{torn:>7}{uneven:>9.1f}{1000 * took / len(given):>9.1f}"


def over_seeds(seeds: int) -> str:
    """How many of the seeds give 18/6/6 and 42/14/14."""
    persons = data.one_row_each(100, np.random.default_rng(0))
    exact = different = 0
    before = None
    for seed in range(seeds):
        split, _ = data.ours(persons, SIXTY, seed)
        seekers = np.bincount(split[persons.rows[:, 0] == 1]).tolist()
        exact += (seekers, np.bincount(split).tolist()) == ([18, 6, 6], [60, 20, 20])
        different += before is not None and bool((split != before).any())
        before = split
    return (
        f"100 users, 30 job seekers, {seeds} seeds: 18/6/6 in {exact}; another draw than the seed before in {different}"
    )


class Bench:
    """Users in a warehouse of their own, divided as the pipeline does."""

    def __init__(self, folder: str) -> None:
        self.warehouse = Warehouse(Path(folder) / "bench.duckdb")
        self.ledger = self._table({name: [] for name in past.LEDGER}, past.LEDGER)

    def users(self, count: int, *, first: int = 0, seed: int = 1) -> Any:
        """Users with labels and five fields."""
        fields = ", ".join(
            f"(pow(hash('{seed}', '{name}', i) / 18446744073709551616.0, 2) * {level})::INT::VARCHAR AS {name}"
            for name, level in (("source", 6), ("region", 30), ("device", 4), ("confidence", 4), ("education", 6))
        )
        query = f"""SELECT printf('u%08d', i) AS user_id, hash('{seed}', i) % 10 < 3 AS is_job_seeker, {fields}
                    FROM range({first}, {first + count}) AS numbers(i)"""
        return self.warehouse.kept(self.warehouse.connection.sql(query))

    def divide(self, units: Any, method: str) -> tuple[Any, float]:
        """The report of a division, and its seconds; the ledger is what it was and all who came."""
        accounts = units.select(account_id=units.user_id, user_id=units.user_id)
        started = time.monotonic()
        divided = splitting.divide(
            self.warehouse, self.ledger, units, accounts, SIXTY,
            edition=1, method=method, most_deviation=0.05, most_risk=0.001, seed=1,
        )  # fmt: skip
        self.ledger = self.warehouse.kept(divided.ledger)
        return divided.report, time.monotonic() - started

    def places(self) -> dict[str, str]:
        """Each account's split."""
        rows = self.ledger.select("account_id", "split").to_pyarrow()
        return dict(zip(rows["account_id"].to_pylist(), rows["split"].to_pylist(), strict=True))

    def _table(self, columns: dict[str, Any], types: dict[str, str]) -> Any:
        import pandas as pd

        return self.warehouse.from_pandas(pd.DataFrame(columns), types)


def growing(users: int, times: int) -> Iterator[str]:
    """A line: who moved and how far counts were off while users came."""
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(folder)
        total, moved, worst, before = users, 0, 0, dict[str, str]()
        for _ in range(times + 1):
            report, _ = bench.divide(bench.users(total), "exact")
            places = bench.places()
            moved += sum(places[user] != split for user, split in before.items())
            worst, before, total = max(worst, report["off_by"]), places, round(total * 1.1)
        yield f"{users:,} users and {times} times 10 % more: {moved} moved; counts off by {worst} at most"


def timed(users: int) -> Iterator[str]:
    """A line a method: seconds in the warehouse."""
    for method in ("exact", "hash"):
        with tempfile.TemporaryDirectory() as folder:
            bench = Bench(folder)
            units = bench.users(users)
            report, seconds = bench.divide(units, method)
            again, seconds_again = bench.divide(units, method)
            yield (
                f"{users:,} users x 5 fields, {method}: {seconds:.1f} s, off by {report.get('off_by', 'n/a')}; "
                f"again with nobody new {seconds_again:.1f} s ({again['users_drawn']} drawn); "
                f"risk of hash {report['risk_of_hash']:.2g}"
            )


def spread_of_dev(repeats: int) -> Iterator[str]:
    """Standard deviation of dev metrics, and their distance from the same model's on 20,000 others."""
    yield f"{'N = 100, ' + str(repeats) + ' repeats':<30}{'sd AUC':>9}{'RMSE AUC':>10}{'sd loss':>9}{'RMSE loss':>11}"
    methods = {"ours": lambda persons, seed: data.ours(persons, SIXTY, seed)[0], "random": None}
    for name, divide in methods.items():
        found = [
            _dev(seed, divide or (lambda persons, at: data.at_random(persons, SIXTY, at))) for seed in range(repeats)
        ]
        auc, true_auc, loss, true_loss = np.array([row for row in found if row is not None]).T
        rmse = [np.sqrt(np.mean((auc - true_auc) ** 2)), np.sqrt(np.mean((loss - true_loss) ** 2))]
        lost = repeats - len(auc)
        yield f"{name:<30}{auc.std():>9.4f}{rmse[0]:>10.4f}{loss.std():>9.4f}{rmse[1]:>11.4f}" + (
            f"  ({lost} draws had no job seeker in dev)" if lost else ""
        )


def _dev(seed: int, divide: Callable[[data.Persons, int], Any]) -> tuple[float, float, float, float] | None:
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import log_loss, roc_auc_score

    features, label, fields = _population(100, seed)
    others, other_label, _ = _population(20_000, 10_000)
    persons = data.Persons(np.stack([label, 1 - label], axis=1), fields)
    split = divide(persons, seed)
    train, dev = split == 0, split == 1
    if len(set(label[dev])) < 2 or len(set(label[train])) < 2:
        return None
    model = LogisticRegression().fit(features[train], label[train])
    said, said_of_others = model.predict_proba(features[dev])[:, 1], model.predict_proba(others)[:, 1]
    return (
        roc_auc_score(label[dev], said), roc_auc_score(other_label, said_of_others),
        log_loss(label[dev], said), log_loss(other_label, said_of_others),
    )  # fmt: skip


def _population(users: int, seed: int) -> tuple[Any, Any, Any]:
    """Users whose label hangs on a source, a region, a device and two numbers."""
    generator = np.random.default_rng(seed)
    fields = data.one_row_each(users, generator).fields
    numbers = generator.normal(size=(users, 2))
    effects = np.random.default_rng(1).normal(scale=0.8, size=VALUES)
    logit = -1 + effects[fields].sum(axis=1) + numbers @ [0.8, -0.5]
    label = (generator.random(users) < 1 / (1 + np.exp(-logit))).astype(int)
    return np.column_stack([numbers, (fields[:, :, None] == np.arange(VALUES)).any(axis=1)]), label, fields


def main() -> None:
    """All of it, a line at a time."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sets", type=int, default=500, help="Random data sets of each kind and ratio.")
    parser.add_argument("--slow-sets", type=int, default=50, help="Of these, for DataSAIL.")
    parser.add_argument("--seeds", type=int, default=1000)
    parser.add_argument("--repeats", type=int, default=500, help="Samples of 100 users for the dev metric.")
    parser.add_argument("--users", type=int, nargs="*", default=[10_000, 1_000_000])
    asked = parser.parse_args()
    ibis.options.interactive = False
    parts: list[Iterator[str]] = [
        compared(asked.sets, asked.slow_sets),
        iter([over_seeds(asked.seeds)]),
        growing(1_000, 10),
        *(timed(users) for users in asked.users),
        spread_of_dev(asked.repeats),
    ]
    for part in parts:
        for line in part:
            sys.stdout.write(line + "\n")
            sys.stdout.flush()
        sys.stdout.write("\n")


if __name__ == "__main__":
    main()
