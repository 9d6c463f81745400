"""What was decided step by step, which corrections changed it, and who is to be told."""

from datetime import datetime
from typing import Any

from job_search_assets.engine.tables.table_schemas import ibis_types
from job_search_assets.logic.provenance import figures, history, letters, repairs
from job_search_assets.schemas.contracts import CONTRACTS, LEDGER_COLUMNS
from job_search_assets.schemas.provenance import MODELS
from job_search_assets_tests.conftest import Engine
from job_search_assets_tests.graph import made_from

SPAM: dict[str, Any] = {"is_removed": True}
DAY = [datetime(2026, 11, day) for day in range(1, 5)]


def user(*accounts: str, label: bool | None = None, split: str | None = None, looks: bool = False) -> dict[str, Any]:
    """What stands about each of the accounts of a user."""
    who = {"user_id": f"user-{accounts[0]}", "user_digest": "+".join(accounts)}
    return {"is_removed": False, **who, "is_job_seeker": label, "split": split, "is_predicted_job_seeker": looks}


def filled(engine: Engine, table: str, given: list[dict[str, Any]]) -> Any:
    types = ibis_types(table)
    return engine.table({name: [row.get(name) for row in given] for name in types}, types)


def decisions(engine: Engine, **accounts: dict[str, Any]) -> Any:
    return filled(engine, "decisions", [{"account_id": name, **state} for name, state in accounts.items()])


def stored(engine: Engine, table: str, *parts: Any) -> Any:
    return filled(engine, table, [row for part in parts for row in engine.rows(part)])


def go_on(engine: Engine, before: Any, now: Any, correction_ids: str = "", cause: str = "inputs moved") -> Any:
    steps = history.go_on(before, history.moved(before, now), cause=cause, correction_ids=correction_ids)
    return stored(engine, "decision_history", before, steps)


def written(engine: Engine, past: Any, followed: list[dict[str, Any]]) -> dict[tuple[str, str], tuple[Any, ...]]:
    times = engine.table({"step": [1, 2, 3, 4], "at": DAY}, {"step": "int64", "at": "timestamp(6)"})
    told = letters.write(past, filled(engine, "repairs", followed), times)
    assert set(told.columns) == set(ibis_types("letters"))
    return {
        (row["account_id"], row["outcome"]): (row["before"], row["after"], row["decided_in"], row["step"])
        for row in engine.rows(told)
    }


def test_only_accounts_whose_outcome_changed_get_a_row(engine: Engine) -> None:
    first = decisions(engine, a=user("a", "b"), b=user("a", "b"), c=SPAM, d=user("d"))
    begun = stored(engine, "decision_history", history.begin(first))
    scores_moved = decisions(engine, a=user("a", "b"), b=user("a", "b"), c=SPAM | {"score": 0.7}, d=user("d"))
    assert engine.rows(history.moved(begun, scores_moved)) == []
    moved = history.moved(begun, decisions(engine, a=user("a"), b=user("b", "c"), c=user("b", "c")))
    assert {row["account_id"] for row in engine.rows(moved)} == {"a", "b", "c", "d"}
    assert engine.rows(history.tally(moved)) == [
        {
            "accounts_changed": 4,
            "accounts_changed_that_were_there": 4,
            "removed_changed": 2,
            "user_changed": 4,
            "label_changed": 0,
            "split_changed": 0,
            "prediction_changed": 2,
        }
    ]


def test_a_letter_says_what_had_stood_since_when_and_what_stands_now(engine: Engine) -> None:
    before = user("b", label=False, split="test", looks=True)
    past = stored(engine, "decision_history", history.begin(decisions(engine, a=SPAM, b=before, c=user("c"))))
    past = go_on(engine, past, decisions(engine, a=SPAM, b=before | {"is_predicted_job_seeker": False}, c=user("c")))
    together = user("a", "b", label=True, split="test")
    past = go_on(engine, past, decisions(engine, a=together, b=together, c=user("c")), "c-1")
    assert written(engine, past, []) == {
        ("a", "removed"): ("removed", "kept", 1, 3),
        ("a", "user"): (None, "user-a: a, b", 1, 3),
        ("a", "label"): (None, "job seeker", 1, 3),
        ("a", "split"): (None, "test", 1, 3),
        ("a", "prediction"): (None, "no job seeker", 1, 3),
        ("b", "user"): ("user-b: b", "user-a: a, b", 1, 3),
        ("b", "label"): ("no job seeker", "job seeker", 1, 3),
    }


