"""A schema's rules as one query: whether a table keeps all of them.

A pandera class stays the only place where rules are declared. Pandera asks the database once a rule, which for a
small table takes longer than to make it, so here all that a class declares is counted in one pass over the rows.
Whatever this query does not surely find right (a broken rule, or a kind of rule that it doesn't know) pandera
judges itself.
"""

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import ibis.expr.datatypes as dt
import ibis.expr.types as ir
import pandera.ibis as pa

# How a value that keeps a rule is told from others in SQL, by pandera's name of the rule, and what the marks stand for.
_TOLD: Mapping[str, Callable[[str, Mapping[str, Any]], tuple[str, list[Any]]]] = {
    "greater_than": lambda column, of: (f"{column} > ?", [of["min_value"]]),
    "greater_than_or_equal_to": lambda column, of: (f"{column} >= ?", [of["min_value"]]),
    "less_than": lambda column, of: (f"{column} < ?", [of["max_value"]]),
    "less_than_or_equal_to": lambda column, of: (f"{column} <= ?", [of["max_value"]]),
    "isin": lambda column, of: (f"list_contains(?, {column})", [list(of["allowed_values"])]),
    "str_startswith": lambda column, of: (f"starts_with({column}, ?)", [of["string"]]),
    "str_length": lambda column, of: (
        f"length({column}) BETWEEN ? AND ?",
        [of.get("min_value") or 0, 2**31 if of.get("max_value") is None else of["max_value"]],
    ),
}
_GIVEN = {"min_value", "max_value", "allowed_values", "string"}


@dataclass(frozen=True)
class Rules:
    """What a schema declares: the columns' types, and the query that counts breaches, `{}` for the table in it."""

    types: dict[str, dt.DataType]
    query: str
    values: list[Any]


def surely_keeps(table: ir.Table, schema: type[pa.DataFrameModel]) -> bool:
    """Whether a table of the warehouse has the declared columns and no row that breaks a rule.

    False says only that pandera has to be asked.
    """
    rules = rules_of(schema)
    if rules is None or dict(table.schema().items()) != rules.types:
        return False
    counted = table.get_backend().con.execute(rules.query.format(table.compile()), rules.values).fetchone()
    return not any(counted)


@functools.cache
def rules_of(schema: type[pa.DataFrameModel]) -> Rules | None:
    """A schema's rules; None where one of them is of a kind that the query cannot tell."""
    declared = schema.to_schema()
    rules = [(f'"{name}"', check) for name, column in declared.columns.items() for check in column.checks]
    if declared.checks or not all(_is_told(check) for _, check in rules):
        return None
    told = [_TOLD[check.name](column, check.statistics) for column, check in rules]
    broken = [f"count(*) FILTER (NOT {rule})" for rule, _ in told]
    broken += [f'count(*) - count("{name}")' for name, column in declared.columns.items() if not column.nullable]
    broken += [f"(SELECT count(*) FROM ({_repeated(declared.unique)}))"] if declared.unique else []
    query = f"WITH told AS NOT MATERIALIZED ({{}}) SELECT {', '.join(broken) or 0} FROM told"
    types = {name: column.dtype.type for name, column in declared.columns.items()}
    return Rules(types, query, [value for _, values in told for value in values])


def _repeated(unique: str | list[str]) -> str:
    key = ", ".join(f'"{name}"' for name in ([unique] if isinstance(unique, str) else unique))
    return f"SELECT 1 FROM told GROUP BY {key} HAVING count(*) > 1 LIMIT 1"


def _is_told(check: Any) -> bool:
    known = check.name in _TOLD and check.ignore_na and not check.raise_warning
    return known and {name for name, value in check.statistics.items() if value is not None} <= _GIVEN
