"""Spam: what must hold of the reports, the list, and of those who were removed."""

import dagster as dg
import ibis.expr.types as ir

from job_search_assets.logic.spam import audit
from job_search_assets.settings import SpamSettings


@dg.asset_check(asset="raw_spam_reports", additional_ins={"raw_users": dg.AssetIn("raw_users")})
def every_report_names_a_known_account(raw_spam_reports: ir.Table, raw_users: ir.Table) -> dg.AssetCheckResult:
    """A report on nobody counts nothing: the account was rejected, erased, or never delivered."""
    count = int(raw_spam_reports.anti_join(raw_users, "account_id").count().execute())
    return dg.AssetCheckResult(
        passed=count == 0,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"reports_on_unknown_accounts": count},
    )


@dg.asset_check(asset="blocklist_review")
def no_suspect_entry_awaits_a_word(blocklist_review: ir.Table) -> dg.AssetCheckResult:
    """A person must confirm or withdraw each suspect entry; until then it protects nobody and harms nobody."""
    suspects = audit.suspects(blocklist_review)
    return dg.AssetCheckResult(
        passed=not suspects,
        severity=dg.AssetCheckSeverity.WARN,
        description="Confirm or withdraw them in corrections.csv, table ip_blocklist." if suspects else None,
        metadata={"suspect_entries": len(suspects), "entries": dg.MetadataValue.json(suspects)},
    )


@dg.asset_check(asset="moderator_quality")
def every_moderator_is_mostly_right(moderator_quality: ir.Table, config: SpamSettings) -> dg.AssetCheckResult:
    """A moderator who errs often needs the rules explained; meanwhile their reports weigh less."""
    careless = audit.careless(moderator_quality, most_errors=config.most_errors)
    return dg.AssetCheckResult(
        passed=not careless,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"moderators": dg.MetadataValue.json(careless), "limit": config.most_errors},
    )


@dg.asset_check(asset="spam_decisions")
def as_many_are_removed_as_the_scores_expect(spam_decisions: ir.Table, config: SpamSettings) -> dg.AssetCheckResult:
    """Scores are probabilities: their mean is the share of spam, and the share removed must be near it."""
    counted = audit.decided(spam_decisions)
    gap = abs(counted["removed_share"] - counted["expected_spam_share"])
    return dg.AssetCheckResult(
        passed=gap <= config.most_removed_unexpectedly,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={**counted, "gap": round(gap, 6), "limit": config.most_removed_unexpectedly},
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
