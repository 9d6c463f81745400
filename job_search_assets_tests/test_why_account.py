"""Why an account was kept or removed and what was made of its user: all of it on record, and no personal data told."""

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from job_search_assets.engine.folders import Folders
from job_search_assets.engine.stories import account_stories, answers, spam_stories
from job_search_assets.engine.stories.opened_builds import OpenedBuild, opened
from job_search_assets.logic.labels import votes
from job_search_assets.logic.provenance.stories import KEPT, REMOVED, AccountStory
from job_search_assets_tests.pipeline import Ended, change, job_search, rows


def why(build: Path, *arguments: str) -> Ended:
    return job_search("why", *arguments, "--data", build, "--build", build)


@pytest.fixture
def build(changeable: Path) -> Iterator[OpenedBuild]:
    # A copy: DuckDB opens one file in one process in one way only, and the tests query the original.
    with opened(Folders(changeable, changeable), account_stories.TABLES) as asked:
        yield asked


def accounts(build: Path, query: str) -> list[str]:
    return [account for (account, *_) in rows(build, query)]


SEVERAL = "SELECT user_id FROM clean_users WHERE account_count > 1 ORDER BY user_id"


def test_the_parts_of_every_decision_add_up_to_its_score(build: OpenedBuild, built: Path) -> None:
    kept = accounts(built, "SELECT account_id FROM spam_decisions WHERE NOT is_spam ORDER BY hash(account_id) LIMIT 60")
    removed = accounts(built, "SELECT account_id FROM spam_decisions WHERE is_spam ORDER BY hash(account_id) LIMIT 60")
    for account in (*kept, *removed):
        spam = spam_stories.tell(build, account, with_values=False)
        assert spam is not None
        assert spam.is_spam == (account in removed)
        assert 1 / (1 + math.exp(-spam.log_odds)) == pytest.approx(spam.score, abs=2e-6)
        assert spam.is_spam == (spam.score >= spam.threshold)


def test_the_reasons_of_a_kept_account_are_those_it_would_have_on_record(build: OpenedBuild, built: Path) -> None:
    query = "SELECT kind, reference, weight, is_in_score, detail FROM spam_reasons WHERE account_id = ? ORDER BY ALL"
    removed = accounts(built, "SELECT DISTINCT account_id FROM spam_reasons WHERE kind IN ('report', 'entry') LIMIT 40")
    for account in removed:
        gathered = spam_stories.of_kept(build, account)
        on_record = [row for row in rows(built, query, [account]) if row[0] != "feature"]
        told = sorted(tuple(row.values()) for row in gathered if row["kind"] != "feature")
        assert told == on_record
        for_spam = {
            row["reference"]: row["weight"] for row in gathered if row["kind"] == "feature" and row["weight"] > 0
        }
        features = {row[1]: row[2] for row in rows(built, query, [account]) if row[0] == "feature"}
        assert for_spam == pytest.approx(features)


def test_every_other_account_of_a_user_is_reached_by_links_that_are_stored(build: OpenedBuild, built: Path) -> None:
    weights = {
        pair: weight
        for *pair_of, weight in rows(
            built, "SELECT account_id_left, account_id_right, match_weight FROM match_predictions"
        )
        for pair in [tuple(pair_of)]
    }
    for user in accounts(built, SEVERAL)[:40]:
        story = account_stories.of_user(build, user)
        first, *others = [record.account_id for record in story.records]
        assert user == f"user-{first}"
        assert [tie.account_id for tie in story.user.ties] == others
        for tie in story.user.ties:
            assert tie.path[0].start == first
            assert tie.path[-1].end == tie.account_id
            for step in tie.path:
                assert weights[min(step.start, step.end), max(step.start, step.end)] == step.match_weight


