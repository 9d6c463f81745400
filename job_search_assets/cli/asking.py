"""`job-search why`, `impact` and `export`: questions to a build, which they leave as it is."""

from pathlib import Path

import click

from job_search_assets.cli.options import examples, folders_from, tell_pending, with_folders


@click.command(
    epilog=examples(
        "job-search why up4yj47j2mt --build builds/2026-11",
        "job-search why clean_users",
        "job-search why up4yj47j2mt ugmewkc6aum",
        """job-search why "city_development_index <= 0.65\"""",
    )
)
@click.argument("what", metavar="ACCOUNT|USER|TABLE|SLICE")
@click.argument("other", required=False, metavar="[OTHER_ACCOUNT]")
@with_folders
@click.option("--values", is_flag=True, help="Tell what identifies people as well: personal data, kept in no file.")
@click.option("--json", "is_json", is_flag=True, help="One JSON object; the README has its keys.")
def why(what: str, other: str | None, data: Path | None, build: Path | None, values: bool, is_json: bool) -> None:
    """Say what became of an account or a user, or what a table comes from; or whether two accounts are one user.

    Of two accounts every weight, verdict and link is told, and drawn in reports/. Of a slice, a condition on
    slice_factors, its users are told, their sources and labellers, and what hangs on these.
    """
    from job_search_assets.engine.stories import answers, explanations

    folders = folders_from(data, build)
    if other is not None and is_json:
        raise click.UsageError("--json tells of one account or user; two accounts are told as text.")
    if other is not None:
        for line in explanations.why(folders, what, other, with_values=values):
            click.echo(line)
    else:
        answer = answers.why(folders, what, with_values=values)
        click.echo(answer.as_json() if is_json else "\n".join(answer.lines()))
    tell_pending(folders)


@click.command(
    epilog=examples(
        "job-search impact ip_blocklist bl-57vdvf7",
        "job-search impact users utvshe93qe2 --what replace birth_date=1967-05-06",
        "job-search impact labeller ann-76na --refit --json",
    )
)
@click.argument("table")
@click.argument("key")
@click.argument("values", nargs=-1, metavar="[COLUMN=VALUE]...")
@click.option(
    "--what",
    type=click.Choice(["withdraw", "replace", "add", "confirm"]),
    default="withdraw",
    show_default=True,
    help="What would be corrected about it.",
)
@click.option("--refit", is_flag=True, help="Also who is concerned once models are fitted again; takes as long.")
@click.option("--json", "as_json", is_flag=True, help="Everybody concerned, for programs.")
@click.option("--all", "everybody", is_flag=True, help="Name all accounts, not the first few of each set.")
@with_folders
def impact(
    data: Path | None,
    build: Path | None,
    table: str,
    key: str,
    values: tuple[str, ...],
    what: str,
    refit: bool,
    as_json: bool,
    everybody: bool,
) -> None:
    """Say who is concerned if an input is wrong, and how; nothing is changed.

    TABLE and KEY are those of `job-search correct`; besides, TABLE may be `labeller`, `moderator` or `source`, with a
    name as KEY: all that they gave; or `slice` with a condition: the votes on its users. Direct: an outcome changes,
    models held. Joint: numbers move, the outcome stays. Via model: an outcome changes once models are fitted again.
    """
    import json

    from job_search_assets.engine.correcting import impact_text, impacts, what_ifs
    from job_search_assets.engine.running import runs

    folders = folders_from(data, build)
    runs.assert_inputs(folders)
    runs.assert_built(folders)
    from job_search_assets.definitions import defs

    lines = what_ifs.lines_of(folders, table, key, what, values)
    found = impacts.impact_of(defs, folders, lines, named=(table, key, what), refit=refit)
    if as_json:
        click.echo(json.dumps(found.as_dict(), indent=1))
    else:
        click.echo("\n".join(impact_text.told(found, everybody=everybody)))


@click.command(epilog=examples("job-search export split_ledger --out data/reference/splits_ledger.csv"))
@click.argument("table")
@with_folders
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The CSV file to write.")
def export(data: Path | None, build: Path | None, table: str, out: Path) -> None:
    """Write a table as a CSV file, rows in the order of their key."""
    from job_search_assets.engine.running import runs
    from job_search_assets.engine.tables import exporting

    folders = folders_from(data, build)
    runs.assert_built(folders)
    click.echo(f"{exporting.export(folders, table, out):,} rows written to {out}.")
    tell_pending(folders)
