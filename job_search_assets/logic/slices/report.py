"""The table of slices: found on one half of the users, measured and tested on the other, both ways round."""

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from job_search_assets.logic.slices import conditions, namesakes, proof, search
from job_search_assets.logic.slices.factors import factor_names

Array = np.ndarray[Any, Any]
EVERYBODY, ALL_SPLITS = "true", "all"
MILLIONTHS = 1_000_000
LEAST_CHANCE = 1e-6  # told; smaller ones would be rounded to none
NEEDED = 0.05  # chance below which a condition is no luck
COLUMNS = ["slice", "split", "metric", "place", *proof.Effect._fields, "p_value", "verdict", "same_users_as"]


class Limits(NamedTuple):
    """How finely and how deeply to search; `SliceSettings` says what each is."""

    slices: int
    depth: int
    bins: int
    least_users: int
    least_share: float
    level: float
    overlap: float


class Tested(NamedTuple):
    """A slice of one metric: whether to tell of it, whom it holds, who tested it, its chance, its score on all."""

    metric: str
    found: search.Slice
    is_told: bool
    inside: Array
    rows: Array
    chance: float
    score: float


def error_slices(users: pd.DataFrame, limits: Limits) -> pd.DataFrame:
    """One row per slice, split and metric. `users` are rows of `slice_factors` in the order of their ids."""
    users = users.reset_index(drop=True)
    losses = _losses(users)
    tests, factors = find(users, factor_names(), losses, limits)
    splits = users["split"].to_numpy()
    rows = [
        *_overall(losses, splits, "overall" if factors else "too few users to tell"),
        *_slices(tests, factors, losses, splits, limits),
        *_missing(users),
    ]
    told = pd.DataFrame(rows, columns=COLUMNS).round(6)
    return told.sort_values(["slice", "split", "metric"], ignore_index=True)


def find(
    users: pd.DataFrame, names: list[str], losses: Mapping[str, Array], limits: Limits
) -> tuple[list[Tested], list[conditions.Factor]]:
    """The worst slices by each metric, found on either half and tested on the other; no factors where too few users.

    Both ways round, since half of the users may by bad luck hide a slice that the other half shows.
    """
    first = users["is_first_half"].to_numpy(dtype=bool)
    least = max(limits.least_users, int(np.ceil(limits.least_share * max(first.sum(), (~first).sum()))))
    # A slice and what is outside of it must have enough users in either half.
    if min(first.sum(), (~first).sum()) < 2 * least:
        return [], []
    factors = conditions.read(users, names, least=least, bins=limits.bins)
    tests = [
        test
        for metric, loss in losses.items()
        for searched in (first, ~first)
        for test in tested(factors, metric, loss, searched, least, limits)
    ]
    return tests, factors


def tested(
    factors: list[conditions.Factor], metric: str, losses: Array, searched: Array, least: int, limits: Limits
) -> list[Tested]:
    """The worst slices of the searched half, each with its chance on the other half.

    With each slice all shorter ones that it holds are tested, and one of them is told. They are tested on users in none
    of the slices found before, as they were found: what those explain is not their own.
    """
    whole = np.rint(losses * MILLIONTHS)
    halves = [factor.among(searched) for factor in factors]
    found = search.cover(halves, whole[searched], slices=limits.slices, least=least, depth=limits.depth)
    tests, is_open = [], ~searched
    for origin in found:
        parts = [part for size in range(len(origin), 0, -1) for part in combinations(origin, size)]
        held = {part: search.members(part, factors, len(losses)) for part in parts}
        told = _needed(origin, {part: inside[is_open] for part, inside in held.items()}, losses[is_open])
        for part, inside in held.items():
            chance = proof.chance(losses[is_open], inside[is_open])
            score = search.score(part, inside, factors, whole)
            tests.append(Tested(metric, part, part == told, inside, ~searched, chance, score))
        is_open = is_open & ~held[origin]
    return tests


