"""From scored pairs to users: pairs by number, groups by average linkage, and the user that each account belongs to."""

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from job_search_assets.logic.identity import linkage

USER = "user-"  # a user's id is this and the id of the oldest account
GROUPS = {"number": "int64", "oldest": "int64"}


def links(predictions: ir.Table, *, threshold: float) -> ir.Table:
    """The pairs that bring two accounts into one component: probable ones, and those that trusted judges call one."""
    return linking(predictions, threshold=threshold).select("account_id_left", "account_id_right")


def linking(predictions: ir.Table, *, threshold: float) -> ir.Table:
    """The same with all that is known of each pair."""
    probable = (predictions.match_probability >= threshold) & (predictions.verdict == 0)
    return predictions.filter(probable | (predictions.verdict > 0))


def by_age(users: ir.Table) -> ir.Table:
    """The accounts numbered from the oldest, so that a group's smallest number is its oldest account."""
    number = ibis.row_number().over(order_by=[users.created_at, users.account_id])
    return users.select("account_id", number=number.cast("int64"))


def numbered(predictions: ir.Table, aged: ir.Table) -> ir.Table:
    """The scored pairs by number, smaller left, the probability in millionths."""
    left = aged.rename(account_id_left="account_id", first="number")
    right = aged.rename(account_id_right="account_id", second="number")
    pairs = predictions.join(left, "account_id_left").join(right, "account_id_right")
    return pairs.select(
        left=ibis.least(pairs.first, pairs.second),
        right=ibis.greatest(pairs.first, pairs.second),
        probability=(pairs.match_probability * linkage.MILLION).round().cast("int64"),
        verdict="verdict",
    )


def merge(pairs: pd.DataFrame, *, accounts: int, threshold: float, largest: int) -> pd.DataFrame:
    """For each account's number the number of the oldest account of its user."""
    columns = [pairs[name].to_numpy(np.int64) for name in ("left", "right", "probability", "verdict")]
    oldest = linkage.grouped(accounts, linkage.Pairs(*columns), threshold=threshold, largest=largest)
    return pd.DataFrame({"number": np.arange(accounts), "oldest": oldest})


def name_users(groups: ir.Table, aged: ir.Table) -> ir.Table:
    """account_id and user_id. A user's id is made from the oldest account, so it stays when younger ones join."""
    accounts = groups.join(aged, "number").select("account_id", "oldest")
    oldest = aged.select(oldest="number", first_account="account_id")
    named = accounts.join(oldest, "oldest")
    return named.select("account_id", user_id=ibis.literal(USER) + named.first_account)


def cluster_sizes(user_accounts: ir.Table) -> ir.Table:
    """How many users have how many accounts."""
    users = user_accounts.group_by("user_id").agg(accounts=lambda rows: rows.count())
    return users.group_by("accounts").agg(users=lambda rows: rows.count()).order_by("accounts")
