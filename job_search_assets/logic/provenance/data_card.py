"""The data card: what went in and from where, what was removed, merged and labelled, and what it cannot tell.

Counts only: no id of an account or a user, so that a card may be sent around, and nobody has to be taken out of it.
"""

from typing import Any

import ibis.expr.types as ir

from job_search_assets.logic.job_seekers.features import FEATURES

Fact = tuple[str, str, str]  # section, item, value

LIMITS = (
    "Votes are opinions; how sure the labels are is told with them.",
    "Users are found by likeness of what accounts say; some persons are still two users, a few users are two persons.",
    "Removed accounts are told with their reasons in `spam_reasons`; wrong ones come back by `job-search correct`.",
    "Who signs up through these sources is not everybody: figures hold for users like these.",
)


def what_went_in(users: ir.Table, inventory: ir.Table, rejected: ir.Table) -> list[Fact]:
    """Accounts by source with its name and owner, and what was not accepted, by the rule that was broken."""
    by_source = users.group_by("source").aggregate(accounts=users.count())
    known = by_source.left_join(inventory.select("source", "name", "owner", "kind"), "source").order_by("source")
    sources = [
        ("Sources", row["source"], f"{row['accounts']:,} accounts; {row['name']}, {row['kind']}; owner: {row['owner']}")
        for row in known.to_pyarrow().to_pylist()
    ]
    broken = rejected.group_by("table", "column", "rule").aggregate(rows=rejected.count())
    refused = [
        ("Not accepted", " ".join(filter(None, (row["table"], row["column"]))) + f": {row['rule']}", _many(row["rows"]))
        for row in broken.order_by("table", "column", "rule").to_pyarrow().to_pylist()
    ]
    return [*sources, ("Sources", "all", f"{_count(users)} accounts"), *refused]


def what_became_of_it(decisions: ir.Table, reasons: ir.Table, review: ir.Table, accounts: ir.Table) -> list[Fact]:
    """Accounts removed, by what spoke against them, blocklist entries that are suspect, and accounts merged."""
    removed = decisions.filter(decisions.is_spam)
    against = reasons.filter(reasons.is_in_score & (reasons.weight > 0) & (reasons.kind != "prior"))
    kinds = against.group_by("kind").aggregate(accounts=against.account_id.nunique()).order_by("kind")
    spoke = [("Removed", f"with a {row['kind']} against them", _many(row["accounts"])) for row in _rows(kinds)]
    sizes = accounts.group_by("user_id").aggregate(size=accounts.count())
    merged = sizes.group_by("size").aggregate(users=sizes.count()).order_by("size")
    return [
        ("Removed", "accounts removed as spam", f"{_count(removed)} of {_count(decisions)}"),
        *spoke,
        ("Removed", "suspect blocklist entries, which count nothing", _count(review.filter(review.is_suspect))),
        ("Merged", "accounts kept, and the users that they are", f"{_count(accounts)} are {_count(sizes)}"),
        *(("Merged", f"users with {row['size']} accounts", _many(row["users"])) for row in _rows(merged)),
    ]


def what_people_said(votes: ir.Table, labels: ir.Table, splits: ir.Table) -> list[Fact]:
    """Votes, labels and how sure they are, and the splits."""
    told = labels.aggregate(
        users=labels.count(),
        seekers=labels.is_job_seeker.cast("int64").sum().coalesce(0),
        ambiguous=labels.is_ambiguous.cast("int64").sum().coalesce(0),
        sure=labels.confidence_by_votes.cast("decimal(12, 6)").mean(),
    )
    [row] = _rows(told)
    divided = splits.group_by("split").aggregate(
        users=splits.count(), seekers=splits.is_job_seeker.cast("int64").sum().coalesce(0)
    )
    return [
        ("Labels", "votes, and labellers", f"{_count(votes)} by {votes.labeller.nunique().execute():,}"),
        ("Labels", "users labelled", _many(row["users"])),
        ("Labels", "of these job seekers", _many(row["seekers"])),
        ("Labels", "of these ambiguous", _many(row["ambiguous"])),
        ("Labels", "expected share of right labels, by votes alone", f"{row['sure'] or 0:.3f}"),
        *(
            ("Splits", each["split"], f"{each['users']:,} users, {each['seekers']:,} of them job seekers")
            for each in _rows(divided.order_by("split"))
        ),
    ]


def missing_shares(users: ir.Table) -> dict[str, float]:
    """By feature the share of users who did not tell it, in the order of the features."""
    names = [feature.name for feature in FEATURES if feature.is_in_model]
    counted = users.aggregate(users=users.count(), **{name: users[name].count() for name in names})
    [row] = _rows(counted)
    return {name: round(1 - row[name] / row["users"], 6) if row["users"] else 0.0 for name in names}


def missing(shares: dict[str, float]) -> list[Fact]:
    """The same as facts."""
    return [("Missing", f"users without {name}", f"{share:.1%}") for name, share in shares.items()]


def limits() -> list[Fact]:
    """What the data cannot tell."""
    return [("Limits", str(place), limit) for place, limit in enumerate(LIMITS, start=1)]


def _rows(table: ir.Table) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = table.to_pyarrow().to_pylist()
    return rows


def _count(table: ir.Table) -> str:
    return _many(table.count().execute())


def _many(number: object) -> str:
    return f"{number:,}"
