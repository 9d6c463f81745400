"""Dividing users in the warehouse: the ledger so far, the plan for those who are new, and the ledger after it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import ibis.expr.types as ir

from job_search_assets.engine.errors import BadInput
from job_search_assets.engine.files.raw_files import RawFiles
from job_search_assets.engine.tables.warehouse import Warehouse
from job_search_assets.logic.splits import drawing, past, shares

TABLE = "split_ledger"


@dataclass(frozen=True)
class Divided:
    """The ledger with everybody in it, and the numbers behind what was drawn."""

    ledger: ir.Table
    report: dict[str, Any]


def exact_shares(given: Mapping[str, float]) -> dict[str, Fraction]:
    """The settings' shares as exact fractions. Raises BadInput when they are no division."""
    try:
        return shares.shares_of(given)
    except ValueError as problem:
        raise BadInput(f"{problem} Mend `shares` in SplitSettings and run again.") from problem


def labelled_users(
    labels: ir.Table, users: ir.Table, *, fields: Sequence[str], confidence_bounds: Sequence[float]
) -> ir.Table:
    """The labelled users with label and fields; raises BadInput for a field that there is not."""
    known = ["confidence", *(name for name in users.columns if name != "user_id")]
    unknown = [name for name in fields if name not in known]
    if unknown:
        raise BadInput(
            f"Splits cannot be even over {unknown[0]!r}: there is no such column. Mend `even_over` in SplitSettings; "
            f"it takes {', '.join(known)}."
        )
    return drawing.labelled(labels, users, fields=fields, confidence_bounds=confidence_bounds)


def ledger_so_far(warehouse: Warehouse, raw_files: RawFiles, names: list[str], *, edition: int) -> ir.Table:
    """What the table remembers and what the file in the data folder does, as one.

    Raises BadInput when this edition has splits of other names: whom they hold could be put anywhere.
    """
    kept = raw_files.split_ledger_rows(warehouse.connection)
    so_far = past.united(warehouse.table(TABLE), kept) if warehouse.has(TABLE) else past.united(kept, kept.limit(0))
    strangers = past.unknown_splits(so_far, names, edition=edition).order_by("split").to_pyarrow().to_pylist()
    if strangers:
        raise BadInput(
            f"The ledger of splits, edition {edition}, has {strangers[0]['accounts']} accounts in "
            f"{strangers[0]['split']!r}, and SplitSettings knows {', '.join(names)}. Name it there, or raise `edition` "
            "to divide everybody anew."
        )
    return so_far


def divide(
    warehouse: Warehouse,
    ledger: ir.Table,
    units: ir.Table,
    user_accounts: ir.Table,
    exact: Mapping[str, Fraction],
    *,
    edition: int,
    method: str,
    most_deviation: float,
    most_risk: float,
    seed: int,
) -> Divided:
    """The ledger after everybody in `units` has a place: kept where there was one, drawn where there was none."""
    standing = warehouse.kept(past.standing(ledger, user_accounts, list(exact), edition=edition))
    plan = drawing.plan(
        drawing.cells(units, standing).to_pandas(),
        exact,
        method=method,
        most_deviation=most_deviation,
        most_risk=most_risk,
        seed=seed,
    )
    quotas = warehouse.from_pandas(plan.quotas, plan.types)
    drawn = drawing.draw(units, standing, plan, quotas, exact, seed=seed)
    places = past.places(units, standing, drawn)
    return Divided(past.extended(ledger, places, user_accounts, edition=edition), plan.report)
