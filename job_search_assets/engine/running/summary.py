"""What a run tells a person when it ends: what came in, what was removed and merged, how good it is."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from job_search_assets.engine.folders import Folders
from job_search_assets.engine.running.progress import evidence_lines
from job_search_assets.engine.running.runs import Outcome
from job_search_assets.engine.tables.warehouse import Warehouse

HEADLINES = ("roc_auc", "average_precision", "log_loss", "base_rate", "label_ceiling")


def of_run(outcome: Outcome, folders: Folders) -> str:
    """The summary of a run: a few lines a stage, then what needs a look."""
    if not outcome.materialized and not outcome.failed:
        done = f"Nothing has changed: every asset is up to date ({outcome.seconds:.1f} s)."
        return "\n".join([done, *_trouble(outcome), "", _where(folders)])
    done = f"\n{len(outcome.materialized)} assets made, {outcome.checked} checks run, in {outcome.seconds:.1f} s"
    stages = () if outcome.failed else _stages(folders)  # of a failed run the tables below are another run's
    return "\n".join([done, *stages, *_trouble(outcome), "", _where(folders)])


def of_checks(outcome: Outcome) -> str:
    """The summary of a run of checks."""
    errors = sum(check.severity == dg.AssetCheckSeverity.ERROR for check in outcome.unmet)
    counts = (
        f"{outcome.checked} checks: {outcome.checked - len(outcome.unmet)} hold, "
        f"{len(outcome.unmet) - errors} warn, {errors} fail ({outcome.seconds:.1f} s)"
    )
    return "\n".join([counts, *_trouble(outcome)])


def _stages(folders: Folders) -> Iterator[str]:
    warehouse = Warehouse(folders.warehouse, is_read_only=True)
    try:
        tables = set(warehouse.connection.list_tables())
        for label, needs, tell in STAGES:
            if needs <= tables:
                yield f"  {label:<13}{tell(warehouse.duckdb)}"
    finally:
        warehouse.close()


def _trouble(outcome: Outcome) -> Iterator[str]:
    if outcome.failed or outcome.unmet or outcome.waiting:
        yield "\nTo look at:"
    if outcome.waiting:
        yield f"  STALE  not up to date, nor what is below: {', '.join(outcome.waiting)}"
    yield from (f"  FAILED {failure}" for failure in outcome.failed)
    for check in sorted(outcome.unmet, key=lambda check: (check.severity.value, check.check_name)):
        plain, *listed = evidence_lines(check.metadata)
        yield f"  {check.severity.value:<6} not so: {check.check_name}{f' ({plain})' if plain else ''}"
        yield from (f"         {line}" for line in listed)
        if check.description:
            yield f"         To do: {check.description}"


def _where(folders: Folders) -> str:
    return (
        f"Tables: {folders.warehouse} (schema main). Graph, checks and metadata: job-search ui.\n"
        f"Model card, data card and readiness report: {folders.build / 'reports'}."
    )


def _one(connection: Any, query: str) -> tuple[Any, ...]:
    row: tuple[Any, ...] = connection.execute(query).fetchone()
    return row


def _users(connection: Any) -> str:
    kept, rejected, withdrawn = _one(
        connection,
        """SELECT (SELECT count(*) FROM raw_users), count(*), count(*) FILTER (rule LIKE 'withdrawn%')
           FROM rejected_rows WHERE "table" = 'users'""",
    )
    by_people = f"{withdrawn:,} withdrawn, " if withdrawn else ""
    return f"{kept + rejected:,} rows read, {rejected - withdrawn:,} rejected, {by_people}{kept:,} accounts kept"


def _spam(connection: Any) -> str:
    removed, share, suspects = _one(
        connection,
        """SELECT count(*) FILTER (is_spam), avg(is_spam::INT),
           (SELECT count(*) FROM blocklist_review WHERE is_suspect) FROM spam_decisions""",
    )
    return f"{removed:,} accounts removed ({share or 0:.1%}), {suspects} suspect blocklist entries quarantined"


def _identity(connection: Any) -> str:
    accounts, users, several, largest = _one(
        connection,
        """SELECT sum(account_count), count(*), count(*) FILTER (account_count > 1), max(account_count)
           FROM clean_users""",
    )
    return f"{accounts or 0:,} accounts are {users:,} users, {several:,} with several accounts (at most {largest or 0})"


def _labels(connection: Any) -> str:
    users, positive, ambiguous = _one(
        connection,
        "SELECT count(*), avg(is_job_seeker::INT), count(*) FILTER (is_ambiguous) FROM job_seeker_labels",
    )
    return f"{users:,} users labelled, {positive or 0:.1%} job seekers, {ambiguous:,} ambiguous"


def _splits(connection: Any) -> str:
    rows = connection.execute(
        """SELECT split, count(*), count(*) FILTER (is_job_seeker) FROM job_seeker_splits
           GROUP BY split
           ORDER BY coalesce(nullif(list_position(['train', 'dev', 'test'], split), 0), 9), split"""
    ).fetchall()
    return ", ".join(f"{split} {count:,} ({positive:,} job seekers)" for split, count, positive in rows)


def _model(connection: Any) -> str:
    rows = connection.execute("SELECT metric, value, low, high FROM model_evaluation WHERE split = 'test'").fetchall()
    values = {metric: (value, low, high) for metric, value, low, high in rows}
    return "test " + ", ".join(f"{name} {_interval(*values[name])}" for name in HEADLINES if name in values)


def _interval(value: float, low: float | None, high: float | None) -> str:
    return f"{value:.3f}" if low is None or low != low else f"{value:.3f} [{low:.3f}, {high:.3f}]"


STAGES = (
    ("users", {"raw_users", "rejected_rows"}, _users),
    ("spam", {"spam_decisions", "blocklist_review"}, _spam),
    ("identity", {"clean_users"}, _identity),
    ("labels", {"job_seeker_labels"}, _labels),
    ("splits", {"job_seeker_splits"}, _splits),
    ("job seekers", {"model_evaluation"}, _model),
)
