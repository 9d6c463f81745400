"""That no record is lost between the files and the tables."""

from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import Any

import ibis
import ibis.expr.types as ir

from job_search_assets.logic.users.rows import together
from job_search_assets.schemas.contracts import CORRECTIONS_FILE

PLACE = ["file", "line"]
EXAMPLES = 20


def account_for(records: list[ir.Table], raw_places: ir.Table, rejected_rows: ir.Table) -> ir.Table:
    """One row: how many records the files hold, how many were kept and rejected, and how many are amiss.

    `lost` records are in neither table, `twice` in both or repeatedly, `unknown` in no file. Rows that a
    correction added stand in the ledger and are no records of a file.
    """
    seen = together(
        [
            *[_marked(rows, is_record=1) for rows in records],
            _marked(raw_places, kept=1),
            _marked(rejected_rows, rejected=1),
        ]
    )
    seen = seen.filter(seen.file != CORRECTIONS_FILE)
    places = seen.group_by(PLACE).agg(
        is_record=seen.is_record.sum(), kept=seen.kept.sum(), rejected=seen.rejected.sum()
    )
    uses = places.kept + places.rejected
    return places.agg(
        records=places.is_record.sum().fill_null(0),
        kept=places.kept.sum().fill_null(0),
        rejected=places.rejected.sum().fill_null(0),
        lost=places.count(where=(places.is_record == 1) & (uses == 0)),
        twice=places.count(where=(uses > 1) | (places.is_record > 1)),
        unknown=places.count(where=places.is_record == 0),
    )


def without_a_place(raw_users: ir.Table, raw_places: ir.Table) -> ir.Table:
    """Accounts of which nobody knows where they stood."""
    known = raw_places.filter(raw_places["table"] == "users").select(account_id="key")
    return raw_users.anti_join(known, "account_id").select("account_id")


def unlikely_birth_dates(raw_users: ir.Table, *, most_years: int) -> ir.Table:
    """Accounts whose person would have been older than that at sign-up: account_id, years."""
    years = raw_users.created_at.year() - raw_users.birth_date.year()
    aged = raw_users.select("account_id", years=years)
    return aged.filter(aged.years > most_years)


def _marked(rows: ir.Table, **mark: int) -> ir.Table:
    marks = {name: ibis.literal(mark.get(name, 0), "int64") for name in ("is_record", "kept", "rejected")}
    return rows.select(*PLACE, **marks)


def of_nobody(rows: ir.Table, raw_users: ir.Table, *, by: Sequence[str]) -> dict[str, Any]:
    """How many rows name an account that is not among the users, in one of the columns `by`, and the first of these."""
    named = [rows.select(account_id=rows[column]) for column in by]
    strangers = reduce(ir.Table.union, named).anti_join(raw_users, "account_id").distinct()
    concerned = rows.filter(reduce(or_, [rows[column].isin(strangers.account_id) for column in by]))
    first = strangers.order_by("account_id").limit(EXAMPLES).to_pyarrow()["account_id"].to_pylist()
    return {"rows": int(concerned.count().execute()), "accounts": first}
