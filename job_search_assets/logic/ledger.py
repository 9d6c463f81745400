"""What a line of the ledger of corrections must look like to be followed."""

import functools

import ibis
import ibis.expr.types as ir

from job_search_assets.logic.users.values import time_value
from job_search_assets.schemas.contracts import CONTRACTS, LEDGER, LEDGER_COLUMNS, Contract

ACTIONS = ["withdraw", "replace", "add", "confirm"]
NEVER_EMPTY = [name for name in LEDGER_COLUMNS if name not in ("column", "value")]

Rules = list[tuple[ir.BooleanValue, str]]


def problems(ledger: ir.Table) -> ir.Table:
    """Lines that cannot be followed: line, problem (of each line the first one found).

    `ledger` is `reference/corrections.csv` as rows of text. A line withdraws an earlier correction by its id, but not
    one that withdraws: entered anew under another id, that correction is in force again. A line without any value,
    which spreadsheets leave where a row was emptied, says nothing and is none.
    """
    is_empty = functools.reduce(lambda one, other: one & other, [ledger[name].isnull() for name in LEDGER_COLUMNS])
    ledger = ledger.filter(~is_empty | ledger.broken.notnull())
    known = _corrections_known_before(ledger)
    rank = ibis.row_number().over(group_by="correction_id", order_by="line")
    lines = ledger.left_join(known, "line").drop("line_right").mutate(earlier_uses=rank)
    rules = _rules_of_any_line(lines)
    for contract in CONTRACTS.values():
        rules += _rules_of_table(lines, contract)
    said = [ibis.ifelse(is_wrong.fill_null(False), problem, ibis.null("string")) for is_wrong, problem in rules]
    wrong = lines.select("line", problem=ibis.coalesce(*said))
    return wrong.filter(wrong.problem.notnull())


def _corrections_known_before(ledger: ir.Table) -> ir.Table:
    corrections = ledger.filter(ledger["table"] != LEDGER).select(key="correction_id", made_on="line")
    named = ledger.filter(ledger["table"] == LEDGER).select("line", "key").join(corrections, "key")
    return named.filter(named.made_on < named.line).select("line", is_known=True).distinct()


def _rules_of_any_line(lines: ir.Table) -> Rules:
    names_a_column = lines.action.isin(["replace", "add"])
    tables = [*CONTRACTS, LEDGER]
    return [
        (lines.broken.notnull(), "the line's quotes, number of fields or bytes are broken"),
        *[(lines[name].isnull(), f"{name} is empty") for name in NEVER_EMPTY],
        (lines.earlier_uses > 0, "correction_id stands on an earlier line too"),
        (time_value(lines.made_at).isnull(), "made_at is no time in ISO 8601, such as 2026-02-10T04:22:12Z"),
        (~lines["table"].isin(tables), f"table is none of {', '.join(tables)}"),
        (~lines.action.isin(ACTIONS), f"action is none of {', '.join(ACTIONS)}"),
        ((lines["table"] == LEDGER) & (lines.action != "withdraw"), "a correction can only be withdrawn"),
        ((lines["table"] == LEDGER) & lines.is_known.isnull(), "key names no correction on an earlier line"),
        ((lines.action == "confirm") & (lines["table"] != "ip_blocklist"), "only ip_blocklist has entries to confirm"),
        (names_a_column & lines.column.isnull(), "column is empty"),
        (~names_a_column & (lines.column.notnull() | lines.value.notnull()), "column and value must be empty here"),
        ((lines.action == "add") & lines.key.contains("*"), "an added row's key cannot contain *"),
    ]


def _rules_of_table(lines: ir.Table, contract: Contract) -> Rules:
    is_ours = lines["table"] == contract.table
    bars = lines.key.length() - lines.key.replace("|", "").length()
    is_unknown = lines.column.notnull() & ~lines.column.isin(contract.names)
    is_part_of_key = (lines.action == "add") & lines.column.isin(contract.key)
    has_all_parts = ibis.literal(True) if len(contract.key) == 1 else bars + 1 == len(contract.key)
    return [
        (is_ours & ~has_all_parts, f"key is not of the form {'|'.join(contract.key)}"),
        (is_ours & is_unknown, f"column is none of {', '.join(contract.names)}"),
        (is_ours & is_part_of_key, "column is part of the key, which gives its value already"),
    ]
