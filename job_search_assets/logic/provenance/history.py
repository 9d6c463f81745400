"""What was decided about each account, step by step: a step is a materialisation in which an outcome changed.

Only whoever changed gets a row, so an account's latest row is what stands about it.
"""

import functools
import operator

import ibis
import ibis.expr.types as ir

from job_search_assets.logic.provenance.outcomes import OUTCOMES

FIRST = "first materialisation"
STATE = ["is_removed", "user_id", "user_digest", "is_job_seeker", "split", "is_predicted_job_seeker"]


def begin(decisions: ir.Table) -> ir.Table:
    """The first step: every account."""
    return _rows(decisions, ibis.literal(1), cause=FIRST, correction_ids="")


def latest(history: ir.Table) -> ir.Table:
    """What stands about each account that was ever there, by its latest row."""
    last = history.group_by("account_id").agg(step=history.step.max())
    return history.semi_join(last, ["account_id", "step"]).select("account_id", *STATE)


def moved(history: ir.Table, decisions: ir.Table) -> ir.Table:
    """The accounts of which an outcome is another than in the latest row: what it is now, and was (`old_…`).

    Of an account that is gone everything is empty now, and of one that is new everything was.
    """
    before = latest(history)
    before = before.rename({f"old_{name}": name for name in before.columns})
    both = decisions.select("account_id", *STATE).outer_join(before, [("account_id", "old_account_id")])
    both = both.mutate(was_there=both.old_is_removed.notnull())
    differing = functools.reduce(operator.or_, [differs(both, outcome) for outcome in OUTCOMES])
    named = both.mutate(account_id=ibis.coalesce(both.account_id, both.old_account_id)).drop("old_account_id")
    return named.filter(differing)


def differs(moved: ir.Table, outcome: str) -> ir.BooleanValue:
    """Whether an outcome is another than it was."""
    column = OUTCOMES[outcome]
    return ~moved[column].identical_to(moved[f"old_{column}"])


def go_on(history: ir.Table, moved: ir.Table, *, cause: str, correction_ids: str) -> ir.Table:
    """The next step: a row for each account that has moved, with what else changed then."""
    return _rows(moved, history.step.max().as_scalar() + 1, cause=cause, correction_ids=correction_ids)


def tally(moved: ir.Table) -> ir.Table:
    """One row: how many accounts moved, how many of them were there before, and of how many each outcome differs."""
    counts = {f"{outcome}_changed": differs(moved, outcome).sum() for outcome in OUTCOMES}
    return moved.aggregate(
        accounts_changed=moved.count(),
        accounts_changed_that_were_there=moved.was_there.sum(),
        **{name: (count.fill_null(0)) for name, count in counts.items()},
    )


def _rows(accounts: ir.Table, step: ir.Value, *, cause: str, correction_ids: str) -> ir.Table:
    return accounts.select(
        "account_id",
        *STATE,
        step=step.cast("int64"),
        cause=ibis.literal(cause),
        correction_ids=ibis.literal(correction_ids),
    )
