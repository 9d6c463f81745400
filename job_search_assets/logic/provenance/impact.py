"""Who is concerned by a changed input: two versions of `decisions` compared, outcome by outcome.

*direct*: an outcome is another one with the models held. *joint*: a number behind an outcome moves, or a pair or vote
comes or goes, and the outcome is what it was, since other grounds suffice. *via model*: an outcome is another one only
once the models are fitted again.
"""

import ibis
import ibis.expr.types as ir

from job_search_assets.logic.provenance.outcomes import OUTCOMES

NUMBERS = ("score", "probability")
DIFFERENCES = ["account_id", "outcome", "before", "after"]


def differences(before: ir.Table, after: ir.Table) -> ir.Table:
    """One row per account and outcome that is not the same in both `decisions`: account_id, outcome, before, after.

    An account that is in one of them alone differs in what it has there. A user is told by the id; two users of one id
    whose accounts differ are two.
    """
    both = _side_by_side(before, after)
    rows = []
    for outcome, column in OUTCOMES.items():
        other = ~both[column].identical_to(both[f"{column}_after"])
        told = [_word(both, outcome, column, suffix) for suffix in ("", "_after")]
        rows.append(
            both.filter(other).select("account_id", outcome=ibis.literal(outcome), before=told[0], after=told[1])
        )
    return ibis.union(*rows)


def shifts(before: ir.Table, after: ir.Table) -> ir.Table:
    """One row: the largest shift of the spam score and of the job-seeker probability of an account in both."""
    both = before.select("account_id", *NUMBERS).inner_join(
        after.select("account_id", **{f"{name}_after": name for name in NUMBERS}), "account_id"
    )
    return both.aggregate(**{name: (both[f"{name}_after"] - both[name]).abs().max().round(6) for name in NUMBERS})


def _side_by_side(before: ir.Table, after: ir.Table) -> ir.Table:
    columns = list(dict.fromkeys([*OUTCOMES.values(), "user_id"]))
    was = before.select("account_id", *columns)
    now = after.select(other="account_id", **{f"{name}_after": name for name in columns})
    both = was.outer_join(now, was.account_id == now.other)
    return both.mutate(account_id=both.account_id.coalesce(both.other)).drop("other")


def _word(both: ir.Table, outcome: str, column: str, suffix: str) -> ir.StringValue:
    """What people call it: removed or kept, a user's id, a job seeker or none, a split."""
    if outcome == "user":
        return both[f"user_id{suffix}"]
    value = both[f"{column}{suffix}"]
    if outcome == "split":
        return value
    yes, no = ("removed", "kept") if outcome == "removed" else ("job seeker", "no job seeker")
    return ibis.ifelse(value.isnull(), ibis.null("string"), ibis.ifelse(value, yes, no))
