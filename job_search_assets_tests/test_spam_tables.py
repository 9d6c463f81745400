"""The spam stage's tables, a few rows at a time, on both engines."""

import datetime as dt
from typing import Any

import pytest

from job_search_assets.logic.spam import audit, blocklist, decisions, evidence, examples, reasons, scores

PLACED = {"account_id": "string", "created_at": "timestamp(6)", "address": "string"}
ENTRY = {
    "entry_id": "string",
    "network": "string",
    "listed_from": "timestamp(6)",
    "listed_until": "timestamp(6)",
}
REPORT = {
    "account_id": "string",
    "is_spam": "boolean",
    "reported_by": "string",
    "reported_at": "timestamp(6)",
    "reason": "string",
}


def day(number: int) -> dt.datetime:
    return dt.datetime(2026, 1, number)


@pytest.fixture
def placed(engine: Any) -> Any:
    """Three accounts in 192.0.2.0/24 on days 1, 3 and 9, one in 2001:db8::/32, one without an address."""
    return engine.table(
        {
            "account_id": ["early", "inside", "late", "six", "nowhere"],
            "created_at": [day(1), day(3), day(9), day(3), day(3)],
            "address": ["4c0000201", "4c0000202", "4c0000203", "620010db8" + "0" * 24, None],
        },
        PLACED,
    )


@pytest.fixture
def listed(engine: Any) -> Any:
    return engine.table(
        {
            "entry_id": ["wide", "narrow", "v6", "all"],
            "network": ["192.0.2.0/24", "192.0.2.2", "2001:db8::/32", "128.0.0.0/1"],
            "listed_from": [day(2), day(2), day(2), day(20)],
            "listed_until": [day(9), None, None, None],
        },
        ENTRY,
    )


@pytest.fixture
def reports(engine: Any) -> Any:
    return engine.table(
        {
            "account_id": ["early", "inside", "inside", "late"],
            "is_spam": [True, False, True, True],
            "reported_by": ["ann", "ann", "bob", "bob"],
            "reported_at": [day(4), day(4), day(5), day(10)],
            "reason": ["Blocklisted network ", None, "bulk text", "blocklisted network"],
        },
        REPORT,
    )


def test_an_account_meets_entries_in_force_when_it_signed_up_the_narrowest_first(
    engine: Any, placed: Any, listed: Any
) -> None:
    assert engine.rows(blocklist.meet(placed, listed), ["account_id", "narrowness"]) == [
        {"account_id": "inside", "entry_id": "narrow", "narrowness": 1},
        {"account_id": "inside", "entry_id": "wide", "narrowness": 2},
        {"account_id": "six", "entry_id": "v6", "narrowness": 1},
    ]


def test_an_entry_is_reviewed_by_accounts_from_before_it_was_listed_but_not_from_after(
    engine: Any, placed: Any, listed: Any
) -> None:
    inside = blocklist.neighbours(placed, listed)
    assert engine.rows(inside.filter(inside.entry_id == "wide"), "account_id") == [
        {"entry_id": "wide", "account_id": "early", "is_in_force": False},
        {"entry_id": "wide", "account_id": "inside", "is_in_force": True},
    ]


def test_an_entry_wider_than_sixteen_bits_finds_its_accounts(engine: Any, placed: Any, listed: Any) -> None:
    inside = blocklist.neighbours(placed, listed)
    found = engine.rows(inside.filter(inside.entry_id == "all"), "account_id")
    assert [row["account_id"] for row in found] == ["early", "inside", "late"]


def test_a_report_on_the_list_alone_stands_on_entries_in_force_when_it_was_made(
    engine: Any, placed: Any, listed: Any, reports: Any
) -> None:
    grounded = examples.grounded_on_list(reports, list_reasons=["blocklisted network"])
    found = engine.rows(blocklist.ground(grounded, placed, listed))
    assert [(row["account_id"], row["entry_id"]) for row in found] == [("early", "wide")]


