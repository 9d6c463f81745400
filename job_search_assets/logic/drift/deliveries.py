"""Which delivery each account came with, and which deliveries are looked at as the new ones."""

import ibis
import ibis.expr.types as ir

from job_search_assets.logic.drift.readings import row_hash

# By raw file: accounts, and those that people gave verdicts and votes on.
KINDS = ("users", "spam_reports", "job_seeker_votes")


def present(users: ir.Table, spam_reports: ir.Table, job_seeker_votes: ir.Table) -> ir.Table:
    """The accounts that each raw table has a row of: kind, account_id, and of an account's own row its hash."""
    own = users.select(kind=ibis.literal(KINDS[0]), account_id=users.account_id, row_hash=row_hash(users))
    judged = [
        rows.select(kind=ibis.literal(kind), account_id=rows.account_id, row_hash=ibis.null("string")).distinct()
        for kind, rows in zip(KINDS[1:], (spam_reports, job_seeker_votes), strict=True)
    ]
    return ibis.union(own, *judged)


def begin(accounts: ir.Table, *, read_by: str) -> ir.Table:
    """All that is there before anything was ever delivered to an existing build: delivery 1."""
    return accounts.mutate(delivery=ibis.literal(1, "int64"), read_by=ibis.literal(read_by))


def arrived(before: ir.Table, accounts: ir.Table, *, read_by: str) -> ir.Table:
    """The accounts that no delivery has brought yet, as the next one. `read_by` is the version of the reading code."""
    last = before.aggregate(delivery=before.delivery.max() + 1)
    new = accounts.anti_join(before, ["kind", "account_id"]).cross_join(last)
    return new.mutate(read_by=ibis.literal(read_by))


def first_looked_at(deliveries: ir.Table, *, least: int) -> dict[str, int]:
    """By kind the delivery from which on accounts are compared with those before.

    The latest, and as many before it as it takes for this number of accounts: nothing can be said of three. Never the
    first, with which there is nothing to compare.
    """
    counts = deliveries.group_by("kind", "delivery").agg(accounts=deliveries.count())
    counted = counts.order_by("kind", ibis.desc("delivery")).to_pyarrow().to_pylist()
    found = dict.fromkeys(KINDS, 2)
    for kind in KINDS:
        gathered = 0
        for row in (row for row in counted if row["kind"] == kind and row["delivery"] > 1):
            found[kind], gathered = row["delivery"], gathered + row["accounts"]
            if gathered >= least:
                break
    return found


def latest(deliveries: ir.Table) -> dict[str, int]:
    """By kind the last delivery that brought any."""
    rows = deliveries.group_by("kind").agg(delivery=deliveries.delivery.max()).to_pyarrow().to_pylist()
    return {row["kind"]: row["delivery"] for row in rows}


def told_apart(accounts: ir.Table, deliveries: ir.Table, kind: str, first: int) -> ir.Table:
    """The accounts with `is_new`: whether one of the deliveries that are looked at brought them."""
    of_kind = deliveries.filter(deliveries.kind == kind)
    met = accounts.inner_join(of_kind.select("account_id", "delivery"), "account_id")
    return met.mutate(is_new=met.delivery >= first).drop("delivery", "account_id")
