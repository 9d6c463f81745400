"""`job-search sample` and `votes`: input files made from a seed or from another tool's export."""

from pathlib import Path

import click

from job_search_assets.cli.options import examples, stop


@click.command(epilog=examples("job-search sample --accounts 100000 --seed 7 --out /data/generated"))
@click.option("--accounts", type=click.IntRange(100), default=5000, show_default=True, help="How many, from 100.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same bytes.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder for raw/, reference/, truth/.")
def sample(accounts: int, seed: int, out: Path) -> None:
    """Generate accounts, reports, a blocklist, judged pairs and votes, with the truth beside them."""
    from job_search_assets import sample as generated

    try:
        generated.write(accounts=accounts, seed=seed, out=out, progress=_told)
    except (FileExistsError, PermissionError, ValueError) as problem:
        stop(str(problem))


@click.command(
    epilog=examples("job-search votes project-4.csv --out exports/2026-11/raw/job_seeker_votes/2026-11-24.csv")
)
@click.argument("export", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The file to write; it must not exist.")
@click.option("--answer", default="answer", show_default=True, help="The export's column with the answer.")
def votes(export: Path, out: Path, answer: str) -> None:
    """Turn a CSV export of Label Studio into votes.

    Its tasks are the rows of reports/relabel_queue.csv. Labellers are named by the tool's number, or by a name made
    from their e-mail address.
    """
    from job_search_assets.engine.files import label_studio

    written, unanswered = label_studio.convert(export, out, answer=answer)
    click.echo(f"{written} votes in {out}; {unanswered} tasks without an answer left out.")


def _told(what: str, rows: int) -> None:
    click.echo(f"  {what:<28}{rows:>12,} rows")
