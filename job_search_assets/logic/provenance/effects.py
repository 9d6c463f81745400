"""What new lines of the ledger of corrections do to the rows they meet, before anybody writes them.

A correction is worth writing if it meets a row, changes it, and costs no row that was sound. Only the rows that the
lines are about are judged, and those that share a key with them, so that a million others cost nothing.
"""

import functools
from collections.abc import Sequence

import ibis
import ibis.expr.types as ir

from job_search_assets.logic.provenance.corrections import ANY, PLACE, applied, correct, in_force
from job_search_assets.logic.users.rows import WITHDRAWN, joined, parse, row_key, settle, together
from job_search_assets.logic.users.values import read, time_key
from job_search_assets.schemas.contracts import CONFIRMED, Column, Contract


def met(rows: ir.Table, ledger: ir.Table, contract: Contract, *, ids: Sequence[str]) -> ir.Table:
    """Where the rows stand that these corrections are about, each once: file, line."""
    found = applied(rows, ledger, contract)
    return found.filter(found.correction_id.isin(ids)).select(*PLACE).distinct()


def concerned(rows: ir.Table, before: ir.Table, after: ir.Table, contract: Contract, *, ids: Sequence[str]) -> ir.Table:
    """A raw file's rows that these corrections can change, be it by what happens to another row with the same key.

    `before` and `after` are the ledger without and with the corrections.
    """
    named = [_moved_or_named(rows, ledger, contract, ids) for ledger in (before, after)]
    first = rows.semi_join(together(named), PLACE)
    keys = [_keyed(correct(first, ledger, contract), contract).select("key") for ledger in (before, after)]
    rivals = _keyed(rows, contract).semi_join(together(keys), "key").select(*PLACE)
    return rows.semi_join(together([*named, rivals]), PLACE)


def outcome(rows: ir.Table, ledger: ir.Table, contract: Contract) -> ir.Table:
    """What the ledger makes of rows: place, values as text, is_withdrawn, and key, column and rule as judged."""
    corrected = correct(rows, ledger, contract)
    judged = settle(parse(corrected, contract), contract).select(*PLACE, "key", "column", "rule")
    return corrected.join(judged, PLACE).select(*PLACE, "is_withdrawn", "key", "column", "rule", *_values(contract))


def differences(before: ir.Table, after: ir.Table, contract: Contract) -> ir.Table:
    """Two outcomes side by side: place, was_kept, is_kept, was_withdrawn, column, rule, a flag `new_...` a value."""
    both = before.outer_join(after, PLACE)
    file, line = both.file.coalesce(both.file_right), both.line.coalesce(both.line_right)
    news = {
        f"new_{name}": ~both[name].cast("string").identical_to(both[f"{name}_right"].cast("string"))
        for name in _values(contract)
    }
    was_withdrawn, is_withdrawn = (both[name].fill_null(True) for name in ("is_withdrawn", "is_withdrawn_right"))
    is_changed = functools.reduce(lambda one, other: one | other, news.values(), was_withdrawn != is_withdrawn)
    return both.select(
        file=file,
        line=line,
        was_kept=both.key.notnull() & both.rule.isnull(),
        is_kept=both.key_right.notnull() & both.rule_right.isnull(),
        was_withdrawn=was_withdrawn,
        is_withdrawn=is_withdrawn | (both.rule_right == WITHDRAWN).fill_null(False),
        key=both.key_right.fill_null(both.key),
        column=both.column_right.fill_null(""),
        rule=both.rule_right.fill_null(""),
        is_changed=is_changed,
        **news,
    )


def breach(text: ir.StringValue, column: Column) -> ir.StringValue:
    """The rule of the contract that a value breaks, null if it keeps them all; an empty value is null."""
    _, is_sound, rule = read(text, column)
    if column.is_required:
        return ibis.cases((text.isnull(), "empty"), (~is_sound.fill_null(False), rule), else_=None)
    return ibis.ifelse(text.notnull() & ~is_sound.fill_null(False), rule, ibis.null("string"))


def nearest_keys(rows: ir.Table, parts: Sequence[str], contract: Contract) -> ir.Table:
    """The file's keys, those most like the given one first: key, agreeing (parts that are the same), distance."""
    given = _key_parts(parts, contract)
    present = row_key(rows, contract)
    named = rows.select(**{f"part_{place}": part for place, part in enumerate(present)}).distinct()
    found = [named[f"part_{place}"] for place in range(len(parts))]
    agreeing = [(one == other) | (other == ANY) for one, other in zip(found, given, strict=True)]
    distances = [
        ibis.ifelse(other == ANY, 0, one.lower().levenshtein(other.lower()))
        for one, other in zip(found, given, strict=True)
    ]
    add = functools.partial(functools.reduce, lambda one, other: one + other)
    shown = [ANY if part == ANY else one for one, part in zip(found, parts, strict=True)]
    keyed = named.select(
        key=joined(shown), agreeing=add([same.cast("int64") for same in agreeing]), distance=add(distances)
    )
    return keyed.filter(keyed.key != "").order_by(keyed.agreeing.desc(), "distance", "key")


def key_of(parts: Sequence[str], contract: Contract) -> ir.StringValue:
    """A key as tables have it, times in their one notation."""
    return joined(_key_parts(parts, contract))


def renamed_from(ledger: ir.Table, parts: Sequence[str], contract: Contract) -> ir.Table:
    """Corrections in force that put a part of this key in place of another: correction_id, key (as in the file)."""
    ours = in_force(ledger)
    ours = ours.filter(ours["table"] == contract.table, ours.action == "replace")
    puts = [(ours.column == name) & (ours.value == part) for name, part in zip(contract.key, parts, strict=True)]
    return ours.filter(functools.reduce(lambda one, other: one | other, puts)).select("correction_id", "key", "line")


def last_withdrawal(rows: ir.Table, ledger: ir.Table, contract: Contract) -> ir.Table:
    """The latest correction in force that withdrew one of these rows: id."""
    withdrawals = ledger.filter(ledger.action == "withdraw").select("correction_id", at="line")
    found = applied(rows, ledger, contract).select("correction_id").distinct().join(withdrawals, "correction_id")
    return found.order_by(ibis.desc("at")).limit(1).select(id="correction_id")


def _key_parts(parts: Sequence[str], contract: Contract) -> list[ir.StringValue]:
    return [
        time_key(ibis.literal(part)) if contract.column(name).kind == "time" and part != ANY else ibis.literal(part)
        for name, part in zip(contract.key, parts, strict=True)
    ]


def _moved_or_named(rows: ir.Table, ledger: ir.Table, contract: Contract, ids: Sequence[str]) -> ir.Table:
    moves = ledger.filter(ledger["table"] == contract.table, ledger.action == "replace")
    moves = moves.filter(moves.column.isin(contract.key)).select("correction_id")
    found = applied(rows, ledger, contract)
    moved = found.semi_join(moves, "correction_id").select(*PLACE)
    return together([moved, found.filter(found.correction_id.isin(ids)).select(*PLACE)])


def _keyed(rows: ir.Table, contract: Contract) -> ir.Table:
    return rows.mutate(key=joined(row_key(rows, contract)))


def _values(contract: Contract) -> list[str]:
    return [*contract.names, *([CONFIRMED] if contract.table == "ip_blocklist" else [])]
