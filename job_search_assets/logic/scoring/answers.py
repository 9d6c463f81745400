"""What is said of a row that was scored: rejected, removed or kept, whose account it is, and what is foretold."""

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir
import pandas as pd

from job_search_assets.logic.job_seekers.evaluation import CLASS_THRESHOLD

REJECTED, REMOVED, KEPT = "rejected", "removed as spam", "kept"
ANSWER = {
    "row": "int64",
    "account_id": "string",
    "outcome": "string",
    "column": "string",
    "rule": "string",
    "spam_score": "float64",
    "spam_threshold": "float64",
    "spam_model_version": "string",
    "spam_reasons": "string",
    "user_id": "string",
    "joined_users": "string",
    "user_accounts": "int64",
    "probability": "float64",
    "is_job_seeker": "boolean",
    "model_version": "string",
}


def answer(tables: Mapping[str, ir.Table], built: ir.Table) -> ir.Table:
    """One row for each given one: columns of `ANSWER`, but for `spam_reasons`, which come apart.

    `tables` are the stages by name, `built` is `user_accounts` as it is built. `joined_users` are the users that are
    built and have accounts in the row's group, joined by `|`: none for a new user, several where the row brings two
    together. `user_accounts` counts the row itself.
    """
    judged, decided, groups = (tables[name] for name in ("judged", "spam_decisions", "user_accounts"))
    before = groups.select(world="world", member="account_id").join(
        built.select(member="account_id", was="user_id"), "member"
    )
    users = (
        before.select("world", "was")
        .distinct()
        .group_by("world")
        .agg(joined_users=lambda rows: rows.was.group_concat("|", order_by=rows.was))
    )
    sizes = groups.group_by("world").agg(user_accounts=lambda rows: rows.count().cast("int64"))
    own = groups.filter(groups.account_id == groups.world).select(of_user="world", user_id="user_id")
    spam = decided.select(
        of_spam="account_id", is_spam="is_spam", score="score", at_least="threshold", scored_by="model_version"
    )
    told = tables["job_seeker_predictions"].select(foretold="user_id", probability="probability", model="model_version")
    met = judged.left_join(spam, judged.key == spam.of_spam)
    for table, key in ((own, "of_user"), (told, "foretold")):
        met = met.left_join(table, met.key == table[key])
    for table in (users, sizes):
        met = met.left_join(table, met.key == table.world).drop("world")
    is_sound = met.rule.isnull()
    return met.select(
        row="line",
        account_id=met.key.nullif(""),
        outcome=is_sound.ifelse(met.is_spam.fill_null(False).ifelse(REMOVED, KEPT), REJECTED),
        column=is_sound.ifelse(ibis.null("string"), met["column"]),
        rule="rule",
        spam_score=is_sound.ifelse(met.score, ibis.null("float64")),
        spam_threshold=is_sound.ifelse(met.at_least, ibis.null("float64")),
        spam_model_version=is_sound.ifelse(met.scored_by, ibis.null("string")),
        user_id="user_id",
        joined_users="joined_users",
        user_accounts="user_accounts",
        probability="probability",
        is_job_seeker=met.probability > CLASS_THRESHOLD,
        model_version="model",
    )


def with_reasons(answers: pd.DataFrame, spam_reasons: pd.DataFrame) -> pd.DataFrame:
    """The answers in the order of the rows, removed ones with their reasons as a list in JSON, heaviest first."""
    columns = ["kind", "reference", "weight", "is_in_score", "detail"]
    by_weight = spam_reasons.sort_values(
        ["account_id", "weight", "kind", "reference"], ascending=[True, False, True, True]
    )
    told = {account: rows[columns].to_json(orient="records") for account, rows in by_weight.groupby("account_id")}
    is_removed = answers["outcome"] == REMOVED
    given = answers["account_id"].where(is_removed).map(told)
    return answers.assign(spam_reasons=given)[list(ANSWER)].sort_values("row", ignore_index=True)
