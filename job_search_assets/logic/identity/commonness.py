"""How common a value is among the accounts: to share a rare one says more than to share a common one.

Only the common values are listed, so that the list is short and what is not on it is rare: it stays right for
accounts that come later, which is why it can be held as long as the match model is.
"""

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir

# What is counted together, under the kind's name: people and forms mix up forename and surname.
NAME, NETWORK = "name", "network"
_COUNTED = {
    NAME: ("forename_root", "surname"),
    "birth_year": ("birth_year",),
    "city": ("city",),
    "region": ("region",),
    NETWORK: ("network",),
}
# The columns that say how rare an account's value is: the kind and the column of the value.
RARITIES = {
    "forename_rarity": (NAME, "forename_root"),
    "surname_rarity": (NAME, "surname"),
    "birth_rarity": ("birth_year", "birth_year"),
    "city_rarity": ("city", "city"),
    "region_rarity": ("region", "region"),
}
CROWD = "network_crowd"


def common_values(details: ir.Table, *, shares: Sequence[float], crowds: Sequence[int]) -> ir.Table:
    """kind, value, accounts and commonness: one for each bound reached, of `shares` of accounts or, for networks,
    of numbers of accounts (`crowds`). Values that reach none are not listed.
    """
    counted = [_counts(details, kind, columns) for kind, columns in _COUNTED.items()]
    counts = ibis.union(*counted)
    total = details.view().count().as_scalar()
    reached = sum(((counts.accounts / total >= share).ifelse(1, 0) for share in shares), ibis.literal(0))
    crowd = sum(((counts.accounts >= bound).ifelse(1, 0) for bound in crowds), ibis.literal(0))
    commonness = ibis.ifelse(counts.kind == NETWORK, crowd, reached).cast("int64")
    rated = counts.mutate(commonness=commonness)
    return rated.filter(rated.commonness > 0)


def nobodys(common: ir.Table, details: ir.Table) -> ir.Table:
    """The listed values that none of these accounts has: kind, value. To list them or not is all the same to these."""
    counted = [_counts(details, kind, columns) for kind, columns in _COUNTED.items()]
    return common.select("kind", "value").anti_join(ibis.union(*counted), ["kind", "value"])


def _counts(details: ir.Table, kind: str, columns: Sequence[str]) -> ir.Table:
    told = [details.select(value=details[column].cast("string")).drop_null("value") for column in columns]
    values = ibis.union(*told) if len(told) > 1 else told[0]
    counts = values.group_by("value").agg(accounts=lambda rows: rows.count().cast("int64"))
    return counts.select(kind=ibis.literal(kind), value="value", accounts="accounts")


def rated(details: ir.Table, common: ir.Table, *, classes: int) -> ir.Table:
    """The details with a column for each of `RARITIES`, 0 common to `classes` rare, and `network_crowd`, 0 few."""
    found = {**RARITIES, CROWD: (NETWORK, "network")}
    joined = details
    for name, (kind, column) in found.items():
        listed = common.filter(common.kind == kind).select(**{f"{name}_value": "value", name: "commonness"})
        met = joined.left_join(listed, joined[column].cast("string") == listed[f"{name}_value"])
        joined = met.drop(f"{name}_value")
    common_ness = {name: joined[name].fill_null(0) for name in found}
    rarity = {name: (classes - common_ness[name]).cast("int64") for name in RARITIES}
    return joined.mutate(**rarity, **{CROWD: common_ness[CROWD].cast("int64")})