def test_what_changes_without_a_correction_or_was_never_decided_is_no_letter(engine: Engine) -> None:
    past = stored(engine, "decision_history", history.begin(decisions(engine, a=SPAM, b=user("b"))))
    past = go_on(engine, past, decisions(engine, a=user("a"), b=user("b")), cause="other accounts came")
    past = go_on(engine, past, decisions(engine, a=user("a"), b=user("b"), n=user("n")), "c-1")
    assert written(engine, past, []) == {}


def test_a_step_back_is_a_letter_that_names_the_step_that_was_wrong(engine: Engine) -> None:
    kept, gone = decisions(engine, a=user("a"), b=user("b")), decisions(engine, b=user("b"))
    past = stored(engine, "decision_history", history.begin(kept))
    past = go_on(engine, past, gone, "c-1")
    past = go_on(engine, past, kept, "c-2")
    followed = [
        {"correction_id": "c-1", "key": "x", "step": 2, "made_at": "2026-11-02T00:00:00Z"},
        {"correction_id": "c-2", "key": "x", "step": 3, "made_at": "2026-11-03T00:00:00Z"},
        {"correction_id": "c-3", "key": "x", "step": None, "made_at": "2026-11-04T00:00:00Z"},
    ]
    times = engine.table({"step": [1, 3], "at": [DAY[0], DAY[2]]}, {"step": "int64", "at": "timestamp(6)"})
    told = letters.write(past, filled(engine, "repairs", followed), times)
    found = [row for row in engine.rows(told, "step") if row["outcome"] == "removed"]
    assert [(row["before"], row["after"], row["decided_in"], row["correction_ids"]) for row in found] == [
        ("kept", None, 1, "c-1"),
        (None, "kept", 2, "c-2"),
    ]
    assert [(row["decided_since"], row["corrected_at"]) for row in found] == [(DAY[0], DAY[1]), (None, DAY[2])]


def test_corrections_whose_key_has_the_account_are_told_apart(engine: Engine) -> None:
    past = stored(engine, "decision_history", history.begin(decisions(engine, a=SPAM, b=SPAM, c=user("c"))))
    past = go_on(engine, past, decisions(engine, a=user("a"), b=user("b"), c=user("c")), "c-1, c-2, c-5")
    followed = [
        {"correction_id": "c-1", "key": "a|ann|2026-01-01T00:00:00Z", "step": 2},
        {"correction_id": "c-2", "key": "bl-1", "step": 2},
        {"correction_id": "c-3", "key": "a", "step": 2, "taken_back_by": "c-5"},
        {"correction_id": "c-4", "key": "b", "step": 1},
    ]
    times = engine.table({"step": [1, 2], "at": DAY[:2]}, {"step": "int64", "at": "timestamp(6)"})
    told = letters.write(past, filled(engine, "repairs", followed), times)
    own = {row["account_id"]: row["own_correction_ids"] for row in engine.rows(told)}
    assert own == {"a": "c-1, c-5", "b": None}


def ledger(engine: Engine, *lines: tuple[str, str, str, str]) -> Any:
    """Lines of id, table, key and action, at lines 2, 3 and so on."""
    given = [dict(zip(LEDGER_COLUMNS, line, strict=False)) | {"line": at} for at, line in enumerate(lines, 2)]
    types = {"line": "int64", **dict.fromkeys(LEDGER_COLUMNS, "string")}
    return engine.table({name: [line.get(name) for line in given] for name in types}, types)


def heard(
    engine: Engine, now: Any, told: Any, *moved: str, found: str = "v1"
) -> tuple[list[tuple[Any, ...]], list[str], Any]:
    """What is news, the names that letters have for it, and the table with it."""
    come = repairs.news(now, told, found=dict.fromkeys(MODELS, found), moved=moved)
    rows = [(row["correction_id"], row["turn"], row["event"]) for row in engine.rows(come, "correction_id")]
    names = [row["name"] for row in engine.rows(repairs.names(come))]
    return rows, names, stored(engine, "repairs", told, come.mutate(step=1))


ONE, TWO = ("c-1", "users", "a", "withdraw"), ("c-2", "ip_blocklist", "bl-1", "withdraw")


