"""Spam: reports and the blocklist become decisions about accounts, each with its reasons."""

import functools

import dagster as dg
import ibis.expr.types as ir
import pandas as pd

from job_search_assets.engine.graph.waiting import awaited
from job_search_assets.engine.tables import spam_updates
from job_search_assets.engine.tables.holding import fitted
from job_search_assets.engine.tables.publishing import Update
from job_search_assets.engine.tables.updates import (
    LOGGED,
    LOGGED_BY_ENTRY,
    TABLE_OR_UPDATE,
    changed_accounts,
    concerning,
    outcome,
    replacing,
)
from job_search_assets.engine.tables.warehouse import Warehouse
from job_search_assets.logic.spam import (
    audit,
    blocklist,
    decisions,
    evidence,
    examples,
    explanation,
    model,
    reasons,
    scores,
    shares,
)
from job_search_assets.schemas.models import FittedModel
from job_search_assets.settings import SpamSettings

# What the reasons of an account are gathered from.
GROUNDS = (
    "spam_decisions",
    "spam_evidence",
    "blocklist_hits",
    "report_grounds",
    "raw_spam_reports",
    "spam_features",
)


@dg.asset(
    kinds={"ibis"},
    owners=["team:data"],
    dagster_type=TABLE_OR_UPDATE,
    metadata=LOGGED,
    deps=[awaited("delivery_drift")],
)
def spam_features(
    context: dg.AssetExecutionContext,
    raw_users: ir.Table,
    warehouse: dg.ResourceParam[Warehouse],
    config: SpamSettings,
) -> ir.Table | Update:
    """What each account's form, texts and neighbours in time look like.

    Never anything of the blocklist, the reports, the votes or the judged pairs: what the model learns from
    here must be able to contradict the list.
    """
    return spam_updates.described(context, warehouse, raw_users, burst_hours=config.burst_hours)


@dg.asset(kinds={"ibis"}, owners=["team:data"], dagster_type=TABLE_OR_UPDATE, metadata=LOGGED)
def blocklist_hits(
    context: dg.AssetExecutionContext,
    spam_features: ir.Table,
    raw_ip_blocklist: ir.Table,
    warehouse: dg.ResourceParam[Warehouse],
) -> ir.Table | Update:
    """Which accounts signed up from inside which listed networks while these were listed.

    The list is read with its dates: what was not listed yet, or no longer, is no hit.
    """
    return spam_updates.hits(context, warehouse, spam_features, raw_ip_blocklist)


@dg.asset(kinds={"ibis"}, owners=["team:data"], metadata=LOGGED)
def report_grounds(
    raw_spam_reports: ir.Table, spam_features: ir.Table, raw_ip_blocklist: ir.Table, config: SpamSettings
) -> ir.Table:
    """Which list entry bears out each report that has no other ground than the list.

    Such a report stands and falls with the entry: without a row here it counts nothing.
    """
    grounded = examples.grounded_on_list(raw_spam_reports, list_reasons=config.list_reasons)
    return blocklist.ground(grounded, spam_features, raw_ip_blocklist)


@dg.asset(kinds={"scikitlearn"}, owners=["team:data"], metadata=fitted())
def spam_examples(spam_features: ir.Table, raw_spam_reports: ir.Table, config: SpamSettings) -> pd.DataFrame:
    """The accounts that the spam model learns from, and the part in which each is held out.

    Only reports of somebody who looked at more than the list make an example, so that the list's mistakes
    cannot become labels. Look-alikes and bursts are held out together.
    """
    reports = examples.independent(raw_spam_reports, list_reasons=config.list_reasons)
    chosen = examples.choose(spam_features, reports, at_most=config.training_accounts)
    return examples.hold_out(chosen.to_pandas(), folds=config.folds, burst_hours=config.burst_hours)


