"""Identity: from de-spammed accounts to users, by pairs worth comparing, learned weights and linkage.

Tables that are made account by account or pair by pair ask which accounts changed and bring themselves in line; what
is learned of the accounts as a whole is held meanwhile.
"""

import functools

import dagster as dg
import ibis
import ibis.expr.types as ir
import pandas as pd

from job_search_assets.engine.reporting import pictures
from job_search_assets.engine.tables import matching
from job_search_assets.engine.tables.holding import held
from job_search_assets.engine.tables.publishing import Update
from job_search_assets.engine.tables.updates import (
    LOGGED_BY_USER,
    TABLE_OR_UPDATE,
    changed_accounts,
    changed_since,
    concerning,
    explained,
    outcome,
    replacing,
)
from job_search_assets.engine.tables.warehouse import Warehouse
from job_search_assets.logic.identity import (
    commonness,
    contradictions,
    details,
    estimation,
    held_out,
    history,
    judges,
    match_weights,
    matching_model,
    merging,
    reports,
    rule_worth,
    survivorship,
    thresholds,
)
from job_search_assets.schemas.models import FittedModel
from job_search_assets.settings import IdentitySettings

REFIT_SHARE: float = IdentitySettings.model_fields["refit_share"].default
# What may bring an account to another user, by the input that changed.
CAUSES = {
    "despammed_users": "accounts came, went or changed",
    "raw_merge_pairs": "people judged pairs",
    "match_model": "the match model was fitted again",
}


@dg.asset(kinds={"duckdb", "ibis"}, owners=["team:data"], dagster_type=TABLE_OR_UPDATE)
def match_details(
    context: dg.AssetExecutionContext, despammed_users: ir.Table, warehouse: dg.ResourceParam[Warehouse]
) -> ir.Table | Update:
    """What each account tells about its owner, in a form that can be compared.

    Names lose case, accents, titles and nicknames; phones their notation. A row depends on its own account alone.
    """
    changed = changed_accounts(context, warehouse, "despammed_users", rows_of="despammed_users")
    users = concerning(despammed_users, changed)
    worded = warehouse.map_batches(details.to_word(users), details.word, details.WORDED, order_by="account_id")
    return replacing(warehouse, "match_details", details.detail(users, worded), changed)


@dg.asset(
    kinds={"duckdb", "ibis"},
    owners=["team:data"],
    deps=["despammed_users"],
    metadata=held("despammed_users", share=REFIT_SHARE),
)
def common_values(match_details: ir.Table, config: IdentitySettings) -> ir.Table:
    """Names, years, places and networks that many accounts share: to share one of these says little.

    Held as long as the match model is, since a pair's levels depend on it.
    """
    return commonness.common_values(match_details, shares=config.rare_shares, crowds=config.crowded_networks)


@dg.asset(
    kinds={"duckdb", "ibis"},
    owners=["team:data"],
    deps=["despammed_users"],
    metadata=held("despammed_users", share=REFIT_SHARE),
)
def large_blocks(match_details: ir.Table, warehouse: dg.ResourceParam[Warehouse], config: IdentitySettings) -> ir.Table:
    """Blocks too large to say anything, which propose no pairs: a default birth date, a surname of a nation.

    The limit is set by how many pairs there may be for each account. Held as long as the match model is.
    """
    return matching.large_blocks(
        warehouse, match_details, pairs_per_account=config.pairs_per_account, limit=config.largest_block
    )


@dg.asset(kinds={"duckdb", "ibis"}, owners=["team:data"])
def outgrown_blocks(
    match_details: ir.Table,
    large_blocks: ir.Table,
    warehouse: dg.ResourceParam[Warehouse],
    config: IdentitySettings,
) -> ir.Table:
    """Blocks that have become too large since `large_blocks` was made: they propose no pairs either."""
    changed = changed_since(warehouse, "large_blocks", "match_details")
    return matching.outgrown_blocks(warehouse, match_details, large_blocks, changed, limit=config.largest_block)


@dg.asset(kinds={"splink", "duckdb"}, owners=["team:data"], dagster_type=TABLE_OR_UPDATE)
def candidate_pairs(
    context: dg.AssetExecutionContext,
    match_details: ir.Table,
    common_values: ir.Table,
    large_blocks: ir.Table,
    outgrown_blocks: ir.Table,
    raw_merge_pairs: ir.Table,
    warehouse: dg.ResourceParam[Warehouse],
    config: IdentitySettings,
) -> ir.Table | Update:
    """Pairs of accounts that a blocking rule proposes or a person judged, compared by Splink.

    A pair that no rule proposes can never be merged, so the rules are many and wide; blocks too large to say
    anything are left out, and the metadata name their rules.
    """
    changed = changed_accounts(context, warehouse, "match_details", "raw_merge_pairs", rows_of="match_details")
    left_out = ibis.union(large_blocks, outgrown_blocks)
    pairs = matching.propose(warehouse, match_details, raw_merge_pairs, left_out, changed)
    compared = matching.compare(warehouse, match_details, common_values, pairs, classes=len(config.rare_shares))
    if changed is None:
        worth = rule_worth.by_rule(rule_worth.counts(compared, raw_merge_pairs).to_pandas())
        told = reports.of_blocking(compared, raw_merge_pairs, left_out)
        context.add_output_metadata(told | {"worth_of_rules": pictures.table(worth)})
    return replacing(warehouse, "candidate_pairs", compared, changed)