def _needed(origin: search.Slice, held: Mapping[search.Slice, Array], losses: Array) -> search.Slice:
    """The slice without the conditions that luck on the searched half brought in.

    A condition stays where those who do not meet it are less bad on the other half too (productive: Webb 2007).
    """
    while len(origin) > 1:
        shorter = list(combinations(origin, len(origin) - 1))
        chances = [proof.chance(losses[held[part]], held[origin][held[part]]) for part in shorter]
        least_needed = int(np.argmax(chances))
        if chances[least_needed] <= NEEDED:
            break
        origin = shorter[least_needed]
    return origin


def ranked(tests: list[Tested], level: float) -> list[tuple[Tested, float, bool]]:
    """Each slice to tell of with its chance by Holm and whether it is proved worse: the proved first, by score on all.

    A slice found on both halves is told once, as it was tested with the smaller chance: all tests count for Holm.
    """
    raised = proof.holm([test.chance for test in tests])
    turns = [turn for turn, test in enumerate(tests) if test.is_told]
    turns.sort(key=lambda turn: (raised[turn] > level, -tests[turn].score, raised[turn], turn))
    told: dict[tuple[str, search.Slice], tuple[Tested, float, bool]] = {}
    for turn in turns:
        test = tests[turn]
        told.setdefault((test.metric, test.found), (test, raised[turn], raised[turn] <= level))
    return list(told.values())


def _losses(users: pd.DataFrame) -> dict[str, Array]:
    truth, score = users["is_job_seeker"].to_numpy(dtype=bool), users["probability"].to_numpy(dtype=float)
    right = np.clip(np.where(truth, score, 1 - score), 1e-6, 1)
    return {"error_rate": ((score > 0.5) != truth).astype(float), "log_loss": np.round(-np.log(right), 6)}


def _parts(rows: Array, splits: Array) -> Iterator[tuple[str, Array]]:
    yield ALL_SPLITS, rows
    for split in sorted(set(splits)):
        yield split, rows & (splits == split)


def _overall(losses: dict[str, Array], splits: Array, verdict: str) -> Iterator[tuple[Any, ...]]:
    for metric, loss in losses.items():
        for split, rows in _parts(np.ones(len(splits), dtype=bool), splits):
            whole = proof.effect(loss[rows], np.ones(int(rows.sum()), dtype=bool))
            yield EVERYBODY, split, metric, 0, *whole, None, verdict, None


def _slices(
    tests: list[Tested],
    factors: list[conditions.Factor],
    losses: dict[str, Array],
    splits: Array,
    limits: Limits,
) -> Iterator[tuple[Any, ...]]:
    for place, (test, chance, is_worse) in enumerate(ranked(tests, limits.level), start=1):
        alike = namesakes.namesakes(test.found, test.inside, factors, overlap=limits.overlap)
        others = "; ".join(text(other, factors) for other in alike) or None
        for split, rows in _parts(test.rows, splits):
            measured = proof.effect(losses[test.metric][rows], test.inside[rows])
            is_whole = split == ALL_SPLITS
            verdict = "worse" if is_worse else "not shown"
            yield (
                *(text(test.found, factors), split, test.metric, place, *measured),
                *((max(chance, LEAST_CHANCE), verdict, others) if is_whole else (None, "by split", None)),
            )


def text(found: search.Slice, factors: list[conditions.Factor]) -> str:
    """The slice as a condition of SQL."""
    return " AND ".join(factors[factor].texts[condition] for factor, condition in found)


def _missing(users: pd.DataFrame) -> Iterator[tuple[Any, ...]]:
    """What is missing is a finding of its own: no slice can tell about users of whom nothing is known."""
    for name in factor_names():
        count = int(users[name].isna().sum())
        if count:
            share = count / len(users)
            numbers = (count, share, None, None, None, None)
            yield f"{name} IS NULL", ALL_SPLITS, "missing_share", 0, *numbers, None, "missing", None