@dg.asset(kinds={"scikitlearn"}, owners=["team:data"], metadata=fitted())
def spam_model(
    spam_features: ir.Table, spam_examples: ir.Table, raw_spam_reports: ir.Table, config: SpamSettings
) -> FittedModel:
    """What spam accounts look like, learned blind to the blocklist, with each moderator's reliability.

    One model of all examples and one for each part held out; verdicts that the held-out models contradict weigh
    less in the second round.
    """
    return model.fit(
        spam_examples.to_pandas(),
        spam_features.semi_join(spam_examples, "account_id").to_pandas(),
        examples.independent(raw_spam_reports, list_reasons=config.list_reasons).to_pandas(),
        regularisation=config.regularisation,
        expected_error=config.expected_error,
        error_strength=config.error_strength,
    )


@dg.asset(kinds={"scikitlearn"}, owners=["team:data"])
def moderator_quality(spam_model: FittedModel) -> pd.DataFrame:
    """How often each moderator is right about spam and about people, and what their word weighs.

    Estimated without asking the list: a moderator who only repeats it would otherwise seem to be always right.
    """
    return scores.moderator_quality(spam_model)


@dg.asset(kinds={"scikitlearn", "ibis"}, owners=["team:data"], dagster_type=TABLE_OR_UPDATE)
def spam_scores(
    context: dg.AssetExecutionContext,
    spam_features: ir.Table,
    spam_examples: ir.Table,
    spam_model: FittedModel,
    moderator_quality: ir.Table,
    raw_spam_reports: ir.Table,
    warehouse: dg.ResourceParam[Warehouse],
    config: SpamSettings,
) -> ir.Table | Update:
    """What everything except the blocklist says about each account, as log odds.

    An account that the model learned from is scored by the model that did not see it.
    """
    changed = changed_accounts(context, warehouse, "spam_features", "raw_spam_reports", rows_of="spam_features")
    rows = scores.with_folds(concerning(spam_features, changed), spam_examples)
    look = functools.partial(scores.look, model=spam_model)
    looks = warehouse.map_batches(rows, look, scores.MODEL_COLUMNS, order_by="account_id")
    reports = examples.independent(raw_spam_reports, list_reasons=config.list_reasons)
    weighed = scores.weigh(concerning(reports, changed), moderator_quality)
    return replacing(warehouse, "spam_scores", scores.combine(looks, weighed), changed)


@dg.asset(kinds={"python"}, owners=["team:data"], metadata=fitted())
def spam_priors(
    spam_scores: ir.Table, spam_features: ir.Table, blocklist_hits: ir.Table, config: SpamSettings
) -> pd.DataFrame:
    """How much spam listed and unlisted networks usually hold.

    Learned over all networks, so that one with a few accounts is not judged by these alone, and from all
    accounts, so that it does not matter which of them somebody happened to report.
    """
    grouped = evidence.groups(spam_scores, spam_features, evidence.narrowest(blocklist_hits))
    return shares.learn_priors(grouped.to_pandas(), wrong_entry_share=config.wrong_entry_share)


@dg.asset(kinds={"python"}, owners=["team:data"], metadata=LOGGED_BY_ENTRY)
def blocklist_review(
    context: dg.AssetExecutionContext,
    spam_features: ir.Table,
    spam_scores: ir.Table,
    spam_priors: pd.DataFrame,
    raw_ip_blocklist: ir.Table,
    config: SpamSettings,
) -> pd.DataFrame:
    """Which list entries look wrong by everything except the list, with the counts behind it.

    A suspect entry counts nothing, and reports grounded on it alone neither, until a person confirms the entry
    or withdraws it.
    """
    inside = evidence.looks_inside(blocklist.neighbours(spam_features, raw_ip_blocklist), spam_scores)
    reviewed = shares.review(
        inside.to_pandas(), raw_ip_blocklist.to_pandas(), spam_priors, wrong_entry_share=config.wrong_entry_share
    )
    context.add_output_metadata(audit.reviewed(reviewed))
    return reviewed


