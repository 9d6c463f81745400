"""Drift measured: false alarms where nothing moved, shifts found and their source named first, time at a million rows.

`python -m benchmarks.drift [--runs N] [--large]`

Accounts are drawn from the generated sample, so features hang together as they do there; what is delivered is drawn
from the same accounts as what came before, and then, where power is measured, moved in one source.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import ibis
import numpy as np
import pandas as pd
from scipy import stats

from job_search_assets import sample
from job_search_assets.engine.files.raw_files import RawFiles
from job_search_assets.logic.drift import features, report
from job_search_assets.logic.users import rows
from job_search_assets.schemas.contracts import CONTRACTS
from job_search_assets.settings import DriftSettings

ACCOUNTS = 20_000
LIMITS = report.Limits(**DriftSettings().model_dump(include=set(report.Limits._fields)))
NUMBERS = [feature for feature in features.FEATURES if feature.kind == "number"]
CATEGORIES = [feature for feature in features.FEATURES if feature.kind == "category"]
Change = Callable[[np.random.Generator, pd.DataFrame, str], str]


class Found(NamedTuple):
    """What a run says: whether anything moved, and the source and feature that it names first."""

    has_moved: bool
    source: str | None
    feature: str | None


def population() -> pd.DataFrame:
    """The sample's accounts with everything that is watched, and whose account each is."""
    with tempfile.TemporaryDirectory() as folder:
        sample.write(accounts=ACCOUNTS, seed=11, out=Path(folder))
        connection = ibis.duckdb.connect()
        files = RawFiles(data=Path(folder), build=Path(folder) / "build")
        (Path(folder) / "build").mkdir()
        users = rows.accepted(files.judged("users", connection), CONTRACTS["users"])
        accounts = features.of_accounts(users).to_pandas()
        truth = pd.read_csv(Path(folder) / "truth" / "accounts.csv", usecols=["account_id", "person_id"])
    return accounts.merge(truth, on="account_id", how="left")


