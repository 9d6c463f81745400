"""Drift: nothing is said where nothing moved, and what moved is named by its source."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import dagster as dg
import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd
import pytest
from scipy import stats

from benchmarks.drift import tallied
from job_search_assets.checks import drift as checks
from job_search_assets.logic.drift import chances, deliveries, differences, features, intake, readings, report, verdicts
from job_search_assets.logic.drift.features import FEATURES
from job_search_assets.logic.drift.report import Kind, Limits
from job_search_assets.settings import DriftSettings
from job_search_assets_tests.conftest import Engine
from job_search_assets_tests.pipeline import rows

LIMITS = Limits(level=0.05, least_effect=0.03, least_accounts=30, least_together=200)
SOURCES = {"own_web": 0.5, "own_app": 0.3, "partner": 0.2}


def made_up(accounts: int, seed: int) -> pd.DataFrame:
    """Accounts of three sources whose features have nothing to do with the source."""
    draw = np.random.default_rng(seed)
    frame = pd.DataFrame({"source": draw.choice(list(SOURCES), accounts, p=list(SOURCES.values()))})
    for feature in FEATURES:
        if feature.kind == "number":
            held = pd.Series(draw.normal(20 * feature.width, 5 * feature.width, accounts))
        else:
            held = pd.Series(draw.choice(["one", "two", "three", "four"], accounts, p=[0.4, 0.3, 0.2, 0.1]))
        frame[feature.name] = held.mask(pd.Series(draw.random(accounts) < 0.2))
    return frame


def told(before: pd.DataFrame, delivered: pd.DataFrame, limits: Limits = LIMITS) -> pd.DataFrame:
    accounts = pd.concat([before, delivered], ignore_index=True)
    is_new = np.arange(len(accounts)) >= len(before)
    return report.drift([Kind(tallied(accounts, is_new), FEATURES, 2, 2)], limits).set_index("place")


def higher(accounts: pd.DataFrame, feature: str, sources: list[str], deviations: float) -> pd.DataFrame:
    is_in = accounts["source"].isin(sources)
    held = accounts[feature]
    return accounts.assign(**{feature: held.where(~is_in, held + deviations * held.std())})


def moved(drift: pd.DataFrame) -> pd.DataFrame:
    return drift[drift["verdict"] == "moved"]


def test_of_two_cells_the_chance_is_fishers_doubled() -> None:
    draw = np.random.default_rng(1)
    for _ in range(100):
        table = draw.integers(1, draw.choice([5, 60, 3000]), (2, 2))
        margins = table.sum(), table[0].sum(), table[:, 1].sum()
        tails = stats.hypergeom.cdf(table[0, 1], *margins), stats.hypergeom.sf(table[0, 1] - 1, *margins)
        assert chances.two_sided(table[None]) == pytest.approx(min(1, 2 * min(tails)), rel=1e-4)


def test_of_several_strata_the_chance_is_that_of_the_sum() -> None:
    tables = np.array([[[8, 4], [12, 6]], [[5, 5], [15, 3]]])
    one, other = (
        stats.hypergeom.pmf(np.arange(20), table.sum(), table[0].sum(), table[:, 1].sum()) for table in tables
    )
    both = np.convolve(one, other)
    assert chances.two_sided(tables) == pytest.approx(min(1, 2 * min(both[:10].sum(), both[9:].sum())))


def test_of_frequent_cells_the_chance_is_nearly_pearsons() -> None:
    table = np.array([[400, 130], [300, 70], [200, 60], [100, 40]])
    expected = stats.chi2_contingency(table, correction=False).pvalue
    assert chances.nominal(table[None]) == pytest.approx(expected, rel=0.02)


def test_the_tail_of_equal_squares_is_that_of_a_chi_square() -> None:
    assert chances.tail(np.full(5, 0.7), 0.7 * 40) == pytest.approx(stats.chi2.sf(40, 5), rel=0.02)


def test_of_ordered_cells_the_chance_is_uniform_far_out_too() -> None:
    draw = np.random.default_rng(3)
    shares = np.full(12, 1 / 12)
    drawn = [np.stack([draw.multinomial(900, shares), draw.multinomial(300, shares)], axis=1) for _ in range(3000)]
    found = np.array([chances.ordered(table[None]) for table in drawn])
    assert (found <= 0.05).mean() == pytest.approx(0.05, abs=0.012)
    assert (found <= 0.005).mean() <= 0.01


def test_nothing_is_said_where_nothing_moved() -> None:
    alarms = [not moved(told(made_up(2000, seed), made_up(700, 1000 + seed))).empty for seed in range(15)]
    assert sum(alarms) <= 2


def test_a_number_higher_in_one_source_is_found_and_the_source_named_first() -> None:
    for seed in range(5):
        drift = told(made_up(5000, seed), higher(made_up(4000, 100 + seed), "training_hours", ["own_app"], 0.3))
        first = drift.loc[1]
        assert (first["source"], first["feature"], first["verdict"]) == ("own_app", "training_hours", "moved")
        assert first["low"] < first["effect"] < first["high"] < 0


def test_the_total_that_one_source_moves_is_put_down_to_it() -> None:
    drift = told(made_up(5000, 1), higher(made_up(4000, 2), "age", ["partner"], 1.0))
    total = drift[(drift["source"] == "*") & (drift["feature"] == "age") & (drift["aspect"] == "values")]
    assert list(total["verdict"]) == ["due to sources that moved"]
    assert set(moved(drift)["source"]) == {"partner"}


def test_what_moves_in_every_source_alike_is_found_where_no_source_alone_would_tell() -> None:
    drift = told(made_up(5000, 1), higher(made_up(1500, 2), "age", list(SOURCES), 0.17))
    assert list(moved(drift)["source"]) == ["*"]


def test_two_sources_that_moved_are_told_of_each_other() -> None:
    drift = told(made_up(5000, 1), higher(made_up(4000, 2), "age", ["partner", "own_app"], 0.5))
    beside = moved(drift).set_index("source")["beside"]
    assert beside["partner"] == "own_app moved too"
    assert beside["own_app"] == "partner moved too"


def test_another_mix_of_sources_is_a_finding_of_its_own_and_explains_what_it_moves() -> None:
    """Simpson's: no source has moved, only the total."""

    def higher_there(accounts: pd.DataFrame) -> pd.DataFrame:
        return higher(accounts, "age", ["partner"], 2.0)

    delivered = higher_there(made_up(4000, 2))
    delivered = pd.concat([delivered, delivered[delivered["source"] == "partner"]], ignore_index=True)
    drift = told(higher_there(made_up(6000, 1)), delivered)
    assert moved(drift).empty
    assert drift.loc[1, ["source", "feature", "verdict"]].tolist() == ["partner", "source", "mix of sources moved"]
    assert "due to the mix of sources" in set(drift[drift["feature"] == "age"]["verdict"])


