"""What the votes say under learned rates: a label with its confidence for each user.

Log odds are summed as whole millionths, so that neither the order of rows nor the engine can move a digit.
"""

import math
from typing import Any

import ibis
import ibis.expr.types as ir
import pandas as pd

from job_search_assets.logic.labels.methods import CROWDLAB

MILLION = 1_000_000
SUREST = 13.8  # log odds of .999999, the highest confidence that six decimals can show
GOLD_WEIGHT = 1000.0  # of a gold vote in a weighted mean, where nobody else's reaches ten
SIDES = ("if_yes", "if_no")  # what the votes are weighed against: the user is a job seeker, or is none

WEIGHTS = {
    "labeller": "string",
    "guide_version": "string",
    "is_job_seeker": "boolean",
    "if_yes": "int64",
    "if_no": "int64",
}


def label(votes: ir.Table, model: dict[str, Any], hints: ir.Table, *, guide_version: str) -> ir.Table:
    """One row a user with votes: the likelier answer, how likely it is, and whether the votes leave it open.

    `votes` are those of `counted_votes`, `hints` say what features make of a user. A tie of votes goes the way of
    the more reliable labellers and of the prior, never of a coin. A user is ambiguous when labellers differ on them
    and the chance that one of their accounts is ambiguous reaches the model's cut; other votes against a label are
    careless. An ambiguous user is outdated when no vote follows `guide_version`, the guide in force.
    """
    users = judged_users(judged_accounts(votes, model), model, hints)
    if model["method"] == CROWDLAB:
        users = users.drop("probability").inner_join(mean_opinions(votes, model, hints), "user_id")
    current = votes.filter(votes.guide_version == guide_version).select("user_id").distinct()
    users = users.left_join(current.select("user_id", is_current=ibis.literal(True)), "user_id")
    is_ambiguous = (users.yes > 0) & (users.yes < users.votes) & (users.ambiguity >= model["ambiguous_from"])
    against = ibis.ifelse(users.probability > 0.5, users.votes - users.yes, users.yes)
    return users.select(
        "user_id",
        is_job_seeker=users.probability > 0.5,
        confidence=_confidence(users.probability),
        is_job_seeker_by_votes=users.probability_by_votes > 0.5,
        confidence_by_votes=_confidence(users.probability_by_votes),
        votes=users.votes,
        careless_votes=ibis.ifelse(is_ambiguous, 0, against).cast("int64"),
        ambiguity=users.ambiguity,
        is_ambiguous=is_ambiguous,
        is_outdated=is_ambiguous & users.is_current.isnull(),
    )


def ceiling(labels: ir.Table) -> ir.Table:
    """One row: how many labels, job seekers, ambiguous and outdated users, votes and careless ones; the label ceiling.

    Someone who knew the truth would agree with the votes' labels as often as these are right, which is their mean
    confidence; no model can be seen to do better.
    """
    confidence = (labels.confidence_by_votes * MILLION).round().cast("int64").sum()
    return labels.aggregate(
        labels=labels.count(),
        job_seekers=_number(labels.is_job_seeker),
        ambiguous=_number(labels.is_ambiguous),
        ambiguous_share=labels.is_ambiguous.cast("float64").mean().round(6).coalesce(0.0),
        outdated=_number(labels.is_outdated),
        votes=labels.votes.sum().coalesce(0),
        careless_votes=labels.careless_votes.sum().coalesce(0),
        changed_by_features=_number(labels.is_job_seeker != labels.is_job_seeker_by_votes),
        label_ceiling=(confidence / MILLION / labels.count().nullif(0)).round(6).coalesce(0.0),
    )


def judged_accounts(votes: ir.Table, model: dict[str, Any]) -> ir.Table:
    """Per account and side: the log likelihood of its votes in millionths, and the chance to be clear.

    Votes of the gold labeller stand apart, as on an account that is clear for certain.
    """
    accounts = _heard(votes, model)
    share = ibis.ifelse(accounts.is_gold, 0.0, model["ambiguous_share"])
    coin = share * (accounts.votes * math.log(0.5)).exp()
    clear = {side: (1 - share) * (accounts[side] / MILLION).exp() for side in SIDES}
    both = {side: ibis.greatest(clear[side] + coin, 1e-300) for side in SIDES}
    return accounts.select(
        "user_id",
        "account_id",
        "is_gold",
        "votes",
        "yes",
        **{f"said_{side}": _millionths(both[side].ln()) for side in SIDES},
        **{f"clear_{side}": (clear[side] / both[side]).round(9) for side in SIDES},
    )


