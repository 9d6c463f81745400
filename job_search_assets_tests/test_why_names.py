"""What `why` makes of a name: of several things at once, of an input, of nothing that is there."""

from pathlib import Path

from job_search_assets_tests.pipeline import change, rows
from job_search_assets_tests.test_why_account import why


def test_an_id_that_is_an_account_and_a_user_is_told_as_both(changeable: Path) -> None:
    [(account, user)] = rows(changeable, "SELECT account_id, user_id FROM user_accounts ORDER BY account_id LIMIT 1")
    change(
        changeable,
        *(
            f"UPDATE {table} SET user_id = '{account}' WHERE user_id = '{user}'"
            for table in ("clean_users", "user_accounts")
        ),
    )
    said = why(changeable, account).said
    assert f"{account} is an account: kept" in said
    assert f"{account} is a user with" in said


def test_what_is_nothing_and_what_is_no_more_is_told_in_one_line(changeable: Path) -> None:
    [(account, user)] = rows(changeable, "SELECT account_id, user_id FROM user_accounts ORDER BY account_id LIMIT 1")
    change(
        changeable,
        f"INSERT INTO user_history VALUES ('{account}', 2, 'user-old', '{user}', 'merged', 'neighbours changed')",
    )
    nothing, lost, empty = why(changeable, "nobody"), why(changeable, "user-old"), why(changeable, " ")
    assert [ended.code for ended in (nothing, lost, empty)] == [2, 2, 2]
    assert "There is no account, user or table nobody in this build" in nothing.said
    assert f"user-old is no user any more since step 2 of user_history: its accounts are of {user} now." in lost.said
    assert "An id is never empty" in empty.said
    assert "user_history, step 2" in why(changeable, account).said


def test_who_asks_about_an_input_or_a_misspelt_name_is_told_what_to_ask(built: Path) -> None:
    [(entry,)] = rows(built, "SELECT min(entry_id) FROM raw_ip_blocklist")
    [(labeller,)] = rows(built, "SELECT min(labeller) FROM raw_job_seeker_votes")
    [(moderator,)] = rows(
        built,
        """SELECT min(reported_by) FROM raw_spam_reports
           WHERE reported_by NOT IN (SELECT labeller FROM raw_job_seeker_votes)""",
    )
    [(account,)] = rows(built, "SELECT min(account_id) FROM raw_users")
    asked = {
        entry: f"{entry} is an entry of the blocklist. `job-search impact ip_blocklist {entry}`",
        labeller: f"{labeller} is a labeller. `job-search impact labeller {labeller}`",
        moderator: f"{moderator} is a moderator. `job-search impact moderator {moderator}`",
        "clean_userz": "Did you mean clean_users?",
        "ip_blocklist": "Did you mean raw_ip_blocklist?",
        f"{account}q": f"Did you mean {account}?",
    }
    for name, hint in asked.items():
        ended = why(built, name)
        assert ended.code == 2
        assert hint in ended.said


def test_an_account_that_no_run_has_seen_is_told_to_wait(changeable: Path) -> None:
    change(
        changeable, "INSERT INTO raw_users (account_id, created_at, source) VALUES ('fresh', '2026-01-01', 'elsewhere')"
    )
    said = why(changeable, "fresh").said
    assert "fresh is an account: not decided yet." in said
    assert "source elsewhere (not in source_inventory)" in said
    assert "none yet: the tables are not up to date" in said
