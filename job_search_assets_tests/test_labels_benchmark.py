"""The labels' promises on a few simulated sets; the benchmark has more of them, and the peers."""

import numpy as np
import pytest

from benchmarks import label_truth
from benchmarks.labels import CARELESS, Simulated, calibration_error, chance_of, labelled
from job_search_assets.logic.labels import labellers


@pytest.fixture(scope="module")
def sets() -> list[tuple[Simulated, object, object]]:
    return [(given, *labelled(given)[1:]) for given in (Simulated(seed, users=600) for seed in (0, 1))]


def test_labels_are_righter_than_the_majority_and_confidence_holds(sets: list) -> None:
    for given, labels, _ in sets:
        share = given.votes.groupby("user_id")["is_job_seeker"].mean().sort_index().to_numpy()
        right = float((labels["is_job_seeker"].to_numpy(dtype=bool) == given.truth).mean())
        assert right > ((share > 0.5) == given.truth).mean()
        assert calibration_error(given.truth, chance_of(labels)) < 0.06


def test_a_labeller_who_is_right_at_six_in_ten_is_named(sets: list) -> None:
    for _, _, quality in sets:
        named = labellers.labellers_near_chance(quality, least_votes=20, least_informedness=0.4)
        assert CARELESS in set(named.labeller.to_pandas())


def test_users_on_whom_good_labellers_differ_are_called_ambiguous() -> None:
    given = Simulated(1000, users=600, votes_each=5, worst=0.92, is_even=True)
    said = labelled(given)[1]["is_ambiguous"].to_numpy()
    assert label_truth.found(said, given.is_ambiguous)[0] >= 0.9


def test_ambiguous_users_are_found_nearly_as_well_as_by_who_knows_the_rates() -> None:
    given = Simulated(1000, users=600, votes_each=10, worst=0.92)
    said = labelled(given)[1]["is_ambiguous"].to_numpy()
    best = label_truth.by_oracle(given.votes, given.rates, float(given.truth.mean()), given.is_ambiguous)
    assert label_truth.found(said, given.is_ambiguous)[2] >= best[2] - 0.1


def test_a_confidence_that_claims_too_much_shows() -> None:
    truth = np.array([True, False] * 50)
    assert calibration_error(truth, np.full(100, 0.9)) == pytest.approx(0.4)
    assert calibration_error(truth, np.full(100, 0.5)) == pytest.approx(0.0)