def tallied(accounts: pd.DataFrame, is_new: np.ndarray) -> pd.DataFrame:
    """What `features.tally` counts, by arrays, since it is done some thousand times; a test holds the two together."""
    sources, names = pd.factorize(accounts["source"], sort=True)
    found = []
    for feature in features.FEATURES:
        held = accounts[feature.name]
        if feature.kind == "number":
            held = pd.Series(np.floor(held.to_numpy(float) / feature.width + 1e-9))
        elif feature.kind == "presence":
            held = held.isna().map({False: "given", True: None})
        codes, cells = pd.factorize(held)
        width = len(cells) + 1
        place = (sources * 2 + is_new) * width + np.where(codes < 0, len(cells), codes)
        counts = np.bincount(place, minlength=2 * len(names) * width)
        met = np.flatnonzero(counts)
        values = np.append(np.asarray(cells, dtype=object), None)[met % width]
        told = pd.DataFrame({"source": names[met // width // 2], "is_new": met // width % 2 == 1})
        is_number = feature.kind == "number"
        told["cell"] = pd.array([value if is_number else None for value in values], dtype="Float64")
        told["value"] = [
            None if is_number or value is None else str(value).lower() if isinstance(value, bool) else value
            for value in values
        ]
        found.append(told.assign(accounts=counts[met], feature=feature.name))
    return pd.concat(found, ignore_index=True)


def answered(before: pd.DataFrame, delivered: pd.DataFrame) -> Found:
    """What a delivery is said to be, by the table's own function."""
    accounts = pd.concat([before, delivered], ignore_index=True)
    kind = report.Kind(tallied(accounts, np.arange(len(accounts)) >= len(before)), features.FEATURES, 2, 2)
    told = report.drift([kind], LIMITS)
    first = told.iloc[0]
    has_moved = bool(told["verdict"].isin(report.FIRST).any())
    return Found(has_moved, first["source"] if has_moved else None, first["feature"] if has_moved else None)


def drawn(draw: np.random.Generator, accounts: pd.DataFrame, before: int, delivered: int) -> list[pd.DataFrame]:
    """Accounts before and in a delivery, each drawn once from the same."""
    chosen = draw.permutation(len(accounts))
    return [accounts.iloc[chosen[:before]], accounts.iloc[chosen[before : before + delivered]].copy()]


def by_person(seed: int, accounts: pd.DataFrame) -> list[pd.DataFrame]:
    """Where all accounts of a person come together, a sixth of the persons of a part of the sample."""
    draw = np.random.default_rng(seed)
    persons = accounts["person_id"].fillna(accounts["account_id"])
    names = draw.permutation(persons.unique())[: int(draw.integers(1_000, 6_000))]
    is_new = persons.isin(names[: len(names) // 6])
    return [accounts[persons.isin(names) & ~is_new], accounts[is_new]]


def null_run(seed: int, accounts: pd.DataFrame) -> list[pd.DataFrame]:
    """Deliveries of 100 to 5,000 accounts after 1,000 to 12,000."""
    draw = np.random.default_rng(seed)
    return drawn(
        draw, accounts, int(draw.integers(1_000, 12_000)), int(np.exp(draw.uniform(np.log(100), np.log(5_000))))
    )


def plain(before: pd.DataFrame, delivered: pd.DataFrame) -> bool:
    """What is usual: by source and feature Kolmogorov-Smirnov or chi-square, each at .05."""
    for source in before["source"].unique():
        ours, theirs = (side[side["source"] == source] for side in (before, delivered))
        for feature in NUMBERS:
            one, other = ours[feature.name].dropna(), theirs[feature.name].dropna()
            if min(len(one), len(other)) >= 30 and stats.ks_2samp(one, other, method="asymp").pvalue <= 0.05:
                return True
        for feature in CATEGORIES:
            held = pd.crosstab(pd.concat([ours, theirs])[feature.name], np.arange(len(ours) + len(theirs)) < len(ours))
            if held.shape[0] > 1 and held.shape[1] > 1 and stats.chi2_contingency(held).pvalue <= 0.05:
                return True
    return False


def shifted(share: float) -> Change:
    """A number that lies higher in one source, by a share of its standard deviation there."""

    def change(draw: np.random.Generator, delivered: pd.DataFrame, source: str) -> str:
        name = NUMBERS[draw.integers(len(NUMBERS))].name
        is_in = delivered["source"] == source
        held = delivered[name].astype(float)
        delivered[name] = held.where(~is_in, held + share * held[is_in].std())
        return name

    return change


def emptied(points: float) -> Change:
    """A value that as many more accounts of one source lack."""

    def change(draw: np.random.Generator, delivered: pd.DataFrame, source: str) -> str:
        name = features.FEATURES[draw.integers(len(features.FEATURES))].name
        is_in = (delivered["source"] == source) & delivered[name].notna()
        share = points * (delivered["source"] == source).sum() / max(is_in.sum(), 1)
        delivered[name] = delivered[name].mask(is_in & (draw.random(len(delivered)) < share))
        return name

    return change


def recoded(points: float) -> Change:
    """A category of which as many accounts of one source hold the commonest value instead of their own."""

    def change(draw: np.random.Generator, delivered: pd.DataFrame, source: str) -> str:
        name = CATEGORIES[draw.integers(len(CATEGORIES))].name
        held = delivered[name]
        common = held[delivered["source"] == source].mode().iloc[0]
        is_in = (delivered["source"] == source) & held.notna() & (held != common)
        known = ((delivered["source"] == source) & held.notna()).sum()
        is_moved = is_in & (draw.random(len(delivered)) < points * known / max(is_in.sum(), 1))
        delivered[name] = held.astype(object).mask(is_moved, common)
        return name

    return change


def moved_run(seed: int, accounts: pd.DataFrame, change: Change, in_source: int, in_all: int) -> tuple[Found, str, str]:
    """A delivery in which one source is another: of `in_source` accounts of that source, or `in_all` of all."""
    draw = np.random.default_rng(seed)
    before, delivered = drawn(draw, accounts, 10_000, in_all or 2_000)
    sizes = before["source"].value_counts()
    source = str(draw.choice(sorted(sizes[sizes >= (0 if in_all else 1_000)].index)))
    if in_source:
        more = accounts[(accounts["source"] == source)].sample(in_source, replace=True, random_state=seed)
        delivered = pd.concat([delivered[delivered["source"] != source], more], ignore_index=True)
    name = change(draw, delivered, source)
    return answered(before, delivered), source, name


def power(label: str, accounts: pd.DataFrame, runs: int, change: Change, in_source: int = 0, in_all: int = 0) -> None:
    """How often a change is found, and named first."""
    found = [moved_run(seed, accounts, change, in_source, in_all) for seed in range(runs)]
    told = np.mean([answer.has_moved for answer, _, _ in found])
    named = np.mean([answer.source == source for answer, source, _ in found])
    both = np.mean([(answer.source, answer.feature) == (source, name) for answer, source, name in found])
    print(f"{label:<58} found {told:.1%}, source first {named:.1%}, with its feature {both:.1%} of {runs}", flush=True)


def alarms(label: str, runs: int, has_alarm: Callable[[int], bool]) -> None:
    """How often anything is said to have moved where nothing has, with Wilson's interval."""
    count = sum(has_alarm(seed) for seed in range(runs))
    low, high = stats.binomtest(count, runs).proportion_ci(method="wilson")
    print(f"{label:<58} {count / runs:.1%} of {runs} runs [{low:.1%}, {high:.1%}]", flush=True)


def large(accounts: pd.DataFrame) -> None:
    """A million accounts, a tenth of them delivered, through the engine."""
    connection = ibis.duckdb.connect()
    many = accounts.sample(1_000_000, replace=True, random_state=1).reset_index(drop=True)
    many["is_new"] = np.arange(len(many)) % 10 == 0
    told = connection.create_table("told", many.drop(columns=["person_id", "account_id"]))
    started, spent = time.perf_counter(), time.process_time()
    counted = features.tally(told, features.FEATURES).to_pandas()
    report.drift([report.Kind(counted, features.FEATURES, 2, 2)], LIMITS)
    print(
        f"1,000,000 accounts counted and tested: {time.perf_counter() - started:.1f} s, "
        f"{time.process_time() - spent:.1f} CPU s"
    )


def main() -> None:
    """Prints a line a figure."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--runs", type=int, default=500)
    options.add_argument("--large", action="store_true")
    given = options.parse_args()
    accounts, runs, fewer = population(), given.runs, max(given.runs // 5, 1)
    alarms("alarms where nothing moved", runs, lambda seed: answered(*null_run(seed, accounts)).has_moved)
    power("a number .3 sd higher, 2,000 accounts of its source", accounts, runs, shifted(0.3), in_source=2_000)
    power("the same, 2,000 accounts of all sources", accounts, fewer, shifted(0.3), in_all=2_000)
    power("a number .2 sd higher, 2,000 accounts of its source", accounts, fewer, shifted(0.2), in_source=2_000)
    power("10 % recoded in a category, 2,000 accounts of its source", accounts, fewer, recoded(0.1), in_source=2_000)
    power("10 % more missing, 2,000 accounts of its source", accounts, fewer, emptied(0.1), in_source=2_000)
    alarms("all accounts of a person together", fewer, lambda seed: answered(*by_person(seed, accounts)).has_moved)
    alarms("peer: KS and chi-square, each at .05", fewer, lambda seed: plain(*null_run(seed, accounts)))
    if given.large:
        large(accounts)


if __name__ == "__main__":
    main()
