"""Which account's value a user keeps, column by column: the one place where that is decided, with the reasons.

An empty value never survives a told one. Ranks are whole numbers without ties (the accounts of a user in order of
age, then id), so that any order of rows gives the same user.
"""

import ibis
import ibis.expr.types as ir

EARLIEST, LATEST, FULLEST, COMMONEST = "earliest", "latest", "fullest", "commonest"

# Column: (rule, reason).
RULES: dict[str, tuple[str, str]] = {
    "created_at": (EARLIEST, "a user is as old as the first account"),
    "source": (EARLIEST, "what first brought the user here"),
    "full_name": (FULLEST, "initials and short forms say less"),
    "email": (LATEST, "people move on from old addresses"),
    "phone": (LATEST, "numbers change, the last one answers"),
    "birth_date": (COMMONEST, "it cannot change, so the odd one out is mistyped"),
    "city": (LATEST, "people move"),
    "postcode": (LATEST, "people move"),
    "country": (LATEST, "people move"),
    "signup_ip": (EARLIEST, "belongs to the first sign-up"),
    "device": (LATEST, "what the user holds now"),
    "about": (LATEST, "what the user says of himself now"),
    "gender": (COMMONEST, "a slip more often than a change"),
    "region": (LATEST, "goes with where the user lives now"),
    "city_development_index": (LATEST, "goes with the region"),
    "has_relevant_experience": (LATEST, "experience is gained, rarely lost"),
    "enrolled_university": (LATEST, "studies begin and end"),
    "education_level": (LATEST, "degrees are added"),
    "major_discipline": (LATEST, "goes with the last degree"),
    "years_experience": (LATEST, "grows with time"),
    "company_size": (LATEST, "goes with the present employer"),
    "company_type": (LATEST, "goes with the present employer"),
    "last_job_change": (LATEST, "goes with the present employer"),
    "training_hours": (LATEST, "grows with time"),
}
# More than the accounts of any user, so that a count or a length always outranks age.
_AGES = 1_000_000_000


def unite(users: ir.Table, user_accounts: ir.Table) -> ir.Table:
    """One row a user: each column by its rule, and how many accounts they have."""
    accounts = users.join(user_accounts, "account_id")
    age = ibis.row_number().over(group_by=accounts.user_id, order_by=[accounts.created_at, accounts.account_id])
    aged = accounts.mutate(age=age.cast("int64"))
    counted = aged.mutate(
        **{f"count_{name}": _times(aged, name) for name, (rule, _) in RULES.items() if rule == COMMONEST}
    )
    kept = {name: _survivor(counted, name, rule) for name, (rule, _) in RULES.items()}
    return counted.group_by("user_id").agg(account_count=counted.count(), **kept)


def stale(clean_users: ir.Table, user_accounts: ir.Table, changed: ir.Table) -> ir.Table:
    """The users (user_id) that a change of these accounts made out of date: theirs, and those that lost accounts."""
    theirs = user_accounts.semi_join(changed, "account_id").select("user_id")
    now = user_accounts.group_by("user_id").agg(accounts=lambda rows: rows.count())
    before = clean_users.select("user_id", "account_count").left_join(now, "user_id")
    shrunk = before.filter(before.accounts.fill_null(0) != before.account_count).select("user_id")
    return ibis.union(theirs, shrunk).distinct()


def _times(accounts: ir.Table, name: str) -> ir.IntegerColumn:
    return accounts[name].count().over(group_by=[accounts.user_id, accounts[name]])


def _survivor(accounts: ir.Table, name: str, rule: str) -> ir.Value:
    rank = {
        EARLIEST: lambda: -accounts.age,
        LATEST: lambda: accounts.age,
        FULLEST: lambda: accounts[name].length().cast("int64") * _AGES - accounts.age,
        COMMONEST: lambda: accounts[f"count_{name}"] * _AGES + accounts.age,
    }[rule]()
    return accounts[name].argmax(rank, where=accounts[name].notnull())