def judged_users(accounts: ir.Table, model: dict[str, Any], hints: ir.Table) -> ir.Table:
    """Per user the chance to be a job seeker, and the chance that one of their accounts is ambiguous."""
    clear = {side: ibis.greatest(accounts[f"clear_{side}"], 1e-9).ln() for side in SIDES}
    users = accounts.group_by("user_id").aggregate(
        odds=(accounts.said_if_yes - accounts.said_if_no).sum(),
        votes=accounts.votes.sum().cast("int64"),
        yes=accounts.yes.sum(),
        **{f"clear_{side}": _millionths(clear[side]).sum() for side in SIDES},
    )
    base = math.log(model["base_rate"] / (1 - model["base_rate"]))
    users = users.left_join(hints.select("user_id", hint="probability"), "user_id").drop("user_id_right")
    users = users.mutate(probability_by_votes=_chance(users.odds / MILLION + base))
    prior = (users.hint / (1 - users.hint)).ln().coalesce(base) if model["uses_features"] else base
    users = users.mutate(probability=_chance(users.odds / MILLION + prior))
    all_clear = {side: (users[f"clear_{side}"] / MILLION).exp() for side in SIDES}
    clear_chance = users.probability * all_clear["if_yes"] + (1 - users.probability) * all_clear["if_no"]
    return users.mutate(ambiguity=ibis.greatest(1 - clear_chance, 0.0).round(6))


def mean_opinions(votes: ir.Table, model: dict[str, Any], hints: ir.Table) -> ir.Table:
    """Per user CROWDLAB's chance to be a job seeker: the weighted mean of the features' word and the votes'."""
    weights, agreement = model["crowdlab"], model["crowdlab"]["agreement"]
    gold = [(model["gold_labeller"], GOLD_WEIGHT)] if model["gold_labeller"] else []
    known = pd.DataFrame([*weights["labellers"], *gold], columns=["labeller", "weight"])
    table = ibis.memtable(known, schema={"labeller": "string", "weight": "float64"})
    weighed = votes.left_join(table, "labeller").mutate(weight=lambda vote: vote.weight.coalesce(weights["stranger"]))
    opinion = weighed.weight * ibis.ifelse(weighed.is_job_seeker, agreement, 1 - agreement)
    users = weighed.group_by("user_id").aggregate(
        total=_millionths(opinion).sum() / MILLION, weight=_millionths(weighed.weight).sum() / MILLION
    )
    users = users.left_join(hints.select("user_id", hint="probability"), "user_id")
    total = users.total + weights["classifier"] * users.hint.coalesce(model["base_rate"])
    return users.select("user_id", probability=(total / (users.weight + weights["classifier"])).round(6))


def _heard(votes: ir.Table, model: dict[str, Any]) -> ir.Table:
    """Per account the votes' log likelihood if it is clear; an unknown labeller counts as an average one."""
    weighed = votes.left_join(ibis.memtable(_weights(model), schema=WEIGHTS), list(WEIGHTS)[:3])
    weighed = weighed.mutate(is_gold=weighed.labeller == model["gold_labeller"])
    specificity, sensitivity = model["average"]
    stranger = {yes: _log_likelihoods(specificity, sensitivity, yes) for yes in (True, False)}
    spoken = {
        side: weighed[side].coalesce(ibis.ifelse(weighed.is_job_seeker, stranger[True][place], stranger[False][place]))
        for place, side in enumerate(SIDES)
    }
    return weighed.group_by("user_id", "account_id", "is_gold").aggregate(
        **{side: spoken[side].sum() for side in SIDES},
        votes=weighed.count(),
        yes=weighed.is_job_seeker.cast("int64").sum(),
    )


def _weights(model: dict[str, Any]) -> pd.DataFrame:
    rows = [
        (labeller, guide_version, yes, *_log_likelihoods(specificity, sensitivity, yes))
        for labeller, guide_version, specificity, sensitivity in model["rates"]
        for yes in (True, False)
    ]
    return pd.DataFrame(rows, columns=list(WEIGHTS))


def _log_likelihoods(specificity: float, sensitivity: float, yes: bool) -> tuple[int, int]:
    """In millionths: of the answer given by a job seeker, and by somebody who is none."""
    chances = (sensitivity, 1 - specificity) if yes else (1 - sensitivity, specificity)
    return round(math.log(chances[0]) * MILLION), round(math.log(chances[1]) * MILLION)


def _millionths(value: ir.FloatingValue) -> ir.IntegerValue:
    return (value * MILLION).round().cast("int64")


def _chance(odds: ir.FloatingValue) -> ir.FloatingValue:
    sober = ibis.greatest(ibis.least(odds, SUREST), -SUREST)
    return (1 / (1 + (-sober).exp())).round(6)


def _confidence(chance: ir.FloatingValue) -> ir.FloatingValue:
    return ibis.ifelse(chance > 0.5, chance, 1 - chance).round(6)


def _number(flag: ir.BooleanValue) -> ir.IntegerValue:
    return flag.cast("int64").sum().coalesce(0)