@dg.asset(
    kinds={"scikitlearn", "splink"},
    owners=["team:data"],
    deps=["despammed_users", "common_values", "large_blocks"],
    metadata=held("despammed_users", share=REFIT_SHARE, follows=["common_values", "large_blocks", "raw_merge_pairs"]),
)
def match_model(
    context: dg.AssetExecutionContext, candidate_pairs: ir.Table, raw_merge_pairs: ir.Table, config: IdentitySettings
) -> FittedModel:
    """What every level of every comparison weighs, learned from judged pairs and all candidates.

    Few pairs are judged and they are no random draw, so the candidates as a whole have a say in what is rare
    among strangers and in how many pairs are one person at all. Judges are weighed by how often they are right. The
    page shows how well pairs are foretold whose persons' verdicts were held out. Held while few accounts change; fitted
    again when people judge more pairs.
    """
    learn = functools.partial(
        matching_model.fit,
        steps=config.em_steps,
        smoothing=config.smoothing,
        first_share=config.first_share,
        judged_weight=config.judged_weight,
        penalty=config.penalty,
        prior_pairs=config.prior_pairs,
    )
    judged = estimation.judged(candidate_pairs, raw_merge_pairs).to_pandas()
    fitted = learn(estimation.sampled(candidate_pairs, most=config.learn_from_pairs).to_pandas(), judged)
    few = estimation.sampled(candidate_pairs, most=config.held_out_candidates).to_pandas()
    near = held_out.among_judged(candidate_pairs, raw_merge_pairs).to_pandas()
    told = held_out.foretell(
        judged,
        held_out.folds(judged, near, fitted, folds=config.folds),
        functools.partial(learn, few),
        fitted.estimator["judges"],
        trusted_accuracy=config.trusted_accuracy,
    )
    context.add_output_metadata(
        {
            "weights_in_bits": pictures.bars(match_weights.ranges(fitted.estimator)),
            "match_weights": pictures.table(match_weights.by_level(fitted.estimator)),
            "held_out_precision_and_recall": pictures.lines(held_out.curves(told), x="match probability", y="share"),
            "held_out_by_threshold": pictures.table(held_out.by_threshold(told)),
            "held_out_calibration": pictures.table(held_out.calibration(told)),
        }
    )
    return held_out.graded(fitted, told)


@dg.asset(kinds={"duckdb", "splink"}, owners=["team:data"], dagster_type=TABLE_OR_UPDATE)
def match_predictions(
    context: dg.AssetExecutionContext,
    match_details: ir.Table,
    common_values: ir.Table,
    candidate_pairs: ir.Table,
    raw_merge_pairs: pd.DataFrame,
    match_model: FittedModel,
    warehouse: dg.ResourceParam[Warehouse],
    config: IdentitySettings,
) -> ir.Table | Update:
    """How probably two accounts are one person's: the weight of each comparison and of people's verdicts, and the sum.

    Pairs that share a link with a third account are compared as well, whether a rule proposed them or not.
    """
    verdicts = judges.verdicts(
        raw_merge_pairs, match_model.estimator["judges"], trusted_accuracy=config.trusted_accuracy
    )
    matcher = matching.Matcher(
        warehouse,
        match_details,
        common_values,
        len(config.rare_shares),
        warehouse.from_pandas(verdicts, judges.VERDICTS),
        match_model,
        config.least_probability,
    )
    changed = changed_accounts(context, warehouse, "match_details", "candidate_pairs", rows_of="match_details")
    return matching.predict(
        matcher, candidate_pairs, changed, least_link=config.least_link, most_links=config.most_links
    )


@dg.asset(
    kinds={"python"},
    owners=["team:data"],
    deps=["match_model", "raw_merge_pairs"],
    metadata=held("despammed_users", share=REFIT_SHARE, follows=["match_model", "raw_merge_pairs"]),
)
def merge_thresholds(
    context: dg.AssetExecutionContext,
    despammed_users: ir.Table,
    match_predictions: ir.Table,
    config: IdentitySettings,
) -> pd.DataFrame:
    """How good users would be at each threshold, by B-cubed precision and recall, and the threshold they are made at.

    Chosen by what the match probabilities make one expect of whole groups, since a threshold that is best for pairs
    can chain groups; where few pairs are judged, nothing tests the probabilities and a steady threshold is used.
    """
    aged = merging.by_age(despammed_users)
    figures = thresholds.choose(
        thresholds.compared(match_predictions, aged).to_pandas(),
        thresholds.drawn(aged, most=config.threshold_accounts).to_pandas(),
        accounts=int(aged.count().execute()),
        candidates=config.thresholds,
        fixed=config.threshold,
        steady=config.steady_threshold,
        least_judged=config.least_judged,
        largest=config.largest_component,
    )
    drawing = pictures.lines(thresholds.curves(figures), x="threshold", y="F1", y_range=(0.8, 1.0))
    context.add_output_metadata(thresholds.shown(figures) | {"f1_by_threshold": drawing})
    context.log.info(thresholds.told(figures))
    return figures