def test_values_that_vanish_are_found_as_missing() -> None:
    delivered = made_up(2000, 2)
    delivered["phone"] = delivered["phone"].mask((delivered["source"] == "partner") & (np.arange(2000) % 4 == 0))
    first = told(made_up(4000, 1), delivered).loc[1]
    assert first[["source", "feature", "aspect", "condition"]].tolist() == ["partner", "phone", "missing", "IS NULL"]


def test_what_is_too_small_to_matter_is_no_alarm() -> None:
    delivered = higher(made_up(4000, 2), "age", ["own_app"], 0.3)
    drift = told(made_up(5000, 1), delivered, LIMITS._replace(least_effect=0.5))
    assert moved(drift).empty
    assert drift["verdict"].eq("moved too little to matter").any()


def test_of_few_accounts_nothing_is_said() -> None:
    few = made_up(40, 2)
    drift = told(made_up(2000, 1), few[few["source"] == "partner"])
    assert drift[drift["source"] == "partner"]["p_value"].isna().all()


def test_a_value_of_few_accounts_is_not_named() -> None:
    """A free text may be somebody's own."""
    delivered = made_up(400, 2)
    delivered["major_discipline"] = [f"Ann Example {place}" for place in range(400)]
    drift = told(made_up(400, 1), delivered)
    assert drift[drift["feature"] == "major_discipline"]["verdict"].eq("moved").any()
    assert not drift["condition"].str.contains("Ann Example", na=False).any()


def test_the_interval_of_a_difference_is_newcombes() -> None:
    """His example: 56 of 70 against 48 of 80 (Newcombe 1998, table II, method 10: .0524 to .3339)."""
    found = differences.of_cell(np.array([[[48, 56], [32, 14]]]), np.array([0]))
    assert found.effect == pytest.approx(0.2)
    assert (found.low, found.high) == (pytest.approx(0.0524, abs=5e-5), pytest.approx(0.3339, abs=5e-5))


