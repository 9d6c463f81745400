"""What the spam model may know of an account: its own form, and how many others share a part of it.

Nothing here comes from the blocklist, the reports, the votes or the judged pairs: the model must be able to
disagree with them. Nothing comes from the address either: what its network is like is weighed in `evidence`, by
the accounts there, and a bystander who looked like spam for the crowd around would be condemned twice.
Gender and region are left out, and so is the career form: whether it is filled in says how an account was
collected.
"""

import ibis
import ibis.expr.types as ir

from job_search_assets.logic.users.addresses import address_key

FLAGS = (
    "has_email",
    "has_phone",
    "has_birth_date",
    "has_city",
    "has_postcode",
    "has_country",
    "has_device",
    "has_about",
    "is_name_lower",
    "is_name_upper",
    "is_email_unlike_name",
    "has_digits_inside_email",
    "is_domain_rare",
)
COUNTS = (
    "filled_fields",
    "name_words",
    "email_length",
    "email_digits",
    "domain_accounts",
    "text_length",
    "text_digits",
    "text_capitals",
    "text_copies",
    "domain_burst",
    "email_accounts",
    "phone_accounts",
    "birth_name_accounts",
    "postcode_name_accounts",
)

# How many accounts share a part of the account's form: the count, and the key that is shared. Beyond nine only the
# first digit is told, as of `domain_burst`: 4,521 are 4,000.
SHARED = {
    "domain_accounts": "domain_key",
    "text_copies": "copied_text_key",
    "email_accounts": "email_key",
    "phone_accounts": "phone_key",
    "birth_name_accounts": "birth_name_key",
    "postcode_name_accounts": "postcode_name_key",
}
CROWDS = (*SHARED, "domain_burst", "is_domain_rare")  # what an account's row tells of others
SECONDS_IN_AN_HOUR = 3600


def describe(raw_users: ir.Table, *, burst_hours: int) -> ir.Table:
    """One row per account: texts, flags (booleans) and counts (int64), null only where there is no address.

    `address` is the sign-up address as `address_key` writes it, `network` its /24 (of IPv6: /48); they are there
    for the joins that follow and are no features.
    """
    account = alone(raw_users)
    return among_others(account, crowds(account, burst_hours=burst_hours))


def alone(raw_users: ir.Table) -> ir.Table:
    """What an account says without a look at any other, and the keys (`SHARED`) by which it is counted with others."""
    account = _worded(raw_users.mutate(address=address_key(raw_users.signup_ip)))
    account = account.mutate(**_name_and_email(account), **_text(account))
    return account.mutate(**_keys(account), second=account.created_at.epoch_seconds().cast("int64"))


def crowds(account: ir.Table, *, burst_hours: int) -> ir.Table:
    """How many accounts share what each has, of all accounts as `alone` tells them.

    account_id, has_email, the counts of `SHARED`, `domain_burst`, and `everyone`, how many accounts there are in all.
    """
    # Few columns: DuckDB sorts the rows for each key.
    keys = account.select("account_id", "has_email", "second", *SHARED.values())
    counts = {name: _accounts_with(keys[key], ibis.window(group_by=keys[key])) for name, key in SHARED.items()}
    burst = _domain_burst(keys, seconds=burst_hours * SECONDS_IN_AN_HOUR)
    everyone = keys.count().over(ibis.window())
    return keys.select("account_id", "has_email", **counts, domain_burst=burst, everyone=everyone)


def among_others(account: ir.Table, counts: ir.Table) -> ir.Table:
    """The rows of `describe` for some accounts as `alone` tells them, `counts` being the `crowds` of all."""
    return finished(account.inner_join(counts.drop("has_email"), "account_id"))


def finished(counted: ir.Table) -> ir.Table:
    """The columns of `describe`, of what accounts are `alone` with the columns of `crowds`."""
    texts = ["text", "text_key", "email_domain", "email_local", "device", "source"]
    return in_round_numbers(counted).select("account_id", "created_at", "address", "network", *texts, *FLAGS, *COUNTS)


def in_round_numbers(counted: ir.Table) -> ir.Table:
    """The same rows with `CROWDS` as they are told; `counted` has `has_email` and the columns of `crowds`."""
    told = {name: _in_round_numbers(counted[name]) for name in (*SHARED, "domain_burst")}
    return counted.mutate(is_domain_rare=_is_domain_rare(counted), **told)


