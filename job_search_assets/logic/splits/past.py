"""The ledger of splits: where every account ever stood, and what that leaves open to its user.

By account, since users merge and come apart while accounts stay. Rows are only ever added, and a user's place is a
function of the splits that the user's accounts have stood in, so neither the order in which users come, leave, merge
and return matters nor how often the ledger is brought up to date:

- in none: the user is new and is drawn;
- in one: there the user stays, and comes back to;
- in several, none of them graded: in the first of them, since who was learned from cannot choose or grade;
- in several, one of them graded: in none any more. The user is retired, and what graded stays honest.

Being retired leaves no trace in an account's past: when a wrong merge is undone, everybody is where they were.
"""

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir

from job_search_assets.logic.splits.shares import RETIRED, graded

LEDGER = {
    "edition": "int64",
    "account_id": "string",
    "split": "string",
    "step": "int64",
    "user_id": "string",
    "cause": "string",
}
KEY = ["edition", "account_id", "split"]
NUMBER = "^[0-9]{1,9}$"
DRAWN, JOINED = "drawn", "joined"


def problems(rows: ir.Table) -> ir.Table:
    """Lines of a ledger kept as a file that cannot be followed: line, problem (of each line the first one found)."""
    said = [
        (rows.broken.notnull(), "the line's quotes, number of fields or bytes are broken"),
        (~_matches(rows.edition), "edition is no whole number"),
        (~_matches(rows.step), "step is no whole number"),
        (rows.account_id.isnull(), "account_id is empty"),
        (rows.split.isnull(), "split is empty"),
        (rows.cause.isnull(), "cause is empty"),
    ]
    nothing = ibis.null("string")
    problem = ibis.coalesce(*(ibis.ifelse(is_wrong, words, nothing) for is_wrong, words in said))
    wrong = rows.select("line", problem=problem)
    return wrong.filter(wrong.problem.notnull())


def typed(rows: ir.Table) -> ir.Table:
    """Lines of the file, which have no problem, with the ledger's types."""
    numbers = {name: rows[name].cast("int64") for name in ("edition", "step")}
    return rows.select(**{name: numbers.get(name, rows[name]) for name in LEDGER})


def united(one: ir.Table, other: ir.Table) -> ir.Table:
    """Two ledgers as one; of a row that both have the earlier step counts, then the earlier words."""
    both = one.select(list(LEDGER)).union(other.select(list(LEDGER)))
    order = [both.step, both.user_id.fill_null(""), both.cause]
    ranked = both.mutate(place=ibis.row_number().over(group_by=KEY, order_by=order))
    return ranked.filter(ranked.place == 0).drop("place")


def unknown_splits(ledger: ir.Table, names: Sequence[str], *, edition: int) -> ir.Table:
    """Splits of an edition that have a name no longer known: split, accounts."""
    rows = ledger.filter(ledger.edition == edition, ~ledger.split.isin([*names, RETIRED]))
    return rows.group_by("split").agg(accounts=rows.count())


def standing(ledger: ir.Table, user_accounts: ir.Table, names: Sequence[str], *, edition: int) -> ir.Table:
    """The users who have a past: user_id, split (or retired), and why that is so."""
    stood = ledger.filter(ledger.edition == edition, ledger.split.isin(list(names)))
    place = ibis.cases(*((stood.split == name, place) for place, name in enumerate(names)))
    joined = stood.select("account_id", place=place.cast("int64")).inner_join(user_accounts, "account_id")
    users = joined.group_by("user_id").agg(first=joined.place.min(), last=joined.place.max())
    first, last = (_named(users[end], names) for end in ("first", "last"))
    is_tainted = (users["first"] != users["last"]) & last.isin(graded(names))
    return users.select(
        "user_id",
        split=ibis.ifelse(is_tainted, RETIRED, first),
        cause=ibis.ifelse(is_tainted, ibis.literal("stood in ") + first + " and in " + last, JOINED),
    )


def places(units: ir.Table, standing: ir.Table, drawn: ir.Table) -> ir.Table:
    """Where every labelled user stands from now on: user_id, split, cause."""
    held = standing.semi_join(units, "user_id").select("user_id", "split", "cause")
    return held.union(drawn.select("user_id", "split", cause=ibis.literal(DRAWN)))


def splits_of(labels: ir.Table, standing: ir.Table) -> ir.Table:
    """One row a labelled user: user_id, split, is_job_seeker."""
    return labels.inner_join(standing, "user_id").select("user_id", "split", "is_job_seeker")


def extended(ledger: ir.Table, places: ir.Table, user_accounts: ir.Table, *, edition: int) -> ir.Table:
    """The ledger with a row for every account whose user now stands where the account never stood before.

    `places` has user_id, split and cause of all users that are in a split or retired.
    """
    accounts = places.inner_join(user_accounts, "user_id")
    # A step of its own: Ibis 12 cannot join on a constant that a join's own selection brings in.
    rows = accounts.select("account_id", "split", "user_id", "cause").mutate(edition=ibis.literal(edition, "int64"))
    fresh = rows.anti_join(ledger, KEY)
    last = ledger.aggregate(step=ledger.step.max()).select(last=ibis._.step.fill_null(0))
    numbered = fresh.cross_join(last).mutate(step=lambda row: row["last"] + 1)
    return ledger.select(list(LEDGER)).union(numbered.select(list(LEDGER)))


def graded_after_others(
    splits: ir.Table, ledger: ir.Table, user_accounts: ir.Table, names: Sequence[str], *, edition: int
) -> ir.Table:
    """Users who are in a graded split though one of their accounts once stood in another: user_id."""
    now = splits.filter(splits.split.isin(graded(names))).inner_join(user_accounts, "user_id")
    then = ledger.filter(ledger.edition == edition, ledger.split != RETIRED).select("account_id", stood="split")
    met = now.inner_join(then, "account_id")
    return met.filter(met.stood != met.split).select("user_id").distinct()


def _named(place: ir.IntegerValue, names: Sequence[str]) -> ir.StringValue:
    return ibis.cases(*((place == number, name) for number, name in enumerate(names)))


def _matches(text: ir.StringValue) -> ir.BooleanValue:
    return text.re_search(NUMBER).fill_null(False)
