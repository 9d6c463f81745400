"""A name for a value inside an expression."""

from collections.abc import Callable
from typing import Any

import ibis
import ibis.expr.types as ir


def bound(value: ir.Value, function: Callable[[Any], ir.Value]) -> ir.Value:
    """What the function makes of the value, with the value written only once in the query.

    Ibis writes an expression out wherever it is used, so one that is used four times inside another that is
    used four times makes a query of sixteen copies. A list of one element and a function over it is the
    one form of `let` that both engines know. Nested functions need parameters of different names.
    """
    return ibis.array([value]).map(function)[0]
