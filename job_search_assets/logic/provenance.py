"""Corrections: what people changed in the inputs, applied to the rows of text before they are judged.

Raw files are never edited; a ledger says what is wrong with them. A corrected value passes the same rules as
any other, so a replacement can mend a rejected row. Later lines win. Keys are those of the raw file as it was
read, and `*` in place of a part stands for any.
"""

import functools
import itertools

import ibis
import ibis.expr.types as ir

from job_search_assets.logic.users.rows import joined, row_key, together
from job_search_assets.logic.users.values import time_key
from job_search_assets.schemas.contracts import CONFIRMED, CORRECTIONS_FILE, LEDGER, Contract

ANY = "*"
PLACE = ["file", "line"]


def in_force(ledger: ir.Table) -> ir.Table:
    """The corrections of rows, without those that a later line took back."""
    taken_back = ledger.filter(ledger["table"] == LEDGER).select(correction_id="key")
    return ledger.filter(ledger["table"] != LEDGER).anti_join(taken_back, "correction_id")


def correct(rows: ir.Table, ledger: ir.Table, contract: Contract) -> ir.Table:
    """A raw file's rows of text as the ledger wants them: values replaced, rows added, rows marked as withdrawn.

    Adds `is_withdrawn`, and `is_confirmed` to the blocklist. An added row stands at its first line in the
    ledger. A withdrawn row stays in the table, since every line has to be accounted for. A row that is added
    after a withdrawal of its key stands.
    """
    ours = _of_table(ledger, contract)
    additions = _additions(ours, contract)
    raw = rows.select(*PLACE, "text", "broken", "broken_column", *contract.names)
    added = _added_rows(additions, contract).select(raw.columns)
    withdrawn = _matched(rows, ours.filter(ours.action == "withdraw"), contract).select(PLACE).distinct()
    values = _latest_values(together([raw, added]), ours, additions, contract)
    whole = together([raw, added]).left_join(values, PLACE).drop("file_right", "line_right")
    return (
        _replaced(whole, contract)
        .left_join(withdrawn.mutate(is_withdrawn=True), PLACE)
        .select(
            *raw.columns,
            *_extra_columns(contract),
            is_withdrawn=lambda marked: marked.is_withdrawn.fill_null(False),
        )
    )


def applied(rows: ir.Table, ledger: ir.Table, contract: Contract) -> ir.Table:
    """Which correction met which row: correction_id, file, line, an added row being met by its own lines."""
    ours = _of_table(ledger, contract)
    additions = _additions(ours, contract)
    changes = ours.filter(ours.action != "add")
    keyed = [every.select(*PLACE, *contract.key) for every in (rows, _added_rows(additions, contract))]
    met = _matched(together(keyed), changes, contract).select("correction_id", *PLACE)
    lines = ours.filter(ours.action == "add").select("correction_id", file=ibis.literal(CORRECTIONS_FILE), line="line")
    return together([met, lines])


def unmatched(rows: ir.Table, ledger: ir.Table, contract: Contract) -> ir.Table:
    """Corrections of a file that meet no row of it: correction_id, line."""
    met = applied(rows, ledger, contract).select("correction_id")
    return _of_table(ledger, contract).anti_join(met, "correction_id").select("correction_id", "line")


def _of_table(ledger: ir.Table, contract: Contract) -> ir.Table:
    """A file's corrections in force, times in their keys in the one notation."""
    ours = in_force(ledger)
    ours = ours.filter(ours["table"] == contract.table)
    confirms = ours.action == "confirm"
    return ours.mutate(
        key=joined(_key_parts(ours.key, contract)),
        column=ibis.ifelse(confirms, CONFIRMED, ours.column),
        value=ibis.ifelse(confirms, "true", ours.value),
    )


