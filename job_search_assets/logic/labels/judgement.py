"""What the votes say under learned rates: a label with its confidence for each user.

Log odds are summed as whole millionths, so that neither the order of rows nor the engine can move a digit.
"""

import math
from typing import Any

import ibis
import ibis.expr.types as ir
import pandas as pd

MILLION = 1_000_000
SUREST = 13.8  # log odds of .999999, the highest confidence that six decimals can show
SIDES = ("if_yes", "if_no")  # what the votes are weighed against: the user is a job seeker, or is none

WEIGHTS = {
    "labeller": "string",
    "guide_version": "string",
    "is_job_seeker": "boolean",
    "if_yes": "int64",
    "if_no": "int64",
}


def label(votes: ir.Table, model: dict[str, Any]) -> ir.Table:
    """One row a user with votes: the likelier answer, how likely it is, and whether the votes leave it open.

    A tie of votes goes the way of the more reliable labellers and the base rate, never of a coin. A user is
    ambiguous when labellers differ on them and the chance that one of their accounts is ambiguous reaches
    the model's cut.
    """
    users = judged_users(judged_accounts(votes, model), model)
    is_seeker = users.probability > 0.5
    is_split_vote = (users.yes > 0) & (users.yes < users.votes)
    return users.select(
        "user_id",
        is_job_seeker=is_seeker,
        confidence=ibis.ifelse(is_seeker, users.probability, 1 - users.probability).round(6),
        votes=users.votes,
        ambiguity=users.ambiguity,
        is_ambiguous=is_split_vote & (users.ambiguity >= model["ambiguous_from"]),
    )


def ceiling(labels: ir.Table) -> ir.Table:
    """One row: the number of labels, of job seekers and ambiguous users among them, and the label ceiling.

    Someone who knew the truth would agree with these labels as often as they are right, which is their mean
    confidence; no model can be seen to do better.
    """
    confidence = (labels.confidence * MILLION).round().cast("int64").sum()
    return labels.aggregate(
        labels=labels.count(),
        job_seekers=labels.is_job_seeker.cast("int64").sum().coalesce(0),
        ambiguous=labels.is_ambiguous.cast("int64").sum().coalesce(0),
        ambiguous_share=labels.is_ambiguous.cast("float64").mean().round(6).coalesce(0.0),
        label_ceiling=(confidence / MILLION / labels.count().nullif(0)).round(6).coalesce(0.0),
    )


def judged_accounts(votes: ir.Table, model: dict[str, Any]) -> ir.Table:
    """Per account and side: the log likelihood of its votes in millionths, and the chance to be clear."""
    accounts = _heard(votes, model)
    coin = model["ambiguous_share"] * (accounts.votes * math.log(0.5)).exp()
    clear = {side: (1 - model["ambiguous_share"]) * (accounts[side] / MILLION).exp() for side in SIDES}
    both = {side: ibis.greatest(clear[side] + coin, 1e-300) for side in SIDES}
    return accounts.select(
        "user_id",
        "account_id",
        "votes",
        "yes",
        **{f"said_{side}": _millionths(both[side].ln()) for side in SIDES},
        **{f"clear_{side}": (clear[side] / both[side]).round(9) for side in SIDES},
    )


def judged_users(accounts: ir.Table, model: dict[str, Any]) -> ir.Table:
    """Per user the chance to be a job seeker, and the chance that one of their accounts is ambiguous."""
    clear = {side: ibis.greatest(accounts[f"clear_{side}"], 1e-9).ln() for side in SIDES}
    users = accounts.group_by("user_id").aggregate(
        odds=(accounts.said_if_yes - accounts.said_if_no).sum(),
        votes=accounts.votes.sum().cast("int64"),
        yes=accounts.yes.sum(),
        **{f"clear_{side}": _millionths(clear[side]).sum() for side in SIDES},
    )
    base = math.log(model["base_rate"] / (1 - model["base_rate"]))
    odds = ibis.greatest(ibis.least(users.odds / MILLION + base, SUREST), -SUREST)
    users = users.mutate(probability=(1 / (1 + (-odds).exp())).round(6))
    all_clear = {side: (users[f"clear_{side}"] / MILLION).exp() for side in SIDES}
    clear_chance = users.probability * all_clear["if_yes"] + (1 - users.probability) * all_clear["if_no"]
    return users.mutate(ambiguity=ibis.greatest(1 - clear_chance, 0.0).round(6))


def _heard(votes: ir.Table, model: dict[str, Any]) -> ir.Table:
    """Per account the votes' log likelihood if it is clear; an unknown labeller counts as an average one."""
    weighed = votes.left_join(ibis.memtable(_weights(model), schema=WEIGHTS), list(WEIGHTS)[:3])
    specificity, sensitivity = model["average"]
    stranger = {yes: _log_likelihoods(specificity, sensitivity, yes) for yes in (True, False)}
    spoken = {
        side: weighed[side].coalesce(ibis.ifelse(weighed.is_job_seeker, stranger[True][place], stranger[False][place]))
        for place, side in enumerate(SIDES)
    }
    return weighed.group_by("user_id", "account_id").aggregate(
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