def ledger(engine: Engine, numbers: list[int], kind: str = "users") -> ir.Table:
    named = {"kind": [kind] * len(numbers), "account_id": [f"u{place}" for place in range(len(numbers))]}
    types = {"kind": "string", "account_id": "string", "delivery": "int64"}
    return engine.table({**named, "delivery": numbers}, types)


def test_who_has_not_been_met_yet_came_with_the_next_delivery(engine: Engine) -> None:
    names = {"kind": ["users"] * 3, "account_id": ["u0", "u1", "new"]}
    present = engine.table(names, {"kind": "string", "account_id": "string"})
    assert [row["delivery"] for row in engine.rows(deliveries.begin(present, read_by="c1"))] == [1, 1, 1]
    arrived = deliveries.arrived(ledger(engine, [1, 2]), present, read_by="c2")
    assert engine.rows(arrived) == [{"kind": "users", "account_id": "new", "delivery": 3, "read_by": "c2"}]


@pytest.mark.parametrize(("least", "first"), [(1, 4), (3, 3), (6, 2), (99, 2)])
def test_small_deliveries_are_looked_at_together(engine: Engine, least: int, first: int) -> None:
    numbers = [1] * 9 + [2] * 3 + [3] * 2 + [4]
    found = deliveries.first_looked_at(ledger(engine, numbers), least=least)
    assert found == {"users": first, "spam_reports": 2, "job_seeker_votes": 2}


USERS = {
    "account_id": ["a", "b", "c"],
    "created_at": [datetime(2026, 3, 1, 7, 59), datetime(2026, 3, 31, 23), datetime(2026, 5, 1)],
    "source": ["own_web", "own_web", "partner"],
    "full_name": ["Ann Lee", None, "Łu"],
    "email": ["a@example.org", None, None],
    "phone": [None, None, "1"],
    "birth_date": [date(1990, 6, 30), None, date(1600, 5, 2)],
    "city": ["Rome", None, None],
    "postcode": [None, None, None],
    "country": ["IT", "IT", None],
    "signup_ip": ["1.2.3.4", "2001:db8::1", None],
    "device": ["ios", None, "web"],
    "about": ["x" * 12, None, None],
    "gender": [None, None, None],
    "region": ["r1", "r1", "r2"],
    "city_development_index": [0.62, None, 0.999],
    "has_relevant_experience": [True, False, None],
    "years_experience": [0.5, 60.0, None],
    "training_hours": [9.0, 10.0, 1e9],
}
TEXTS = (
    "enrolled_university",
    "education_level",
    "major_discipline",
    "company_size",
    "company_type",
    "last_job_change",
)


def raw_users(engine: Engine) -> ir.Table:
    types = dict.fromkeys(USERS, "string") | {"created_at": "timestamp(6)", "birth_date": "date"}
    types |= dict.fromkeys(("city_development_index", "years_experience", "training_hours"), "float64")
    types |= {"has_relevant_experience": "boolean"} | dict.fromkeys(TEXTS, "string")
    return engine.table(USERS | {name: [None] * 3 for name in TEXTS}, types)


def test_what_is_watched_of_an_account_is_counted_in_cells(engine: Engine) -> None:
    accounts = features.of_accounts(raw_users(engine)).mutate(is_new=ibis.literal(True))
    counted = engine.rows(features.tally(accounts, FEATURES))
    found: dict[str, set[Any]] = {}
    for row in counted:
        held = row["value"] if row["cell"] is None else row["cell"]
        found.setdefault(row["feature"], set()).add((row["source"], held, row["accounts"]))
    assert found["age"] == {("own_web", 17, 1), ("own_web", None, 1), ("partner", 213, 1)}
    assert found["city_development_index"] == {("own_web", 31, 1), ("own_web", None, 1), ("partner", 49, 1)}
    assert found["training_hours"] == {("own_web", 1, 1), ("own_web", 2, 1), ("partner", 500, 1)}
    assert found["name_length"] == {("own_web", 7, 1), ("own_web", None, 1), ("partner", 2, 1)}
    assert found["hours"] == {("own_web", "04:00", 1), ("own_web", "20:00", 1), ("partner", "00:00", 1)}
    assert found["address_version"] == {("own_web", "v4", 1), ("own_web", "v6", 1), ("partner", None, 1)}
    assert found["has_relevant_experience"] == {("own_web", "true", 1), ("own_web", "false", 1), ("partner", None, 1)}
    assert found["country"] == {("own_web", "IT", 2), ("partner", None, 1)}
    assert found["postcode"] == {("own_web", None, 2), ("partner", None, 1)}