@dg.asset(kinds={"ibis"}, owners=["team:data"], dagster_type=TABLE_OR_UPDATE, metadata=LOGGED)
def spam_evidence(
    context: dg.AssetExecutionContext,
    spam_scores: ir.Table,
    spam_features: ir.Table,
    blocklist_hits: ir.Table,
    report_grounds: ir.Table,
    blocklist_review: ir.Table,
    spam_priors: ir.Table,
    warehouse: dg.ResourceParam[Warehouse],
) -> ir.Table | Update:
    """The parts of each account's log odds of being spam: what is usual, looks, reports, network.

    The network is a noisy vote: its share of spam as the other accounts there show it, suspect entries left out.
    """
    parts = (spam_scores, spam_features, blocklist_hits, report_grounds, blocklist_review, spam_priors)
    return spam_updates.weighed(context, warehouse, spam_updates.Weighed(*parts))


@dg.asset(kinds={"ibis"}, owners=["team:data"], dagster_type=TABLE_OR_UPDATE, metadata=LOGGED)
def spam_decisions(
    context: dg.AssetExecutionContext,
    spam_evidence: ir.Table,
    spam_model: FittedModel,
    warehouse: dg.ResourceParam[Warehouse],
    config: SpamSettings,
) -> ir.Table | Update:
    """Who is removed: the probability of spam against the threshold that the cost of a wrong removal sets."""
    changed = changed_accounts(context, warehouse, "spam_evidence", rows_of="spam_evidence")
    weighed, cost = concerning(spam_evidence, changed), config.wrong_removal_cost
    decided = decisions.decide(weighed, wrong_removal_cost=cost, model_version=spam_model.version)
    made = replacing(warehouse, "spam_decisions", decided, changed)
    context.add_output_metadata(audit.decided(outcome(warehouse, "spam_decisions", made)))
    return made


@dg.asset(kinds={"ibis", "scikitlearn"}, owners=["team:data"], dagster_type=TABLE_OR_UPDATE)
def spam_reasons(
    context: dg.AssetExecutionContext,
    spam_decisions: ir.Table,
    spam_evidence: ir.Table,
    blocklist_hits: ir.Table,
    report_grounds: ir.Table,
    moderator_quality: ir.Table,
    raw_spam_reports: ir.Table,
    spam_features: ir.Table,
    spam_examples: ir.Table,
    spam_model: FittedModel,
    warehouse: dg.ResourceParam[Warehouse],
    config: SpamSettings,
) -> ir.Table | Update:
    """Everything that spoke for and against each removed account, and how much.

    Written when it is decided, so that nobody has to reconstruct afterwards why an account went.
    """
    changed = changed_accounts(context, warehouse, *GROUNDS, rows_of="spam_decisions")
    decided, weighed_parts = concerning(spam_decisions, changed), concerning(spam_evidence, changed)
    removed = decisions.removed(scores.with_folds(concerning(spam_features, changed), spam_examples), decided)
    explain = functools.partial(explanation.explain, model=spam_model, at_most=config.features_in_reasons)
    reports = concerning(raw_spam_reports, changed)
    independent = examples.independent(reports, list_reasons=config.list_reasons)
    gathered = reasons.gather(
        decided,
        weighed_parts,
        reasons.entries_met(concerning(blocklist_hits, changed), concerning(report_grounds, changed)),
        scores.weigh(independent, moderator_quality),
        reports,
        warehouse.map_batches(removed, explain, reasons.FEATURES, order_by="account_id"),
    )
    return replacing(warehouse, "spam_reasons", gathered, changed)


@dg.asset(kinds={"ibis"}, owners=["team:data"], dagster_type=TABLE_OR_UPDATE, metadata=LOGGED)
def despammed_users(
    context: dg.AssetExecutionContext,
    raw_users: ir.Table,
    spam_decisions: ir.Table,
    warehouse: dg.ResourceParam[Warehouse],
) -> ir.Table | Update:
    """The accounts that stay, as they came in."""
    changed = changed_accounts(context, warehouse, "raw_users", "spam_decisions", rows_of="raw_users")
    kept = decisions.keep(concerning(raw_users, changed), concerning(spam_decisions, changed))
    return replacing(warehouse, "despammed_users", kept, changed)
