"""`job-search`: the commands. Each is a thin door to what Dagster's pages offer too."""

import gc
import sys

import click

from job_search_assets.cli.asking import export, impact, why
from job_search_assets.cli.correcting import correct, forget, repair
from job_search_assets.cli.options import EXIT_CHECK_FAILED, EXIT_STOPPED, stop
from job_search_assets.cli.planning import plan
from job_search_assets.cli.running import check, run, ui
from job_search_assets.cli.scoring import score, serve
from job_search_assets.cli.supplying import sample, votes

RARELY = (200_000, 100, 1000)  # Queries are many small objects and no garbage: to look for it is a tenth of a small run


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def commands() -> None:
    """Raw accounts in; clean users, balanced splits and job-seeker predictions out.

    Exit codes: 0 all well, 1 a check failed or nothing may be built now, 2 bad usage or bad input, 130 stopped.
    """


for command in (run, check, ui, why, impact, export, plan, correct, repair, forget, score, serve, sample, votes):
    commands.add_command(command)


def main(arguments: list[str] | None = None) -> None:
    """The entry point: what a user did wrong becomes one message and exit 2, never a traceback."""
    from job_search_assets.engine.errors import BadInput, NotReady, Stopped

    gc.set_threshold(*RARELY)
    try:
        commands(arguments)
    except BadInput as problem:
        stop(str(problem))
    except NotReady as problem:
        stop(str(problem), code=EXIT_CHECK_FAILED)
    except Stopped:
        click.echo("job-search: Stopped. What was made so far stays; run again and it goes on from there.", err=True)
        sys.exit(EXIT_STOPPED)
