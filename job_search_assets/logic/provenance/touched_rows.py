"""Which correction touched which row, with who made it: what `why` and an auditor read instead of the ledger."""

import ibis
import ibis.expr.types as ir

from job_search_assets.logic.provenance.corrections import applied, canonical
from job_search_assets.logic.users.rows import joined, row_key
from job_search_assets.schemas.contracts import Contract

_TOLD = ["correction_id", "action", "column", "value", "made_by", "made_at", "why"]


def touched(rows: ir.Table, ledger: ir.Table, contract: Contract) -> ir.Table:
    """One row per key of a raw file and correction in force that met a row of it: columns of `AppliedCorrections`.

    `rows` are the file's rows of text, rejected ones among them; an added row has the key that the ledger gives it.
    """
    places = rows.select("file", "line", key=joined(row_key(rows, contract)))
    added = canonical(ledger.key, contract)
    lines = ledger.select(*_TOLD, added=added)
    met = applied(rows, ledger, contract).left_join(places, ["file", "line"]).select("correction_id", "key")
    keyed = met.join(lines, "correction_id")
    told = keyed.select(*_TOLD, table=ibis.literal(contract.table), key=ibis.coalesce(keyed.key, keyed.added))
    return told.distinct()
