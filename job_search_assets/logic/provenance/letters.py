"""Who was wronged: whoever had an outcome before a step that followed corrections and has another one after it."""

import ibis
import ibis.expr.types as ir

from job_search_assets.logic.users.values import time_value

MOST_NAMED = 20  # accounts of a user that a letter names


def write(history: ir.Table, repairs: ir.Table, times: ir.Table) -> ir.Table:
    """One row per account, outcome and step, in the columns of `letters`.

    `history` is `decision_history`, `times` says when each of its steps was published (step, at). Steps without any
    correction wrong nobody: whatever changed in them changed because new data came.
    """
    followed = repairs.drop_null("step")
    repaired = history.filter(history.correction_ids != "")
    changes = _changes(_by_outcome(history.semi_join(repaired, "account_id")))
    told = changes.filter(changes.correction_ids != "", changes.decided_in.notnull())
    worded = _in_words(told, _users(history, told))
    return _with_times(_with_names(worded, followed), followed, times)


def _by_outcome(history: ir.Table) -> ir.Table:
    """The history of each outcome in words: account_id, step, outcome, value; a user is told by the digest."""
    words = {
        "removed": _either(history.is_removed, "removed", "kept"),
        "user": history.user_digest,
        "label": _either(history.is_job_seeker, "job seeker", "no job seeker"),
        "split": history.split,
        "prediction": _either(history.is_predicted_job_seeker, "job seeker", "no job seeker"),
    }
    columns = ["account_id", "step", "cause", "correction_ids"]
    return ibis.union(
        *[history.select(*columns, outcome=ibis.literal(name), value=value) for name, value in words.items()]
    )


def _either(is_so: ir.BooleanValue, so: str, otherwise: str) -> ir.StringValue:
    return ibis.cases((is_so, so), (~is_so, otherwise), else_=ibis.null("string"))


def _changes(values: ir.Table) -> ir.Table:
    """The rows in which an outcome is another than before, with `before` and the step that had decided it."""
    own = {"group_by": ["account_id", "outcome"], "order_by": "step"}
    earlier = values.mutate(before=values.value.lag().over(**own), number=ibis.row_number().over(**own))
    new = earlier.filter((earlier.number == 0) | ~earlier.value.identical_to(earlier.before))
    return new.mutate(decided_in=new.step.lag().over(**own)).rename(after="value").drop("number")


def _users(history: ir.Table, told: ir.Table) -> ir.Table:
    """What the digests of users stand for: the user's id and accounts in words.

    Whenever the accounts of a user change, each of them gets a row, so all whose rows have one digest are one user's.
    """
    users = told.filter(told.outcome == "user")
    wanted = ibis.union(users.select(digest="before"), users.select(digest="after")).drop_null().distinct()
    members = history.semi_join(wanted, history.user_digest == wanted.digest)
    latest = members.group_by(["user_digest", "account_id"]).agg(
        user_id=members.user_id.argmax(members.step), step=members.step.max()
    )
    named = latest.group_by("user_digest").agg(
        user_id=latest.user_id.argmax(latest.step), count=latest.count(), accounts=latest.account_id.collect()
    )
    more = ibis.ifelse(
        named["count"] > MOST_NAMED, " and " + (named["count"] - MOST_NAMED).cast("string") + " more", ""
    )
    accounts = named.accounts.sort()[:MOST_NAMED].join(", ")
    return named.select("user_digest", words=named.user_id + ": " + accounts + more)


def _in_words(told: ir.Table, users: ir.Table) -> ir.Table:
    for column in ("before", "after"):
        met = told.left_join(users, told[column] == users.user_digest).drop("user_digest")
        told = met.mutate(**{column: ibis.coalesce(met.words, met[column])}).drop("words")
    return told


def _with_names(told: ir.Table, followed: ir.Table) -> ir.Table:
    """`own_correction_ids`: the corrections of the step whose key has the account among its parts."""
    keyed = followed.select(
        "step",
        name=ibis.coalesce(followed.taken_back_by, followed.correction_id),
        # A second part makes sure that there is a bar, which Spark would take for a pattern.
        account_id=(followed.key + "|").replace("|", "\t").split("\t").unnest(),
    ).distinct()
    met = keyed.semi_join(told, ["account_id", "step"])
    named = met.group_by(["account_id", "step"]).agg(names=met.name.collect())
    named = named.select("account_id", "step", own_correction_ids=named.names.sort().join(", "))
    return told.left_join(named, ["account_id", "step"]).drop("account_id_right", "step_right")


def _with_times(told: ir.Table, followed: ir.Table, times: ir.Table) -> ir.Table:
    made = (
        followed.mutate(at=time_value(followed.made_at))
        .group_by("step")
        .agg(corrected_at=lambda rows: rows["at"].max())
    )
    told = told.left_join(made, "step").drop("step_right")
    published = times.select(decided_in="step", decided_since="at")
    return told.left_join(published, "decided_in").drop("decided_in_right")
