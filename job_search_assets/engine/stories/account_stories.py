"""What became of an account or a user, read from an opened build by a dozen point queries."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

import pandas as pd

from job_search_assets.engine.stories import prediction_stories, spam_stories, whereabouts
from job_search_assets.engine.stories.opened_builds import OpenedBuild
from job_search_assets.engine.tables.reading import Row, among, keyed, row, rows
from job_search_assets.logic.identity import explanation
from job_search_assets.logic.provenance import ties, votes
from job_search_assets.logic.provenance.stories import (
    KEPT,
    REJECTED,
    REMOVED,
    WAITING,
    AccountStory,
    Belonging,
    Change,
    Correction,
    Label,
    Letter,
    Record,
    Rejection,
    Source,
    Split,
    Standing,
    UserStory,
)
from job_search_assets.settings import IdentitySettings

TABLES = (
    *("source_inventory", "raw_users", "raw_places", "rejected_rows", "applied_corrections"),
    *("raw_spam_reports", "raw_ip_blocklist", "blocklist_hits", "report_grounds", "blocklist_review"),
    *("spam_features", "spam_examples", "moderator_quality", "spam_evidence", "spam_decisions", "spam_reasons"),
    *("despammed_users", "raw_merge_pairs", "match_predictions", "merge_thresholds", "user_accounts"),
    *("user_history", "clean_users", "raw_job_seeker_votes", "label_methods", "labeller_quality"),
    *("job_seeker_labels", "split_ledger", "job_seeker_splits", "job_seeker_predictions"),
)
MOST_TIES = 20  # accounts of a user that are told of one by one


def is_account(build: OpenedBuild, asked: str) -> bool:
    """Whether there is, or was, an account of that id, accepted or not."""
    kept = row(build.warehouse, "SELECT 1 FROM raw_users WHERE account_id = ?", asked)
    return kept is not None or bool(whereabouts.rejections(build.warehouse, asked))


def is_user(build: OpenedBuild, asked: str) -> bool:
    """Whether there is a user of that id now."""
    return row(build.warehouse, "SELECT 1 FROM clean_users WHERE user_id = ?", asked) is not None


def of_account(build: OpenedBuild, account: str, *, with_values: bool = False) -> AccountStory:
    """All that became of an account that `is_account`."""
    records = _records(build, [account])
    rejections = tuple(Rejection(**found) for found in whereabouts.rejections(build.warehouse, account))
    spam = spam_stories.tell(build, account, with_values=with_values) if records else None
    found = row(build.warehouse, "SELECT user_id FROM user_accounts WHERE account_id = ?", account)
    user = found["user_id"] if found and spam and not spam.is_spam else None
    accounts = _accounts(build, user) if user else []
    entries = [reason.reference for reason in spam.reasons if reason.kind == "entry"] if spam else []
    return AccountStory(
        account_id=account,
        outcome=_outcome(bool(records), spam is not None and spam.is_spam, user),
        record=records[0] if records else None,
        rejections=rejections,
        corrections=_corrections(build, [account], entries, with_values=with_values),
        letters=_letters(build, [account]),
        spam=spam,
        user=_belonging(build, user, account, accounts, [account]) if user else None,
        label=_label(build, user, accounts) if user else None,
        split=_split(build, user, accounts) if user else None,
        prediction=prediction_stories.tell(build, user) if user else None,
        values=_values(build, account) if with_values and records else None,
    )


def of_user(build: OpenedBuild, user: str, *, with_values: bool = False) -> UserStory:
    """All that is known of a user that `is_user`."""
    accounts = _accounts(build, user)
    clean = row(build.warehouse, "SELECT * FROM clean_users WHERE user_id = ?", user) or {}
    told = rows(
        build.warehouse,
        f"SELECT * FROM {keyed('despammed_users', 'account_id', accounts)} ORDER BY created_at, account_id",
        *accounts,
    )
    return UserStory(
        user_id=user,
        records=tuple(_records(build, accounts)),
        corrections=_corrections(build, accounts, (), with_values=with_values),
        letters=_letters(build, accounts),
        user=_belonging(build, user, accounts[0], accounts, accounts),
        columns=ties.survivors(clean, told, with_values=with_values),
        label=_label(build, user, accounts),
        split=_split(build, user, accounts),
        prediction=prediction_stories.tell(build, user),
    )


def _outcome(is_accepted: bool, is_spam: bool, user: str | None) -> str:
    if not is_accepted:
        return REJECTED
    return REMOVED if is_spam else KEPT if user else WAITING


def _accounts(build: OpenedBuild, user: str) -> list[str]:
    """The user's accounts, the oldest first."""
    theirs = rows(build.warehouse, "SELECT account_id FROM user_accounts WHERE user_id = ?", user)
    accounts = [account["account_id"] for account in theirs]
    aged = rows(
        build.warehouse,
        f"""SELECT account_id, created_at FROM {keyed("despammed_users", "account_id", accounts)}
            ORDER BY created_at, account_id""",
        *accounts,
    )
    return [account["account_id"] for account in aged]


