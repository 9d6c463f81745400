"""What each account tells about its owner, in a form that can be compared: the input of blocking and comparison.

Names and addresses are worked out text by text in `names` and `contacts`; here they are put in a table with dates and
form fields. A row depends on its own account alone.
"""

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir
import pandas as pd

from job_search_assets.logic.identity import contacts, names

WORDED = {
    "account_id": "string",
    "forename": "string",
    "forename_root": "string",
    "surname": "string",
    "name_roots": "string",
    "name_sounds": "string",
    "email": "string",
    "email_local": "string",
    "email_letters": "string",
    "phone": "string",
    "postcode": "string",
    "postcode_district": "string",
    "city": "string",
    "network": "string",
}
_RAW = ["account_id", "full_name", "email", "phone", "country", "postcode", "city", "signup_ip"]
_EDUCATION = ["primary_school", "high_school", "graduate", "masters", "phd"]


def to_word(users: ir.Table) -> ir.Table:
    """The columns that `word` reads."""
    return users.select(_RAW)


def word(users: pd.DataFrame) -> pd.DataFrame:
    """A batch of accounts with names, e-mail, phone, post and network in a comparable form (columns of `WORDED`)."""
    users = users.astype(object).where(users.notna(), None)  # type: ignore[call-overload]  # the stubs know no None here
    columns = [
        list(users["account_id"]),
        *_apart([names.parts(name) for name in users["full_name"]], 5),
        *_apart([contacts.mail(email) for email in users["email"]], 3),
        [contacts.national_number(p, c) for p, c in zip(users["phone"], users["country"], strict=True)],
        *_apart([contacts.post(postcode) for postcode in users["postcode"]], 2),
        [names.plain(city) for city in users["city"]],
        [contacts.network(address) for address in users["signup_ip"]],
    ]
    return pd.DataFrame(dict(zip(WORDED, columns, strict=True)), columns=list(WORDED), dtype=object)


def _apart(rows: Sequence[Sequence[str | None]], width: int) -> list[list[str | None]]:
    """Rows as columns, as many as told even where there are no rows."""
    return [[row[place] for row in rows] for place in range(width)]


def detail(users: ir.Table, worded: ir.Table) -> ir.Table:
    """One row an account: the wording, the parts of the birth date and the form."""
    joined = users.drop(*(set(WORDED) & set(users.columns) - {"account_id"})).join(worded, "account_id")
    return joined.select(*WORDED, "gender", "country", **_birth(joined), **_form(joined))


def _birth(users: ir.Table) -> dict[str, ir.Value]:
    date = users.birth_date
    return {
        "birth_year": date.year().cast("int64"),
        "birth_month": date.month().cast("int64"),
        "birth_day": date.day().cast("int64"),
    }


def _form(users: ir.Table) -> dict[str, ir.Value]:
    """The form's fields; experience as the year in which work began, which is the same on a later account."""
    created = users.created_at.year() + (users.created_at.month() - 1) / 12.0
    return {
        "region": users.region,
        "development": (users.city_development_index * 1000).round().cast("int64"),
        "has_relevant_experience": users.has_relevant_experience,
        "enrolled_university": users.enrolled_university,
        "education": ibis.cases(
            *((users.education_level == name, rank) for rank, name in enumerate(_EDUCATION)),
            else_=ibis.null("int8"),
        ).cast("int64"),
        "major_discipline": users.major_discipline,
        "years_experience": users.years_experience,
        "career_start": (created - users.years_experience).round(3),
        "career_year": (created - users.years_experience).floor().cast("int64"),
        "company_size": users.company_size,
        "company_type": users.company_type,
        "last_job_change": users.last_job_change,
        "training_hours": users.training_hours,
        "created_day": users.created_at.epoch_seconds().cast("int64") // 86400,
    }
