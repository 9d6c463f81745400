"""What stands about each account: removed or kept, whose it is, the user's label, split and predicted class.

An *outcome* is one of these. A score or a probability that moves without crossing its threshold is none.
"""

import ibis
import ibis.expr.types as ir

# The columns of `decisions` that are equal where an outcome is. A user is who their accounts are, so two decisions
# agree on a user when they agree on all of the accounts, and the id alone does not say that.
OUTCOMES = {
    "removed": "is_removed",
    "user": "user_digest",
    "label": "is_job_seeker",
    "split": "split",
    "prediction": "is_predicted_job_seeker",
}
SAID = {"removed": "spam"}  # what an outcome is called before its values, which are removed or kept
DIGITS = 16  # of the digest: two of ten million users share one with a chance of one in 400,000


def decide(
    raw_users: ir.Table,
    spam_decisions: ir.Table,
    user_accounts: ir.Table,
    job_seeker_labels: ir.Table,
    job_seeker_splits: ir.Table,
    job_seeker_predictions: ir.Table,
    *,
    class_threshold: float,
) -> ir.Table:
    """One row per raw account, in the columns of `decisions`; what the user has, every account of theirs has.

    A user whose probability is above `class_threshold` is predicted to be a job seeker.
    """
    scores = spam_decisions.select("account_id", "score", is_removed="is_spam", spam_model_version="model_version")
    labels = job_seeker_labels.select("user_id", "is_job_seeker", "is_job_seeker_by_votes")
    classes = job_seeker_predictions.select(
        "user_id",
        "probability",
        is_predicted_job_seeker=job_seeker_predictions.probability > class_threshold,
        job_seeker_model_version="model_version",
    )
    users = _with(_with(_with(groups(user_accounts), labels), job_seeker_splits.select("user_id", "split")), classes)
    owned = user_accounts.select("account_id", "user_id").inner_join(users, "user_id")
    decided = _with(_with(raw_users.select("account_id"), scores, "account_id"), owned, "account_id")
    return decided.mutate(accounts_of_user=decided.accounts_of_user.fill_null(0))


def touched(before: ir.Table, user_accounts: ir.Table, accounts: ir.Table, users: ir.Table) -> ir.Table:
    """The accounts (account_id) whose decisions are out of date: those of every user of whom anything changed.

    `before` are the decisions as they were, `accounts` (account_id) and `users` (user_id) what changed since.
    """
    owners = [rows.semi_join(accounts, "account_id").select("user_id") for rows in (before, user_accounts)]
    concerned = ibis.union(*owners, users.select("user_id")).distinct()
    theirs = [rows.semi_join(concerned, "user_id").select("account_id") for rows in (before, user_accounts)]
    return ibis.union(accounts.select("account_id"), *theirs, distinct=True)


def groups(user_accounts: ir.Table) -> ir.Table:
    """One row per user: how many accounts they have, and a digest that no other set of accounts has."""
    grouped = user_accounts.group_by("user_id").agg(
        accounts_of_user=user_accounts.count(), accounts=user_accounts.account_id.collect()
    )
    digest = grouped.accounts.sort().join("|").hexdigest("sha256").substr(0, DIGITS)
    return grouped.select("user_id", "accounts_of_user", user_digest=digest)


def _with(rows: ir.Table, more: ir.Table, key: str = "user_id") -> ir.Table:
    return rows.left_join(more, key).drop(f"{key}_right")


def gaps(decisions: ir.Table) -> ir.Table:
    """One row of counts, all 0 when all is well: what is decided about an account fits together."""
    kept, labelled = ~decisions.is_removed, decisions.is_job_seeker.notnull()
    return decisions.aggregate(
        kept_without_user=(kept & decisions.user_id.isnull()).sum(),
        removed_with_user=(decisions.is_removed & decisions.user_id.notnull()).sum(),
        users_without_prediction=(decisions.user_id.notnull() & decisions.is_predicted_job_seeker.isnull()).sum(),
        labels_without_split=(labelled & decisions.split.isnull()).sum(),
        splits_without_label=(decisions.split.notnull() & ~labelled).sum(),
    )
