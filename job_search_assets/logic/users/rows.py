"""Rows of text become rows of a typed table, or rejected rows with the rule they break.

Every row is judged by its contract, column by column in the contract's order; the first breach is the one on
record, a broken structure before all. Of several rows with one key the earliest stays, then the fuller one,
then the one whose values sort first, and of rows that are the same the first in the file: nothing but the
place of a row depends on the order of lines.
"""

import functools

import ibis
import ibis.expr.types as ir

from job_search_assets.logic.users.values import Reading, read, time_key
from job_search_assets.schemas.contracts import Column, Contract

WITHDRAWN = "withdrawn by correction"
FORGOTTEN_RULE = "forgotten"
REPEATED = "repeated, and another row with this key stays"
REJECTED_COLUMNS = ["file", "line", "table", "column", "rule", "text"]


def parse(rows: ir.Table, contract: Contract) -> ir.Table:
    """Every row with its key, its typed values, and its first breach as `column:rule`, null if it has none.

    `rows` are a raw file's rows of text after its corrections (`provenance.correct`).
    """
    readings = {column.name: read(rows[column.name], column) for column in contract.columns}
    breaches = [_breach(rows, column, *readings[column.name][1:]) for column in contract.columns]
    lateness = [_lateness(readings, column) for column in contract.columns if column.not_after]
    withdrawn = ibis.ifelse(rows.is_withdrawn, f":{WITHDRAWN}", ibis.null("string"))
    broken = rows.broken_column.fill_null("") + ":" + rows.broken
    return rows.select(
        "file",
        "line",
        *(["is_confirmed"] if "is_confirmed" in rows.columns else []),
        **{name: value for name, (value, _, _) in readings.items()},
        key=joined(row_key(rows, contract)),
        breach=ibis.coalesce(withdrawn, broken, *breaches, *lateness),
    )


def settle(parsed: ir.Table, contract: Contract) -> ir.Table:
    """Parsed rows, of which one per key is left without a breach, with `column` and `rule` instead of `breach`."""
    beaten = _beaten(parsed.filter(parsed.breach.isnull()), contract).select("file", "line", is_beaten=True)
    settled = parsed.left_join(beaten, ["file", "line"]).drop("file_right", "line_right")
    repeated = f"{', '.join(contract.key)}:{REPEATED}"
    breach = ibis.coalesce(settled.breach, ibis.ifelse(settled.is_beaten, repeated, ibis.null("string")))
    return settled.mutate(
        column=breach.re_extract("^([^:]*):", 1).fill_null(""),
        rule=breach.substr(breach.find(":") + 1),
    ).drop("breach", "is_beaten")


def accepted(judged: ir.Table, contract: Contract) -> ir.Table:
    """The rows that keep the contract, with the contract's columns."""
    marks = ["is_confirmed"] if "is_confirmed" in judged.columns else []
    return judged.filter(judged.rule.isnull()).select(*contract.names, *marks)


def places(judged: ir.Table, contract: Contract) -> ir.Table:
    """Where each accepted row stood: table, key, file, line."""
    kept = judged.filter(judged.rule.isnull())
    return kept.select(table=ibis.literal(contract.table), key=kept.key, file=kept.file, line=kept.line)


def rejected(judged: ir.Table, texts: ir.Table, contract: Contract) -> ir.Table:
    """The rows that break the contract: file, line, table, column, rule, text.

    `texts` has the text of every line as it was read: file, line, text.
    """
    return broken(judged, contract).join(texts, ["file", "line"]).select(REJECTED_COLUMNS)


def broken(judged: ir.Table, contract: Contract) -> ir.Table:
    """The place of each row that breaks the contract, with column and rule: file, line, table, column, rule."""
    found = judged.filter(judged.rule.notnull())
    return found.select("file", "line", "column", "rule", table=ibis.literal(contract.table))


def together(tables: list[ir.Table]) -> ir.Table:
    """The rows of several tables with the same columns."""
    return functools.reduce(lambda one, other: one.union(other), tables)


def row_key(rows: ir.Table, contract: Contract) -> list[ir.StringValue]:
    """The parts of a row's key as text, times in their one notation; empty where the row has none."""
    parts = {name: rows[name].fill_null("") for name in contract.key}
    return [time_key(part) if contract.column(name).kind == "time" else part for name, part in parts.items()]


def joined(parts: list[ir.StringValue | str]) -> ir.StringValue:
    """A key's parts as one text."""
    return functools.reduce(lambda left, right: left + "|" + right, parts[1:], ibis.literal("") + parts[0])


def _breach(rows: ir.Table, column: Column, is_sound: ir.BooleanValue, rule: str) -> ir.StringValue:
    text, nothing = rows[column.name], ibis.null("string")
    unsound = ibis.ifelse(text.notnull() & ~is_sound.fill_null(False), f"{column.name}:{rule}", nothing)
    return ibis.ifelse(text.isnull(), f"{column.name}:empty", unsound) if column.is_required else unsound


def _lateness(readings: dict[str, Reading], column: Column) -> ir.StringValue:
    is_late = readings[column.name][0] > readings[column.not_after][0].date()
    return ibis.ifelse(is_late, f"{column.name}:later than {column.not_after}", ibis.null("string"))


def _beaten(sound: ir.Table, contract: Contract) -> ir.Table:
    """The rows that give way to another one with the same key."""
    repeated = sound.group_by("key").agg(rows=sound.count()).filter(lambda counted: counted.rows > 1)
    rivals = sound.semi_join(repeated, "key")
    fullness = functools.reduce(
        lambda count, name: count + rivals[name].notnull().cast("int64"), contract.names, ibis.literal(0)
    )
    contents = joined([rivals[name].cast("string").fill_null("") for name in contract.names])
    order = [rivals[contract.time], fullness.desc(), contents, rivals.file, rivals.line]
    rank = ibis.row_number().over(group_by=rivals.key, order_by=order)
    return rivals.mutate(rank=rank).filter(lambda ranked: ranked.rank > 0)
