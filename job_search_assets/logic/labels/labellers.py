"""Each labeller's record: how often they are right, under which guide, and who is no better than a coin."""

from typing import Any

import ibis
import ibis.expr.types as ir

from job_search_assets.logic.labels.judgement import MILLION, judged_accounts, judged_users

WIDTH = 1.96  # standard errors on each side of a 95 % interval


def judge_labellers(votes: ir.Table, model: dict[str, Any]) -> ir.Table:
    """Each labeller's record under each guide version: how often they are right on a yes and on a no.

    Counted on clear accounts only, each weighed by the chance of the answer and of being clear: that nobody
    can tell an ambiguous account speaks against no labeller. Half a vote is added to right and to wrong
    answers (Jeffreys), and the intervals are Wilson's at 95 %; they take the users' answers as known.
    """
    counts = _counts(votes, model)
    sensitivity, specificity = (counts.yes_right, counts.yes), (counts.no_right, counts.no)
    return counts.select(
        "labeller",
        "guide_version",
        sensitivity=_share(*sensitivity),
        sensitivity_low=_bound(*sensitivity, side=-1),
        sensitivity_high=_bound(*sensitivity, side=1),
        specificity=_share(*specificity),
        specificity_low=_bound(*specificity, side=-1),
        specificity_high=_bound(*specificity, side=1),
        votes=counts.votes.cast("int64"),
    )


def labellers_near_chance(quality: ir.Table, *, least_votes: int, least_informedness: float) -> ir.Table:
    """Labellers with enough votes whose answers say little, over all guide versions.

    Informedness is sensitivity + specificity - 1: 0 is a coin, 1 is never wrong.
    """
    informed = quality.votes * (quality.sensitivity + quality.specificity - 1)
    labellers = (
        quality.mutate(informed=informed)
        .group_by("labeller")
        .aggregate(votes=ibis._.votes.sum(), informed=ibis._.informed.sum())
    )
    labellers = labellers.mutate(informedness=(labellers.informed / labellers.votes).round(4))
    careless = (labellers.votes >= least_votes) & (labellers.informedness < least_informedness)
    return labellers.filter(careless).select("labeller", "informedness", "votes")


def _counts(votes: ir.Table, model: dict[str, Any]) -> ir.Table:
    """Per labeller and guide version: votes, expected users of each answer among them, and right votes on each."""
    accounts = judged_accounts(votes, model)
    users = judged_users(accounts, model).select("user_id", "probability")
    weighed = accounts.inner_join(users, "user_id")
    weighed = weighed.select(
        "account_id",
        yes=(weighed.probability * weighed.clear_if_yes * MILLION).round().cast("int64"),
        no=((1 - weighed.probability) * weighed.clear_if_no * MILLION).round().cast("int64"),
    )
    said = votes.inner_join(weighed, "account_id")
    return said.group_by("labeller", "guide_version").aggregate(
        votes=said.count(),
        yes=said.yes.sum() / MILLION,
        yes_right=ibis.ifelse(said.is_job_seeker, said.yes, 0).sum() / MILLION,
        no=said.no.sum() / MILLION,
        no_right=ibis.ifelse(said.is_job_seeker, 0, said.no).sum() / MILLION,
    )


def _share(right: ir.FloatingValue, seen: ir.FloatingValue) -> ir.FloatingValue:
    return ((right + 0.5) / (seen + 1)).round(6)


def _bound(right: ir.FloatingValue, seen: ir.FloatingValue, *, side: int) -> ir.FloatingValue:
    square = WIDTH**2
    spread = ibis.greatest(right * (seen - right), 0.0) / ibis.greatest(seen, 1e-6) + square / 4
    return ((right + square / 2 + side * WIDTH * spread.sqrt()) / (seen + square)).round(6)
