"""`job-search score` and `serve`: new rows beside what is built, which stays as it is."""

import sys
from pathlib import Path

import click

from job_search_assets.cli.options import EXIT_CHECK_FAILED, examples, folders_from, with_folders


@click.command(
    epilog=examples(
        "job-search score new_accounts.csv --build builds/2026-11 --out answers.csv",
        "cat rows.jsonl | job-search score - --format jsonl > answers.jsonl",
    )
)
@click.argument("file", metavar="FILE|-")
@with_folders
@click.option("--out", default="-", show_default=True, metavar="FILE|-", help="Where the answers go.")
@click.option(
    "--format",
    "kind",
    type=click.Choice(["csv", "parquet", "jsonl"]),
    help="Of what is read and written.  [default: as the files' names end, else csv]",
)
def score(file: str, data: Path | None, build: Path | None, out: str, kind: str | None) -> None:
    """Say of raw accounts what the pipeline would: rejected, removed as spam, whose they are, job seeker or not.

    Each row is taken as if it alone had been delivered on top of what is built. The warehouse is only read. Exit 1
    when every row was rejected.
    """
    from job_search_assets.engine.scoring import scoring_files

    done = scoring_files.score(folders_from(data, build), file, out, kind)
    click.echo(done.told(), err=True)
    sys.exit(0 if done.is_well else EXIT_CHECK_FAILED)


@click.command(epilog=examples("job-search serve --build builds/2026-11 --port 8000"))
@with_folders
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True, help="Anything else needs a token.")
@click.option("--token", envvar="JOB_SEARCH_TOKEN", help="What callers must send.  [default: JOB_SEARCH_TOKEN]")
def serve(data: Path | None, build: Path | None, port: int, host: str, token: str | None) -> None:
    """Answer over HTTP what `score` answers for files; /docs describes it, /health says that it is there.

    The build is taken into memory and let go of, so that runs are not kept waiting; start again to serve a new one.
    """
    from job_search_assets.engine.scoring import serving

    serving.serve(folders_from(data, build), host=host, port=port, token=token, say=click.echo)