def _worded(raw_users: ir.Table) -> ir.Table:
    user = raw_users
    has = {
        f"has_{field}": user[field].notnull()
        for field in ("email", "phone", "birth_date", "city", "postcode", "country", "device", "about")
    }
    filled = [has[f"has_{field}"].cast("int64") for field in ("email", "phone", "birth_date", "city", "postcode")]
    email, name = user.email.fill_null("").lower(), user.full_name.fill_null("")
    # Engines compile a class of Unicode anew for each query, which takes a service milliseconds: one pattern has one.
    words = name.re_replace(r"\P{L}+", " ").strip()
    return user.select(
        "account_id",
        "created_at",
        "source",
        "birth_date",
        "address",
        **has,
        filled_fields=sum(filled[1:], filled[0]),
        network=_network(user.address),
        device=user.device.fill_null(""),
        about=user.about.fill_null(""),
        name=name,
        email=email,
        email_domain=email.re_extract("@([^@]+)$", 1).fill_null(""),
        local=email.re_replace("@.*$", ""),
        phone_key=user.phone.re_replace("[^0-9]", "").right(9).nullif(""),
        postcode_key=user.postcode.lower().re_replace("[^a-z0-9]", "").nullif(""),
        words=words,
        first_name=words.lower().re_extract("^([^ ]+)", 1).fill_null(""),
        last_name=words.lower().re_extract("([^ ]+)$", 1).fill_null(""),
    )


def _name_and_email(account: ir.Table) -> dict[str, ir.Value]:
    name, local = account.name, account.local
    letters = local.re_replace("[^a-z]", "")
    # Three letters are enough to recognise a name, and survive most ways to shorten one. A name in another
    # script cannot be found in an address in Latin letters, so it is not held against anybody.
    begins = [part.re_extract("^([a-z]{2,3})", 1).fill_null("") for part in (account.first_name, account.last_name)]
    is_found = (begins[0] == "") | letters.contains(begins[0]) | ((begins[1] != "") & letters.contains(begins[1]))
    return {
        "name_words": _count(account.words, "[^ ]{2,}"),
        "is_name_lower": (name == name.lower()) & (name != name.upper()),
        "is_name_upper": (name == name.upper()) & (name != name.lower()),
        "email_local": local.re_replace("[0-9]", "0"),
        "email_length": local.length().cast("int64"),
        "email_digits": _count(local, "[0-9]"),
        "has_digits_inside_email": local.re_search("[a-z][0-9]+[a-z]"),
        "is_email_unlike_name": account.has_email & ~is_found,
    }


def _text(account: ir.Table) -> dict[str, ir.Value]:
    about = account.about
    return {
        "text": about.re_replace("[0-9]", "0"),
        "text_key": about.lower().re_replace(r"\P{L}+", ""),
        "text_length": about.length().cast("int64"),
        "text_digits": _count(about, "[0-9]"),
        "text_capitals": _count(about, r"\p{Lu}"),
    }


def _keys(account: ir.Table) -> dict[str, ir.Value]:
    born = account.birth_date.cast("string") + account.last_name
    lives = account.postcode_key + account.last_name
    return {
        "domain_key": account.email_domain.nullif(""),
        "copied_text_key": account.text_key.nullif(""),
        "email_key": account.email.nullif(""),
        "birth_name_key": (account.last_name != "").ifelse(born, ibis.null("string")),
        "postcode_name_key": (account.last_name != "").ifelse(lives, ibis.null("string")),
    }


def _domain_burst(account: ir.Table, *, seconds: int) -> ir.IntegerValue:
    window = ibis.range_window(
        preceding=seconds, following=seconds, group_by=account.domain_key, order_by=account.second
    )
    return _accounts_with(account.domain_key, window)


def _network(address: ir.StringValue) -> ir.StringValue:
    # A /24 of IPv4, a /48 of IPv6: what one customer of a provider may hold, in the digits of `address_key`.
    return address.startswith("4").ifelse(address.substr(0, 7), address.substr(0, 13))


def _is_domain_rare(account: ir.Table) -> ir.BooleanValue:
    # A provider that people use has more than one account in a thousand, whatever the size of the data.
    return account.has_email & (account.domain_accounts * 1000 <= ibis.greatest(account.everyone, 3000))


def _accounts_with(key: ir.Value, window: ir.Value) -> ir.IntegerValue:
    # Accounts without the key would otherwise all share "nothing".
    return key.notnull().ifelse(key.count().over(window), 0).cast("int64")


def _in_round_numbers(count: ir.IntegerValue) -> ir.IntegerValue:
    # Of a provider with half of all accounts each new one would otherwise change all the others' features.
    digits = count.cast("string")
    return digits.left(1).rpad(digits.length(), "0").cast("int64")


def _count(text: ir.StringValue, pattern: str) -> ir.IntegerValue:
    marked = text.re_replace(pattern, "\u0001")
    return (marked.length() - marked.replace("\u0001", "").length()).cast("int64")