def test_each_column_of_a_user_is_that_of_the_account_named(build: OpenedBuild, built: Path) -> None:
    raw = {row[0]: row for row in rows(built, "SELECT * FROM raw_users")}
    names = accounts(built, "SELECT column_name FROM (DESCRIBE raw_users)")
    seen = 0
    for user in accounts(built, SEVERAL)[:40]:
        [clean] = rows(built, f"SELECT {', '.join(names[1:])} FROM clean_users WHERE user_id = ?", [user])
        values = dict(zip(names[1:], clean, strict=True))
        for survivor in account_stories.of_user(build, user).columns:
            value = values[survivor.column]
            assert (survivor.account_id is None) == (value is None)
            if survivor.account_id is not None:
                assert raw[survivor.account_id][names.index(survivor.column)] == value
                seen += survivor.account_id != user.removeprefix("user-")
    assert seen > 100


def told_of(build: OpenedBuild, built: Path, query: str) -> AccountStory:
    return account_stories.of_account(build, accounts(built, query)[0])


def test_an_account_is_followed_to_its_prediction(build: OpenedBuild, built: Path) -> None:
    story = told_of(
        build,
        built,
        """SELECT account_id FROM user_accounts JOIN job_seeker_splits USING (user_id) JOIN raw_job_seeker_votes
           USING (account_id) ORDER BY account_id""",
    )
    [(user,)] = rows(built, "SELECT user_id FROM user_accounts WHERE account_id = ?", [story.account_id])
    [(file, line)] = rows(built, "SELECT file, line FROM raw_places WHERE key = ?", [story.account_id])
    [(split,)] = rows(built, "SELECT split FROM job_seeker_splits WHERE user_id = ?", [user])
    [(is_seeker, count)] = rows(built, "SELECT is_job_seeker, votes FROM job_seeker_labels WHERE user_id = ?", [user])
    [said] = rows(built, "SELECT probability, model_version FROM job_seeker_predictions WHERE user_id = ?", [user])
    assert story.outcome == KEPT
    assert story.record is not None
    assert (story.record.file, story.record.line) == (file, line)
    assert story.record.source.owner
    assert story.user is not None
    assert story.user.user_id == user
    assert [change.change for change in story.user.history] == ["added"]
    assert story.label is not None
    assert (story.label.is_job_seeker, sum(vote.is_counted for vote in story.label.votes)) == (is_seeker, count)
    assert all(vote.sensitivity is not None for vote in story.label.votes)
    assert story.split is not None
    assert story.split.split == split
    assert {standing.split for standing in story.split.history} == {split}
    assert story.prediction is not None
    assert (story.prediction.probability, story.prediction.model_version) == said


def test_of_a_labeller_who_voted_again_the_vote_counts_that_the_label_counts(changeable: Path) -> None:
    [(account, labeller, user)] = rows(
        changeable,
        """SELECT account_id, labeller, user_id FROM raw_job_seeker_votes JOIN user_accounts USING (account_id)
           JOIN job_seeker_labels USING (user_id) ORDER BY ALL LIMIT 1""",
    )
    at = "'2030-01-01', ", "'2030-01-01', ", "'2029-01-01', "
    answers_given = [f"('{account}', '{labeller}', {when}" for when in at]
    change(
        changeable,
        f"""INSERT INTO raw_job_seeker_votes (account_id, labeller, labelled_at, is_job_seeker, guide_version) VALUES
            {answers_given[0]}true, '9'), {answers_given[1]}false, '8'), {answers_given[2]}true, '7')""",
    )
    with opened(Folders(changeable, changeable), account_stories.TABLES) as asked:
        label = account_stories.of_user(asked, user).label
        tables = [asked.warehouse.table(name) for name in ("raw_job_seeker_votes", "user_accounts")]
        counted = votes.counted_votes(*tables).filter(lambda vote: vote.user_id == user).to_pyarrow().to_pylist()
    assert label is not None
    told = {(vote.account_id, vote.labeller, vote.guide_version) for vote in label.votes if vote.is_counted}
    assert told == {(vote["account_id"], vote["labeller"], vote["guide_version"]) for vote in counted}
    assert (account, labeller, "8") in told