def _records(build: OpenedBuild, accounts: Sequence[str]) -> list[Record]:
    places = keyed("raw_places", "key", accounts, "\"table\" = 'users'")
    found = rows(
        build.warehouse,
        f"""SELECT account_id, created_at, source, coalesce(s.name, '') AS name, coalesce(s.owner, '') AS owner,
                   coalesce(s.kind, '') AS kind, p.file, p.line
            FROM {keyed("raw_users", "account_id", accounts)} AS u
            LEFT JOIN source_inventory AS s USING (source)
            LEFT JOIN {places} AS p
            ON p.key = u.account_id ORDER BY u.created_at, u.account_id""",
        *accounts,
        *accounts,
    )
    return [
        Record(
            account_id=told["account_id"],
            created_at=told["created_at"],
            source=Source(told["source"], told["name"], told["owner"], told["kind"]),
            file=told["file"],
            line=told["line"],
        )
        for told in found
    ]


def _corrections(
    build: OpenedBuild,
    accounts: Sequence[str],
    entries: Sequence[str],
    *,
    with_values: bool,
) -> tuple[Correction, ...]:
    """Those of the accounts' own rows, of rows about them, and of blocklist entries that they met."""
    found = rows(
        build.warehouse,
        f"""SELECT correction_id, "table", key, action, "column", made_by, made_at, value, why FROM applied_corrections
            WHERE "table" <> 'ip_blocklist' AND list_has_any(string_split(key, '|'), ?)
            OR "table" = 'ip_blocklist' AND key IN {among(entries)}
            ORDER BY made_at, correction_id, key""",
        list(accounts),
        *entries,
    )
    hidden: Row = {} if with_values else {"value": None, "why": None}
    return tuple(Correction(**{**told, **hidden}) for told in found)


def _letters(build: OpenedBuild, accounts: Sequence[str]) -> tuple[Letter, ...]:
    if not build.warehouse.has("letters"):  # it is made last, and what is told so far is true without it
        return ()
    columns = ", ".join(field.name for field in fields(Letter))
    found = rows(
        build.warehouse,
        f"SELECT {columns} FROM {keyed('letters', 'account_id', accounts)} ORDER BY step, account_id, outcome",
        *accounts,
    )
    return tuple(Letter(**told) for told in found)


def _belonging(
    build: OpenedBuild, user: str, account: str, accounts: Sequence[str], concerned: Sequence[str]
) -> Belonging:
    """The user as seen from one of its accounts, with the history of those concerned."""
    others = [other for other in accounts if other != account]
    told = others[:MOST_TIES]
    threshold = row(build.warehouse, "SELECT threshold FROM merge_thresholds WHERE is_chosen")
    assert threshold is not None
    history = rows(
        build.warehouse,
        f"SELECT * FROM {keyed('user_history', 'account_id', concerned)} ORDER BY step, account_id",
        *concerned,
    )
    return Belonging(
        user_id=user,
        accounts=len(accounts),
        threshold=threshold["threshold"],
        ties=ties.ties(
            account,
            told,
            explanation.links(_among(build, "match_predictions", accounts)),
            ties.judged(
                _among(build, "raw_merge_pairs", accounts),
                build.judges,
                trusted_accuracy=IdentitySettings.model_validate({}).trusted_accuracy,
            ),
            threshold=threshold["threshold"],
        )
        if told
        else (),
        left_out=len(others) - len(told),
        history=tuple(Change(**found) for found in history),
    )


def _among(build: OpenedBuild, table: str, accounts: Sequence[str]) -> pd.DataFrame:
    """The rows of a table of pairs whose both accounts are among these."""
    found: pd.DataFrame = build.warehouse.duckdb.execute(
        f"""SELECT * FROM {keyed(table, "account_id_left", accounts)}
            WHERE account_id_right IN {among(accounts)} AND account_id_left <> account_id_right""",
        [*accounts, *accounts],
    ).df()
    return found


def _label(build: OpenedBuild, user: str, accounts: Sequence[str]) -> Label | None:
    label = row(build.warehouse, "SELECT * FROM job_seeker_labels WHERE user_id = ?", user)
    if label is None:
        return None
    given = rows(
        build.warehouse,
        f"""SELECT * FROM raw_job_seeker_votes WHERE account_id IN {among(accounts)}
            ORDER BY account_id, labeller, labelled_at, is_job_seeker DESC, guide_version DESC""",
        *accounts,
    )
    method = row(build.warehouse, "SELECT method FROM label_methods WHERE is_chosen")
    quality = rows(build.warehouse, "SELECT labeller, guide_version, sensitivity, specificity FROM labeller_quality")
    return votes.tell(label, method["method"] if method else "", given, quality)


def _split(build: OpenedBuild, user: str, accounts: Sequence[str]) -> Split | None:
    now = row(build.warehouse, "SELECT split FROM job_seeker_splits WHERE user_id = ?", user)
    history = rows(
        build.warehouse,
        f"SELECT * FROM split_ledger WHERE account_id IN {among(accounts)} ORDER BY edition, step, account_id, split",
        *accounts,
    )
    if now is None and not history:
        return None
    return Split(now["split"] if now else None, tuple(Standing(**found) for found in history))


def _values(build: OpenedBuild, account: str) -> dict[str, Any]:
    found = row(build.warehouse, "SELECT * FROM raw_users WHERE account_id = ?", account) or {}
    return {name: None if value is None else str(value) for name, value in found.items()}
