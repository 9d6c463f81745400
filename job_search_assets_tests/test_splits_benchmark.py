"""What the benchmark of splits counts, and that ours divides persons of several rows."""

import numpy as np
import pytest

from benchmarks import splits_data, splits_peers
from benchmarks.splits_data import Persons

RATIO = splits_data.RATIOS["60/20/20"]
FIVE = Persons(np.array([[1, 0], [1, 0], [1, 0], [1, 0], [1, 0]]), np.array([[0], [0], [0], [0], [0]]))


def test_counts_and_torn_persons_are_scored() -> None:
    whole = [np.array([place]) for place in (0, 0, 0, 1, 2)]
    assert splits_data.score(FIVE, whole, RATIO) == splits_data.Score(is_exact=True, torn=0, users_off=0.0)
    uneven = [np.array([place]) for place in (0, 0, 0, 0, 2)]
    assert splits_data.score(FIVE, uneven, RATIO) == splits_data.Score(is_exact=False, torn=0, users_off=1.0)
    two_rows = Persons(np.array([[1, 1]]), np.array([[0]]))
    assert splits_data.score(two_rows, [np.array([0, 1])], RATIO).torn == 1


@pytest.mark.parametrize("mixed", [False, True])
def test_persons_of_several_rows_are_divided_whole_and_as_exactly_as_can_be(mixed: bool) -> None:
    persons = splits_data.several_rows(60, np.random.default_rng(3), mixed=mixed)
    split, placed = splits_data.ours(persons, RATIO, seed=1)
    score = splits_data.score(persons, splits_data.by_rows(persons, split), RATIO)
    assert (score.is_exact, score.torn) == (placed.off_by == 0, 0)


@pytest.mark.parametrize("peer", [splits_peers.stratified_group_k_fold, splits_peers.group_shuffle_split])
def test_peers_give_every_row_a_split_and_tear_nobody(peer: splits_peers.Peer) -> None:
    persons = splits_data.several_rows(60, np.random.default_rng(3), mixed=True)
    found = peer(persons, RATIO, 1)
    assert found is not None
    assert [len(places) for places in found] == persons.rows.sum(axis=1).tolist()
    assert splits_data.score(persons, found, RATIO).torn == 0
    assert {int(place) for places in found for place in places} == {0, 1, 2}
