"""Numbers worth plotting about the merge, for the assets' pages and the checks: counts and keys, no personal data."""

from typing import Any

import ibis
import ibis.expr.types as ir
import pandas as pd

from job_search_assets.logic.identity.blocking import RULES
from job_search_assets.logic.identity.contradictions import NO_CAUSE
from job_search_assets.logic.identity.merging import cluster_sizes
from job_search_assets.logic.identity.pairing import JUDGED

_KEYS = ["account_id_left", "account_id_right"]
_EXAMPLES = 10  # ids that a check names


def of_blocking(candidate_pairs: ir.Table, merge_pairs: ir.Table, left_out: ir.Table) -> dict[str, Any]:
    """Pairs by rule with the judged positives each was the first to find, and how many blocks were left out."""
    positives = _positives(merge_pairs)
    found = candidate_pairs.left_join(positives, _KEYS)
    rules = found.group_by("blocking_rule").agg(
        pairs=lambda rows: rows.count(), positives=lambda rows: rows.is_positive.count()
    )
    counts = rules.order_by("blocking_rule").to_pandas().set_index("blocking_rule")
    asked = int(counts["positives"].sum())
    missed = int(counts["positives"].get(JUDGED, 0))
    blocks = left_out.group_by("rule").agg(blocks=lambda rows: rows.count()).order_by("rule").to_pandas()
    return {
        "pairs_by_rule": {str(rule): int(count) for rule, count in counts["pairs"].items()},
        "judged_positives_by_rule": {str(rule): int(count) for rule, count in counts["positives"].items()},
        "judged_positives": asked,
        "recall_of_judged_positives": round(1 - missed / asked, 4) if asked else 0.0,
        "blocks_left_out": {str(rule): int(count) for rule, count in blocks.itertuples(index=False)},
    }


