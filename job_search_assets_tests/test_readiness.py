"""The readiness report: each fact that is taken away turns its own line and no other."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from job_search_assets.definitions import defs
from job_search_assets.engine.reporting import project_state
from job_search_assets.engine.tables.model_files import ModelFiles
from job_search_assets.engine.tables.warehouse import Warehouse
from job_search_assets.logic.readiness import report
from job_search_assets.logic.readiness.figures import Figures
from job_search_assets.logic.readiness.of_monitoring import AGREES
from job_search_assets.logic.readiness.state import Card, Check, Column, State, TestFile
from job_search_assets_tests.pipeline import rows

TEST_FILE = TestFile(
    tests=frozenset({"test_the_same_model_fitted_twice_has_one_version"}),
    words=frozenset({"model_table", "describe"}),
    modules=frozenset({"job_search_assets.logic.job_seekers.fitting", "job_search_assets.logic.spam.model"}),
    commands=frozenset({"run", "forget", "repair --prove"}),
)
CARD = Card("code", {"clean_users": "one"}, ["logistic", "boosting"])
READY = State(
    owners={"clean_users": ["team:data"], "letters": ["team:data"], "job_seeker_predictions": ["team:data"]}
    | {name: ["team:data"] for name in ("model_ageing", "served_outcomes", "canary_predictions")},
    code_versions={"raw_users": "r", "job_seeker_model": "code", "spam_model": "code"},
    columns={
        "clean_users": {"training_hours": Column("Hours.", True), "company_size": Column("People.", True)},
        "slice_factors": {"gender": Column("As told.", True)},
        "job_seeker_predictions": {"probability": Column("Of looking.", False, 0, 1)},
    },
    checks={
        "raw_users_keeps_its_schema": Check("raw_users", True),
        "every_account_can_be_explained": Check("decisions", False),
        "the_model_is_good_enough_to_serve": Check("model_evaluation", True),
        AGREES: Check("job_seeker_predictions", True),
        "no_step_is_slower_than_before": Check("job_seeker_predictions", False),
    },
    features=["training_hours", "company_size"],
    feature_code=["job_seekers.features.model_table", "spam.features.describe"],
    model_modules={"job_seeker_model": ["job_search_assets.logic.job_seekers.fitting"]}
    | {"spam_model": ["job_search_assets.logic.spam.model"]},
    tests={"test_all.py": TEST_FILE},
    cards={"job_seeker_model": CARD, "spam_model": CARD},
    versions={"clean_users": "one"},
    evaluation={name: {"value": value, "low": None, "high": None} for name, value in [("roc_auc", 0.7)]}
    | {
        "log_loss": {"value": 0.5, "low": 0.4, "high": 0.6},
        "base_rate_log_loss": {"value": 0.6, "low": None, "high": None},
    },
    evaluation_before={"roc_auc": 0.69},
    much_worse=[],
    slices_tested=3,
    made_from={"job_seeker_predictions": ["clean_users", "job_seeker_model"]},
    predictions=10,
    worth={"training_hours": 0.1, "company_size": 0.02},
)


def without(found: Any, *names: str) -> Any:
    return {name: one for name, one in found.items() if name not in names}


def files_without(part: str, *names: str) -> dict[str, TestFile]:
    return {"test_all.py": replace(TEST_FILE, **{part: getattr(TEST_FILE, part) - {*names}})}


TOGGLED: list[tuple[str, str, dict[str, Any]]] = [
    ("a feature's column", "data.1", {"columns": {**READY.columns, "clean_users": {}}}),
    ("what a feature is worth", "data.2", {"worth": {"training_hours": 0.1}}),
    ("a test of erasure", "data.5", {"tests": files_without("commands", "forget")}),
    ("a test of a feature", "data.7", {"tests": files_without("words", "describe")}),
    ("the code of a model", "model.1", {"code_versions": {**READY.code_versions, "spam_model": "other"}}),
    ("what came true", "model.2", {"owners": without(READY.owners, "served_outcomes")}),
    ("the candidates", "model.3", {"cards": {**READY.cards, "spam_model": replace(CARD, candidates=[])}}),
    ("what ageing costs", "model.4", {"owners": without(READY.owners, "model_ageing")}),
    ("the baseline", "model.5", {"evaluation": without(READY.evaluation, "base_rate_log_loss")}),
    ("an even quality", "model.6", {"much_worse": ["company_size IS NULL"]}),
    ("a quality for all", "model.7", {"much_worse": ["gender = 'female'"]}),
    ("protected factors", "model.7", {"columns": without(READY.columns, "slice_factors")}),
    ("a test of fitting twice", "infrastructure.1", {"tests": files_without("tests", *TEST_FILE.tests)}),
    (
        "a test of a model",
        "infrastructure.2",
        {"tests": files_without("modules", "job_search_assets.logic.spam.model")},
    ),
    ("a test of the pipeline", "infrastructure.3", {"tests": files_without("commands", "run")}),
    ("the bar", "infrastructure.4", {"checks": without(READY.checks, "the_model_is_good_enough_to_serve")}),
    ("explanations", "infrastructure.5", {"checks": without(READY.checks, "every_account_can_be_explained")}),
    ("the canary", "infrastructure.6", {"owners": without(READY.owners, "canary_predictions")}),
    ("a test of the way back", "infrastructure.7", {"tests": files_without("commands", "repair --prove")}),
    ("an owner", "monitoring.1", {"owners": {**READY.owners, "letters": []}}),
    ("a schema", "monitoring.2", {"checks": without(READY.checks, "raw_users_keeps_its_schema")}),
    ("parity", "monitoring.3", {"checks": without(READY.checks, AGREES)}),
    ("a fresh model", "monitoring.4", {"versions": {"clean_users": "two"}}),
    ("bounds", "monitoring.5", {"columns": without(READY.columns, "job_seeker_predictions")}),
    ("times", "monitoring.6", {"checks": without(READY.checks, "no_step_is_slower_than_before")}),
    ("the quality of before", "monitoring.7", {"evaluation_before": {"roc_auc": 0.9}}),
]
FORBIDDEN = [("data.4", "gender"), ("data.5", "full_name")]


def verdicts(state: State) -> dict[str, str]:
    judged = report.judge(state)
    return dict(zip(judged["item"], judged["verdict"], strict=True))


def turned(state: State) -> list[str]:
    before, after = verdicts(READY), verdicts(state)
    return [item for item in before if before[item] != after[item]]


@pytest.mark.parametrize(("fact", "item", "changes"), TOGGLED, ids=[fact for fact, _, _ in TOGGLED])
def test_a_fact_that_is_taken_away_turns_its_line_only(fact: str, item: str, changes: dict[str, Any]) -> None:
    assert turned(replace(READY, **changes)) == [item]


@pytest.mark.parametrize(("item", "feature"), FORBIDDEN)
def test_a_feature_that_no_model_may_see_turns_its_line_only(item: str, feature: str) -> None:
    declared = {**READY.columns["clean_users"], feature: Column("A person's.", True)}
    columns = {**READY.columns, "clean_users": declared}
    worth = {**READY.worth, feature: 0.1}
    assert turned(replace(READY, features=[*READY.features, feature], columns=columns, worth=worth)) == [item]


def test_every_item_that_can_be_met_is_met_where_nothing_is_missing() -> None:
    open_items = {item for item, verdict in verdicts(READY).items() if verdict != "met"}
    assert open_items == {"data.3", "data.6", "model.1"}


def test_a_check_that_is_looked_for_by_its_name_is_there() -> None:
    assert AGREES in {key.name for key in defs.resolve_asset_graph().asset_check_keys}


def test_the_score_is_that_of_the_weakest_section() -> None:
    found = report.scores(report.judge(replace(READY, checks={})))
    assert found["monitoring"] == 4
    assert found["score"] == min(points for name, points in found.items() if name != "score")


@pytest.mark.parametrize(("score", "words"), [(0, "research"), (1, "in part"), (2, "first pass"), (7, "exceptionally")])
def test_what_a_score_means(score: float, words: str) -> None:
    assert words in report.meaning(score)


def test_what_is_missing_is_sorted_by_the_predictions_that_hang_on_it() -> None:
    owners = {**READY.owners, "letters": []}
    judged = report.judge(replace(READY, owners=owners, worth={}))
    missing = report.missing(judged)
    assert missing.loc[missing.item == "monitoring.1", "predictions"].item() == 0
    assert missing.loc[missing.item == "data.2", "predictions"].item() == 10
    assert list(missing["predictions"]) == sorted(missing["predictions"], reverse=True)


def test_the_reports_show_every_item_and_no_markup_of_others() -> None:
    steps = pd.DataFrame({"step": ["<b>"], "asset": ["clean_users"], "owner": [None], "made_by": ["kim"]})
    steps = steps.assign(made_at=pd.Timestamp("2026-05-04"), waived_until=None, closed_by="a|b", predictions=10)
    parts = report.told(report.judge(READY), steps)
    assert r"| <b> | clean_users |  | kim | 2026-05-04 00:00:00 |  | a\|b | 10 |" in report.as_markdown(parts)
    assert "&lt;b&gt;" in report.as_html(parts)
    assert all(report.as_html(parts).count(f"<td>{item}</td>") >= 1 for item in verdicts(READY))


def state_of(build: Path) -> State:
    warehouse = Warehouse(build / "warehouse.duckdb", is_read_only=True)
    try:
        figures = Figures(evaluation={}, evaluation_before={}, much_worse=[], slices_tested=0, predictions=0)
        return project_state.gather(defs, warehouse, ModelFiles(build / "models"), figures)
    finally:
        warehouse.close()


LOOKED_UP: list[tuple[str, Callable[[State], bool]]] = [
    ("owners", lambda state: state.owners["clean_users"] == ["team:data"]),
    ("columns", lambda state: state.columns["job_seeker_predictions"]["probability"].high == 1),
    ("checks", lambda state: state.checks["raw_users_keeps_its_schema"].is_blocking),
    ("features", lambda state: "training_hours" in state.features and "gender" not in state.features),
    ("feature code", lambda state: "job_seekers.features.model_table" in state.feature_code),
    ("models' code", lambda state: "job_search_assets.logic.spam.model" in state.model_modules["spam_model"]),
    ("commands in tests", lambda state: "repair --prove" in state.all_of_tests("commands")),
    ("cards", lambda state: len(state.cards["job_seeker_model"].candidates) > 2),
    ("versions", lambda state: state.versions["clean_users"] == state.cards["job_seeker_model"].inputs["clean_users"]),
    ("what is made from what", lambda state: "raw_users" in state.made_from["job_seeker_predictions"]),
]


@pytest.mark.parametrize(("what", "is_so"), LOOKED_UP, ids=[what for what, _ in LOOKED_UP])
def test_the_state_is_looked_up(what: str, is_so: Callable[[State], bool], built: Path) -> None:
    assert is_so(state_of(built))


def test_a_build_has_its_report_as_table_and_files(built: Path) -> None:
    told = rows(built, "SELECT count(*), count(*) FILTER (verdict = 'met') FROM readiness")
    page = (built / "reports" / "readiness.md").read_text()
    assert told[0][0] == 28
    assert page.count("| met |") == told[0][1]
    assert (built / "reports" / "readiness.html").exists()
