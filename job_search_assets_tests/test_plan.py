"""Plans of what to collect: the best there is, never beyond the box, the same for the same sources."""

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks import plan_instances as instances
from job_search_assets.logic.sources import planning, search
from job_search_assets.logic.sources.planning import Box, Offer
from job_search_assets.logic.sources.present import Present, count
from job_search_assets_tests.pipeline import job_search, rows

OWNED = Offer("owned", rows_per_day=100, users_per_row=0.5)
CROWD = Offer(
    "crowd",
    rows_per_day=50,
    setup_days=2,
    cost_setup=100,
    cost_per_row=0.1,
    labels_per_row=0.36,
    users_needed_per_row=1,
)


def best(offers: list[Offer], box: Box) -> tuple[dict[str, int], dict[str, tuple[int, ...]], float]:
    made = planning.plan(offers, box)
    return dict(made.starts), dict(made.rows), round(planning.usable_by_day(offers, box, made.rows)[-1], 6)


def test_users_and_labels_are_both_needed() -> None:
    assert best([OWNED], Box(5))[2] == 0
    assert best([CROWD], Box(5))[2] == 0
    assert best([OWNED, CROWD], Box(5)) == (
        {"crowd": 0, "owned": 0},
        {"crowd": (0, 0, 50, 50, 50), "owned": (100, 100, 100, 0, 0)},  # half of these are users, one for each vote
        54.0,
    )


def test_users_who_are_there_already_need_no_source() -> None:
    assert best([OWNED, CROWD], Box(5, unlabelled_users=150)) == ({"crowd": 0}, {"crowd": (0, 0, 50, 50, 50)}, 54.0)


def test_a_vote_waits_for_its_user() -> None:
    late = Offer("late", rows_per_day=100, setup_days=4, users_per_row=1)
    assert best([late, Offer("now", rows_per_day=50, labels_per_row=1, users_needed_per_row=1)], Box(5))[1:] == (
        {"late": (0, 0, 0, 0, 50), "now": (0, 0, 0, 0, 50)},
        50.0,
    )


def test_the_budget_pays_set_ups_first() -> None:
    assert best([OWNED, CROWD], Box(5, budget=99))[2] == 0
    assert best([OWNED, CROWD], Box(5, budget=105))[1]["crowd"] == (0, 0, 50, 0, 0)


def test_of_equal_plans_the_cheapest_is_taken() -> None:
    dear = Offer("a_dear_one", rows_per_day=100, users_per_row=0.5, cost_setup=1)
    assert set(best([dear, OWNED, CROWD], Box(5))[0]) == {"crowd", "owned"}


def test_one_after_the_other_where_people_run_short() -> None:
    two = [Offer(name, 10, setup_days=2, labels_per_row=1, people_setup=1) for name in "ab"]
    assert best(two, Box(6, people=1)) == (
        {"a": 0, "b": 2},
        {"a": (0, 0, 10, 10, 10, 10), "b": (0, 0, 0, 0, 10, 10)},
        60,
    )
    assert best(two, Box(6, people=2))[2] == 80
    assert best(two, Box(6, people=0))[2] == 0


def test_what_waits_begins_when_the_other_is_set_up_and_what_is_excluded_stays_out() -> None:
    first = Offer("first", 1, setup_days=2, labels_per_row=1)
    then = Offer("then", 10, setup_days=1, labels_per_row=1, after=frozenset({"first"}))
    assert best([first, then], Box(5))[0] == {"first": 0, "then": 2}
    assert best([then], Box(5))[0] == {}
    rival = Offer("rival", 100, labels_per_row=1, excludes=frozenset({"first"}))
    assert best([first, then, rival], Box(5))[0] == {"rival": 0}


def test_data_does_not_grow_faster_than_it_may() -> None:
    assert sum(best([OWNED, CROWD], Box(5, most_votes=60))[1]["crowd"]) == 60
    assert sum(best([OWNED, CROWD], Box(5, most_accounts=10))[1]["owned"]) == 10


@settings(max_examples=40, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10_000), has_people=st.booleans())
def test_a_plan_is_as_good_as_brute_force_and_keeps_its_box(seed: int, has_people: bool) -> None:
    generator = np.random.default_rng(seed)
    days = int(generator.integers(2, 6 if has_people else 12))
    offers = instances.offers(int(generator.integers(1, 4 if has_people else 8)), days, generator)
    box = instances.box(days, offers, generator, people=2 if has_people else None)
    made = planning.plan(offers, box)
    assert made.is_proved
    assert instances.keeps(offers, box, dict(made.starts), dict(made.rows)) == []
    found = instances.best_of_all(offers, box)
    assert made.usable_in_parts == pytest.approx(found, abs=0.02)
    whole = planning.usable_by_day(offers, box, made.rows)[-1]
    assert found - len(made.starts) - 0.02 <= whole <= found + 0.001


