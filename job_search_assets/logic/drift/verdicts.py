"""Sentences about deliveries that are true when all is well."""

from typing import Any

import ibis.expr.types as ir

from job_search_assets.logic.drift.readings import OTHERWISE, ROW
from job_search_assets.logic.drift.report import MIXED, MOVED

_TOLD = (
    "source",
    "feature",
    "aspect",
    "condition",
    "share_before",
    "share_delivered",
    "low",
    "high",
    "p_value",
    "accounts_delivered",
    "cause",
    "beside",
)


def moved(drift: ir.Table, *, accepted: int) -> list[dict[str, Any]]:
    """What moved in deliveries that nobody has accepted, the first first."""
    return _told(drift.filter(drift.verdict == MOVED, drift.delivery > accepted))


def read_otherwise(drift: ir.Table) -> list[dict[str, Any]]:
    """The sources whose known accounts are read otherwise than when they came, with what changed."""
    return _told(drift.filter(drift.verdict == OTHERWISE))


def mixed(drift: ir.Table, *, accepted: int) -> list[dict[str, Any]]:
    """The sources whose share of the accounts moved, in deliveries that nobody has accepted."""
    return _told(drift.filter(drift.verdict == MIXED, drift.delivery > accepted))


def scope(drift: ir.Table) -> dict[str, Any]:
    """What was looked at: the latest delivery, how many tests, and the sources that nothing could be said of."""
    untested = (
        drift.filter(drift.p_value.isnull(), drift.accounts_delivered > 0, drift.feature != ROW)
        .select("source")
        .distinct()
    )
    tested = drift.filter(drift.p_value.notnull())
    silent = untested.anti_join(tested, "source").order_by("source").to_pyarrow().to_pylist()
    return {
        "delivery": drift.delivery.max().execute(),
        "tests": int(tested.count().execute()),
        "sources_that_nothing_can_be_said_of": [row["source"] for row in silent],
    }


def _told(rows: ir.Table) -> list[dict[str, Any]]:
    return rows.order_by("place").select(*_TOLD).to_pyarrow().to_pylist()
