"""The weights of a pair add up to its score, comparison by comparison and verdict by verdict."""

import math
from pathlib import Path

import duckdb
import ibis
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from job_search_assets.engine.tables.model_files import ModelFiles
from job_search_assets.logic.identity import (
    explanation,
    judges,
    scoring,
)
from job_search_assets.logic.identity.comparisons import COMPARISONS
from job_search_assets_tests.pipeline import stored_pairs


def judged(*verdicts: tuple[str, bool]) -> pd.DataFrame:
    return pd.DataFrame(
        [("b", "a", *verdict) for verdict in verdicts],
        columns=["account_id_left", "account_id_right", "labeller", "is_same_person"],
    )


def test_each_verdict_is_told_with_its_judges_reliability_and_whether_it_holds() -> None:
    rates = {"good": [0.96, 0.98], "poor": [0.8, 0.75]}
    asked = judged(("poor", False), ("new", True), ("good", True))
    found = explanation.verdicts(asked, rates, trusted_accuracy=0.93)
    assert [(one.labeller, one.is_same_person, one.rates, one.is_trusted) for one in found] == [
        ("good", True, (0.96, 0.98), True),
        ("new", True, None, False),
        ("poor", False, (0.8, 0.75), False),
    ]
    assert found[0].weight == 5.584963  # log2(.96 / .02)
    together = judges.verdicts(asked, rates, trusted_accuracy=0.93)["mw_verdict"][0]
    assert together == pytest.approx(sum(one.weight for one in found), abs=1e-9)


WEIGHTS = some.floats(-12, 12).map(lambda weight: round(weight, 6))


LEVELS = {comparison.name: some.integers(-1, len(comparison.words) - 1) for comparison in COMPARISONS}


@settings(max_examples=6, deadline=None)
@given(
    some.fixed_dictionaries(
        {
            comparison.name: some.lists(WEIGHTS, min_size=len(comparison.words), max_size=len(comparison.words))
            for comparison in COMPARISONS
        }
    ),
    WEIGHTS,
    some.lists(some.fixed_dictionaries(LEVELS), min_size=1, max_size=12),
    some.dictionaries(
        some.sampled_from("pqrstu"), some.tuples(some.booleans(), some.floats(0.5, 0.98), some.floats(0.5, 0.98))
    ),
)
def test_the_parts_of_any_pair_add_up_to_its_score(
    weights: dict[str, list[float]],
    bias: float,
    levels: list[dict[str, int]],
    heard: dict[str, tuple[bool, float, float]],
) -> None:
    rates = {name: [sensitivity, specificity] for name, (_, sensitivity, specificity) in heard.items()}
    asked = judged(*((name, says) for name, (says, _, _) in heard.items()))
    asked = asked.assign(account_id_right=f"a{len(levels) - 1}")
    pairs = [
        {"account_id_left": f"a{place}", "account_id_right": "b", "blocking_rule": "email"}
        | {f"gamma_{name}": level for name, level in one.items()}
        for place, one in enumerate(levels)
    ]
    verdicts = judges.verdicts(asked, rates, trusted_accuracy=0.9)
    scored = scoring.score(
        ibis.memtable(pd.DataFrame(pairs)),
        ibis.memtable(verdicts, schema=judges.VERDICTS),
        {"bias": bias, "weights": weights},
        least=0.0,
    )
    assert explanation.added_up(scored)["pairs_off"] == 0
    for row in scored.order_by("account_id_left").to_pandas().to_dict("records"):
        of_pair = asked[asked["account_id_right"] == row["account_id_left"]]
        parts = explanation.parts(levels[int(row["account_id_left"][1:])], row)
        said = explanation.verdicts(of_pair, rates, trusted_accuracy=0.9)
        total = math.fsum(part.weight for part in (*parts, *said))
        assert abs(total - row["match_weight"]) < 1e-9


def test_a_sum_that_is_off_is_found() -> None:
    row = {"account_id_left": "a", "account_id_right": "b", "match_weight": 1.0, "mw_bias": 1.0, "mw_verdict": 1e-8}
    table = ibis.memtable(pd.DataFrame([row | dict.fromkeys(scoring.PARTS, 0.0)]))
    assert explanation.added_up(table) == {"pairs": 1, "pairs_off": 1, "first_of_them": ["a|b"]}


def test_the_weights_of_every_stored_pair_add_up_to_its_score_verdict_by_verdict(built: Path) -> None:
    pairs = stored_pairs(built)
    rates = ModelFiles(built / "models").load("match_model").estimator["judges"]
    parts = pairs[["mw_bias", *scoring.PARTS, "mw_verdict"]].to_numpy()
    assert len(pairs) > 300
    assert np.abs(parts.sum(axis=1) - pairs["match_weight"]).max() < 1e-9
    with duckdb.connect(str(built / "warehouse.duckdb"), read_only=True) as connection:
        verdicts = connection.sql("SELECT * FROM raw_merge_pairs").df()
    left, right = verdicts["account_id_left"], verdicts["account_id_right"]
    said = {
        pair: math.fsum(one.weight for one in explanation.verdicts(rows, rates, trusted_accuracy=0.93))
        for pair, rows in verdicts.groupby([left.where(left < right, right), right.where(left < right, left)])
    }
    keys = zip(pairs["account_id_left"], pairs["account_id_right"], strict=True)
    assert np.abs(np.array([said.get(key, 0.0) for key in keys]) - pairs["mw_verdict"]).max() < 1e-9
