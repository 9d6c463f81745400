"""Evenness: every cell and every value of every field at its share, the counts of labels being settled."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from job_search_assets.logic.splits import balance, evenness, exactness, shares, verdicts

RATIO = shares.shares_of({"train": 0.6, "dev": 0.2, "test": 0.2})
SHARES = np.array([0.6, 0.2, 0.2])


def some_cells(users: int, levels: list[int], *, seed: int, held: bool = False) -> evenness.Cells:
    """Users with a label and skewed fields, counted by cell; of those held a random part is placed anywhere."""
    generator = np.random.default_rng(seed)
    columns = [generator.random(users) < 0.3]
    for level in levels:
        weights = 1 / np.arange(1, level + 1)
        columns.append(generator.choice(level, size=users, p=weights / weights.sum()))
    rows, place, count = np.unique(np.stack(columns, axis=1), axis=0, return_inverse=True, return_counts=True)
    placed = np.zeros((len(rows), 3))
    if held:
        chosen = generator.random(users) < 0.5
        np.add.at(placed, (place[chosen], generator.choice(3, size=chosen.sum(), p=SHARES)), 1)
    starts = np.cumsum([0, *levels[:-1]])
    return evenness.Cells(
        names=["|".join(map(str, row)) for row in rows.tolist()],
        classes=rows[:, 0].astype(int),
        values=rows[:, 1:] + starts,
        held=placed,
        fresh=count - placed.sum(axis=1),
    )


def settled(cells: evenness.Cells) -> Any:
    held = np.stack([cells.held[cells.classes == label].sum(axis=0) for label in (0, 1)])
    return exactness.place(np.eye(2), np.bincount(cells.classes, cells.fresh), RATIO, held).units.astype(float)


def off(cells: evenness.Cells, spread: Any) -> Any:
    """How far each value's count in each split is from its ideal."""
    got = np.zeros((int(cells.values.max()) + 1, 3))
    for field in cells.values.T:
        np.add.at(got, field, spread + cells.held)
    return np.abs(got - got.sum(axis=1, keepdims=True) * SHARES)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("held", [False, True])
def test_counts_of_labels_stay_as_settled_and_everybody_has_a_split(seed: int, held: bool) -> None:
    cells = some_cells(300, [3, 10, 4], seed=seed, held=held)
    placed = settled(cells)
    spread = evenness.spread(cells, placed, SHARES, seed=1)
    assert (spread >= 0).all()
    assert spread.sum(axis=1).tolist() == cells.fresh.tolist()
    assert [spread[cells.classes == label].sum(axis=0).tolist() for label in (0, 1)] == placed.tolist()


@pytest.mark.parametrize("seed", range(5))
def test_every_value_of_every_field_has_its_share_rounded_up_or_down(seed: int) -> None:
    cells = some_cells(300, [3, 10, 4], seed=seed)
    spread = evenness.spread(cells, settled(cells), SHARES, seed=1)
    assert np.maximum(off(cells, spread) - 1, 0).sum() < 0.5  # the search ends a little before the best
    ideal = cells.fresh[:, None] * SHARES
    assert np.abs(spread - ideal).max() < 2  # a cell is not emptied into one split for the fields' sake


def test_many_cells_are_decided_in_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evenness, "CELLS_AT_ONCE", 100)
    cells = some_cells(1500, [4, 40, 4], seed=2)
    placed = settled(cells)
    spread = evenness.spread(cells, placed, SHARES, seed=1)
    assert [spread[cells.classes == label].sum(axis=0).tolist() for label in (0, 1)] == placed.tolist()
    assert off(cells, spread).max() < 2


def test_those_who_come_even_out_what_is_held() -> None:
    cells = some_cells(1000, [3, 10, 4], seed=4, held=True)
    spread = evenness.spread(cells, settled(cells), SHARES, seed=1)
    assert off(cells, spread).sum() < off(cells, np.zeros(spread.shape)).sum() / 3


def test_the_order_of_cells_has_no_say_and_the_seed_has() -> None:
    cells = some_cells(200, [3, 4], seed=3)
    placed = settled(cells)
    order = np.random.default_rng(1).permutation(len(cells.fresh))
    shuffled = evenness.Cells(
        [cells.names[place] for place in order],
        cells.classes[order],
        cells.values[order],
        cells.held[order],
        cells.fresh[order],
    )
    spread = evenness.spread(cells, placed, SHARES, seed=1)
    assert evenness.spread(shuffled, placed, SHARES, seed=1).tolist() == spread[order].tolist()
    assert evenness.spread(cells, placed, SHARES, seed=2).tolist() != spread.tolist()


def test_without_fields_the_counts_are_all_there_is() -> None:
    cells = evenness.Cells(["t", "f"], np.array([0, 1]), np.zeros((2, 0), int), np.zeros((2, 3)), np.array([30, 70]))
    assert evenness.spread(cells, np.array([[18, 6, 6], [42, 14, 14]]), SHARES, seed=1).tolist() == [
        [18, 6, 6],
        [42, 14, 14],
    ]


def test_the_unevenness_of_a_field_stands_beside_that_of_a_random_draw() -> None:
    values = {"a": (60, 20, 20), "b": (36, 12, 12)}
    even = [("source", value, *cell) for value, row in values.items() for cell in zip(RATIO, row, strict=True)]
    skewed = [("device", "a", "train", 60), ("device", "b", "dev", 20), ("device", "b", "test", 20)]
    counted = pd.DataFrame(even + skewed, columns=["field", "value", "split", "users"])
    [source, device] = balance.evenness_of(counted, RATIO)
    assert source == {
        "field": "source",
        "values": 2,
        "users_off": 0.0,
        "users_off_at_random": 9.1,
        "chance_at_random": 1.0,
    }
    assert device["users_off"] == 48.0
    assert device["chance_at_random"] < 0.001
    verdict = verdicts.fields_are_even([source, device], least_chance=0.001)
    assert not verdict.holds
    assert verdict.evidence["uneven_fields"] == ["device"]
    assert verdicts.fields_are_even([source], least_chance=0.001).holds