@dg.asset(kinds={"python"}, owners=["team:data"], dagster_type=TABLE_OR_UPDATE)
def user_accounts(
    context: dg.AssetExecutionContext,
    despammed_users: ir.Table,
    match_predictions: ir.Table,
    merge_thresholds: pd.DataFrame,
    warehouse: dg.ResourceParam[Warehouse],
    config: IdentitySettings,
) -> ir.Table | Update:
    """The user that each account belongs to.

    Groups are joined when their accounts are one person's on average, so no user grows by chaining; what trusted
    judges said holds. The id is made from the oldest account and stays when younger ones join.
    """
    changed = changed_accounts(context, warehouse, "despammed_users", "match_predictions", rows_of="despammed_users")
    threshold = thresholds.chosen(merge_thresholds)
    links = merging.links(match_predictions, threshold=threshold)
    reached = None if changed is None else matching.reach(warehouse, changed, links)
    aged = warehouse.kept(merging.by_age(concerning(despammed_users, reached)))
    groups = merging.merge(
        merging.numbered(match_predictions, aged).to_pandas(),
        accounts=int(aged.count().execute()),
        threshold=threshold,
        largest=config.largest_component,
    )
    users = warehouse.kept(merging.name_users(warehouse.from_pandas(groups, merging.GROUPS), aged))
    published = replacing(warehouse, "user_accounts", users, reached)
    told = reports.of_users(outcome(warehouse, "user_accounts", published), match_predictions)
    context.add_output_metadata({**told, "cluster_sizes": pictures.bars(told["users_by_accounts"])})
    return published


@dg.asset(kinds={"python"}, owners=["team:data"])
def merge_contradictions(
    raw_merge_pairs: pd.DataFrame,
    match_model: FittedModel,
    match_predictions: ir.Table,
    user_accounts: ir.Table,
    warehouse: dg.ResourceParam[Warehouse],
    config: IdentitySettings,
) -> pd.DataFrame:
    """Verdicts of trusted judges that cannot all hold: what each says, what says the opposite, which one was broken.

    A person has to settle them, by a line in the ledger; the verdict that the evidence likes least comes named.
    """
    trusted = judges.trusted(raw_merge_pairs, match_model.estimator["judges"], trusted_accuracy=config.trusted_accuracy)
    asked = contradictions.asked(warehouse.from_pandas(trusted, judges.TRUSTED), match_predictions, user_accounts)
    return contradictions.find(asked.to_pandas())


@dg.asset(kinds={"ibis"}, owners=["team:data"], dagster_type=TABLE_OR_UPDATE, deps=list(CAUSES))
def user_history(
    context: dg.AssetExecutionContext,
    user_accounts: ir.Table,
    warehouse: dg.ResourceParam[Warehouse],
) -> ir.Table | Update:
    """Which accounts came to another user, step by step, and why: merged, split, renamed, added, removed, restored.

    It depends on what was there before, so it is never made anew.
    """
    if not warehouse.has("user_history"):
        return history.begin(user_accounts)
    before = warehouse.table("user_history")
    reasons, everywhere = explained(context, warehouse, CAUSES)
    steps = warehouse.kept(history.go_on(before, user_accounts, reasons, everywhere))
    context.add_output_metadata(reports.of_changes(steps))
    return Update(warehouse.placed("user_history").limit(0), steps)


@dg.asset(kinds={"ibis"}, owners=["team:data"], dagster_type=TABLE_OR_UPDATE, metadata=LOGGED_BY_USER)
def clean_users(
    context: dg.AssetExecutionContext,
    despammed_users: ir.Table,
    user_accounts: ir.Table,
    warehouse: dg.ResourceParam[Warehouse],
) -> ir.Table | Update:
    """One row a user, each column by the rule that fits it: the latest address, the commonest birth date.

    What all later stages learn from and predict for: people, not accounts.
    """
    changed = changed_accounts(context, warehouse, "despammed_users", "user_accounts", rows_of="despammed_users")
    if changed is None:
        return survivorship.unite(despammed_users, user_accounts)
    before = warehouse.table("clean_users")
    stale = warehouse.kept(survivorship.stale(before, user_accounts, changed))
    accounts = user_accounts.semi_join(stale, "user_id")
    users = despammed_users.semi_join(accounts, "account_id")
    return Update(warehouse.placed("clean_users").semi_join(stale, "user_id"), survivorship.unite(users, accounts))
