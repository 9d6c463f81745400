"""Whether accounts that were known are read today as they were when they came: else our code moved, or the files did.

Accounts of two deliveries are compared by today's code alone, so a change of that code moves neither against the other.
It moves what models learned from before: that is seen by each known account's row against its own hash.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import ibis
import ibis.expr.types as ir

from job_search_assets.logic.users.rows import joined

OTHERWISE, ROW, READING = "read otherwise", "row", "reading"
OUR_CODE, FILES = "our code", "the files or corrections"


def row_hash(raw_users: ir.Table) -> ir.StringValue:
    """32 hex digits that depend on every value of an account's row."""
    names = sorted(raw_users.columns)
    return joined([raw_users[name].cast("string").fill_null("") for name in names]).hexdigest("md5")


def compared(raw_users: ir.Table, deliveries: ir.Table, *, read_by: str, accepted: int) -> ir.Table:
    """By source: known accounts, how many have another row than when they came, and of these by another code.

    Of deliveries after the last that a person has accepted.
    """
    now = raw_users.select("account_id", "source", hash_now=row_hash(raw_users))
    known = deliveries.filter(deliveries.kind == "users", deliveries.delivery > accepted)
    met = known.inner_join(now, "account_id")
    is_other = (met.row_hash != met.hash_now).fill_null(False)
    is_by_other_code = is_other & (met.read_by != ibis.literal(read_by)).fill_null(False)
    return met.group_by("source").agg(
        accounts=met.count(),
        changed=is_other.sum().cast("int64"),
        changed_by_code=is_by_other_code.sum().cast("int64"),
    )


def rows(found: Sequence[Mapping[str, Any]], *, least_effect: float) -> list[dict[str, Any]]:
    """The rows for the table of drift, the most changed first. No chance is told: the accounts are the same ones."""
    told = []
    for source in sorted(found, key=lambda row: (-row["changed"] / row["accounts"], row["source"])):
        share = round(source["changed"] / source["accounts"], 6)
        is_told = share >= least_effect and share > 0
        told.append(
            {
                "source": source["source"],
                "feature": ROW,
                "aspect": READING,
                "accounts_before": source["accounts"],
                "accounts_delivered": source["changed"],
                "condition": OTHERWISE,
                "share_before": 0.0,
                "share_delivered": share,
                "effect": share,
                "verdict": OTHERWISE if is_told else "as before",
                "cause": (OUR_CODE if 2 * source["changed_by_code"] > source["changed"] else FILES)
                if is_told
                else None,
            }
        )
    return told
