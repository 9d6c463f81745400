"""The match model on verdicts that it has not seen: folds by person, weights out of fold, figures."""

import numpy as np
import pandas as pd
import pytest

from job_search_assets.logic.identity import estimation, held_out
from job_search_assets.logic.identity.comparisons import COMPARISONS
from job_search_assets.schemas.models import FittedModel
from job_search_assets_tests.conftest import Engine

KEYS = ["account_id_left", "account_id_right"]


def compared(*rows: tuple[str, str, int]) -> pd.DataFrame:
    """Pairs of which only the e-mail address tells anything: 5 the same, 0 another."""
    told = pd.DataFrame(rows, columns=[*KEYS, "gamma_email"])
    return told.reindex(columns=[*KEYS, *estimation.GAMMAS], fill_value=-1)


def model(same_email: float = 6.0) -> FittedModel:
    weights = {comparison.name: [0.0] * len(comparison.words) for comparison in COMPARISONS}
    return FittedModel({"bias": -2.0, "weights": weights | {"email": [-1.0, 0.0, 0.0, 0.0, 0.0, same_email]}})


def judged(rows: pd.DataFrame, *is_same: bool, labeller: str = "x") -> pd.DataFrame:
    return rows.assign(labeller=labeller, is_same_person=list(is_same))


def test_a_pair_weighs_what_its_levels_weigh_and_nothing_where_a_value_is_empty() -> None:
    pairs = compared(("a", "b", 5), ("a", "c", 0), ("a", "d", -1))
    assert list(held_out.match_weights(pairs, model().estimator)) == [4.0, -3.0, -2.0]


def test_a_person_is_in_one_fold_whether_people_or_the_model_link_the_accounts() -> None:
    ids = [f"{letter}{number:02}" for number in range(60) for letter in "pq"]
    rows = compared(*((ids[place], ids[place + 1], 0) for place in range(0, 120, 2)))
    same = [place % 2 == 0 for place in range(60)]
    alone = held_out.folds(judged(rows, *same), compared(), model(), folds=5)
    assert set(alone) == set(range(5))
    chain = compared(*((ids[place], ids[place + 2], 5) for place in range(0, 118, 2)))
    assert len(set(held_out.folds(judged(rows, *same), chain, model(), folds=5))) == 1
    unlinked = compared(*((ids[place], ids[place + 2], 0) for place in range(0, 118, 2)))
    assert list(held_out.folds(judged(rows, *same), unlinked, model(), folds=5)) == list(alone)


def test_each_pair_is_weighed_by_a_model_that_has_not_seen_its_fold() -> None:
    rows = judged(compared(("a", "b", 5), ("c", "d", 5), ("e", "f", 0)), True, True, False)
    seen: list[list[str]] = []

    def fit(others: pd.DataFrame) -> FittedModel:
        seen.append(list(others["account_id_left"]))
        return model(same_email=float(len(others)))

    told = held_out.foretell(rows, np.array([0, 1, 0]), fit, {"x": [0.97, 0.97]}, trusted_accuracy=0.93)
    assert seen == [["c"], ["a", "e"]]
    assert (list(told.weight), list(told.is_same)) == ([-1.0, 0.0, -3.0], [True, True, False])


def test_only_what_trusted_judges_agree_on_is_asked() -> None:
    pairs = compared(("a", "b", 5), ("c", "d", 5))
    rows = pd.concat(
        [judged(pairs, True, True), judged(pairs[1:], False, labeller="y"), judged(pairs, False, False, labeller="z")]
    )
    rates = {"x": [0.97, 0.97], "y": [0.97, 0.97], "z": [0.7, 0.7]}
    told = held_out.foretell(rows, np.zeros(len(rows)), lambda _: model(), rates, trusted_accuracy=0.93)
    assert (list(told.weight), list(told.is_same)) == ([4.0], [True])


def foretold(*rows: tuple[float, bool]) -> held_out.HeldOut:
    weight, is_same = zip(*rows, strict=True)
    return held_out.HeldOut(np.array(weight, float), np.array(is_same, bool))


def test_precision_and_recall_are_told_by_threshold() -> None:
    rows = held_out.by_threshold(foretold((9.0, True), (2.0, True), (2.0, False), (-5.0, True), (-9.0, False)))
    told = {row["threshold"]: (row["precision"], row["recall"]) for row in rows}
    assert (told[0.5], told[0.95]) == ((0.6667, 0.6667), (1.0, 0.3333))


def test_pairs_chosen_by_how_they_look_count_as_calibrated_when_only_their_share_is_off() -> None:
    rng = np.random.default_rng(1)
    weight = rng.normal(0, 4, 20_000)
    is_same = rng.random(20_000) < 1 / (1 + 2.0 ** -(weight + 3))
    sound = held_out.graded(FittedModel({}), held_out.HeldOut(weight, is_same)).metrics
    assert sound["held_out_shift"] == pytest.approx(3, abs=0.15)
    assert sound["held_out_calibration_error"] < 0.01
    far_too_sure = held_out.graded(FittedModel({}), held_out.HeldOut(weight * 4, is_same)).metrics
    assert far_too_sure["held_out_calibration_error"] > 0.1
    assert far_too_sure["held_out_average_precision"] == sound["held_out_average_precision"]


@pytest.mark.parametrize("is_same", [True, False])
def test_where_judges_say_one_thing_only_there_is_nothing_to_grade(is_same: bool) -> None:
    assert held_out.graded(FittedModel({}, {"known": 1.0}), foretold((1.0, is_same))).metrics == {"known": 1.0}


def test_without_judged_pairs_the_page_is_empty_and_not_wrong() -> None:
    none = judged(compared())
    fold = held_out.folds(none, compared(), model(), folds=5)
    told = held_out.foretell(none, fold, lambda _: model(), {}, trusted_accuracy=0.93)
    assert held_out.graded(FittedModel({}, {"known": 1.0}), told).metrics == {"known": 1.0}
    assert held_out.calibration(told) == []
    assert {row["recall"] for row in held_out.by_threshold(told)} == {0.0}


def test_candidates_between_judged_accounts_are_found(engine: Engine) -> None:
    pairs = compared(("a", "b", 5), ("a", "c", 0), ("b", "c", 0))
    kinds = dict.fromkeys(KEYS, "string") | dict.fromkeys(estimation.GAMMAS, "int64")
    asked = engine.table(
        {"account_id_left": ["c", "a"], "account_id_right": ["a", "zz"]}, dict.fromkeys(KEYS, "string")
    )
    found = held_out.among_judged(engine.table(pairs.to_dict("list"), kinds), asked)
    assert [(row["account_id_left"], row["account_id_right"]) for row in engine.rows(found)] == [("a", "c")]