def test_a_removed_account_has_its_entries_and_reports_with_who_and_when(build: OpenedBuild, built: Path) -> None:
    story = told_of(
        build,
        built,
        """SELECT account_id FROM spam_reasons WHERE is_in_score AND kind IN ('entry', 'report') GROUP BY account_id
           HAVING count(DISTINCT kind) = 2 ORDER BY account_id""",
    )
    assert story.outcome == REMOVED
    assert (story.user, story.label, story.split, story.prediction) == (None, None, None, None)
    assert story.spam is not None
    [entry] = [reason for reason in story.spam.reasons if reason.kind == "entry" and reason.is_in_score]
    [listed] = rows(built, "SELECT listed_by, is_confirmed FROM raw_ip_blocklist WHERE entry_id = ?", [entry.reference])
    assert entry.listing is not None
    assert (entry.listing.listed_by, entry.listing.is_confirmed) == listed
    text = why(built, story.account_id).said
    assert f"entry {entry.reference}, listed by {listed[0]} " in text
    assert "report by mod_" in text
    assert "User         none: the account was removed" in text


PERSONAL = "full_name, email, phone, city, postcode, signup_ip, birth_date, about"


def personal(build: Path, account: str) -> list[str]:
    found = rows(build, f"SELECT {PERSONAL} FROM raw_users WHERE account_id = ?", [account])
    domains = rows(build, "SELECT split_part(email, '@', 2) FROM raw_users WHERE account_id = ?", [account])
    return [str(value) for row in (*found, *domains) for value in row if value]


def test_personal_data_are_told_only_when_asked_for(built: Path) -> None:
    asked = [
        *accounts(built, "SELECT account_id FROM spam_decisions WHERE is_spam ORDER BY account_id LIMIT 8"),
        *accounts(built, "SELECT account_id FROM user_accounts ORDER BY account_id LIMIT 8"),
    ]
    shown = 0
    for account in asked:
        values = personal(built, account)
        plain = why(built, account).said + why(built, account, "--json").said
        assert [value for value in values if value in plain] == []
        told = json.loads(why(built, account, "--json", "--values").said)["account"]["values"]
        assert {value for value in values if len(value) > 3} <= {*told.values(), (told["email"] or "@").split("@")[1]}
        shown += len(values)
    [(user,)] = rows(built, f"{SEVERAL} LIMIT 1")
    [clean] = rows(built, f"SELECT {PERSONAL} FROM clean_users WHERE user_id = ?", [user])
    values = [str(value) for value in clean if value]
    assert [value for value in values if value in why(built, user).said] == []
    spaced = " ".join(why(built, user, "--values").said.split())
    assert [value for value in values if " ".join(value.split()) not in spaced] == []
    assert shown > 50


def test_nothing_is_wider_than_a_screen(built: Path) -> None:
    for asked in (*accounts(built, SEVERAL)[:5], *accounts(built, "SELECT account_id FROM raw_users")[:20]):
        lines = why(built, asked).said.splitlines()
        assert max(map(len, lines)) <= 120
        assert len(lines) < 60


def test_json_has_the_same_keys_for_everyone_and_says_what_it_is(built: Path) -> None:
    kept, removed = (
        accounts(built, f"SELECT account_id FROM spam_decisions WHERE {which}")[0]
        for which in ("NOT is_spam", "is_spam")
    )
    told = [json.loads(why(built, account, "--json").said) for account in (kept, removed)]
    user = json.loads(why(built, accounts(built, SEVERAL)[0], "--json").said)
    assert [list(one) for one in (*told, user)] == [["asked", "account", "user", "table", "slice"]] * 3
    assert list(told[0]["account"]) == list(told[1]["account"])
    assert (told[0]["user"], user["account"]) == (None, None)
    readme = (Path(__file__).parent.parent / "README.md").read_text()
    assert [key for key in {*told[0]["account"], *user["user"]} if f"`{key}`" not in readme] == []