def out_of_proportion(large: ir.Table, outgrown: ir.Table, *, times: float) -> dict[str, Any]:
    """Blocks left out that hold `times` the accounts of their rule's tenth largest: a default date, a shared phone.

    Where a rule has fewer large blocks, the smallest of all takes that place. The rule's columns and counts are told;
    the value itself is in `large_blocks`.
    """
    blocks = ibis.union(large.select("rule", "accounts"), outgrown.select("rule", "accounts"))
    place = ibis.row_number().over(group_by="rule", order_by=ibis.desc("accounts"))
    first = blocks.mutate(place=place).filter(lambda rows: rows.place < 10).to_pandas()
    smallest = int(blocks.accounts.min().execute()) if len(first) else 0
    usual = first[first["place"] == 9].set_index("rule")["accounts"]
    limit = first["rule"].map(usual).fillna(smallest) * times
    found = first[first["accounts"] > limit].sort_values(["accounts", "rule"], ascending=[False, True])
    columns = {rule.name: ", ".join(rule.columns) for rule in RULES}
    return {
        "number": len(found),
        "blocks": [
            {"values": columns.get(rule, rule), "accounts": int(accounts), "pairs": int(accounts * (accounts - 1) // 2)}
            for rule, accounts in found[["rule", "accounts"]].itertuples(index=False)
        ],
    }


def of_changes(steps: ir.Table) -> dict[str, Any]:
    """How many accounts came to another user in this step, by what happened to them."""
    counts = steps.group_by("change").agg(accounts=lambda rows: rows.count()).order_by("change").to_pandas()
    return {"accounts_by_change": {str(change): int(count) for change, count in counts.itertuples(index=False)}}


def _positives(merge_pairs: ir.Table) -> ir.Table:
    """Pairs that most of their judges call one person."""
    votes = merge_pairs.select(
        account_id_left=ibis.least(merge_pairs.account_id_left, merge_pairs.account_id_right),
        account_id_right=ibis.greatest(merge_pairs.account_id_left, merge_pairs.account_id_right),
        vote=merge_pairs.is_same_person.ifelse(1, -1),
    )
    heard = votes.group_by(_KEYS).agg(balance=lambda rows: rows.vote.sum())
    return heard.filter(heard.balance > 0).select(*_KEYS, is_positive=ibis.literal(True))


def of_users(user_accounts: ir.Table, match_predictions: ir.Table) -> dict[str, Any]:
    """Users by number of accounts, and how many verdicts of trusted judges the merge could not hold."""
    sizes = cluster_sizes(user_accounts).to_pandas()
    accounts = int((sizes["accounts"] * sizes["users"]).sum())
    users = int(sizes["users"].sum())
    return {
        "users": users,
        "accounts_per_user": round(accounts / users, 4) if users else 0.0,
        "largest_user": int(sizes["accounts"].max()) if users else 0,
        "users_by_accounts": {str(size): int(count) for size, count in sizes.itertuples(index=False)},
        "verdicts_not_held": int(verdicts_broken(match_predictions, user_accounts).count().execute()),
    }


def verdicts_broken(match_predictions: ir.Table, user_accounts: ir.Table) -> ir.Table:
    """Pairs on which trusted judges say one thing and the merge another: the verdicts contradict each other."""
    left = user_accounts.rename(account_id_left="account_id", user_left="user_id")
    right = user_accounts.rename(account_id_right="account_id", user_right="user_id")
    judged = match_predictions.filter(match_predictions.verdict != 0)
    pairs = judged.join(left, "account_id_left").join(right, "account_id_right")
    is_same = pairs.user_left == pairs.user_right
    return pairs.filter(is_same != (pairs.verdict > 0)).select(*_KEYS, "verdict")


def contradicted(merge_contradictions: ir.Table) -> dict[str, Any]:
    """How many verdicts others contradict and how many are broken, and the pairs a person should look at first."""
    verdicts = merge_contradictions.select(*_KEYS, "is_same_person", "is_held").distinct()
    weakest = merge_contradictions.select("weakest_pair").distinct().order_by("weakest_pair").limit(_EXAMPLES)
    return {
        "verdicts_contradicted": int(verdicts.count().execute()),
        "verdicts_broken": int(verdicts.filter(~verdicts.is_held).count().execute()),
        "look_at_first": weakest.to_pandas()["weakest_pair"].tolist(),
    }


def broken_without_cause(merge_contradictions: ir.Table) -> dict[str, Any]:
    """How many verdicts the merge broke that no other contradicts, and the first of their pairs."""
    rows = merge_contradictions.filter(merge_contradictions.kind == NO_CAUSE)
    first = rows.order_by(_KEYS).limit(_EXAMPLES).to_pandas()
    return {"number": int(rows.count().execute()), "pairs": first["broken_pair"].tolist()}


def conservation(user_accounts: ir.Table, despammed_users: ir.Table) -> dict[str, Any]:
    """Accounts that have no user or are none of ours, and those that occur more than once."""
    has_none = despammed_users.anti_join(user_accounts, "account_id").select("account_id")
    strange = user_accounts.anti_join(despammed_users, "account_id").select("account_id")
    counts = user_accounts.group_by("account_id").agg(times=lambda rows: rows.count())
    off = ibis.union(has_none, strange, counts.filter(counts.times > 1).select("account_id"))
    return {
        "accounts": int(despammed_users.count().execute()),
        "accounts_off": int(off.count().execute()),
        "first_of_them": off.order_by("account_id").limit(_EXAMPLES).to_pandas()["account_id"].tolist(),
    }


def united(clean_users: ir.Table, user_accounts: ir.Table) -> dict[str, Any]:
    """How far users and accounts differ between the two tables."""
    totals = clean_users.agg(users=clean_users.count(), accounts=clean_users.account_count.sum()).to_pandas()
    expected = user_accounts.agg(users=user_accounts.user_id.nunique(), accounts=user_accounts.count()).to_pandas()
    found, asked = totals.iloc[0], expected.iloc[0]
    accounts = 0 if pd.isna(found["accounts"]) else int(found["accounts"])
    return {"users_off": int(found["users"] - asked["users"]), "accounts_off": accounts - int(asked["accounts"])}


def giants(user_accounts: ir.Table, *, least: int) -> dict[str, Any]:
    """Users with at least so many accounts."""
    users = user_accounts.group_by("user_id").agg(accounts=lambda rows: rows.count())
    large = users.filter(users.accounts >= least)
    first = large.order_by([large.accounts.desc(), "user_id"]).limit(_EXAMPLES).to_pandas()
    return {"number": int(large.count().execute()), "users": first["user_id"].tolist()}


def recapture(match_predictions: ir.Table, merge_pairs: ir.Table, *, strict: float) -> dict[str, Any]:
    """Pairs of one person, counted twice: by the model's probabilities, and by what people judged.

    By people: the links of at least the probability `strict`, divided by the share of judged positives among them.
    Both leave the verdicts out: the weight without them is what the model says.
    """
    weight = match_predictions.match_weight - match_predictions.mw_verdict
    own = match_predictions.mutate(own=1.0 / (1.0 + (-weight * 0.6931471805599453).exp()))
    positives = _positives(merge_pairs)
    recalled = positives.inner_join(own.filter(own.own >= strict), _KEYS)
    links, expected = own.filter(own.own >= strict).count(), (own.own * 1_000_000).round().cast("int64").sum()
    strict_links, recalled_links, asked = (
        int(links.execute()),
        int(recalled.count().execute()),
        int(positives.count().execute()),
    )
    expected_pairs = round(float(expected.execute() or 0) / 1_000_000, 1)
    recaptured = round(strict_links * asked / recalled_links, 1) if recalled_links else 0.0
    return {
        "expected_pairs": expected_pairs,
        "recaptured_pairs": recaptured,
        # Where nobody judged, or no judged pair is a sure link, there is nothing to disagree with.
        "times_more": round(expected_pairs / recaptured, 3) if recaptured else 1.0,
    }
