"""Spam: what must hold of the reports, the list, and of those who were removed."""

import dagster as dg
import ibis.expr.types as ir

from job_search_assets.checks.judged import WHO_IS_NOBODY, judged
from job_search_assets.logic.spam import audit
from job_search_assets.logic.users import conservation
from job_search_assets.settings import SpamSettings


@dg.asset_check(asset="raw_spam_reports", additional_ins={"raw_users": dg.AssetIn("raw_users")})
def every_report_names_a_known_account(raw_spam_reports: ir.Table, raw_users: ir.Table) -> dg.AssetCheckResult:
    """A report on nobody counts nothing: the account was rejected, erased, or never delivered."""
    found = conservation.of_nobody(raw_spam_reports, raw_users, by=["account_id"])
    return judged(not found["rows"], found, to_do=WHO_IS_NOBODY)


@dg.asset_check(asset="blocklist_review")
def no_suspect_entry_awaits_a_word(blocklist_review: ir.Table) -> dg.AssetCheckResult:
    """A person must confirm or withdraw each suspect entry; until then it protects nobody and harms nobody."""
    suspects = audit.suspects(blocklist_review)
    return judged(
        not suspects,
        {"suspect_entries": len(suspects), "entries": suspects},
        to_do="`job-search impact ip_blocklist ENTRY` says who is concerned; then `job-search correct ip_blocklist "
        "ENTRY confirm` or `withdraw`.",
    )


@dg.asset_check(asset="moderator_quality")
def every_moderator_is_mostly_right(moderator_quality: ir.Table, config: SpamSettings) -> dg.AssetCheckResult:
    """A moderator who errs often needs the rules explained; meanwhile their reports weigh less."""
    careless = audit.careless(moderator_quality, most_errors=config.most_errors)
    return judged(
        not careless,
        {"moderators": careless, "most_errors": config.most_errors},
        to_do="Explain the rules to them; `job-search impact moderator NAME` says what would be without their reports.",
    )


@dg.asset_check(asset="spam_decisions")
def as_many_are_removed_as_the_scores_expect(spam_decisions: ir.Table, config: SpamSettings) -> dg.AssetCheckResult:
    """Scores are probabilities: their mean is the share of spam, and the share removed must be near it."""
    counted = audit.decided(spam_decisions)
    gap = abs(counted["removed_share"] - counted["expected_spam_share"])
    return judged(
        gap <= config.most_removed_unexpectedly,
        {**counted, "gap": round(gap, 6), "largest_gap": config.most_removed_unexpectedly},
        to_do="Scores no longer fit what is reported: look at spam_decisions near the threshold, then let the model "
        "follow with `job-search run --refit`.",
    )


@dg.asset_check(asset="spam_reasons", additional_ins={"spam_decisions": dg.AssetIn("spam_decisions")}, blocking=True)
def reasons_add_up_to_the_score(spam_reasons: ir.Table, spam_decisions: ir.Table) -> dg.AssetCheckResult:
    """What is told to a person who was removed must be what decided, not a story about it."""
    found = audit.unexplained(spam_reasons, spam_decisions)
    return dg.AssetCheckResult(
        passed=found["accounts"] == 0, metadata={"accounts_whose_reasons_do_not_add_up": found["accounts"]}
    )


@dg.asset_check(
    asset="despammed_users",
    additional_ins={name: dg.AssetIn(name) for name in ("raw_users", "spam_decisions", "spam_reasons")},
    blocking=True,
)
def every_raw_account_is_kept_or_removed_with_a_reason(
    despammed_users: ir.Table, raw_users: ir.Table, spam_decisions: ir.Table, spam_reasons: ir.Table
) -> dg.AssetCheckResult:
    """Nobody disappears without a decision, stays in spite of one, or goes without a reason."""
    lost = audit.unaccounted(raw_users, spam_decisions, spam_reasons, despammed_users)
    return dg.AssetCheckResult(passed=not any(lost.values()), metadata=lost)
