"""Drift: what the checks say of it, and what is found on a build."""

from pathlib import Path
from typing import Any

import dagster as dg
import ibis
import pandas as pd
import pytest

from job_search_assets.checks import drift as checks
from job_search_assets.logic.drift import deliveries, intake, readings, verdicts
from job_search_assets.settings import DriftSettings
from job_search_assets_tests.made_up_accounts import LIMITS, higher, made_up, moved, told
from job_search_assets_tests.pipeline import rows

TEXT_COLUMNS = dict.fromkeys(("condition", "beside", "cause"), "string")


def checked(drift: pd.DataFrame, **settings: Any) -> dg.AssetCheckResult:
    table = ibis.memtable(drift.reset_index().astype(TEXT_COLUMNS))
    found = checks.the_delivery_is_like_those_before(delivery_drift=table, config=DriftSettings(**settings))
    assert isinstance(found, dg.AssetCheckResult)
    return found


@pytest.fixture(scope="module")
def drifted() -> pd.DataFrame:
    return told(made_up(3000, 1), higher(made_up(2000, 2), "age", ["partner"], 1.0))


@pytest.mark.parametrize(("is_blocking", "severity"), [(False, "WARN"), (True, "ERROR")])
def test_the_setting_says_whether_drift_warns_or_stops(drifted: pd.DataFrame, is_blocking: bool, severity: str) -> None:
    found = checked(drifted, is_blocking=is_blocking)
    assert (found.passed, found.severity.value) == (False, severity)


def test_the_check_names_source_feature_shares_and_limit(drifted: pd.DataFrame) -> None:
    metadata = checked(drifted).metadata
    (first,) = metadata["which"].value  # type: ignore[misc]
    assert (first["source"], first["feature"], first["p_value"]) == ("partner", "age", 1e-6)
    assert first["share_delivered"] < first["low"] + first["share_before"] + 0.2
    assert metadata["level"].value == 0.05
    assert metadata["tests"].value > 100


def test_what_our_code_changed_is_named_by_a_check_of_its_own(drifted: pd.DataFrame) -> None:
    known = [{"source": "partner", "accounts": 600, "changed": 60, "changed_by_code": 60}]
    reading = pd.DataFrame(readings.rows(known, least_effect=0.03)).assign(place=999, delivery=2)
    table = ibis.memtable(pd.concat([drifted.reset_index(), reading], ignore_index=True).astype(TEXT_COLUMNS))
    found = checks.known_accounts_are_read_as_before(delivery_drift=table, config=DriftSettings(is_blocking=True))
    assert isinstance(found, dg.AssetCheckResult)
    assert (found.passed, found.severity.value) == (False, "ERROR")
    ((told_of,),) = [found.metadata["which"].value]  # type: ignore[misc]
    assert (told_of["source"], told_of["cause"], told_of["share_delivered"]) == ("partner", "our code", 0.1)


def test_a_delivery_that_a_person_accepted_is_no_alarm(drifted: pd.DataFrame) -> None:
    assert checked(drifted, accepted_delivery=2).passed
    assert not checked(drifted, accepted_delivery=1).passed


def test_a_first_run_has_nothing_to_compare_with_and_says_so(built: Path) -> None:
    assert rows(built, "SELECT DISTINCT verdict FROM delivery_drift ORDER BY verdict") == [
        ("as before",),
        ("nothing new",),
    ]
    ((accounts, last),) = rows(built, "SELECT count(*), max(delivery) FROM account_deliveries")
    assert accounts > 1000
    assert last == 1


def test_deliveries_of_a_build_are_told_apart(built: Path) -> None:
    """Half of the accounts again as a second delivery, with years of experience that are all 30 in one source."""
    connection = ibis.duckdb.connect()
    connection.raw_sql(f"ATTACH '{built / 'warehouse.duckdb'}' AS built (READ_ONLY)")
    users, reports, votes = (
        connection.table(f"raw_{name}", database=("built", "main"))
        for name in ("users", "spam_reports", "job_seeker_votes")
    )
    is_second = users.account_id.hexdigest("md5").substr(0, 1) < "8"
    spoilt = users.mutate(
        years_experience=ibis.ifelse(is_second & (users.source == "own_app"), 30.0, users.years_experience)
    )
    present = deliveries.present(spoilt, reports, votes)
    numbers = present.mutate(
        delivery=ibis.ifelse(present.account_id.hexdigest("md5").substr(0, 1) < "8", 2, 1).cast("int64"),
        read_by=ibis.literal("c1"),
    )
    drift = intake.drift_of(
        spoilt, reports, votes, numbers, LIMITS, read_by="c1", accepted=0, keep=lambda table: table.cache()
    )
    found = moved(drift)[["source", "feature"]].drop_duplicates().values.tolist()
    assert found[0] == ["own_app", "years_experience"]
    assert {"is_spam", "is_job_seeker"} <= set(drift["feature"])
    assert verdicts.scope(ibis.memtable(drift))["delivery"] == 2
