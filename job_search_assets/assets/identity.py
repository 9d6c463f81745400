"""Identity: from de-spammed accounts to users, by pairs worth comparing, learned weights and linkage."""

import functools

import dagster as dg
import ibis.expr.types as ir
import pandas as pd

from job_search_assets.engine import matching, pictures
from job_search_assets.engine.warehouse import Warehouse
from job_search_assets.logic.identity import (
    contradictions,
    details,
    estimation,
    held_out,
    judges,
    match_weights,
    matching_model,
    merging,
    pairing,
    reports,
    rule_worth,
    survivorship,
    thresholds,
)
from job_search_assets.schemas.models import FittedModel
from job_search_assets.settings import IdentitySettings


@dg.asset(kinds={"duckdb", "ibis"}, owners=["team:data"])
def match_details(
    despammed_users: ir.Table, warehouse: dg.ResourceParam[Warehouse], config: IdentitySettings
) -> ir.Table:
    """What each account tells about its owner, in a form that can be compared.

    Names lose case, accents, titles and nicknames; phones their notation; and each value tells how rare it is,
    since to share a rare one says more.
    """
    worded = warehouse.map_batches(
        details.to_word(despammed_users), details.word, details.WORDED, order_by="account_id"
    )
    return details.detail(despammed_users, worded, shares=config.rare_shares, crowds=config.crowded_networks)


@dg.asset(kinds={"splink", "duckdb"}, owners=["team:data"])
def candidate_pairs(
    context: dg.AssetExecutionContext,
    match_details: ir.Table,
    raw_merge_pairs: ir.Table,
    warehouse: dg.ResourceParam[Warehouse],
    config: IdentitySettings,
) -> ir.Table:
    """Pairs of accounts that a blocking rule proposes or a person judged, compared by Splink.

    A pair that no rule proposes can never be merged, so the rules are many and wide; blocks too large to say
    anything are left out, and the metadata name their rules.
    """
    blocks = pairing.plan(match_details, pairs_per_account=config.pairs_per_account, limit=config.largest_block)
    pairs = matching.propose(warehouse, match_details, raw_merge_pairs, largest=blocks.largest)
    compared = matching.compare(warehouse, match_details, pairs)
    worth = rule_worth.by_rule(rule_worth.counts(compared, raw_merge_pairs).to_pandas())
    context.add_output_metadata(
        reports.of_blocking(compared, raw_merge_pairs, blocks) | {"worth_of_rules": pictures.table(worth)}
    )
    return compared


@dg.asset(kinds={"scikitlearn", "splink"}, owners=["team:data"])
def match_model(
    context: dg.AssetExecutionContext, candidate_pairs: ir.Table, raw_merge_pairs: ir.Table, config: IdentitySettings
) -> FittedModel:
    """What every level of every comparison weighs, learned from judged pairs and all candidates.

    Few pairs are judged and they are no random draw, so the candidates as a whole have a say in what is rare
    among strangers and in how many pairs are one person at all. Judges are weighed by how often they are right. The
    page shows how well pairs are foretold whose persons' verdicts were held out.
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


@dg.asset(kinds={"duckdb", "splink"}, owners=["team:data"])
def match_predictions(
    match_details: ir.Table,
    candidate_pairs: ir.Table,
    raw_merge_pairs: pd.DataFrame,
    match_model: FittedModel,
    warehouse: dg.ResourceParam[Warehouse],
    config: IdentitySettings,
) -> ir.Table:
    """How probably two accounts are one person's: the weight of each comparison and of people's verdicts, and the sum.

    Pairs that share a link with a third account are compared as well, whether a rule proposed them or not.
    """
    verdicts = judges.verdicts(
        raw_merge_pairs, match_model.estimator["judges"], trusted_accuracy=config.trusted_accuracy
    )
    return matching.predict(
        warehouse,
        match_details,
        candidate_pairs,
        warehouse.from_pandas(verdicts, judges.VERDICTS),
        match_model,
        least=config.least_probability,
        least_link=config.least_link,
        most_links=config.most_links,
    )


@dg.asset(kinds={"python"}, owners=["team:data"], deps=["match_model", "raw_merge_pairs"])
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


@dg.asset(kinds={"python"}, owners=["team:data"])
def user_accounts(
    context: dg.AssetExecutionContext,
    despammed_users: ir.Table,
    match_predictions: ir.Table,
    merge_thresholds: pd.DataFrame,
    warehouse: dg.ResourceParam[Warehouse],
    config: IdentitySettings,
) -> ir.Table:
    """The user that each account belongs to.

    Groups are joined when their accounts are one person's on average, so no user grows by chaining; what trusted
    judges said holds. The id is made from the oldest account and stays when younger ones join.
    """
    aged = merging.by_age(despammed_users)
    groups = merging.merge(
        merging.numbered(match_predictions, aged).to_pandas(),
        accounts=int(aged.count().execute()),
        threshold=thresholds.chosen(merge_thresholds),
        largest=config.largest_component,
    )
    users = merging.name_users(warehouse.from_pandas(groups, merging.GROUPS), aged)
    told = reports.of_users(users, match_predictions)
    context.add_output_metadata({**told, "cluster_sizes": pictures.bars(told["users_by_accounts"])})
    return users


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


@dg.asset(kinds={"ibis"}, owners=["team:data"])
def clean_users(despammed_users: ir.Table, user_accounts: ir.Table) -> ir.Table:
    """One row a user, each column by the rule that fits it: the latest address, the commonest birth date.

    What all later stages learn from and predict for: people, not accounts.
    """
    return survivorship.unite(despammed_users, user_accounts)
