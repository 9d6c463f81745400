"""Rows of text become rows of a typed table, or rejected rows with the rule they break.

Every row is judged by its contract, column by column in the contract's order; the first breach is the one on
record, a broken structure before all. Of several rows with one key the earliest stays, then the fuller one,
then the one whose values sort first, and of rows that are the same the first in the file: nothing but the
place of a row depends on the order of lines.
"""

import functools

import ibis
import ibis.expr.types as ir

from job_search_assets.logic.users.values import read, time_key
from job_search_assets.schemas.contracts import Column, Contract

WITHDRAWN = "withdrawn by correction"
REPEATED = "repeated, and another row with this key stays"
REJECTED_COLUMNS = ["file", "line", "table", "column", "rule", "text"]


def judge(rows: ir.Table, contract: Contract) -> ir.Table:
    """Every row with its typed values, its key, and the first rule it breaks.

    `rows` are a raw file's rows after its corrections (`provenance.correct`). Adds `key`, `column` and
    `rule`; the last two are empty and null for a row that is kept.
    """
    typed = _typed(rows, contract)
    beaten = _beaten(typed.filter(typed.breach.isnull()), contract).select("file", "line", is_beaten=True)
    judged = typed.left_join(beaten, ["file", "line"]).select(*[typed[name] for name in typed.columns], "is_beaten")
    repeated = f"{', '.join(contract.key)}:{REPEATED}"
    breach = ibis.coalesce(judged.breach, ibis.ifelse(judged.is_beaten, repeated, ibis.null("string")))
    return judged.mutate(
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


def rejected(judged: ir.Table, contract: Contract) -> ir.Table:
    """The rows that break the contract: file, line, table, column, rule, text."""
    return judged.filter(judged.rule.notnull()).mutate(table=ibis.literal(contract.table)).select(REJECTED_COLUMNS)


def together(tables: list[ir.Table]) -> ir.Table:
    """The rows of several tables with the same columns."""
    return functools.reduce(lambda one, other: one.union(other), tables)


def row_key(rows: ir.Table, contract: Contract) -> list[ir.StringValue]:
    """The parts of a row's key as text, times in their one notation; empty where the row has none."""
    parts = {name: rows[name].fill_null("") for name in contract.key}
    return [time_key(part) if contract.column(name).kind == "time" else part for name, part in parts.items()]


def joined(parts: list[ir.StringValue]) -> ir.StringValue:
    """A key's parts as one text."""
    return functools.reduce(lambda left, right: left + "|" + right, parts)


def _typed(rows: ir.Table, contract: Contract) -> ir.Table:
    readings = {column.name: read(rows[column.name], column) for column in contract.columns}
    breaches = [_breach(rows, column, readings[column.name][1:]) for column in contract.columns]
    late = [
        ibis.ifelse(
            readings[column.name][0] > readings[column.not_after][0].date(),
            f"{column.name}:later than {column.not_after}",
            ibis.null("string"),
        )
        for column in contract.columns
        if column.not_after
    ]
    values = {name: value for name, (value, _, _) in readings.items()}
    withdrawn = ibis.ifelse(rows.is_withdrawn, f":{WITHDRAWN}", ibis.null("string"))
    broken = rows.broken_column.fill_null("") + ":" + rows.broken
    return rows.select(
        "file",
        "line",
        "text",
        *(["is_confirmed"] if "is_confirmed" in rows.columns else []),
        **values,
        key=joined(row_key(rows, contract)),
        breach=ibis.coalesce(withdrawn, broken, *breaches, *late),
    )


def _breach(rows: ir.Table, column: Column, soundness: tuple[ir.BooleanValue, str]) -> ir.StringValue:
    text = rows[column.name]
    is_sound, rule = soundness
    unsound = ibis.ifelse(text.notnull() & ~is_sound.fill_null(False), f"{column.name}:{rule}", ibis.null("string"))
    if not column.is_required:
        return unsound
    return ibis.ifelse(text.isnull(), f"{column.name}:empty", unsound)


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
