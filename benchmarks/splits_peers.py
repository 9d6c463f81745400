"""The peers' ways to divide persons into train, dev and test, each by its own documentation.

scikit-learn and iterative-stratification divide in two: twice, or into folds of which several make a split. What a
peer has no word for (rows that weigh, fields) it is not given.
"""

import contextlib
import io
import logging
import warnings
from collections.abc import Callable, Mapping
from fractions import Fraction
from importlib.util import find_spec
from math import lcm
from typing import Any

import numpy as np

from benchmarks.splits_data import Persons

Array = np.ndarray[Any, Any]
Ratio = Mapping[str, Fraction]
Peer = Callable[[Persons, Ratio, int], list[Array] | None]


def stratified_group_k_fold(persons: Persons, ratio: Ratio, seed: int) -> list[Array]:
    """scikit-learn's StratifiedGroupKFold over rows; the ratios are sums of folds."""
    from sklearn.model_selection import StratifiedGroupKFold

    labels, groups = _rows(persons)
    folds = lcm(*(share.denominator for share in ratio.values()))
    ends = np.cumsum([int(share * folds) for share in ratio.values()])
    split = np.empty(len(labels), dtype=int)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that a label has fewer persons than there are folds
        found = StratifiedGroupKFold(folds, shuffle=True, random_state=seed).split(labels, labels, groups)
        for fold, (_, rows) in enumerate(found):
            split[rows] = np.searchsorted(ends, fold, side="right")
    return _by_person(split, groups, len(persons.rows))


def group_shuffle_split(persons: Persons, ratio: Ratio, seed: int) -> list[Array]:
    """scikit-learn's GroupShuffleSplit over rows, twice."""
    from sklearn.model_selection import GroupShuffleSplit

    labels, groups = _rows(persons)
    dev, test = (float(ratio[name]) for name in ("dev", "test"))
    split = np.zeros(len(labels), dtype=int)
    _, rest = next(GroupShuffleSplit(1, test_size=dev + test, random_state=seed).split(labels, labels, groups))
    halves = GroupShuffleSplit(1, test_size=test / (dev + test), random_state=seed)
    in_dev, in_test = next(halves.split(rest, rest, groups[rest]))
    split[rest[in_dev]], split[rest[in_test]] = 1, 2
    return _by_person(split, groups, len(persons.rows))


def iterative_stratification(persons: Persons, ratio: Ratio, seed: int) -> list[Array]:
    """MultilabelStratifiedShuffleSplit over persons, by label and all values of fields, twice."""
    from iterstrat.ml_stratifiers import MultilabelStratifiedShuffleSplit

    values = [persons.rows > 0, *(field[:, None] == np.unique(field) for field in persons.fields.T)]
    marks = np.concatenate(values, axis=1).astype(int)
    dev, test = (float(ratio[name]) for name in ("dev", "test"))
    split = np.zeros(len(marks), dtype=int)
    first = MultilabelStratifiedShuffleSplit(n_splits=1, test_size=dev + test, random_state=seed)
    _, rest = next(first.split(marks, marks))
    second = MultilabelStratifiedShuffleSplit(n_splits=1, test_size=test / (dev + test), random_state=seed)
    in_dev, in_test = next(second.split(marks[rest], marks[rest]))
    split[rest[in_dev]], split[rest[in_test]] = 1, 2
    return [np.full(count, place) for count, place in zip(persons.rows.sum(axis=1), split, strict=True)]


def datasail(persons: Persons, ratio: Ratio, seed: int, *, slack: float = 0.05) -> list[Array] | None:
    """DataSAIL's I1 over persons weighed by rows, stratified by label; None where it finds nothing in ten seconds.

    `slack` is its epsilon and delta, how far sizes and labels may be off; .05 is its default.
    """
    from datasail.sail import datasail as sail

    logging.disable(logging.ERROR)
    names = [f"p{seed}-{place}" for place in range(len(persons.rows))]
    label = (2 * persons.rows[:, 0] > persons.rows.sum(axis=1)).astype(int)
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            found = sail(
                techniques=["I1e"],
                splits=[float(share) for share in ratio.values()],
                names=list(ratio),
                e_type="O",
                e_data={name: name for name in names},
                e_weights={name: int(rows) for name, rows in zip(names, persons.rows.sum(axis=1), strict=True)},
                e_strat={name: str(value) for name, value in zip(names, label, strict=True)},
                epsilon=slack,
                delta=slack,
                max_sec=10,
                verbose="F",
            )
    finally:
        logging.disable(logging.NOTSET)
    places = found[0]["I1e"][0] if found[0] else None
    if not places:
        return None
    split = [list(ratio).index(places[name]) for name in names]
    return [np.full(count, place) for count, place in zip(persons.rows.sum(axis=1), split, strict=True)]


def available() -> dict[str, Peer]:
    """The peers that are installed, by name."""
    found: dict[str, Peer] = {
        "StratifiedGroupKFold": stratified_group_k_fold,
        "GroupShuffleSplit": group_shuffle_split,
    }
    if find_spec("iterstrat"):
        found["iterative-stratification"] = iterative_stratification
    if find_spec("datasail"):
        found["DataSAIL, its defaults"] = datasail
        found["DataSAIL, slack .01"] = lambda persons, ratio, seed: datasail(persons, ratio, seed, slack=0.01)
    return found


def _rows(persons: Persons) -> tuple[Array, Array]:
    """Each row's label and person."""
    labels = np.concatenate([np.repeat([1, 0], rows) for rows in persons.rows])
    return labels, np.repeat(np.arange(len(persons.rows)), persons.rows.sum(axis=1))


def _by_person(split: Array, groups: Array, persons: int) -> list[Array]:
    return np.split(split, np.cumsum(np.bincount(groups, minlength=persons))[:-1])