def test_corrections_are_news_once_and_again_when_edited_or_taken_back(engine: Engine) -> None:
    rows, names, told = heard(engine, ledger(engine, ONE, TWO), filled(engine, "repairs", []))
    assert (rows, names) == ([("c-1", 1, "made"), ("c-2", 1, "made")], ["c-1", "c-2"])
    assert heard(engine, ledger(engine, ONE, TWO), told)[0] == []
    edited = ("c-1", "users", "b", "withdraw")
    rows, _, told = heard(engine, ledger(engine, edited, TWO), told)
    assert rows == [("c-1", 2, "made")]
    rows, names, told = heard(engine, ledger(engine, edited, TWO, ("c-3", "corrections", "c-2", "withdraw")), told)
    assert (rows, names) == ([("c-2", 2, "taken back")], ["c-3"])
    assert heard(engine, ledger(engine, edited), told)[0] == []
    rows, names, _ = heard(engine, ledger(engine, TWO), told)
    assert (rows, names) == ([("c-1", 3, "taken back"), ("c-2", 3, "made")], ["c-1", "c-2"])


def test_what_is_made_and_taken_back_between_two_runs_is_no_news(engine: Engine) -> None:
    both = ledger(engine, ONE, ("c-2", "corrections", "c-1", "withdraw"))
    assert heard(engine, both, filled(engine, "repairs", []))[0] == []


def test_a_model_that_was_held_names_what_it_learned_from_once_it_is_fitted_again(engine: Engine) -> None:
    _, _, told = heard(engine, ledger(engine, ONE), filled(engine, "repairs", []))
    rows, _, told = heard(engine, ledger(engine, ONE, TWO), told, "spam_model")
    assert rows == [("c-1", 2, "learned"), ("c-2", 1, "made")]
    assert heard(engine, ledger(engine, ONE, TWO), told, "spam_model")[0] == [("c-1", 3, "learned")]
    assert heard(engine, ledger(engine, ONE, TWO), told, "spam_model", found="v2")[0] == []
    rows, names, _ = heard(engine, ledger(engine, ONE), told, "label_model")
    assert (rows, names) == ([("c-1", 3, "learned"), ("c-2", 2, "taken back")], ["c-1", "c-2"])


def test_a_model_names_no_correction_of_files_that_it_never_learns_from() -> None:
    above = {name: made_from(name) for name in MODELS}
    files = {name: {key.path[-1] for key in keys if key.path[0] == "files"} for name, keys in above.items()}
    learned = {name: set(tables) for name, tables in repairs.LEARNS_FROM.items()}
    assert learned == {name: found & set(CONTRACTS) for name, found in files.items()}


def test_a_thousand_corrections_do_not_fill_every_letter() -> None:
    names = [f"c-{number}" for number in range(1000)]
    assert repairs.listed(names[:3]) == "c-0, c-1, c-2"
    assert repairs.listed(names).endswith("c-48, c-49, and 950 more")


def evaluation(engine: Engine, **figures_on_test: float) -> Any:
    given = [{"split": "test", "metric": name, "value": value} for name, value in figures_on_test.items()]
    return filled(engine, "model_evaluation", given)


def test_a_figure_that_changed_is_on_record_with_what_it_was_and_on_which_data(engine: Engine) -> None:
    first = figures.begin(evaluation(engine, roc_auc=0.7, accuracy=0.6, users=9.0), data_version="v1")
    past = stored(engine, "evaluation_history", first)
    now = evaluation(engine, roc_auc=0.8, users=9.0, log_loss=0.5)
    steps = figures.go_on(past, now, data_version="v2", cause="people corrected inputs", correction_ids="c-1")
    names = ["metric", "step", "old_value", "value", "old_data_version", "data_version", "correction_ids"]
    assert [tuple(row[name] for name in names) for row in engine.rows(steps, "metric")] == [
        ("accuracy", 2, 0.6, None, "v1", "v2", "c-1"),
        ("log_loss", 2, None, 0.5, None, "v2", "c-1"),
        ("roc_auc", 2, 0.7, 0.8, "v1", "v2", "c-1"),
    ]
    past = stored(engine, "evaluation_history", past, steps)
    assert engine.rows(figures.go_on(past, now, data_version="v3", cause="", correction_ids="")) == []