def test_verdicts_are_counted_by_account(engine: Engine) -> None:
    votes = {"account_id": ["a", "a", "a", "b", "b", "c"], "is_job_seeker": [True, False, True, True, False, False]}
    given = engine.table(votes, {"account_id": "string", "is_job_seeker": "boolean"})
    told_by = features.of_verdicts(given, raw_users(engine), "is_job_seeker")
    assert [row["is_job_seeker"] for row in engine.rows(told_by, "account_id")] == ["yes", "even", "no"]


def met_before(engine: Engine, read_by: list[str]) -> ir.Table:
    """The accounts as the ledger has them from when they came, all in one delivery."""
    users = raw_users(engine)
    held = engine.rows(users.select("account_id", row_hash=readings.row_hash(users)), "account_id")
    columns = {"kind": ["users"] * 3, "delivery": [1, 1, 2], "read_by": read_by}
    columns |= {name: [row[name] for row in held] for name in ("account_id", "row_hash")}
    return engine.table(columns, dict.fromkeys(columns, "string") | {"delivery": "int64"})


def test_known_accounts_whose_rows_are_others_now_are_counted_by_what_changed(engine: Engine) -> None:
    before, users = met_before(engine, ["c1", "c2", "c2"]), raw_users(engine)
    assert engine.rows(readings.compared(users, before, read_by="c2", accepted=1)) == [
        {"source": "partner", "accounts": 1, "changed": 0, "changed_by_code": 0}
    ]
    other = users.mutate(city=users.city.fill_null("") + "!")
    assert engine.rows(readings.compared(other, before, read_by="c2", accepted=0), "source") == [
        {"source": "own_web", "accounts": 2, "changed": 2, "changed_by_code": 1},
        {"source": "partner", "accounts": 1, "changed": 1, "changed_by_code": 0},
    ]


def test_what_is_read_otherwise_is_put_down_to_our_code_or_to_the_files() -> None:
    known = [
        {"source": "a", "accounts": 100, "changed": 60, "changed_by_code": 60},
        {"source": "b", "accounts": 100, "changed": 60, "changed_by_code": 0},
        {"source": "c", "accounts": 100, "changed": 2, "changed_by_code": 2},
    ]
    found = {row["source"]: (row["verdict"], row["cause"]) for row in readings.rows(known, least_effect=0.03)}
    assert found == {
        "a": ("read otherwise", "our code"),
        "b": ("read otherwise", "the files or corrections"),
        "c": ("as before", None),
    }


def test_the_world_and_our_own_code_are_told_apart_and_of_each_other() -> None:
    accounts = pd.concat([made_up(3000, 1), higher(made_up(2000, 2), "age", ["partner"], 1.0)], ignore_index=True)
    kind = Kind(tallied(accounts, np.arange(5000) >= 3000), FEATURES, 2, 2)
    known = [{"source": "partner", "accounts": 600, "changed": 600, "changed_by_code": 600}]
    drift = report.drift([kind], LIMITS, readings.rows(known, least_effect=0.03))
    told_of = drift[["source", "feature", "verdict", "cause"]].values.tolist()
    assert told_of[:2] == [
        ["partner", "age", "moved", "the world"],
        ["partner", "row", "read otherwise", "our code"],
    ]
    assert drift["beside"][0] == "known accounts are read otherwise: our code"


def test_the_benchmark_counts_as_the_engine_does() -> None:
    accounts = made_up(300, 1).assign(is_new=np.arange(300) % 3 == 0)
    counted = features.tally(ibis.memtable(accounts), FEATURES).to_pandas()
    ours = tallied(accounts, accounts["is_new"].to_numpy())
    keys = ["feature", "source", "is_new", "cell", "value", "accounts"]

    def as_set(frame: pd.DataFrame) -> set[tuple[Any, ...]]:
        return {tuple(None if pd.isna(one) else one for one in row) for row in frame[keys].itertuples(index=False)}

    assert as_set(counted) == as_set(ours)


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
