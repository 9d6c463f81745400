"""The curve as the signal gets weaker: the model and the labellers side by side where fewer and fewer fields are told.

After Geirhos et al. 2017 (arXiv 1706.06969): who is as good as people where all can be seen need not fail like them
where little can.
"""

from typing import Any

import ibis.expr.types as ir
import numpy as np
import pandas as pd

from job_search_assets.logic.job_seekers import fitting
from job_search_assets.logic.job_seekers.evaluation import CLASS_THRESHOLD
from job_search_assets.logic.labels.influence import labels_without_each

Array = np.ndarray[Any, Any]
TOLD, TAKEN = "as told", "taken away"
COLUMNS = [
    *("fields", "what", "users", "votes"),
    *("labellers", "labellers_low", "labellers_high", "model", "model_low", "model_high"),
]
SURE = 1.96  # standard errors of a 95 % interval


def answers(votes: ir.Table, label_model: dict[str, Any], hints: ir.Table, splits: ir.Table) -> ir.Table:
    """One row per vote on a user outside train whom others voted on as well: the answer, and what the others say.

    `votes` are `counted_votes`, the others' answer is the label by their votes alone, so neither model nor labeller
    has a say in what they are graded by.
    """
    graded = votes.semi_join(splits.filter(splits.split.notin(fitting.UNGRADED)), "user_id")
    others = labels_without_each(graded, label_model, hints)
    said = graded.select("user_id", "account_id", "labeller", "is_job_seeker")
    both = said.inner_join(
        others.select("user_id", "labeller", by_others="is_job_seeker_by_votes_without"), ["user_id", "labeller"]
    )
    return both.order_by("user_id", "account_id", "labeller")


def signal_curve(model: dict[str, Any], users: pd.DataFrame, answered: pd.DataFrame, *, seed: int) -> pd.DataFrame:
    """One row per number of fields told: the share of right answers of labellers and model on the same votes.

    `users` are `fitting.examples_outside_train`. "as told" has the users who told so many fields; "taken away" the
    users who told at least as many, with the others taken away from what the model sees, at random.
    """
    users = users.sort_values("user_id", ignore_index=True)
    answered = answered[answered["user_id"].isin(users["user_id"])].sort_values(
        ["user_id", "account_id", "labeller"], ignore_index=True
    )
    whose = users["user_id"].searchsorted(answered["user_id"])
    told = users[fitting.INPUTS].notna().sum(axis=1).to_numpy()
    by_others = answered["by_others"].to_numpy(dtype=bool)
    labellers = answered["is_job_seeker"].to_numpy(dtype=bool) == by_others
    rows: list[tuple[Any, ...]] = []
    as_told = _answers(model, users)
    for fields in sorted(set(told.tolist()), reverse=True):
        inside = told[whose] == fields
        rows.append((fields, TOLD, *_graded(whose[inside], labellers[inside], (as_told[whose] == by_others)[inside])))
    turn, levels = _turns(users, seed), range(len(fitting.INPUTS), -1, -1)
    left = pd.concat([_left(users, turn < fields) for fields in levels], ignore_index=True)
    for fields, said in zip(levels, _answers(model, left).reshape(len(levels), -1), strict=True):
        inside = told[whose] >= fields
        rows.append((fields, TAKEN, *_graded(whose[inside], None, (said[whose] == by_others)[inside])))
    curve = pd.DataFrame([row for row in rows if row[2]], columns=COLUMNS)
    return curve.astype(dict.fromkeys(COLUMNS[4:], "float64")).round(6)


def curves(curve: pd.DataFrame) -> dict[str, list[tuple[float, float]]]:
    """Shares of right answers by number of fields, as points of a picture's lines."""
    told, taken = (curve[curve["what"] == what].sort_values("fields") for what in (TOLD, TAKEN))
    lines = {"labellers": (told, "labellers"), "model": (told, "model"), "model, fields taken away": (taken, "model")}
    return {
        name: list(zip(rows["fields"].astype(float), rows[column], strict=True))
        for name, (rows, column) in lines.items()
    }


def _answers(model: dict[str, Any], users: pd.DataFrame) -> Array:
    if users.empty:
        return np.zeros(0, dtype=bool)
    said: Array = fitting.probabilities(model, users) > CLASS_THRESHOLD
    return said


def _turns(users: pd.DataFrame, seed: int) -> Array:
    """For each user the order in which fields are kept: those told first, at random; the empty ones last."""
    draw = np.random.Generator(np.random.PCG64(seed))
    order = np.argsort(draw.random((len(users), len(fitting.INPUTS))) + users[fitting.INPUTS].isna().to_numpy(), axis=1)
    turns = np.empty_like(order)
    np.put_along_axis(turns, order, np.arange(order.shape[1])[None, :].repeat(len(users), axis=0), axis=1)
    return turns


def _left(users: pd.DataFrame, is_kept: Array) -> pd.DataFrame:
    told = users[fitting.INPUTS].to_numpy(dtype=object, copy=True)
    told[~is_kept] = None
    return pd.DataFrame(told, columns=fitting.INPUTS)


def _graded(whose: Array, labellers: Array | None, model: Array) -> tuple[Any, ...]:
    users = len(np.unique(whose))
    said = (None, None, None) if labellers is None else _share(labellers, users)
    return users, len(model), *said, *_share(model, users)


def _share(right: Array, users: int) -> tuple[float | None, float | None, float | None]:
    """The share of right answers with Wilson's interval; of users, since votes on one of them hang together."""
    if not users:
        return None, None, None
    share, spread = float(right.mean()), SURE**2 / users
    centre, reach = share + spread / 2, SURE * ((share * (1 - share) + spread / 4) / users) ** 0.5
    return share, (centre - reach) / (1 + spread), (centre + reach) / (1 + spread)
