"""Why two accounts of a build are one user or are not: as stored, and no personal data kept."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pandas as pd
import pytest

from job_search_assets.engine.folders import Folders
from job_search_assets.engine.stories import explanations
from job_search_assets.logic.identity import (
    explanation,
)
from job_search_assets.logic.identity.comparisons import COMPARISONS
from job_search_assets.logic.identity.explanation import (
    Link,
)
from job_search_assets.settings import IdentitySettings
from job_search_assets_tests.pipeline import Ended, change, job_search, rows, stored_pairs


def asked_of(build: Path, pairs: pd.DataFrame, count: int = 1) -> Iterator[tuple[Any, explanation.Explanation]]:
    """The first of the pairs, each with its explanation."""
    assert len(pairs) >= count
    for row in pairs.head(count).itertuples():
        folders = Folders(build, build)
        told, _ = explanations.of_pair(
            folders, row.account_id_left, row.account_id_right, IdentitySettings.model_validate({})
        )
        yield row, told


def test_a_pair_compared_again_weighs_what_is_stored(built: Path) -> None:
    pairs = stored_pairs(built)
    shown = pairs[pairs["blocking_rule"].isin(["email", "two_names", "judged", "two_hops"])]
    for row, told in asked_of(built, shown.groupby("blocking_rule").head(1), 4):
        assert not told.is_outdated
        assert told.blocking_rule == row.blocking_rule
        assert told.link.match_weight == row.match_weight
        assert row.blocking_rule in {*told.rules.proposing, "judged", "two_hops"}


def test_one_user_through_others_is_told_by_the_chain(built: Path) -> None:
    pairs = stored_pairs(built)
    is_one, is_linked = (
        pairs["user_left"] == pairs["user_right"],
        pairs["match_probability"] >= 0.25,
    )  # the least of all thresholds
    for row, told in asked_of(built, pairs[is_one & ~is_linked & (pairs["verdict"] == 0)]):
        assert told.is_one_user
        assert len(told.path) > 1
        assert reads_through(told.path, row.account_id_left)[-1] == row.account_id_right
        assert all(step.holds(told.threshold) for step in told.path)


def reads_through(path: Sequence[Link], start: str) -> list[str]:
    accounts = [start]
    for step in path:
        accounts.append(step.right if accounts[-1] == step.left else step.left)
    return accounts


def test_two_accounts_that_were_never_compared_are_compared_now(built: Path) -> None:
    pairs = stored_pairs(built)
    first, second = sorted(pairs["user_left"].unique())[:2]
    one, other = (user.removeprefix("user-") for user in (first, second))
    ended = job_search("why", other, one, "--data", built, "--build", built)
    assert ended.code == 0, ended.said
    assert "are two users:" in ended.said
    assert "compared now, for this explanation" in ended.said
    table = [line.split() for line in ended.said.splitlines() if re.search(r" [+-]\d+\.\d{6}$", line)]
    *parts, total = [float(cells[-1]) for cells in table]
    idle = " ".join(ended.said.split()).partition("Nothing to compare, so no weight: ")[2].partition(".")[0]
    assert len(parts) + len(idle.split(", ")) >= 1 + len(COMPARISONS)
    assert sum(parts) == pytest.approx(total, abs=1e-9)


def test_personal_data_are_printed_when_asked_for_and_never_kept(built: Path, tmp_path: Path) -> None:
    [(one, other)] = rows(
        built,
        """SELECT account_id_left, account_id_right FROM match_predictions
           JOIN match_details AS d ON d.account_id = account_id_left JOIN match_details AS e
           ON e.account_id = account_id_right
           WHERE d.email = e.email AND d.forename = e.forename AND d.birth_year = e.birth_year
           ORDER BY account_id_left, account_id_right LIMIT 1""",
    )
    personal = [
        str(value)
        for row in rows(
            built,
            """SELECT full_name, email, phone, city, postcode, signup_ip, birth_date FROM raw_users
               WHERE account_id IN (?, ?)""",
            [one, other],
        )
        for value in row
        if value is not None
    ]
    plain = job_search("why", one, other, "--data", built, "--build", built)
    assert plain.code == 0, plain.said
    picture = Path(plain.said.rpartition("Picture: ")[2].strip())
    assert picture == built / "reports" / f"why_{one}_{other}.svg"
    drawn = picture.read_bytes()
    assert [value for value in personal if value in plain.said or value in drawn.decode()] == []
    with_values = job_search("why", one, other, "--data", built, "--build", built, "--values")
    assert [value for value in personal if "@" in value and value.lower() not in with_values.said] == []
    assert picture.read_bytes() == drawn
    texts = [text.text for text in ElementTree.fromstring(drawn).iter("{http://www.w3.org/2000/svg}text")]
    assert "email: same" in texts
    assert "match weight" in texts


def why(build: Path, *accounts: str) -> Ended:
    return job_search("why", *accounts, "--data", build, "--build", build)


def test_each_mistake_has_one_clear_message(built: Path) -> None:
    [(kept, user)] = rows(built, "SELECT account_id, user_id FROM user_accounts ORDER BY account_id LIMIT 1")
    [(spam,)] = rows(built, "SELECT account_id FROM spam_decisions WHERE is_spam ORDER BY account_id LIMIT 1")
    [(rejected, line)] = rows(
        built,
        """SELECT split_part(text, ',', 1), line FROM rejected_rows WHERE "table" = 'users' AND "column" = 'signup_ip'
           ORDER BY line LIMIT 1""",
    )
    for account, message in {
        kept: "is named twice",
        "nobody": "There is no account, user or table nobody in this build",
        "": "is never empty",
        user: f"{user} is a user. Name two accounts",
        spam: f"{spam} was removed as spam (score ",
        rejected: f"raw/users.csv, line {line}: signup_ip: not an IP address",
    }.items():
        ended = why(built, kept, account)
        assert ended.code == 2
        assert message in ended.said
        assert ended.said.count("\n") == 1
    assert "spam_reasons" in why(built, spam, kept).said


def test_an_account_that_was_withdrawn_or_is_too_new_is_told_as_such(changeable: Path) -> None:
    change(
        changeable,
        """INSERT INTO rejected_rows VALUES
           ('raw/users.csv', 9999, 'users', '', 'withdrawn by correction', 'gone,2026-01-01T00:00:00Z,app,A B')""",
        "INSERT INTO raw_users (account_id) VALUES ('fresh')",
    )
    [(kept,)] = rows(changeable, "SELECT min(account_id) FROM user_accounts")
    said = why(changeable, kept, "gone").said
    assert "line 9999: withdrawn by correction). It is in the table rejected_rows." in said
    assert "A B" not in said
    assert "fresh belongs to no user yet" in why(changeable, "fresh", kept).said


def test_nothing_built_and_half_built_are_told(changeable: Path, tmp_path: Path) -> None:
    nothing = why(tmp_path / "nowhere", "a", "b")
    assert nothing.code == 2
    assert "Nothing is built in" in nothing.said
    assert not (tmp_path / "nowhere").exists()
    change(changeable, "DROP TABLE user_accounts")
    half = why(changeable, "a", "b")
    assert half.code == 2
    assert "user_accounts is not built yet" in half.said


def test_a_model_fitted_anew_is_noticed_and_what_is_stored_is_told(changeable: Path) -> None:
    change(changeable, "UPDATE match_predictions SET mw_bias = mw_bias + 1, match_weight = match_weight + 1")
    row = next(stored_pairs(changeable).itertuples())
    ended = why(changeable, row.account_id_left, row.account_id_right)
    assert ended.code == 0, ended.said
    assert f"{row.match_weight:+.6f}" in ended.said
    assert "match_model has been fitted anew" in ended.said


def test_a_picture_that_cannot_be_written_spoils_nothing_but_the_exit_code(changeable: Path) -> None:
    (changeable / "reports").write_text("a file where the folder should be")
    row = next(stored_pairs(changeable).itertuples())
    ended = why(changeable, row.account_id_left, row.account_id_right)
    assert ended.code == 2
    assert "match weight" in ended.said
    assert "The picture cannot be written to" in ended.said


def test_an_account_may_have_any_id(changeable: Path) -> None:
    [(old, other)] = rows(changeable, "SELECT min(account_id), max(account_id) FROM user_accounts")
    odd = "../$a_b$ <&>'\u00e9"
    tables = ["user_accounts", "match_details", "raw_users", "despammed_users"]
    change(
        changeable,
        *(
            f"UPDATE {table} SET account_id = '{odd.replace(chr(39), chr(39) * 2)}' WHERE account_id = '{old}'"
            for table in tables
        ),
    )
    ended = why(changeable, odd, other)
    assert ended.code == 0, ended.said
    [picture] = (changeable / "reports").iterdir()
    assert re.fullmatch(r"why_[\w.-]+\.svg", picture.name)
    ElementTree.parse(picture)


def test_a_large_block_is_named_with_its_size(changeable: Path) -> None:
    first = stored_pairs(changeable).query("blocking_rule == 'email'").iloc[0]
    one, other = first["account_id_left"], first["account_id_right"]
    assert "Proposed by" in why(changeable, one, other).said
    [(email,)] = rows(changeable, f"SELECT email FROM match_details WHERE account_id = '{one}'")
    change(changeable, f"INSERT INTO outgrown_blocks VALUES ('email', '{email}', 12345)")
    assert "email (12,345 accounts)" in why(changeable, one, other).said
