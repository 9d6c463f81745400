"""Everything that spoke for or against a removed account, and how much.

The rows with `is_in_score` are the parts of the decision's log odds and add up to it, so what an input did to
an account is read off, never reconstructed. The rest are on record with the part they belong to.
"""

import ibis
import ibis.expr.types as ir

FEATURES = {"account_id": "string", "reference": "string", "weight": "float64"}


def gather(
    spam_decisions: ir.Table,
    spam_evidence: ir.Table,
    entries: ir.Table,
    weighed_reports: ir.Table,
    raw_spam_reports: ir.Table,
    features: ir.Table,
) -> ir.Table:
    """One row per removed account and reason: account_id, kind, reference, weight (log odds), is_in_score, detail.

    `entries`: account_id, entry_id, with a row for each entry that the account or one of its reports met.
    `weighed_reports`: what `scores.weigh` gave. `features`: what weighed most in the model's part, `FEATURES`.
    """
    removed = spam_decisions.filter(spam_decisions.is_spam).select("account_id", "model_version", "score")
    evidence = spam_evidence.semi_join(removed, "account_id")
    parts = [
        _prior(evidence),
        _model(removed.join(evidence.drop("prior_log_odds"), "account_id")),
        _network(evidence),
        _entries(evidence, entries),
        _reports(raw_spam_reports.semi_join(removed, "account_id"), weighed_reports),
        _features(features.semi_join(removed, "account_id")),
    ]
    return ibis.union(*parts)


def entries_met(blocklist_hits: ir.Table, report_grounds: ir.Table) -> ir.Table:
    """Every entry that an account was inside of at its sign-up, or that a report on it is grounded on."""
    met = [table.select("account_id", "entry_id") for table in (blocklist_hits, report_grounds)]
    return ibis.union(*met, distinct=True)


def _prior(evidence: ir.Table) -> ir.Table:
    return _rows(
        evidence,
        "prior",
        ibis.literal("unlisted"),
        evidence.prior_log_odds,
        True,
        "share of spam outside listed networks",
    )


def _model(removed: ir.Table) -> ir.Table:
    return _rows(removed, "model", removed.model_version, removed.model_log_odds, True, "what the account looks like")


def _network(evidence: ir.Table) -> ir.Table:
    own = evidence.filter(evidence.entry_id.isnull(), evidence.network.notnull())
    return _rows(own, "network", own.network, own.network_log_odds, True, _company(own))


def _entries(evidence: ir.Table, entries: ir.Table) -> ir.Table:
    met = evidence.join(entries.select("account_id", met="entry_id"), "account_id")
    counts = (met.met == met.entry_id).fill_null(ibis.literal(False))
    detail = counts.ifelse(_company(met), "suspect, or wider than the entry that counts")
    return _rows(met, "entry", met.met, counts.ifelse(met.network_log_odds, 0.0), counts, detail)


def _reports(raw_spam_reports: ir.Table, weighed: ir.Table) -> ir.Table:
    key = ["account_id", "reported_by", "reported_at"]
    report = raw_spam_reports.left_join(weighed, key)
    # In two parts: Spark takes a bare T for a letter of its own pattern language.
    when = report.reported_at.strftime("%Y-%m-%d") + "T" + report.reported_at.strftime("%H:%M:%S") + "Z"
    reference = report.account_id + "|" + report.reported_by + "|" + when
    verdict = report.is_spam.ifelse("spam", "no spam") + report.reason.isnull().ifelse(
        "", ibis.literal(": ") + report.reason.fill_null("")
    )
    is_counted = report.log_odds.notnull()
    return _rows(report, "report", reference, report.log_odds.fill_null(0.0), is_counted, verdict)


def _features(features: ir.Table) -> ir.Table:
    return _rows(features, "feature", features.reference, features.weight, False, "part of the model's log odds")


def _company(evidence: ir.Table) -> ir.StringValue:
    spam = evidence.others_spam.round(1).cast("decimal(18, 1)").cast("string")
    return spam + " spam expected of " + evidence.others.cast("string") + " other accounts"


def _rows(
    table: ir.Table,
    kind: str,
    reference: ir.Value,
    weight: ir.Value,
    is_in_score: bool | ir.Value,
    detail: str | ir.Value,
) -> ir.Table:
    return table.select(
        account_id=table.account_id,
        kind=ibis.literal(kind),
        reference=reference,
        weight=weight.round(6),
        is_in_score=ibis.literal(is_in_score) if isinstance(is_in_score, bool) else is_in_score,
        detail=ibis.literal(detail) if isinstance(detail, str) else detail,
    )
