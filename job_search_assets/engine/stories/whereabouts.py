"""What became of an account: whose it is, or why it is nobody's, as one message for the person who asked."""

import csv
from typing import Any

from job_search_assets.engine.errors import BadInput
from job_search_assets.engine.tables.warehouse import Warehouse


def assert_has_a_user(warehouse: Warehouse, account: str) -> None:
    """Raises BadInput, with the reason, for whatever is no account that belongs to a user."""
    if not account.strip():
        raise BadInput("An account's id is never empty. Name two accounts.")
    if all(_rows(warehouse, table, account_id=account) for table in ("user_accounts", "match_details")):
        return
    accounts = sorted(row["account_id"] for row in _rows(warehouse, "user_accounts", user_id=account))
    if accounts:
        raise BadInput(f"{account} is a user. Name two accounts, such as of this user's: {', '.join(accounts[:10])}.")
    for decision in _rows(warehouse, "spam_decisions", account_id=account, is_spam=True):
        raise BadInput(
            f"{account} was removed as spam (score {decision['score']:g}, threshold {decision['threshold']:g}), so it "
            f"is no user's. What spoke against it is in the table spam_reasons, account_id = '{account}'."
        )
    if _rows(warehouse, "raw_users", account_id=account):
        raise BadInput(f"{account} belongs to no user yet: the tables are not up to date. Run `job-search run` first.")
    _raise_if_rejected(warehouse, account)
    raise BadInput(of_nothing(warehouse, account))


def rejections(warehouse: Warehouse, account: str) -> list[dict[str, Any]]:
    """Where records of an account stood that were rejected or withdrawn, and by which rule: file, line, column, rule.

    Such a record has no columns of its own: the account is looked for in its text.
    """
    found = warehouse.duckdb.execute(
        """SELECT file, line, "column", rule, text FROM rejected_rows WHERE "table" = 'users' AND contains(text, ?)
           ORDER BY file, line""",
        [account],
    ).fetchall()
    names = ("file", "line", "column", "rule")
    return [dict(zip(names, row, strict=False)) for row in found if account in next(csv.reader([row[-1]]), [])]


# Of what is an input and no account, user or table: what it is, and how to ask whom it concerns.
_INPUTS = (
    ("an entry of the blocklist", "ip_blocklist", "SELECT 1 FROM raw_ip_blocklist WHERE entry_id = $1"),
    ("a moderator", "moderator", "SELECT 1 FROM raw_spam_reports WHERE reported_by = $1"),
    (
        "a labeller",
        "labeller",
        """SELECT 1 FROM raw_job_seeker_votes WHERE labeller = $1
           UNION ALL SELECT 1 FROM raw_merge_pairs WHERE labeller = $1""",
    ),
)
_LIKENESS = "jaro_winkler_similarity(called, $1)"
_ALIKE = 0.9  # similarity by Jaro and Winkler from which a name is taken for a misspelt one
# A raw table is called by the name of its file as well, as in corrections.
_NAMES = """SELECT account_id AS name, name AS called FROM raw_users UNION ALL SELECT user_id, user_id FROM clean_users
            UNION ALL SELECT DISTINCT "table", unnest(["table", replace("table", 'raw_', '')]) FROM table_provenance"""


def of_nothing(warehouse: Warehouse, asked: str) -> str:
    """What to tell a person who asks about what is no account, user or table.

    Who has the accounts of a user that once was; how to ask about an input; or the name that is most like it.
    """
    step, users = warehouse.duckdb.execute(
        """SELECT max(step), list(DISTINCT u.user_id ORDER BY u.user_id) FILTER (u.user_id IS NOT NULL)
           FROM user_history AS h LEFT JOIN user_accounts AS u USING (account_id) WHERE h.old_user_id = ?""",
        [asked],
    ).fetchone()
    if step is None:
        return _no_name(warehouse, asked)
    now = f"its accounts are of {', '.join(users)} now" if users else "none of its accounts is left"
    return f"{asked} is no user any more since step {step} of user_history: {now}."


def _no_name(warehouse: Warehouse, asked: str) -> str:
    for what, table, query in _INPUTS:
        if warehouse.duckdb.execute(f"{query} LIMIT 1", [asked]).fetchone():
            return f"{asked} is {what}. `job-search impact {table} {asked}` says whom it concerns."
    like = f"SELECT max_by(name, likeness), max(likeness) FROM (SELECT name, {_LIKENESS} AS likeness FROM ({_NAMES}))"
    name, likeness = warehouse.duckdb.execute(like, [asked]).fetchone()
    hint = f" Did you mean {name}?" if likeness is not None and likeness >= _ALIKE else ""
    missing = f"There is no account, user or table {asked} in this build."
    return missing + (hint or " The tables raw_users and clean_users have all accounts and users.")


def _raise_if_rejected(warehouse: Warehouse, account: str) -> None:
    for row in rejections(warehouse, account):
        rule = f"{row['column']}: {row['rule']}" if row["column"] else row["rule"]
        raise BadInput(
            f"{account} is not among the accounts, since its record was not accepted ({row['file']}, line "
            f"{row['line']}: {rule}). It is in the table rejected_rows."
        )


def _rows(warehouse: Warehouse, table: str, **equal: Any) -> list[dict[str, Any]]:
    found = warehouse.table(table)
    chosen = found.filter([found[column] == value for column, value in equal.items()])
    rows: list[dict[str, Any]] = chosen.to_pyarrow().to_pylist()
    return rows
