"""What slices are made of, and what the checks say of them, on a few rows."""

from collections.abc import Mapping
from typing import Any

import dagster as dg
import ibis
import numpy as np
import pandas as pd
import pytest

from job_search_assets.checks import slices as checks
from job_search_assets.logic.slices import factors, proof, verdicts
from job_search_assets.schemas.slices import SliceFactors
from job_search_assets.settings import SliceSettings
from job_search_assets_tests.conftest import Engine


def test_the_chance_of_wrong_and_right_is_exact_and_that_of_losses_is_what_shuffling_gives() -> None:
    losses, inside = np.array([1.0, 1, 1, 0, 0, 0]), np.array([True, True, True, False, False, False])
    assert proof.chance(losses, inside) == pytest.approx(1 / 20)
    draw = np.random.default_rng(1)
    losses, inside = draw.exponential(1.0, 60), np.arange(60) < 12
    losses[:12] += 0.4
    sums = np.array([draw.permutation(losses)[:12].sum() for _ in range(20_000)])
    assert proof.chance(losses, inside) == pytest.approx((sums >= losses[:12].sum()).mean(), rel=0.1)
    assert proof.chance(np.zeros(6), inside[:6]) == 1


def test_chances_are_raised_by_holm() -> None:
    assert proof.holm([0.04, 0.01, 0.03]) == pytest.approx([0.06, 0.03, 0.06])
    assert proof.holm([]) == []


def test_an_effect_has_an_interval_around_it() -> None:
    losses = np.array([1.0] * 10 + [0.0] * 10 + [1.0] * 5 + [0.0] * 45)
    found = proof.effect(losses, np.arange(70) < 20)
    assert (found.users, found.value, found.outside, found.excess) == (20, 0.5, 0.1, 0.4)
    # Newcombe's method 10, worked out by hand from the two Wilson intervals [.2993, .7007] and [.0435, .2136].
    assert (found.low, found.high) == (pytest.approx(0.1693, abs=5e-4), pytest.approx(0.6085, abs=5e-4))
    assert proof.effect(losses, np.zeros(70, dtype=bool)).excess is None


GIVEN: dict[str, tuple[Mapping[str, list[Any]], Mapping[str, str]]] = {
    "judged": (
        {
            "user_id": ["u", "v", "w"],
            "split": ["test", "train", "dev"],
            "is_job_seeker": [True, True, False],
            "confidence": [0.9] * 3,
            "probability": [0.3, 0.3, 0.1],
        },
        {
            "user_id": "string",
            "split": "string",
            "is_job_seeker": "boolean",
            "confidence": "float64",
            "probability": "float64",
        },
    ),
    "labels": (
        {"user_id": ["u", "v", "w"], "votes": [2, 1, 1], "is_ambiguous": [False, False, True]},
        {"user_id": "string", "votes": "int64", "is_ambiguous": "boolean"},
    ),
    "votes": (
        {
            "user_id": ["u", "u", "u", "w"],
            "labeller": ["bo", "ann", "ann", "bo"],
            "guide_version": ["2", "1", "2", "1"],
        },
        {"user_id": "string", "labeller": "string", "guide_version": "string"},
    ),
    "user_accounts": (
        {"account_id": ["u", "u2", "v", "w"], "user_id": ["u", "u", "v", "w"]},
        {"account_id": "string", "user_id": "string"},
    ),
    "reports": (
        {"account_id": ["w", "u", "w"], "is_spam": [True, False, True]},
        {"account_id": "string", "is_spam": "boolean"},
    ),
    "corrections": (
        {"table": ["job_seeker_votes", "ip_blocklist"], "key": ["u2|ann|2026-01-01", "w"]},
        {"table": "string", "key": "string"},
    ),
}


def test_factors_are_told_of_every_judged_user_outside_train(engine: Engine) -> None:
    kept = {
        name: "string"
        for name in factors.factor_names()
        if name not in ("opened_month", "is_corrected", "was_reported", "is_ambiguous", "votes", "labellers")
        and name != "guide_versions"
    }
    values: dict[str, list[Any]] = {name: [None] * 3 for name in kept} | {"user_id": ["u", "v", "w"]}
    values["created_at"] = [pd.Timestamp("2026-03-31 23:00:00")] * 3
    users = engine.table(values, kept | {"user_id": "string", "created_at": "timestamp(6)"})
    tables = {name: engine.table(*given) for name, given in GIVEN.items()}
    told = engine.rows(factors.factors(users=users, **tables), order_by="user_id")
    assert [row["user_id"] for row in told] == ["u", "w"]
    assert [row["labellers"] for row in told] == ["|ann|bo|", "|bo|"]
    assert [row["guide_versions"] for row in told] == ["1|2", "1"]
    assert [row["opened_month"] for row in told] == [202603, 202603]
    assert [(row["is_corrected"], row["was_reported"]) for row in told] == [(True, False), (False, True)]
    assert list(told[0]) == list(SliceFactors.to_schema().columns)


def test_no_name_address_text_or_id_is_sliced_by() -> None:
    personal = {"full_name", "email", "phone", "birth_date", "city", "postcode", "signup_ip", "about", "user_id"}
    assert personal.isdisjoint(factors.factor_names())


def checked(**changed: Any) -> tuple[dg.AssetCheckResult, dg.AssetCheckResult]:
    row = {
        "slice": "source = 'x'",
        "split": "all",
        "metric": "error_rate",
        "place": 1,
        "users": 100,
        "value": 0.3,
        "outside": 0.1,
        "excess": 0.2,
        "low": 0.1,
        "high": 0.3,
        "p_value": 0.001,
        "verdict": "worse",
        "same_users_as": None,
    } | changed
    table = ibis.memtable(pd.DataFrame([row]).astype({"same_users_as": "string"}))
    settings = SliceSettings()  # type: ignore[call-arg]
    worse, missing = checks.no_slice_is_much_worse(table, settings), checks.no_factor_is_mostly_missing(table, settings)
    assert isinstance(worse, dg.AssetCheckResult)
    assert isinstance(missing, dg.AssetCheckResult)
    return worse, missing


def test_the_check_names_what_is_proved_and_much_worse_and_nothing_else() -> None:
    assert not checked()[0].passed
    assert "source = 'x'" in str(checked()[0].metadata["slices"])
    assert checked(verdict="not shown")[0].passed
    assert checked(value=0.11)[0].passed


def test_the_check_names_a_factor_that_is_mostly_missing() -> None:
    lacking = {"slice": "region IS NULL", "metric": "missing_share", "verdict": "missing"}
    assert not checked(**lacking, value=0.6)[1].passed
    assert checked(**lacking, value=0.4)[1].passed
    assert verdicts.too_few(ibis.memtable({"verdict": ["too few users to tell"]}))