def test_a_report_on_the_list_alone_is_no_verdict(engine: Any, reports: Any) -> None:
    independent = examples.independent(reports, list_reasons=["blocklisted network"])
    found = engine.rows(independent, "reported_by")
    assert [(row["account_id"], row["reported_by"]) for row in found] == [("inside", "ann"), ("inside", "bob")]


def test_reports_weigh_as_much_as_their_moderator_is_right(engine: Any, reports: Any) -> None:
    quality = engine.table(
        {"reported_by": ["ann"], "spam_log_odds": [3.5], "person_log_odds": [-2.5]},
        {"reported_by": "string", "spam_log_odds": "float64", "person_log_odds": "float64"},
    )
    looks = engine.table({"account_id": ["early", "inside"], "model_log_odds": [1.0, 2.0]}, scores.MODEL_COLUMNS)
    independent = examples.independent(reports, list_reasons=["blocklisted network"])
    assert engine.rows(scores.combine(looks, scores.weigh(independent, quality)), "account_id") == [
        {"account_id": "early", "model_log_odds": 1.0, "report_log_odds": 0.0},
        # Ann says no spam; Bob is nobody whose word is known.
        {"account_id": "inside", "model_log_odds": 2.0, "report_log_odds": -2.5},
    ]


def test_the_narrowest_entry_that_is_not_suspect_counts(engine: Any) -> None:
    entries = engine.table(
        {"account_id": ["a", "a", "b"], "entry_id": ["narrow", "wide", "narrow"], "narrowness": [1, 2, 1]},
        {"account_id": "string", "entry_id": "string", "narrowness": "int64"},
    )
    review = engine.table(
        {"entry_id": ["narrow", "wide"], "is_suspect": [True, False]}, {"entry_id": "string", "is_suspect": "boolean"}
    )
    assert engine.rows(evidence.narrowest(entries, review)) == [{"account_id": "a", "entry_id": "wide"}]


@pytest.fixture
def weighed(engine: Any) -> dict[str, dict[str, Any]]:
    """A crowd of two sure spammers and one person under entry `e`, a reported account outside, and a loner."""
    grouped = engine.table(
        {
            "account_id": ["spam", "spam_too", "person", "tied", "loner"],
            "network": ["4aa", "4aa", "4aa", "4bb", None],
            "looks": [12.0, 12.0, -12.0, 0.0, 0.0],
            "group": ["entry e", "entry e", "entry e", "network 4bb", "account loner"],
            "is_listed": [True, True, True, False, False],
        },
        {"account_id": "string", "network": "string", "looks": "float64", "group": "string", "is_listed": "boolean"},
    )
    tied = engine.table({"account_id": ["tied"], "entry_id": ["e"]}, {"account_id": "string", "entry_id": "string"})
    priors = engine.table(
        {"kind": ["listed", "unlisted"], "spam_share": [0.75, 0.25], "strength": [4.0, 4.0]},
        {"kind": "string", "spam_share": "float64", "strength": "float64"},
    )
    return {row["account_id"]: row for row in engine.rows(evidence.weigh(grouped, tied, priors))}


def test_a_network_is_judged_by_its_other_accounts(weighed: dict[str, dict[str, Any]]) -> None:
    # (spam among the others + 4 * .75) / (others + 4), as log odds beside the usual 1 : 3 outside the list.
    assert weighed["spam"]["others_spam"] == pytest.approx(1, abs=1e-4)
    assert weighed["spam"]["network_log_odds"] == pytest.approx(1.791759, abs=1e-4)  # 4 / 6
    assert weighed["person"]["network_log_odds"] == pytest.approx(2.70805, abs=1e-4)  # 5 / 6


def test_a_reported_account_takes_its_entrys_share_without_counting_towards_it(
    weighed: dict[str, dict[str, Any]],
) -> None:
    assert (weighed["tied"]["entry_id"], weighed["tied"]["others"]) == ("e", 3)
    assert weighed["tied"]["network_log_odds"] == pytest.approx(2.014903, abs=1e-4)  # 5 / 7


def test_an_account_without_company_is_as_usual(weighed: dict[str, dict[str, Any]]) -> None:
    assert (weighed["loner"]["entry_id"], weighed["loner"]["network_log_odds"]) == (None, 0.0)


