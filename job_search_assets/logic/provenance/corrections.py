"""Corrections: what people changed in the inputs, applied to the rows of text before they are judged.

Raw files are never edited; a ledger says what is wrong with them. A corrected value passes the same rules as
any other, so a replacement can mend a rejected row. Later lines win. Keys are those of the raw file as it was
read, and `*` in place of a part stands for any.
"""

import functools
import itertools

import ibis
import ibis.expr.types as ir

from job_search_assets.logic.users.binding import bound
from job_search_assets.logic.users.rows import joined, row_key, together
from job_search_assets.logic.users.values import time_key, time_text
from job_search_assets.schemas.contracts import CONFIRMED, CORRECTIONS_FILE, LEDGER, LEDGER_COLUMNS, Contract

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
    raw = rows.select(*PLACE, "broken", "broken_column", *contract.names)
    whole = together([raw, _added_rows(additions, contract).select(raw.columns)])
    met = _matched(whole, ours.filter(ours.action != "add"), contract)
    withdrawn = met.filter(met.action == "withdraw", met.file != CORRECTIONS_FILE).select(*PLACE).distinct()
    changed = whole.left_join(_latest_values(met, additions, contract), PLACE).drop("file_right", "line_right")
    marked = _replaced(changed, contract).left_join(withdrawn.mutate(is_withdrawn=True), PLACE)
    is_withdrawn = marked.is_withdrawn.fill_null(ibis.literal(False))
    return marked.select(*raw.columns, *_extra_columns(contract), is_withdrawn=is_withdrawn)


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


def changed_lines(before: ir.Table, after: ir.Table) -> ir.Table:
    """The lines that are in one of two ledgers alone, and those that such a line takes back."""
    columns = ["line", *LEDGER_COLUMNS]
    was, now = before.select(columns), after.select(columns)
    changed = together([was.difference(now), now.difference(was)])
    taken_back = changed.filter(changed["table"] == LEDGER).select(correction_id="key")
    return together([changed, *(ledger.semi_join(taken_back, "correction_id") for ledger in (was, now))])


def keys_met(rows: ir.Table, lines: ir.Table, contract: Contract) -> ir.Table:
    """The keys (key, as `rows.joined` writes them) of a raw file's rows that lines of the ledger meet, or add."""
    ours = lines.filter(lines["table"] == contract.table)
    ours = ours.mutate(key=canonical(ours.key, contract))
    named = ours.filter(~ours.key.contains(ANY)).select("key")
    masks = ours.filter(ours.key.contains(ANY)).mutate(column=None, value=None)
    met = _matched(rows.select(*PLACE, *contract.key), masks, contract).select(*PLACE)
    return named.union(keyed(rows.semi_join(met, PLACE), contract).select("key")).distinct()


def named_by(table: ir.Table, lines: ir.Table, contract: Contract, *, has_any: bool) -> ir.Table:
    """The rows of a raw table that the keys of some lines name; where `has_any`, `*` for a part stands for any."""
    parts = _key_parts(canonical(lines.key, contract), contract)
    wanted = lines.select(**{f"part_{place}": parts[place] for place in range(len(contract.key))})
    meets = []
    for place, name in enumerate(contract.key):
        value, part = table[name], wanted[f"part_{place}"]
        same = part == (time_text(value) if isinstance(value, ir.TimestampValue) else value)
        meets.append((part == ANY) | same if has_any else same)
    return table.semi_join(wanted, meets)


def with_keys(rows: ir.Table, keys: ir.Table, contract: Contract) -> ir.Table:
    """A raw file's rows of text that have one of the keys."""
    return keyed(rows, contract).semi_join(keys, "key").drop("key")


def keyed(rows: ir.Table, contract: Contract) -> ir.Table:
    """A raw file's rows of text with their key, times in the one notation."""
    return rows.mutate(key=joined(row_key(rows, contract)))


def _of_table(ledger: ir.Table, contract: Contract) -> ir.Table:
    """A file's corrections in force, times in their keys in the one notation."""
    ours = in_force(ledger)
    ours = ours.filter(ours["table"] == contract.table)
    confirms = ours.action == "confirm"
    return ours.mutate(
        key=canonical(ours.key, contract),
        column=ibis.ifelse(confirms, CONFIRMED, ours.column),
        value=ibis.ifelse(confirms, "true", ours.value),
    )


def canonical(key: ir.StringValue, contract: Contract) -> ir.StringValue:
    """A key as the ledger has it, times in the one notation."""
    is_time = [contract.column(name).kind == "time" for name in contract.key]
    return bound(
        _key_parts(key, contract),
        lambda parts: joined([time_key(parts[i]) if timed else parts[i] for i, timed in enumerate(is_time)]),
    )


def _key_parts(key: ir.StringValue, contract: Contract) -> ir.ArrayValue:
    if len(contract.key) == 1:
        return ibis.array([key])
    # Spark splits at a pattern, in which a bar means "or"; and an index beyond the end stops it.
    return (key + "|" * len(contract.key)).replace("|", "\t").split("\t")


def _matched(rows: ir.Table, corrections: ir.Table, contract: Contract) -> ir.Table:
    """Rows and the corrections whose key meets theirs: place, correction_id, action, column, value, at (line)."""
    masks = list(itertools.product([False, True], repeat=len(contract.key)))
    keys = bound(
        ibis.array(row_key(rows, contract)),
        lambda row: ibis.array(
            [joined([ANY if hidden else row[i] for i, hidden in enumerate(mask)]) for mask in masks]
        ),
    )
    wanted = corrections.select("key", "correction_id", "action", "column", "value", at="line")
    return rows.select(*PLACE, key=keys.unnest()).join(wanted, "key").drop("key")


def _additions(ours: ir.Table, contract: Contract) -> ir.Table:
    """Lines that add, but for those whose key a later line withdrew; with the place of the row they make."""
    adds = ours.filter(ours.action == "add").mutate(file=ibis.literal(CORRECTIONS_FILE))
    parts = _key_parts(adds.key, contract)
    keyed = adds.select(*PLACE, **{name: parts[place] for place, name in enumerate(contract.key)})
    withdrawals = _matched(keyed, ours.filter(ours.action == "withdraw"), contract)
    dropped = withdrawals.filter(withdrawals["at"] > withdrawals.line).select("line").distinct()
    kept = adds.anti_join(dropped, "line")
    return kept.mutate(first_line=kept.line.min().over(group_by=kept.key))


def _added_rows(additions: ir.Table, contract: Contract) -> ir.Table:
    first = additions.filter(additions.line == additions.first_line)
    parts, nothing = _key_parts(first.key, contract), ibis.null("string")
    given = {name: parts[place] for place, name in enumerate(contract.key)}
    values = {name: given.get(name, nothing) for name in contract.names}
    return first.select(*PLACE, broken=nothing, broken_column=nothing, **values)


def _latest_values(met: ir.Table, additions: ir.Table, contract: Contract) -> ir.Table:
    """One row per changed row, a column `new_...` per column: its last value, empty for none, null if unchanged."""
    changes = met.filter(met.action != "withdraw").select(*PLACE, "at", "column", "value")
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
    return whole.select(*PLACE, "broken_column", broken=still_broken, **values, **marks)


def _extra_columns(contract: Contract) -> list[str]:
    return [CONFIRMED] if contract.table == "ip_blocklist" else []