def test_a_record_that_was_rejected_is_told_with_its_place_and_rule(built: Path) -> None:
    [(rejected, line)] = rows(
        built,
        """SELECT split_part(text, ',', 1), line FROM rejected_rows WHERE "table" = 'users' AND "column" = 'signup_ip'
           ORDER BY line LIMIT 1""",
    )
    ended = why(built, rejected)
    assert ended.code == 0
    assert f"{rejected} is an account: not accepted." in ended.said
    assert f"raw/users.csv, line {line}, was not accepted: signup_ip: not an IP address" in ended.said


def test_corrections_of_an_account_its_records_and_its_entry_are_told(changeable: Path) -> None:
    [(removed, entry)] = rows(
        changeable, "SELECT account_id, reference FROM spam_reasons WHERE kind = 'entry' ORDER BY ALL LIMIT 1"
    )
    who = "'ann', '2026-11-23T10:00:00Z', 'she said so'"
    change(
        changeable,
        f"""INSERT INTO applied_corrections VALUES
            ('users', '{removed}', 'c-1', 'replace', 'city', 'Hull', {who}),
            ('spam_reports', '{removed}|mod_1|x', 'c-2', 'withdraw', NULL, NULL, {who}),
            ('ip_blocklist', '{entry}', 'c-3', 'confirm', 'is_confirmed', 'true', {who}),
            ('users', '{removed}0', 'c-4', 'replace', 'city', 'Hull', {who})""",
    )
    plain, full = why(changeable, removed).said, why(changeable, removed, "--values").said
    assert f"Corrections  c-1  replace city on users {removed}, by ann, 2026-11-23T10:00:00Z" in plain
    assert f"c-2  withdraw on spam_reports {removed}|mod_1|x" in plain
    assert f"c-3  confirm is_confirmed on ip_blocklist {entry}" in plain
    assert "c-4" not in plain
    assert "Hull" not in plain
    assert "she said so" not in plain
    assert "city = Hull" in full
    assert "she said so" in full


def test_a_withdrawn_record_is_told_with_who_withdrew_it(changeable: Path) -> None:
    change(
        changeable,
        """INSERT INTO rejected_rows VALUES
           ('raw/users.csv', 9999, 'users', '', 'withdrawn by correction', 'gone,2026-01-01T00:00:00Z,app,A B')""",
        """INSERT INTO applied_corrections VALUES
           ('users', 'gone', 'c-9', 'withdraw', NULL, NULL, 'kim', '2026-11-23T10:00:00Z', 'a test account')""",
    )
    said = why(changeable, "gone").said
    assert "raw/users.csv, line 9999, was not accepted: withdrawn by correction" in said
    assert "c-9  withdraw on users gone, by kim" in said
    assert "A B" not in said


def test_a_model_fitted_since_tells_no_features_of_a_kept_account(changeable: Path) -> None:
    [kept] = accounts(changeable, "SELECT account_id FROM user_accounts ORDER BY account_id LIMIT 1")
    assert "most against" in why(changeable, kept).said
    change(changeable, "UPDATE spam_decisions SET model_version = 'another'")
    said = why(changeable, kept).said
    assert "what they were made of is not on file" in said
    assert "most against" not in said


def test_many_questions_are_answered_by_one_opened_build(build: OpenedBuild, built: Path) -> None:
    before = build.folders.warehouse.read_bytes()
    kept = accounts(built, "SELECT account_id FROM user_accounts ORDER BY account_id LIMIT 3")
    told: list[Any] = [list(answers.answer(build, account).lines()) for account in (*kept, *kept)]
    assert told[:3] == told[3:]
    assert build.folders.warehouse.read_bytes() == before