PARTS = {
    "account_id": "string",
    "network": "string",
    "entry_id": "string",
    "others": "int64",
    "others_spam": "float64",
    "prior_log_odds": "float64",
    "model_log_odds": "float64",
    "report_log_odds": "float64",
    "network_log_odds": "float64",
}


@pytest.fixture
def parts(engine: Any) -> Any:
    """Three accounts with log odds of 0 (an entry's, two entries met), -1 and 2 (its own network's)."""
    return engine.table(
        {
            "account_id": ["even", "person", "spam"],
            "network": ["4aa", None, "4bb"],
            "entry_id": ["e", None, None],
            "others": [2, 0, 1],
            "others_spam": [1.26, 0.0, 0.5],
            "prior_log_odds": [-2.0, -2.0, -2.0],
            "model_log_odds": [-1.0, 1.0, 2.0],
            "report_log_odds": [1.5, 0.0, 1.0],
            "network_log_odds": [1.5, 0.0, 1.0],
        },
        PARTS,
    )


def test_removal_begins_where_it_is_expected_to_cost_less(engine: Any, parts: Any) -> None:
    def removed(cost: float) -> list[str]:
        decided = decisions.decide(parts, wrong_removal_cost=cost, model_version="m")
        return [row["account_id"] for row in engine.rows(decided.filter(decided.is_spam), "account_id")]

    assert removed(1) == ["even", "spam"]
    assert removed(4) == ["spam"]
    assert removed(9) == []


def test_reasons_name_everything_and_add_up(engine: Any, parts: Any, reports: Any) -> None:
    decided = decisions.decide(parts, wrong_removal_cost=1, model_version="m")
    met = engine.table(
        {"account_id": ["even", "even"], "entry_id": ["e", "wider"]}, {"account_id": "string", "entry_id": "string"}
    )
    report = reports.mutate(account_id=(reports.account_id == "early").ifelse("even", "spam"))
    spoken = report.filter(report.reason.notnull()).select("account_id", "reported_by", "reported_at")
    weighed = spoken.mutate(log_odds=(spoken.account_id == "even").ifelse(1.5, 0.5))
    features = engine.table(
        {"account_id": ["spam", "person"], "reference": ["text: win"] * 2, "weight": [0.7, 0.1]}, reasons.FEATURES
    )
    told = reasons.gather(decided, parts, met, weighed, report, features)
    assert [
        tuple(row.values())[1:5] for row in engine.rows(told.filter(told.account_id == "even"), ["kind", "reference"])
    ] == [
        ("entry", "e", 1.5, True),
        ("entry", "wider", 0.0, False),
        ("model", "m", -1.0, True),
        ("prior", "unlisted", -2.0, True),
        ("report", "even|ann|2026-01-04T00:00:00Z", 1.5, True),
    ]
    spam = engine.rows(told.filter(told.account_id == "spam"), ["kind", "reference"])
    assert [(row["kind"], row["weight"]) for row in spam] == [
        ("feature", 0.7),
        ("model", 2.0),
        ("network", 1.0),
        ("prior", -2.0),
        ("report", 0.0),  # a verdict that nobody weighed stays on record
        ("report", 0.5),
        ("report", 0.5),
    ]
    assert audit.unexplained(told, decided) == {"accounts": 0}
    assert audit.unexplained(told.filter(told.kind != "network"), decided) == {"accounts": 1}


def test_everybody_is_kept_or_removed(engine: Any, parts: Any) -> None:
    users = parts.select("account_id")
    decided = decisions.decide(parts, wrong_removal_cost=1, model_version="m")
    told = users.mutate(is_in_score=True)
    kept = decisions.keep(users, decided)
    assert engine.rows(kept) == [{"account_id": "person"}]
    assert not any(audit.unaccounted(users, decided, told, kept).values())
    nobody = kept.filter(kept.account_id == "nobody")
    assert audit.unaccounted(users, decided, told, nobody)["neither_removed_nor_kept"] == 1
