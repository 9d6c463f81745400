"""The spam stage in numbers: what is plotted over time, and what the checks count."""

import ibis.expr.types as ir
import pandas as pd

SHOWN = 20  # keys in a check's evidence: enough to begin with, and the event log stays small


def decided(spam_decisions: ir.Table) -> dict[str, float]:
    """Accounts removed, their share, the share that the scores expect, and how many are near the threshold."""
    decision = spam_decisions
    near = (decision.score - decision.threshold).abs() < 0.2
    counted = decision.aggregate(
        accounts=decision.count(),
        removed=decision.is_spam.cast("int64").sum().fill_null(0),
        # In millionths: a sum of whole numbers does not depend on the order of rows.
        expected=(decision.score * 1_000_000).round().cast("int64").sum().fill_null(0),
        close_decisions=near.cast("int64").sum().fill_null(0),
    )
    found = {name: int(value) for name, value in counted.to_pyarrow().to_pylist()[0].items()}
    accounts = max(1, found["accounts"])
    return {
        "removed": found["removed"],
        "removed_share": round(found["removed"] / accounts, 6),
        "expected_spam_share": round(found["expected"] / 1_000_000 / accounts, 6),
        "close_decisions": found["close_decisions"],
    }


def reviewed(blocklist_review: pd.DataFrame) -> dict[str, int]:
    """Entries in all, with accounts inside, suspect, and the accounts in force that suspect entries hold."""
    suspect = blocklist_review[blocklist_review.is_suspect]
    return {
        "entries": len(blocklist_review),
        "entries_with_accounts": int((blocklist_review.accounts > 0).sum()),
        "suspect_entries": len(suspect),
        "accounts_in_suspect_entries": int(suspect.accounts_in_force.sum()),
    }


def suspects(blocklist_review: ir.Table) -> list[dict[str, object]]:
    """The suspect entries with the counts behind them, the clearest first."""
    found = blocklist_review.filter(blocklist_review.is_suspect).order_by(blocklist_review.log_odds.desc(), "entry_id")
    return found.drop("is_suspect", "is_confirmed").to_pyarrow().to_pylist()


def careless(moderator_quality: ir.Table, *, most_errors: float) -> list[dict[str, object]]:
    """Moderators who err more often than that about spam or about people."""
    quality = moderator_quality
    found = quality.filter((quality.sensitivity < 1 - most_errors) | (quality.specificity < 1 - most_errors))
    return found.order_by("reported_by").limit(SHOWN).to_pyarrow().to_pylist()


def unexplained(spam_reasons: ir.Table, spam_decisions: ir.Table) -> dict[str, int]:
    """How many removed accounts have reasons whose log odds are not those of the score."""
    counted = spam_reasons.filter(spam_reasons.is_in_score)
    total = counted.group_by("account_id").aggregate(total=counted.weight.sum())
    removed = spam_decisions.filter(spam_decisions.is_spam).left_join(total, "account_id")
    gap = (1 / (1 + (-removed.total).exp()) - removed.score).abs()
    return {"accounts": int(removed.filter((gap > 0.0001).fill_null(True)).count().execute())}


def unaccounted(
    raw_users: ir.Table, spam_decisions: ir.Table, spam_reasons: ir.Table, despammed_users: ir.Table
) -> dict[str, int]:
    """Accounts that break the conservation law, by the way in which they break it."""
    removed = spam_decisions.filter(spam_decisions.is_spam)
    broken = {
        "accounts_without_decision": raw_users.anti_join(spam_decisions, "account_id"),
        "decisions_without_account": spam_decisions.anti_join(raw_users, "account_id"),
        "removed_without_reason": removed.anti_join(spam_reasons.filter(spam_reasons.is_in_score), "account_id"),
        "removed_and_kept": removed.semi_join(despammed_users, "account_id"),
        "neither_removed_nor_kept": raw_users.anti_join(removed, "account_id").anti_join(despammed_users, "account_id"),
    }
    return {name: int(accounts.count().execute()) for name, accounts in broken.items()}
