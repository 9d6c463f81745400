"""Identity: nobody lost, nobody twice, nobody a giant, and people's verdicts hold."""

import dagster as dg
import ibis.expr.types as ir

from job_search_assets.checks.judged import WHO_IS_NOBODY, judged
from job_search_assets.logic.identity import explanation, reports
from job_search_assets.logic.users import conservation
from job_search_assets.settings import IdentitySettings


@dg.asset_check(asset="raw_merge_pairs", additional_ins={"raw_users": dg.AssetIn("raw_users")})
def every_judged_pair_is_of_known_accounts(raw_merge_pairs: ir.Table, raw_users: ir.Table) -> dg.AssetCheckResult:
    """A verdict on nobody teaches nothing: an account was rejected, erased, or never delivered."""
    found = conservation.of_nobody(raw_merge_pairs, raw_users, by=["account_id_left", "account_id_right"])
    return judged(not found["rows"], found, to_do=WHO_IS_NOBODY)


@dg.asset_check(asset="outgrown_blocks", additional_ins={"large_blocks": dg.AssetIn("large_blocks")})
def no_value_is_shared_out_of_proportion(
    outgrown_blocks: ir.Table, large_blocks: ir.Table, config: IdentitySettings
) -> dg.AssetCheckResult:
    """A birth date or phone that far more accounts share than any other is a default: it proposes no pairs."""
    found = reports.out_of_proportion(large_blocks, outgrown_blocks, times=config.out_of_proportion)
    return judged(
        found["number"] == 0,
        found,
        to_do="Have its source leave the field empty where it holds a default; until then nobody is compared for it.",
    )


@dg.asset_check(asset="user_accounts", blocking=True, additional_ins={"despammed_users": dg.AssetIn("despammed_users")})
def every_despammed_account_has_one_user(user_accounts: ir.Table, despammed_users: ir.Table) -> dg.AssetCheckResult:
    """An account without a user would vanish from all that follows, one with two users would count twice."""
    found = reports.conservation(user_accounts, despammed_users)
    return dg.AssetCheckResult(passed=found["accounts_off"] == 0, metadata=found)


@dg.asset_check(asset="clean_users", blocking=True, additional_ins={"user_accounts": dg.AssetIn("user_accounts")})
def every_user_is_clean_once(clean_users: ir.Table, user_accounts: ir.Table) -> dg.AssetCheckResult:
    """Users and their accounts are as many after survivorship as before."""
    found = reports.united(clean_users, user_accounts)
    return dg.AssetCheckResult(passed=found["users_off"] == 0 and found["accounts_off"] == 0, metadata=found)


@dg.asset_check(asset="user_accounts")
def no_user_is_a_giant(user_accounts: ir.Table, config: IdentitySettings) -> dg.AssetCheckResult:
    """Somebody with dozens of accounts is more often a mistake of ours than a person."""
    found = reports.giants(user_accounts, least=config.giant_user)
    return judged(
        found["number"] == 0,
        {**found, "giant_from": config.giant_user},
        to_do="`job-search why USER` has the links that hold it together: have the weakest judged (merge_pairs.csv), "
        "or raise `threshold` in IdentitySettings.",
    )


@dg.asset_check(asset="merge_contradictions")
def verdicts_of_trusted_judges_hold(merge_contradictions: ir.Table) -> dg.AssetCheckResult:
    """They are broken only where they contradict each other: A is B, B is C, A is not C. People have to settle it."""
    found = reports.contradicted(merge_contradictions)
    return judged(
        found["verdicts_broken"] == 0,
        found,
        to_do="merge_contradictions has each verdict and the path that says the opposite; withdraw the wrong one: "
        "`job-search correct merge_pairs 'LEFT|RIGHT|LABELLER' withdraw`.",
    )


@dg.asset_check(asset="merge_contradictions", blocking=True)
def no_verdict_is_broken_but_for_a_contradiction(merge_contradictions: ir.Table) -> dg.AssetCheckResult:
    """What a trusted judge says of two accounts, and no other verdict denies, is what the merge does."""
    found = reports.broken_without_cause(merge_contradictions)
    return dg.AssetCheckResult(passed=found["number"] == 0, metadata=found)


@dg.asset_check(asset="match_predictions", additional_ins={"raw_merge_pairs": dg.AssetIn("raw_merge_pairs")})
def share_of_matches_agrees_with_recapture(
    match_predictions: ir.Table, raw_merge_pairs: ir.Table, config: IdentitySettings
) -> dg.AssetCheckResult:
    """Two ways to count the pairs that are one person agree; else the model has learned something else than persons.

    Capture and recapture: links that everything speaks for, divided by the share of judged positives among them.
    """
    found = reports.recapture(match_predictions, raw_merge_pairs, strict=config.strict_probability)
    return judged(
        found["times_more"] <= config.most_disagreement,
        {**found, "most_times": config.most_disagreement},
        to_do="Look at pairs of middling probability in match_predictions with `job-search why LEFT RIGHT`, and have "
        "some judged: merge_pairs.csv.",
    )


@dg.asset_check(asset="match_predictions")
def weights_add_up_to_the_score(match_predictions: ir.Table) -> dg.AssetCheckResult:
    """A score that is not the sum of its parts could not be explained to anybody."""
    found = explanation.added_up(match_predictions)
    return dg.AssetCheckResult(passed=found["pairs_off"] == 0, metadata=found)
