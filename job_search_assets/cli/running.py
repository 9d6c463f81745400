"""`job-search run`, `check` and `ui`: make the tables, judge them, look at them."""

import os
import sys
import time
from pathlib import Path

import click

from job_search_assets.cli.options import EXIT_CHECK_FAILED, examples, folders_from, tell_pending, with_folders


@click.command(epilog=examples("job-search run --data exports/2026-11 --build builds/2026-11"))
@with_folders
@click.option("--all", "everything", is_flag=True, help="Materialise every asset, stale or not.")
@click.option("--select", metavar="SELECTION", help="Materialise what this selects, in Dagster's words.")
@click.option("--refit", is_flag=True, help="Let held models follow their inputs, however few accounts changed.")
@click.option("--accept-edits", is_flag=True, help="Build on what was edited outside a run, as it is.")
def run(
    data: Path | None, build: Path | None, everything: bool, select: str | None, refit: bool, accept_edits: bool
) -> None:
    """Materialise what is stale: new files, corrections, code or settings, and what follows from them.

    Exit 1, and nothing is written, when somebody edited a table or a file of the build outside a run and nobody has
    declared it, or when JOB_SEARCH_PHASE is production and a manual step is open above what is to be made.
    """
    started = time.monotonic()  # what was waited for, what Python loads included
    from job_search_assets.engine.graph.ordering import every_asset
    from job_search_assets.engine.guarding import gate
    from job_search_assets.engine.running import runs, selection, summary
    from job_search_assets.engine.tables.holding import Models

    if everything and select is not None:
        raise click.UsageError("--all and --select exclude each other.")
    folders = folders_from(data, build)
    runs.assert_inputs(folders)
    from job_search_assets.definitions import defs

    keys = every_asset(defs) if everything else selection.select(defs, select, folders) if select is not None else None
    permit = gate.ask(defs, folders, wanted=keys, now=gate.now(), accepts=accept_edits)
    with runs.opened(folders) as instance:
        models = Models.REFITTED if refit else Models.AS_USUAL
        outcome = runs.materialize(defs, instance, folders, keys=keys, say=click.echo, models=models, permit=permit)
        outcome.seconds = time.monotonic() - started
        click.echo(summary.of_run(outcome, folders))
    sys.exit(0 if outcome.is_well else EXIT_CHECK_FAILED)


@click.command(epilog=examples("job-search check --build builds/2026-11"))
@with_folders
def check(data: Path | None, build: Path | None) -> None:
    """Run every asset check on the tables as they are; exit 1 when one of severity ERROR fails."""
    started = time.monotonic()
    from job_search_assets.engine.running import runs, summary

    folders = folders_from(data, build)
    runs.assert_built(folders)
    with runs.opened(folders) as instance:
        from job_search_assets.definitions import defs

        outcome = runs.check(defs, instance, folders)
        outcome.seconds = time.monotonic() - started
        click.echo(summary.of_checks(outcome))
    tell_pending(folders)
    sys.exit(0 if outcome.is_well else EXIT_CHECK_FAILED)


@click.command(epilog=examples("job-search ui --port 3000"))
@with_folders
@click.option("--port", type=click.IntRange(1, 65535), default=3000, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True, help="Anything else opens it to others.")
def ui(data: Path | None, build: Path | None, port: int, host: str) -> None:
    """Serve Dagster's pages: the lineage graph, materialising, checks."""
    from job_search_assets.engine.running import runs

    folders = folders_from(data, build)
    runs.assert_inputs(folders)
    with runs.opened(folders):
        pass
    # Its successor, `dg dev`, wants a project folder around it; this one runs from anywhere.
    quiet = "ignore:Function `dev_command` is superseded"
    command = [sys.executable, "-W", quiet, "-m", "dagster", "dev", "-m", "job_search_assets.definitions"]
    os.execv(sys.executable, [*command, "--host", host, "--port", str(port)])
