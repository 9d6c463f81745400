"""Which rows come from which source, and which sources nobody has described."""

import ibis.expr.types as ir


def strangers(raw_users: ir.Table, source_inventory: ir.Table) -> ir.Table:
    """Sources of accounts that the inventory does not know: source, accounts."""
    unknown = raw_users.anti_join(source_inventory, "source")
    return unknown.group_by("source").agg(accounts=unknown.count())


def rows_per_rule(rejected_rows: ir.Table) -> ir.Table:
    """How many rows of each file broke which rule: table, column, rule, rows."""
    return rejected_rows.group_by(["table", "column", "rule"]).agg(rows=rejected_rows.count())
