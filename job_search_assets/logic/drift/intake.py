"""From raw tables to the table of drift: accounts told apart by delivery, counted by the engine, tested here."""

from collections.abc import Callable

import ibis.expr.types as ir
import pandas as pd

from job_search_assets.logic.drift import deliveries, features, readings, report
from job_search_assets.logic.drift.features import FEATURES, VERDICTS, Feature


def drift_of(
    raw_users: ir.Table,
    spam_reports: ir.Table,
    job_seeker_votes: ir.Table,
    account_deliveries: ir.Table,
    limits: report.Limits,
    *,
    read_by: str,
    accepted: int,
    keep: Callable[[ir.Table], ir.Table],
) -> pd.DataFrame:
    """One row per source, feature and aspect. `read_by` is the version of the code that reads accounts, `accepted` the
    last delivery that a person has looked at; `keep` works a query out once that is used many times.

    Only counts leave the engine, so a million accounts are as many rows here as a thousand.
    """
    since = deliveries.first_looked_at(account_deliveries, least=limits.least_together)
    last = deliveries.latest(account_deliveries)
    kinds = []
    for kind, (accounts, watched) in _watched(raw_users, spam_reports, job_seeker_votes).items():
        apart = keep(deliveries.told_apart(accounts, account_deliveries, kind, since[kind]))
        tallied = features.tally(apart, watched).to_pandas()
        kinds.append(report.Kind(tallied, watched, last.get(kind, 1), since[kind]))
    known = readings.compared(raw_users, account_deliveries, read_by=read_by, accepted=accepted)
    return report.drift(kinds, limits, readings.rows(known.to_pyarrow().to_pylist(), least_effect=limits.least_effect))


def _watched(users: ir.Table, reports: ir.Table, votes: ir.Table) -> dict[str, tuple[ir.Table, tuple[Feature, ...]]]:
    """By kind of rows the accounts with what is watched of them."""
    spam, seeking = VERDICTS
    accounts = (
        (features.of_accounts(users), FEATURES),
        (features.of_verdicts(reports, users, spam.name), (spam,)),
        (features.of_verdicts(votes, users, seeking.name), (seeking,)),
    )
    return dict(zip(deliveries.KINDS, accounts, strict=True))