def test_with_many_sources_and_few_people_a_plan_says_what_none_exceeds_and_is_proved_when_asked() -> None:
    generator = np.random.default_rng([7, 5])
    offers = instances.offers(20, 30, generator)
    box = instances.box(30, offers, generator, people=2)
    near, best = planning.plan(offers, box), planning.plan(offers, box, prove=True)
    assert instances.keeps(offers, box, dict(near.starts), dict(near.rows)) == []
    assert (near.is_proved, best.is_proved) == (False, True)
    assert 0.95 * best.usable_in_parts < near.usable_in_parts <= best.usable_in_parts + 0.02
    assert best.usable_in_parts <= near.most_usable <= 1.05 * best.usable_in_parts


def test_the_order_of_sources_changes_nothing() -> None:
    generator = np.random.default_rng(5)
    offers = instances.offers(12, 14, generator)
    box = instances.box(14, offers, generator)
    assert planning.plan(offers, box) == planning.plan(offers[::-1], box)


def test_users_are_counted_by_source_without_spam_and_once_each(engine: Any) -> None:
    text = "string"
    users = engine.table(
        {"account_id": ["a1", "a2", "a3", "b1", "b2"], "source": ["a", "a", "a", "b", "b"]},
        {"account_id": text, "source": text},
    )
    merged = engine.table(
        {"account_id": ["a1", "a2", "b1"], "user_id": ["u1", "u2", "u2"]}, {"account_id": text, "user_id": text}
    )
    labels = engine.table({"user_id": ["u1"]}, {"user_id": text})
    votes = engine.table({"account_id": ["a1", "a1"]}, {"account_id": text})
    there = count(users, merged, labels, votes)
    assert there == Present(accounts={"a": 3, "b": 2}, users={"a": 1.5, "b": 0.5}, votes=2, unlabelled_users=1)
    assert (there.users_per_account("a"), there.users_per_account("b")) == (0.5, 0.25)
    assert there.users_per_account("new") == 0.4
    assert Present().users_per_account("new") == 1


