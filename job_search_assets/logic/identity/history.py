"""Which accounts were whose, step by step: what a new partition did to the users of the one before, and why.

A user's id is made from the oldest account, so an id only ever names the person who holds that account. What changes
from one materialisation to the next is told account by account: who was merged, split, or goes by another name.
"""

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir

FIRST = "first materialisation"


def begin(user_accounts: ir.Table) -> ir.Table:
    """The first step: every account is added."""
    return user_accounts.select(
        "account_id",
        step=ibis.literal(1, "int64"),
        old_user_id=ibis.null("string"),
        user_id="user_id",
        change=ibis.literal("added"),
        cause=ibis.literal(FIRST),
    )


def latest(history: ir.Table) -> ir.Table:
    """Every account that was ever there, with its user as of the last step (empty if it had gone)."""
    last = history.group_by("account_id").agg(step=lambda rows: rows.step.max())
    return history.semi_join(last, ["account_id", "step"]).select("account_id", "user_id")


def go_on(
    history: ir.Table, user_accounts: ir.Table, reasons: Sequence[tuple[str, ir.Table]], everywhere: Sequence[str]
) -> ir.Table:
    """One row an account whose user is another than in the last step, in the columns of `history`.

    `reasons` are words with the accounts (account_id) that they hold for; `everywhere` are words that hold for all. A
    reason is given to all accounts of the users, old and new, that one of its accounts belongs or belonged to.
    """
    before = latest(history).rename(old_user_id="user_id")
    both = before.outer_join(user_accounts, "account_id")
    both = both.mutate(
        was_there=both.account_id.notnull(), account_id=ibis.coalesce(both.account_id, both.account_id_right)
    ).drop("account_id_right")
    differs = both.old_user_id.fill_null("") != both.user_id.fill_null("")
    moved = both.filter(differs)
    concerned = _of_users(both, moved)
    changed = _changes(moved, concerned)
    told = _with_causes(changed, concerned, reasons, everywhere)
    step = history.step.max().as_scalar() + 1
    return told.mutate(step=step.cast("int64")).select(
        "account_id", "step", "old_user_id", "user_id", "change", "cause"
    )


def _of_users(both: ir.Table, moved: ir.Table) -> ir.Table:
    """All accounts, moved or not, of users that lost or got one."""
    users = ibis.union(moved.select(user="old_user_id"), moved.select(user="user_id")).drop_null("user").distinct()
    return both.filter(both.old_user_id.isin(users.user) | both.user_id.isin(users.user))


def _changes(moved: ir.Table, concerned: ir.Table) -> ir.Table:
    """`moved` with `change`: what became of the account, by how many users its old one became and its new one was."""
    stayed = concerned.filter(concerned.old_user_id.notnull(), concerned.user_id.notnull())
    became = stayed.group_by("old_user_id").agg(became=lambda rows: rows.user_id.nunique())
    was = stayed.group_by("user_id").agg(was=lambda rows: rows.old_user_id.nunique())
    counted = moved.left_join(became, "old_user_id").drop("old_user_id_right")
    counted = counted.left_join(was, "user_id").drop("user_id_right")
    is_split, is_merged = counted.became > 1, counted.was > 1
    change = ibis.cases(
        (counted.user_id.isnull(), "removed"),
        (counted.old_user_id.isnull() & counted.was_there, "restored"),
        (counted.old_user_id.isnull(), "added"),
        (is_split & is_merged, "split and merged"),
        (is_split, "split"),
        (is_merged, "merged"),
        else_="renamed",
    )
    return counted.mutate(change=change)


def _with_causes(
    changed: ir.Table, concerned: ir.Table, reasons: Sequence[tuple[str, ir.Table]], everywhere: Sequence[str]
) -> ir.Table:
    told, flags = changed, []
    ends = ibis.union(
        concerned.select("account_id", user="old_user_id"), concerned.select("account_id", user="user_id")
    ).drop_null("user")
    for place, (words, accounts) in enumerate(reasons):
        users = ends.semi_join(accounts, "account_id").select("user").distinct()
        told = told.mutate(
            **{f"cause_{place}": (told.old_user_id.isin(users.user) | told.user_id.isin(users.user)).fill_null(False)}
        )
        flags.append((f"cause_{place}", words))
    parts = [ibis.ifelse(told[flag], f"{words}, ", "") for flag, words in flags]
    cause = ibis.literal("".join(f"{words}, " for words in everywhere))
    for part in parts:
        cause = cause + part
    told = told.mutate(cause=cause)
    return told.mutate(cause=ibis.ifelse(told.cause == "", "neighbours changed", told.cause.re_replace(", $", "")))
