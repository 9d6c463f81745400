"""What of a delivered account is watched, and in which cells its values are counted.

Cells of numbers are fixed widths, so that counts of any two deliveries fit together; what is finer than a cell moves
nothing that matters. Names, addresses and texts are watched by whether they are there and how long they are.
"""

from typing import Literal, NamedTuple

import ibis
import ibis.expr.types as ir

Kind = Literal["number", "category", "presence"]
MOST_CELLS = 500  # on either side of zero: what lies beyond is counted in the last
HOURS_TOGETHER = 4


class Feature(NamedTuple):
    """One thing that is watched: its kind, and of a number the width of a cell."""

    name: str
    kind: Kind
    width: float = 1.0


FEATURES = (
    Feature("age", "number", 2),
    Feature("city_development_index", "number", 0.02),
    Feature("years_experience", "number"),
    Feature("training_hours", "number", 5),
    Feature("name_length", "number"),
    Feature("about_length", "number", 5),
    Feature("country", "category"),
    Feature("device", "category"),
    Feature("gender", "category"),
    Feature("region", "category"),
    Feature("has_relevant_experience", "category"),
    Feature("enrolled_university", "category"),
    Feature("education_level", "category"),
    Feature("major_discipline", "category"),
    Feature("company_size", "category"),
    Feature("company_type", "category"),
    Feature("last_job_change", "category"),
    Feature("address_version", "category"),
    Feature("hours", "category"),
    Feature("email", "presence"),
    Feature("phone", "presence"),
    Feature("city", "presence"),
    Feature("postcode", "presence"),
)
VERDICTS = (Feature("is_spam", "category"), Feature("is_job_seeker", "category"))


def of_accounts(raw_users: ir.Table) -> ir.Table:
    """One row per account: account_id, source and a column for each of `FEATURES`."""
    account = raw_users
    month_of_life = (
        (account.created_at.year() - account.birth_date.year()).cast("int64") * 12
        + account.created_at.month().cast("int64")
        - account.birth_date.month().cast("int64")
    )
    first = (account.created_at.hour() / HOURS_TOGETHER).floor().cast("int64") * HOURS_TOGETHER
    made = {
        "age": month_of_life / 12,
        "name_length": account.full_name.length(),
        "about_length": account.about.length(),
        "address_version": ibis.cases((account.signup_ip.contains(":"), "v6"), (account.signup_ip.notnull(), "v4")),
        "hours": first.cast("string").lpad(2, "0") + ":00",
    }
    return account.mutate(**made).select("account_id", "source", *(feature.name for feature in FEATURES))


def of_verdicts(rows: ir.Table, raw_users: ir.Table, column: str) -> ir.Table:
    """One row per account that people gave verdicts on, with what most of them said: yes, no, even.

    By account, since several verdicts on one account are no several accounts.
    """
    said = rows.group_by("account_id").agg(lead=(rows[column].cast("int64") * 2 - 1).sum().cast("int64"))
    word = ibis.cases((said.lead > 0, "yes"), (said.lead < 0, "no"), else_="even")
    met = said.mutate(word=word).inner_join(raw_users.select("account_id", "source"), "account_id")
    return met.select("account_id", "source", **{column: met.word})


def tally(accounts: ir.Table, features: tuple[Feature, ...]) -> ir.Table:
    """How many accounts (source, is_new and the features) fall into each cell of each feature.

    A number's cell is `cell`, a category's its `value`; where both are null the account has no value.
    """
    counted = [_tally(accounts, feature) for feature in features]
    return counted[0] if len(counted) == 1 else ibis.union(*counted)


def _tally(accounts: ir.Table, feature: Feature) -> ir.Table:
    held, cell, value = accounts[feature.name], ibis.null("int64"), ibis.null("string")
    if feature.kind == "number":
        # A little more than the quotient: 0.62 / 0.02 is a little less than 31.
        cell = (held / feature.width + 1e-9).floor().cast("int64").clip(-MOST_CELLS, MOST_CELLS)
    elif feature.kind == "category":
        value = held.cast("string")
    else:
        value = ibis.ifelse(held.notnull(), "given", ibis.null("string"))
    grouped = accounts.group_by("source", "is_new", cell=cell, value=value).agg(accounts=accounts.count())
    return grouped.select("source", "is_new", "cell", "value", "accounts", feature=ibis.literal(feature.name))
