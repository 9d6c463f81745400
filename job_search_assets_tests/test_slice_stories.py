"""From a slice to its users, their sources and labellers, and to what would be if their votes were others."""

import json
from pathlib import Path

import pytest

from job_search_assets.engine.correcting import what_ifs
from job_search_assets.engine.errors import BadInput
from job_search_assets.engine.folders import Folders
from job_search_assets.engine.stories import slice_stories
from job_search_assets_tests.pipeline import job_search, rows

LOW = "city_development_index <= 0.65"


@pytest.mark.parametrize(
    ("asked", "is_one"),
    [(LOW, True), ("company_type IS NULL", True), ("true", True), ("user-u24k33yx46c", False), ("clean_users", False)],
)
def test_a_condition_is_told_from_an_id(asked: str, is_one: bool) -> None:
    assert slice_stories.is_slice(asked) is is_one


@pytest.mark.parametrize(
    "asked",
    [
        "EXISTS (SELECT 1) = true",
        "read_csv('/etc/hostname') = 1",
        "votes = (SELECT max(votes) FROM job_seeker_labels)",
        "getenv('HOME') = 'x'",
        "votes > 1; DROP TABLE slice_factors",
        "full_name = 'Ann'",
        "votes >",
    ],
)
def test_what_could_reach_anything_but_the_factors_is_refused(asked: str) -> None:
    with pytest.raises(BadInput):
        slice_stories.condition(asked)


def test_the_texts_of_slices_can_be_asked(built: Path) -> None:
    for (text,) in rows(built, "SELECT DISTINCT slice FROM error_slices"):
        counted = rows(built, f"SELECT count(*) FROM slice_factors WHERE {text}")
        assert counted == rows(built, f"SELECT count(*) FROM slice_factors WHERE {slice_stories.condition(text)}")


def test_a_slice_leads_to_its_users_sources_and_labellers(data: Path, built: Path) -> None:
    told = json.loads(job_search("why", LOW, "--json", "--data", data, "--build", built).said)["slice"]
    users = rows(built, f"SELECT user_id FROM slice_factors WHERE {LOW} ORDER BY 1")
    assert told["keys"] == [user for (user,) in users]
    assert told["users"] == len(users) == sum(source["users"] for source in told["sources"])
    [(wrong,)] = rows(built, f"SELECT avg(((probability > 0.5) <> is_job_seeker)::INT) FROM slice_factors WHERE {LOW}")
    assert told["wrong"] == pytest.approx(wrong, abs=1e-6)
    labellers = rows(
        built,
        f"""SELECT labeller, count(DISTINCT (account_id, labeller)) FROM raw_job_seeker_votes
            JOIN user_accounts USING (account_id)
            SEMI JOIN (SELECT user_id FROM slice_factors WHERE {LOW}) USING (user_id)
            GROUP BY labeller ORDER BY labeller""",
    )
    assert sorted((one["labeller"], one["votes"]) for one in told["labellers"]) == labellers
    hang = {one["labeller"]: one["labels_that_hang"] for one in told["labellers"]}
    [(most,)] = rows(built, "SELECT count(*) FROM labeller_influence")
    assert 0 < sum(hang.values()) < most


def test_a_slice_is_told_as_lines_with_what_can_be_asked_next(data: Path, built: Path) -> None:
    said = job_search("why", LOW, "--data", data, "--build", built).said
    for title in ("Model", "Labels", "Sources", "Labellers", "Users", "What if"):
        assert f"\n{title}" in said
    assert f'job-search impact slice "{LOW}"' in said


def test_the_votes_of_a_slice_can_be_thought_away_or_turned(data: Path, built: Path) -> None:
    folders = Folders(data=data, build=built)
    gone = what_ifs.lines_of(folders, "slice", LOW, "withdraw", [])
    turned = what_ifs.lines_of(folders, "slice", LOW, "replace", ["is_job_seeker=true"])
    voted = rows(
        built,
        f"""SELECT DISTINCT account_id FROM raw_job_seeker_votes JOIN user_accounts USING (account_id)
            SEMI JOIN (SELECT user_id FROM slice_factors WHERE {LOW}) USING (user_id) ORDER BY 1""",
    )
    assert gone == [
        {"table": "job_seeker_votes", "key": f"{account}|*|*", "action": "withdraw"} for (account,) in voted
    ]
    assert turned[0] == gone[0] | {"action": "replace", "column": "is_job_seeker", "value": "true"}
    with pytest.raises(BadInput, match="withdrawn, or relabelled"):
        what_ifs.lines_of(folders, "slice", LOW, "confirm", [])


def test_a_slice_of_nobody_is_told_so(data: Path, built: Path) -> None:
    ended = job_search("why", "votes > 1000", "--data", data, "--build", built)
    assert (ended.code, "No user outside train meets" in ended.said) == (2, True)
