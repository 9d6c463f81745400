"""What is reported of labels: ceiling, agreement, and each labeller's record."""

import pytest

from job_search_assets.logic.labels import agreement, judgement, labellers
from job_search_assets_tests.conftest import Engine
from job_search_assets_tests.test_labels import MODEL, counted, judge


def test_the_ceiling_is_the_mean_confidence_by_votes(engine: Engine) -> None:
    flags = dict.fromkeys(["is_job_seeker", "is_job_seeker_by_votes", "is_ambiguous", "is_outdated"], "boolean")
    labels = engine.table(
        {
            "user_id": ["u", "v"],
            "is_job_seeker": [True, False],
            "is_job_seeker_by_votes": [False, False],
            "confidence_by_votes": [0.9, 0.7],
            "is_ambiguous": [False, True],
            "is_outdated": [False, True],
            "votes": [3, 4],
            "careless_votes": [1, 0],
        },
        {
            "user_id": "string",
            "confidence_by_votes": "float64",
            "votes": "int64",
            "careless_votes": "int64",
            **flags,
        },
    )
    assert engine.rows(judgement.ceiling(labels)) == [
        {
            "labels": 2,
            "job_seekers": 1,
            "ambiguous": 1,
            "ambiguous_share": 0.5,
            "outdated": 1,
            "votes": 7,
            "careless_votes": 1,
            "changed_by_features": 1,
            "label_ceiling": 0.8,
        }
    ]


def test_agreement_is_krippendorffs_alpha_by_guide(engine: Engine) -> None:
    # Of guide 1: pairs of answers 1 1, 0 0, 1 0, so of six answers three are yes and 2 of 6 pairings differ.
    cast = counted(
        engine,
        *(("u", "a", name, "1", True) for name in ("ann", "bob")),
        *(("v", "b", name, "1", False) for name in ("ann", "bob")),
        *(("w", "c", name, "1", name == "ann") for name in ("ann", "bob")),
        ("x", "d", "ann", "1", True),
        *(("y", "e", name, "2", True) for name in ("ann", "bob")),
    )
    expected = 1 - (2 / 6) / (2 * 3 * 3 / (6 * 5))
    assert agreement.alpha_by_guide(cast) == {"1": pytest.approx(expected, abs=1e-6)}
    assert agreement.named_alphas({"1": 0.5}) == {"agreement_under_guide_1": 0.5}


def test_a_labellers_record_is_kept_by_guide_version(engine: Engine) -> None:
    sure = MODEL | {"rates": [(name, version, 0.99, 0.99) for name in ("ann", "cat", "dan") for version in "12"]}
    said = [("ann", "1"), ("cat", "1"), ("dan", "1"), ("ann", "2"), ("cat", "2"), ("dan", "2")]
    cast = counted(
        engine,
        *((f"u{version}", f"a{version}", name, version, True) for name, version in said if name != "dan"),
        *((f"u{version}", f"a{version}", name, version, version == "2") for name, version in said if name == "dan"),
    )
    rows = engine.rows(judge(engine, cast, sure), order_by=["labeller", "guide_version"])
    right = {(row["labeller"], row["guide_version"]): row["sensitivity"] > 0.5 for row in rows}
    assert right == {name_and_version: name_and_version != ("dan", "1") for name_and_version in said}
    assert all(row["sensitivity_low"] < row["sensitivity"] < row["sensitivity_high"] for row in rows)
    assert {row["votes"] for row in rows} == {1}


def test_only_labellers_with_votes_enough_are_named_as_near_chance(engine: Engine) -> None:
    quality = engine.table(
        {
            "labeller": ["ann", "bob", "bob", "new"],
            "votes": [50, 20, 20, 3],
            "informedness": [0.8, 0.1, 0.0, 0.0],
            "informedness_low": [0.6, -0.3, -0.4, -0.4],
            "informedness_high": [1.0, 0.5, 0.4, 0.4],
        },
        {
            "labeller": "string",
            "votes": "int64",
            **dict.fromkeys(["informedness", "informedness_low", "informedness_high"], "float64"),
        },
    )
    named = engine.rows(labellers.labellers_near_chance(quality, least_votes=20, least_informedness=0.4))
    error = round(0.5**0.5 * 0.4 / 1.96, 4)
    assert named == [{"labeller": "bob", "informedness": 0.05, "standard_error": error, "votes": 40}]