def _key_parts(key: ir.StringValue, contract: Contract) -> list[ir.StringValue]:
    if len(contract.key) == 1:
        return [key]
    # Spark splits at a pattern, in which a bar means "or"; and an index beyond the end stops it.
    parts = (key + "|" * len(contract.key)).replace("|", "\t").split("\t")
    return [
        time_key(parts[place]) if contract.column(name).kind == "time" else parts[place]
        for place, name in enumerate(contract.key)
    ]


def _matched(rows: ir.Table, corrections: ir.Table, contract: Contract) -> ir.Table:
    """Rows and the corrections whose key meets theirs: place, correction_id, at (line), column and value."""
    parts = row_key(rows, contract)
    met = []
    for is_any in itertools.product([False, True], repeat=len(parts)):
        masked = joined([ibis.literal(ANY) if hidden else part for part, hidden in zip(parts, is_any, strict=True)])
        keyed = rows.select(*PLACE, key=masked)
        wanted = corrections.select("key", "correction_id", "column", "value", at="line")
        met.append(keyed.join(wanted, "key").select(*PLACE, "correction_id", "at", "column", "value"))
    return together(met)


def _additions(ours: ir.Table, contract: Contract) -> ir.Table:
    """Lines that add, but for those whose key a later line withdrew; with the place of the row they make."""
    parts = dict(zip(contract.key, _key_parts(ours.key, contract), strict=True))
    lines = ours.mutate(file=ibis.literal(CORRECTIONS_FILE), **{f"part_{name}": part for name, part in parts.items()})
    adds = lines.filter(lines.action == "add")
    keyed = adds.select(*PLACE, **{name: adds[f"part_{name}"] for name in contract.key})
    withdrawals = _matched(keyed, ours.filter(ours.action == "withdraw"), contract)
    dropped = withdrawals.filter(withdrawals["at"] > withdrawals.line).select("line").distinct()
    kept = adds.anti_join(dropped, "line")
    return kept.mutate(first_line=kept.line.min().over(group_by=kept.key))


def _added_rows(additions: ir.Table, contract: Contract) -> ir.Table:
    first = additions.filter(additions.line == additions.first_line)
    nothing = ibis.null("string")
    return first.select(
        *PLACE,
        "text",
        broken=nothing,
        broken_column=nothing,
        **{name: first[f"part_{name}"] if name in contract.key else nothing for name in contract.names},
    )


def _latest_values(whole: ir.Table, ours: ir.Table, additions: ir.Table, contract: Contract) -> ir.Table:
    """One row per changed row, and a column `new_...` per column: its last value, empty for none, null if unchanged."""
    changes = _matched(whole, ours.filter(ours.action.isin(["replace", "confirm"])), contract).drop("correction_id")
    given = additions.select("file", line="first_line", at="line", column="column", value="value")
    cells = together([changes, given]).mutate(value=lambda cell: cell.value.fill_null(""))
    last = cells.group_by([*PLACE, "column"]).agg(value=cells.value.argmax(cells["at"]))
    names = [*contract.names, *_extra_columns(contract)]
    return last.group_by(PLACE).agg(**{f"new_{name}": last.value.max(where=last.column == name) for name in names})


def _replaced(whole: ir.Table, contract: Contract) -> ir.Table:
    new = {name: whole[f"new_{name}"] for name in [*contract.names, *_extra_columns(contract)]}
    is_mended = [(whole.broken_column == name).fill_null(False) & new[name].notnull() for name in contract.names]
    still_broken = ibis.ifelse(functools.reduce(lambda one, other: one | other, is_mended), None, whole.broken)
    values = {name: ibis.ifelse(new[name].notnull(), new[name].nullif(""), whole[name]) for name in contract.names}
    marks = {name: (new[name] == "true").fill_null(False) for name in _extra_columns(contract)}
    return whole.select(*PLACE, "text", "broken_column", broken=still_broken, **values, **marks)


def _extra_columns(contract: Contract) -> list[str]:
    return [CONFIRMED] if contract.table == "ip_blocklist" else []
