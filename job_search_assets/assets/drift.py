"""Drift: whether what was delivered is like what came before, known before anything is built on it."""

import dagster as dg
import ibis.expr.types as ir
import pandas as pd

from job_search_assets.engine.tables import record
from job_search_assets.engine.tables.publishing import Update
from job_search_assets.engine.tables.updates import TABLE_OR_UPDATE
from job_search_assets.engine.tables.warehouse import Warehouse
from job_search_assets.logic.drift import deliveries, intake, report
from job_search_assets.settings import DriftSettings


@dg.asset(kinds={"ibis"}, owners=["team:data"], dagster_type=TABLE_OR_UPDATE)
def account_deliveries(
    raw_users: ir.Table,
    raw_spam_reports: ir.Table,
    raw_job_seeker_votes: ir.Table,
    warehouse: dg.ResourceParam[Warehouse],
) -> ir.Table | Update:
    """Which delivery each account came with: the run that first met it, its first report and its first vote.

    It extends its own past and is never made anew: files may be folders of deliveries or one file that grows, and
    neither tells afterwards what was there before.
    """
    present = deliveries.present(raw_users, raw_spam_reports, raw_job_seeker_votes)
    read_by = record.code_version(warehouse, "raw_users")
    if not warehouse.has("account_deliveries"):
        return deliveries.begin(present, read_by=read_by)
    arrived = deliveries.arrived(warehouse.table("account_deliveries"), present, read_by=read_by)
    return Update(warehouse.placed("account_deliveries").limit(0), arrived)


@dg.asset(kinds={"ibis", "scipy"}, owners=["team:data"])
def delivery_drift(
    raw_users: ir.Table,
    raw_spam_reports: ir.Table,
    raw_job_seeker_votes: ir.Table,
    account_deliveries: ir.Table,
    warehouse: dg.ResourceParam[Warehouse],
    config: DriftSettings,
) -> pd.DataFrame:
    """Whether the latest delivery is like those before it, by source and feature, and what moved first.

    Both sides are rows of today's `raw_users`, read by the same code, so what moved is the world; whether that code
    changed what was known is told beside it. All tests together raise a false alarm as rarely as the level says.
    """
    return intake.drift_of(
        raw_users,
        raw_spam_reports,
        raw_job_seeker_votes,
        account_deliveries,
        report.Limits(**config.model_dump(include=set(report.Limits._fields))),
        read_by=record.code_version(warehouse, "raw_users"),
        accepted=config.accepted_delivery,
        keep=warehouse.kept,
    )