SOURCES = """\
- {id: web, name: Web, owner: ann, kind: owned, rights: ours, rows_per_day: 100, setup_days: 0, cost_setup: 0,
   cost_per_1000_rows: 0, label_quality: 0}
- {id: crowd, name: Crowd, owner: ann, kind: crowdsourced, rights: ours, rows_per_day: 50, setup_days: 2,
   cost_setup: 100, cost_per_1000_rows: 100, label_quality: 0.8, delivers: job_seeker_votes, after: web}
- {id: list, name: List, owner: ann, kind: purchased, rights: unknown, rows_per_day: 50, setup_days: 2,
   cost_setup: 100, cost_per_1000_rows: 100, label_quality: 0}
- {id: fair, name: Fair, owner: ann, kind: partner, rights: ours, rows_per_day: 50, setup_days: 9,
   cost_setup: 100, cost_per_1000_rows: 100, label_quality: 0, status: rejected, why: nobody comes}
- {id: mods, name: Mods, owner: ann, kind: owned, rights: ours, rows_per_day: 5, setup_days: 0, cost_setup: 0,
   cost_per_1000_rows: 0, label_quality: 0.9, note: spam_reports.csv}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "reference").mkdir()
    (tmp_path / "reference" / "sources.yaml").write_text(SOURCES)
    return tmp_path


def test_a_plan_is_told_with_a_chart_and_with_who_is_left_out_and_why(folder: Path) -> None:
    ended = job_search("plan", "--days", "5", "--data", folder)
    assert (ended.code, ended.said.splitlines()) == (
        0,
        [
            "In 5 days: 54 usable rows for 115.00.",
            "  web   |##...|       150 rows, 150 users to label, cost 0.00",
            "  crowd |--###|       150 rows, 54 usable, cost 115.00",
            "         - set-up, # rows come, . ready; a letter a day",
            "  left out: fair, rejected",
            "  left out: list, no rights",
            "  left out: mods, brings spam_reports, neither users nor their labels",
        ],
    )


def test_a_plan_that_is_not_proved_says_so_and_how_to_prove_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "MOST_AT_ONCE", 1)
    rivals = [
        f"- {{id: rival_{place}, name: Rival, owner: ann, kind: crowdsourced, rights: ours, rows_per_day: 50, "
        "setup_days: 2, people_setup: 2, cost_setup: 0, cost_per_1000_rows: 0, label_quality: 0.8, "
        "delivers: job_seeker_votes}\n"
        for place in range(3)
    ]
    (folder / "reference" / "sources.yaml").write_text(SOURCES + "".join(rivals))
    asked = ("plan", "--days", "6", "--people", "3", "--data", folder)
    near, proved = job_search(*asked), job_search(*asked, "--prove")
    assert (near.code, proved.code) == (0, 0)
    assert re.search(r"No plan brings more than \d+; --prove searches on until none can be better\.", near.said)
    assert "No plan brings more" not in proved.said


def test_a_plan_for_programs_has_the_rows_of_each_day(folder: Path) -> None:
    told = json.loads(job_search("plan", "--days", "5", "--budget", "110", "--json", "--data", folder).said)
    assert told["sources"][1]["rows_by_day"] == [0, 0, 50, 50, 0]
    assert (told["usable_rows"], told["cost"], told["is_proved"]) == (36.0, 110.0, True)


def test_to_ask_by_amount_takes_evidence(folder: Path) -> None:
    ended = job_search("plan", "--rows", "50", "--data", folder)
    assert ended.code == 2
    assert "Ask what can be had in a few days instead, `job-search plan --days 14`" in ended.said
    evidence = folder / "reference" / "evidence.yaml"
    evidence.write_text("- {id: e1, project: churn, amount: 40, metric: roc_auc of .8}\n")
    assert "ends at 40" in job_search("plan", "--rows", "50", "--data", folder).said
    evidence.write_text("- {id: e1, project: churn, amount: 60, metric: roc_auc of .8}\n")
    assert job_search("plan", "--rows", "50", "--data", folder).said.startswith("In 5 days: 54 usable rows")
    evidence.write_text("- {id: e1, project: churn, metric: roc_auc of .8}\n")
    assert "evidence.yaml, line 1: the piece of evidence has no amount" in (
        job_search("plan", "--rows", "50", "--data", folder).said
    )


def test_an_amount_that_no_box_brings_is_refused(folder: Path) -> None:
    (folder / "reference" / "evidence.yaml").write_text("- {id: e, project: p, amount: 1000000, metric: m}\n")
    ended = job_search("plan", "--rows", "900000", "--data", folder)
    assert ended.code == 2
    assert "No box of up to 366 days brings 900,000 usable rows" in ended.said


def test_what_is_planned_is_a_table_of_all_sources(built: Path) -> None:
    told = rows(built, "SELECT source, place, rows, because, box_days FROM collection_plan ORDER BY source")
    assert len(told) == rows(built, "SELECT count(*) FROM source_inventory")[0][0]
    assert all((place is None) == (count == 0) for _, place, count, _, _ in told)
    assert {days for *_, days in told} == {14}
    assert ("alumni_office", None, 0, "no rights", 14) in told
    assert ("scraped_profiles", None, 0, "rejected", 14) in told
    assert (built / "reports" / "collection_plan.svg").read_text().startswith("<svg")


def test_data_that_is_there_limits_how_much_comes_at_once_unless_told(built: Path, data: Path) -> None:
    (votes,) = rows(built, "SELECT count(*) FROM raw_job_seeker_votes")[0]
    asked = ("plan", "--days", "360", "--json", "--data", data, "--build", built)
    limited, free = (json.loads(job_search(*asked, *more).said) for more in ([], ["--more-than-ten-times"]))
    by_source = [{one["source"]: one["rows"] for one in told["sources"]} for told in (limited, free)]
    assert by_source[0]["crowd_votes"] <= 10 * votes < by_source[1]["crowd_votes"]


def test_the_example_of_the_readme_is_what_comes_out(tmp_path: Path) -> None:
    readme = (Path(__file__).parent.parent / "README.md").read_text()
    _, inventory, _, told_there, *_ = readme.partition("### What to collect next")[2].split("```")
    (tmp_path / "reference").mkdir()
    (tmp_path / "reference" / "sources.yaml").write_text(inventory.removeprefix("yaml"))
    commands = told_there.strip().split("$ job-search ")[1:]
    assert len(commands) == 3
    for command in commands:
        words, _, told = command.partition("\n")
        assert job_search(*words.split(), "--data", tmp_path).said.strip() == told.strip()
