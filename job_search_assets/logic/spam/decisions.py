"""Who is removed, why, and who stays."""

import ibis
import ibis.expr.types as ir


def decide(spam_evidence: ir.Table, *, wrong_removal_cost: float, model_version: str) -> ir.Table:
    """One row per account: account_id, is_spam, score (probability of spam), threshold, model_version.

    To remove a person costs `wrong_removal_cost` times as much as to let a spam account pass, so an account is
    removed from the probability on at which removal is expected to cost less.
    """
    parts = ("prior", "model", "report", "network")
    log_odds = sum((spam_evidence[f"{part}_log_odds"] for part in parts[1:]), spam_evidence.prior_log_odds)
    score = (1 / (1 + (-log_odds).exp())).round(6)
    threshold = round(wrong_removal_cost / (1 + wrong_removal_cost), 6)
    return spam_evidence.select(
        "account_id",
        is_spam=score >= threshold,
        score=score,
        threshold=ibis.literal(threshold, "float64"),
        model_version=ibis.literal(model_version),
    )


def keep(raw_users: ir.Table, spam_decisions: ir.Table) -> ir.Table:
    """The accounts that are not spam, as they came in."""
    return raw_users.anti_join(spam_decisions.filter(spam_decisions.is_spam), "account_id")


def removed(table: ir.Table, spam_decisions: ir.Table) -> ir.Table:
    """The rows of the accounts that are spam."""
    return table.semi_join(spam_decisions.filter(spam_decisions.is_spam), "account_id")
