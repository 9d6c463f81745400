"""Whom to ask labellers about next, so that a given number of votes makes the most labels right."""

import math
from typing import Any

import ibis
import ibis.expr.types as ir

from job_search_assets.logic.labels.judgement import judged_accounts, judged_users

VOTE_COLUMNS = ("account_id", "labeller", "is_job_seeker", "labelled_at", "guide_version")


def queue(
    votes: ir.Table,
    labels: ir.Table,
    hints: ir.Table,
    user_accounts: ir.Table,
    model: dict[str, Any],
    *,
    most_votes: int,
    most_together: int,
) -> ir.Table:
    """One row a user to ask about, the most gain per vote first, until `most_votes` votes are spent.

    The gain of some votes is by how much they are expected to raise the chance that the likelier answer is right
    (expected value of sample information: Raiffa and Schlaifer 1961), for a labeller of average rates, on that account
    of the user where it is highest. One vote often cannot turn a label and two can, so up to `most_together` are
    weighed at once. Accounts that nobody can tell gain little, unless the guide has changed since.
    """
    options = _options(votes, labels, hints, user_accounts, model)
    gains = [_with_gain(options, model, number) for number in range(1, most_together + 1)]
    every = ibis.union(*gains) if len(gains) > 1 else gains[0]
    every = every.semi_join(_first(every, most_votes), "user_id")
    order = [every.gain_per_vote.desc(), every.votes_wanted, every.account_votes, every.account_id]
    best = every.mutate(rank=ibis.row_number().over(ibis.window(group_by=every.user_id, order_by=order)))
    best = best.filter((best["rank"] == 0) & (best.gain_per_vote > 0))
    in_order = ibis.window(order_by=[best.gain_per_vote.desc(), best.user_id], rows=(None, 0))
    # DuckDB's sum of whole numbers is a HUGEINT, which a range does not take; small ones are exact as floats.
    spent = best.votes_wanted.cast("float64").sum().over(in_order).cast("int64")
    placed = best.mutate(place=ibis.row_number().over(in_order) + 1, spent=spent)
    kept = placed.filter(placed.spent - placed.votes_wanted < most_votes)
    wanted = ibis.least(kept.votes_wanted, most_votes - (kept.spent - kept.votes_wanted))
    asked = votes.group_by("account_id").aggregate(asked=ibis.literal(", ").join(votes.labeller.collect().sort()))
    told = kept.left_join(asked, "account_id")
    return told.select(
        "user_id",
        place=told.place.cast("int64"),
        account_id=told.account_id,
        votes_wanted=wanted.cast("int64"),
        expected_gain=told.expected_gain,
        gain_per_vote=told.gain_per_vote,
        confidence=ibis.greatest(told.probability, 1 - told.probability).round(6),
        votes=told.votes,
        why=told.why,
        asked=told.asked,
    )


def empty_votes(asked: ir.Table, *, guide_version: str) -> ir.Table:
    """The queue in the shape of `job_seeker_votes`, a row for each vote, to be filled in: by place in the queue."""
    turns = asked.select("place", "account_id", turn=ibis.range(0, asked.votes_wanted).unnest())
    nothing = {name: ibis.null("string") for name in VOTE_COLUMNS}
    given = nothing | {"account_id": turns.account_id, "guide_version": ibis.literal(guide_version)}
    return turns.order_by("place", "turn").select(**given)


def _first(every: ir.Table, users: int) -> ir.Table:
    """The users (user_id) with the most gain per vote, as many as there could be if each were asked for one vote.

    Nobody else can come on: to put a million users in order takes longer than to find the first few hundred.
    """
    gaining = every.filter(every.gain_per_vote > 0)
    most = gaining.group_by("user_id").aggregate(most=gaining.gain_per_vote.max())
    return most.order_by(most.most.desc(), "user_id").limit(users).select("user_id")


def _options(
    votes: ir.Table, labels: ir.Table, hints: ir.Table, user_accounts: ir.Table, model: dict[str, Any]
) -> ir.Table:
    """Every account of every user: what is believed of the user, and how likely the account is one that can be told."""
    accounts = judged_accounts(votes, model)
    users = judged_users(accounts, model, hints).select("user_id", "votes", "yes", voted="probability")
    states = accounts.filter(~accounts.is_gold).select(
        "account_id", "clear_if_yes", "clear_if_no", account_votes="votes"
    )
    every = user_accounts.select("user_id", "account_id").left_join(users, "user_id").drop("user_id_right")
    every = every.left_join(hints.select("user_id", hint="probability"), "user_id").drop("user_id_right")
    every = every.left_join(labels.select("user_id", "is_outdated"), "user_id").drop("user_id_right")
    every = every.left_join(states, "account_id").drop("account_id_right")
    unvoted = every.hint if model["uses_features"] else ibis.literal(model["base_rate"])
    is_outdated, fresh = every.is_outdated.coalesce(ibis.literal(False)), 1 - model["ambiguous_share"]
    clear = {
        side: ibis.ifelse(is_outdated, fresh, every[side].coalesce(fresh)) for side in ("clear_if_yes", "clear_if_no")
    }
    said, yes = every.votes.coalesce(0), every.yes.coalesce(0)
    why = ibis.cases(
        (said == 0, "no vote yet"),
        (is_outdated, "the guide has changed"),
        ((yes > 0) & (yes < said), "labellers differ"),
        else_="few votes",
    )
    return every.select(
        "user_id",
        "account_id",
        probability=every.voted.coalesce(unvoted, model["base_rate"]),
        votes=said,
        account_votes=every.account_votes.coalesce(0),
        why=why,
        **clear,
    )


def _with_gain(options: ir.Table, model: dict[str, Any], number: int) -> ir.Table:
    """The options with what so many votes on the account would gain."""
    specificity, sensitivity = model["average"]
    yes, no = options.probability, 1 - options.probability
    expected: ir.FloatingValue = ibis.literal(0.0)
    for said in range(number + 1):
        ways, coin = math.comb(number, said), 0.5**number
        if_yes = _mixed(options.clear_if_yes, sensitivity**said * (1 - sensitivity) ** (number - said), coin)
        if_no = _mixed(options.clear_if_no, (1 - specificity) ** said * specificity ** (number - said), coin)
        expected = expected + ways * ibis.greatest(yes * if_yes, no * if_no)
    gain = ibis.greatest(expected - ibis.greatest(yes, no), 0.0)
    return options.mutate(
        votes_wanted=ibis.literal(number).cast("int64"),
        expected_gain=gain.round(6),
        gain_per_vote=(gain / number).round(6),
    )


def _mixed(clear: ir.FloatingValue, told: float, coin: float) -> ir.FloatingValue:
    return clear * told + (1 - clear) * coin
