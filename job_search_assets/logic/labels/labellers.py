"""Each labeller's record: how often they are right, under which guide, and who is no better than a coin."""

from typing import Any

import ibis
import ibis.expr.types as ir

from job_search_assets.logic.labels.judgement import MILLION, judged_accounts, judged_users

WIDTH = 1.96  # standard errors on each side of a 95 % interval
SIDES = ("sensitivity", "specificity")


def judge_labellers(votes: ir.Table, labels: ir.Table, model: dict[str, Any], hints: ir.Table) -> ir.Table:
    """Each labeller's record under each guide version: how often they are right on a yes and on a no.

    Counted on clear accounts only, each weighed by the chance of the answer and of being clear: that nobody
    can tell an ambiguous account speaks against no labeller. Half a vote is added to right and to wrong
    answers (Jeffreys). Intervals are Wilson's at 95 %, for as many votes as the answers that are not known for
    certain are worth (observed information: Louis 1982, JRSS B 44). The gold labeller has no record.
    """
    ours = votes.filter(votes.labeller != model["gold_labeller"])
    counts = _counts(ours, judged_accounts(votes, model), model, hints)
    against = ours.inner_join(labels.filter(~labels.is_ambiguous).select("user_id", said="is_job_seeker"), "user_id")
    careless = against.group_by("labeller", "guide_version").aggregate(
        careless_votes=(against.is_job_seeker != against.said).cast("int64").sum()
    )
    rates = _rates(counts.left_join(careless, ["labeller", "guide_version"]))
    spread = sum(rates[side] * (1 - rates[side]) / (rates[f"{side}_worth"] + 1) for side in SIDES)
    informedness, error = rates.sensitivity + rates.specificity - 1, spread.sqrt()
    return rates.select(
        "labeller",
        "guide_version",
        "sensitivity",
        sensitivity_low=_bound(rates.sensitivity, rates.sensitivity_worth, side=-1),
        sensitivity_high=_bound(rates.sensitivity, rates.sensitivity_worth, side=1),
        specificity=rates.specificity,
        specificity_low=_bound(rates.specificity, rates.specificity_worth, side=-1),
        specificity_high=_bound(rates.specificity, rates.specificity_worth, side=1),
        informedness=informedness.round(6),
        informedness_low=ibis.greatest(informedness - WIDTH * error, -1.0).round(6),
        informedness_high=ibis.least(informedness + WIDTH * error, 1.0).round(6),
        votes=rates.votes,
        careless_votes=rates.careless_votes,
    )


def labellers_near_chance(quality: ir.Table, *, least_votes: int, least_informedness: float) -> ir.Table:
    """Labellers with enough votes whose answers say little, over all guide versions, with the error of that figure.

    Informedness is sensitivity + specificity - 1: 0 is a coin, 1 is never wrong. The estimate decides, not its
    interval's end: to overlook somebody who is right six times in ten costs more than to look at somebody in vain.
    """
    error = (quality.informedness_high - quality.informedness_low) / (2 * WIDTH)
    labellers = (
        quality.mutate(informed=quality.votes * quality.informedness, square=(quality.votes * error) ** 2)
        .group_by("labeller")
        .aggregate(votes=ibis._.votes.sum(), informed=ibis._.informed.sum(), square=ibis._.square.sum())
    )
    labellers = labellers.mutate(
        informedness=(labellers.informed / labellers.votes).round(4),
        standard_error=(labellers.square.sqrt() / labellers.votes).round(4),
    )
    is_below = labellers.informedness < least_informedness
    named = labellers.filter((labellers.votes >= least_votes) & is_below)
    return named.select("labeller", "informedness", "standard_error", "votes")


def _counts(votes: ir.Table, accounts: ir.Table, model: dict[str, Any], hints: ir.Table) -> ir.Table:
    """Per labeller and guide version: votes; per side expected answers, right ones, squares of their chances."""
    users = judged_users(accounts, model, hints).select("user_id", "probability")
    weighed = accounts.filter(~accounts.is_gold).inner_join(users, "user_id")
    chance = {
        "sensitivity": weighed.probability * weighed.clear_if_yes,
        "specificity": (1 - weighed.probability) * weighed.clear_if_no,
    }
    whole = {side: (value * MILLION).round().cast("int64") for side, value in chance.items()}
    squares = {f"{side}_square": (value * value * MILLION).round().cast("int64") for side, value in chance.items()}
    said = votes.inner_join(weighed.select("account_id", **whole, **squares), "account_id")
    is_right = {"sensitivity": said.is_job_seeker, "specificity": ~said.is_job_seeker}
    sums = {}
    for side in SIDES:
        right, square = is_right[side], said[f"{side}_square"]
        sums[f"{side}_seen"] = said[side].sum() / MILLION
        sums[f"{side}_right"] = ibis.ifelse(right, said[side], 0).sum() / MILLION
        sums[f"{side}_square_right"] = ibis.ifelse(right, square, 0).sum() / MILLION
        sums[f"{side}_square_wrong"] = ibis.ifelse(right, 0, square).sum() / MILLION
    return said.group_by("labeller", "guide_version").aggregate(votes=said.count().cast("int64"), **sums)


def _rates(counts: ir.Table) -> ir.Table:
    """Shares of right answers and the number of known answers that they are worth."""
    found: dict[str, ir.Value] = {}
    for side in SIDES:
        rate = (counts[f"{side}_right"] + 0.5) / (counts[f"{side}_seen"] + 1)
        right, wrong = counts[f"{side}_square_right"], counts[f"{side}_square_wrong"]
        found[side] = rate.round(6)
        found[f"{side}_worth"] = (1 - rate) / rate * right + rate / (1 - rate) * wrong
    careless = counts.careless_votes.coalesce(0)
    return counts.select("labeller", "guide_version", "votes", careless_votes=careless, **found)


def _bound(rate: ir.FloatingValue, worth: ir.FloatingValue, *, side: int) -> ir.FloatingValue:
    square = WIDTH**2
    spread = rate * (1 - rate) * worth + square / 4
    bound = (rate * worth + square / 2 + side * WIDTH * spread.sqrt()) / (worth + square)
    return ibis.greatest(ibis.least(bound, 1.0), 0.0).round(6)
