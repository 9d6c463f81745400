"""`job-search`: the commands. Each is a thin door to what Dagster's pages offer too."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

EXIT_CHECK_FAILED, EXIT_BAD_INPUT, EXIT_STOPPED = 1, 2, 130

folder_options = [
    click.option(
        "--data",
        type=click.Path(path_type=Path),
        help="Data folder with raw/ and reference/, only read.  [default: JOB_SEARCH_DATA or ./data]",
    ),
    click.option(
        "--build",
        type=click.Path(path_type=Path),
        help="Where all is written.  [default: JOB_SEARCH_BUILD or build/ in the data folder]",
    ),
]


def with_folders(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds --data and --build to a command."""
    for option in reversed(folder_options):
        command = option(command)
    return command


def examples(*lines: str) -> str:
    """The example that stands under a command's help."""
    return "\b\nExample:\n" + "\n".join(f"  {line}" for line in lines)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def commands() -> None:
    """Raw accounts in; clean users, balanced splits and job-seeker predictions out.

    Exit codes: 0 all well, 1 a check failed, 2 bad usage or bad input, 130 stopped.
    """


@commands.command(epilog=examples("job-search run --data exports/2026-11 --build builds/2026-11"))
@with_folders
@click.option("--all", "everything", is_flag=True, help="Materialise every asset, stale or not.")
@click.option("--select", metavar="SELECTION", help="Materialise what this selects, in Dagster's words.")
@click.option("--refit", is_flag=True, help="Let held models follow their inputs, however few accounts changed.")
def run(data: Path | None, build: Path | None, everything: bool, select: str | None, refit: bool) -> None:
    """Materialise what is stale: new files, corrections, code or settings, and what follows from them."""
    from job_search_assets.engine import runs, selection, summary
    from job_search_assets.engine.holding import Models

    if everything and select is not None:
        raise click.UsageError("--all and --select exclude each other.")
    folders = _folders(data, build)
    runs.assert_inputs(folders)
    with runs.opened(folders) as instance:
        from job_search_assets.definitions import defs

        keys = (
            selection.every_asset(defs)
            if everything
            else selection.select(defs, select, folders)
            if select is not None
            else None
        )
        models = Models.REFITTED if refit else Models.AS_USUAL
        outcome = runs.materialize(defs, instance, folders, keys=keys, say=click.echo, models=models)
        click.echo(summary.of_run(outcome, folders))
    sys.exit(0 if outcome.is_well else EXIT_CHECK_FAILED)


@commands.command(
    epilog=examples(
        "job-search impact ip_blocklist bl-25tk2yg",
        "job-search impact users u8g8kjfxnnh --what replace birth_date=1985-05-12",
        "job-search impact labeller ann-7 --refit --json",
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
    name as KEY: all that they gave. Direct: an outcome changes, models held. Joint: numbers move, the outcome stays.
    Via model: an outcome changes once models are fitted again.
    """
    import json

    from job_search_assets.engine import impact_text, impacts, runs, what_ifs

    folders = _folders(data, build)
    runs.assert_inputs(folders)
    runs.assert_built(folders)
    from job_search_assets.definitions import defs

    lines = what_ifs.lines_of(folders, table, key, what, values)
    found = impacts.impact_of(defs, folders, lines, named=(table, key, what), refit=refit)
    if as_json:
        click.echo(json.dumps(found.as_dict(), indent=1))
    else:
        click.echo("\n".join(impact_text.told(found, everybody=everybody)))


@commands.command(epilog=examples("job-search repair --build builds/2026-11 --prove"))
@with_folders
@click.option("--refit", is_flag=True, help="Fit the models again that learned from what was corrected.")
@click.option("--prove", is_flag=True, help="Also rebuild every table from the input files, and compare the hashes.")
def repair(data: Path | None, build: Path | None, refit: bool, prove: bool) -> None:
    """Bring every table in line with the corrections, models held as they are.

    Only what a correction reaches is computed again. The result is what a rebuild in the same mode would give, and
    --prove shows it: it takes the time and the disk of a second build.
    """
    from job_search_assets.engine import repairs, runs, summary

    folders = _folders(data, build)
    runs.assert_inputs(folders)
    runs.assert_built(folders)
    from job_search_assets.definitions import defs

    repaired = repairs.repair(defs, folders, refit=refit, prove=prove, say=click.echo)
    click.echo(summary.of_repair(repaired, folders))
    sys.exit(0 if repaired.is_well else EXIT_CHECK_FAILED)


@commands.command(epilog=examples("job-search check --build builds/2026-11"))
@with_folders
def check(data: Path | None, build: Path | None) -> None:
    """Run every asset check on the tables as they are; exit 1 when one of severity ERROR fails."""
    from job_search_assets.engine import runs, summary

    folders = _folders(data, build)
    runs.assert_built(folders)
    with runs.opened(folders) as instance:
        from job_search_assets.definitions import defs

        outcome = runs.check(defs, instance, folders)
        click.echo(summary.of_checks(outcome))
    sys.exit(0 if outcome.is_well else EXIT_CHECK_FAILED)


@commands.command(
    epilog=examples(
        "job-search why u24k33yx46c --build builds/2026-11",
        "job-search why clean_users",
        "job-search why u24k33yx46c us7useqj3fq",
    )
)
@click.argument("what", metavar="ACCOUNT|USER|TABLE")
@click.argument("other", required=False, metavar="[OTHER_ACCOUNT]")
@with_folders
@click.option("--values", is_flag=True, help="Tell what identifies people as well: personal data, kept in no file.")
@click.option("--json", "is_json", is_flag=True, help="One JSON object; the README has its keys.")
def why(what: str, other: str | None, data: Path | None, build: Path | None, values: bool, is_json: bool) -> None:
    """Say what became of an account or a user, or what a table comes from; or whether two accounts are one user.

    Of two accounts every weight, verdict and link is told, and drawn in reports/.
    """
    from job_search_assets.engine import answers, explanations

    folders = _folders(data, build)
    if other is not None and is_json:
        raise click.UsageError("--json tells of one account or user; two accounts are told as text.")
    if other is not None:
        for line in explanations.why(folders, what, other, with_values=values):
            click.echo(line)
        return
    answer = answers.why(folders, what, with_values=values)
    click.echo(answer.as_json() if is_json else "\n".join(answer.lines()))


@commands.command(
    epilog=examples(
        """job-search correct ip_blocklist bl-25tk2yg withdraw --by ann --why "a university's network\"""",
        """job-search correct users u8g8kjfxnnh replace birth_date=1985-05-12 --by ann --why "typing error\"""",
        """job-search correct job_seeker_votes '*|ann-7|*' withdraw --by ann --why "votes at random\"""",
        """job-search correct corrections c-3 withdraw --by ann --why "it was right after all\"""",
    )
)
@click.argument("table")
@click.argument("key")
@click.argument("action", type=click.Choice(["withdraw", "replace", "add", "confirm"]))
@click.argument("values", nargs=-1, metavar="[COLUMN=VALUE]...")
@click.option("--by", "made_by", required=True, help="Who makes the correction.")
@click.option("--why", required=True, help="The reason, for whoever reads the ledger in a year.")
@with_folders
def correct(
    data: Path | None,
    build: Path | None,
    table: str,
    key: str,
    action: str,
    values: tuple[str, ...],
    made_by: str,
    why: str,
) -> None:
    """Write a correction of a raw file's row to reference/corrections.csv; raw files are never edited.

    TABLE is a raw file's name without ending, or `corrections` to take an earlier one back. KEY is the row's key as in
    the file, its parts joined by | (in quotes, for the shell's sake); a part may be *. Nothing is written unless a row
    is met and changed, and none that was sound is lost.
    """
    from job_search_assets.engine import corrections

    wanted = corrections.Correction(table, key, action, made_by, why, corrections.assigned(values))
    for line in corrections.record(_folders(data, build), wanted).told():
        click.echo(line)


@commands.command(epilog=examples('job-search forget u24k33yx46c --by ann --why "asked to be forgotten, ticket 312"'))
@click.argument("names", nargs=-1, required=True, metavar="ACCOUNT|USER...")
@click.option("--by", "made_by", required=True, help="Who forgets them.")
@click.option("--why", required=True, help="The reason; without a name, since it is kept.")
@with_folders
def forget(data: Path | None, build: Path | None, names: tuple[str, ...], made_by: str, why: str) -> None:
    """Forget accounts, or users with all their accounts.

    Their rows leave every table, report and record, the corrections about them are deleted, and files that deliver
    them again are read without them. Files in raw/ are never edited: the command says which lines their owner must
    delete. A salted hash in reference/forgotten.csv proves it.
    """
    from job_search_assets.engine import forgetting, runs

    folders = _folders(data, build)
    runs.assert_inputs(folders)
    from job_search_assets.definitions import defs

    done = forgetting.forget(defs, folders, names, made_by=made_by, why=why, say=click.echo)
    click.echo("\n".join(forgetting.told(done, folders)))
    sys.exit(0 if done.is_well else EXIT_CHECK_FAILED)


@commands.command(epilog=examples("job-search sample --accounts 100000 --seed 7 --out /data/generated"))
@click.option("--accounts", type=click.IntRange(100), default=5000, show_default=True, help="How many, from 100.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same bytes.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder for raw/, reference/, truth/.")
def sample(accounts: int, seed: int, out: Path) -> None:
    """Generate accounts, reports, a blocklist, judged pairs and votes, with the truth beside them."""
    from job_search_assets import sample as generated

    try:
        generated.write(accounts=accounts, seed=seed, out=out, progress=_generated)
    except (FileExistsError, PermissionError, ValueError) as problem:
        _stop(str(problem))


@commands.command(epilog=examples("job-search export split_ledger --out data/reference/splits_ledger.csv"))
@click.argument("table")
@with_folders
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The CSV file to write.")
def export(data: Path | None, build: Path | None, table: str, out: Path) -> None:
    """Write a table as a CSV file, rows in the order of their key."""
    from job_search_assets.engine import exporting, runs

    folders = _folders(data, build)
    runs.assert_built(folders)
    click.echo(f"{exporting.export(folders, table, out):,} rows written to {out}.")


@commands.command(
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
    from job_search_assets.engine import label_studio

    written, unanswered = label_studio.convert(export, out, answer=answer)
    click.echo(f"{written} votes in {out}; {unanswered} tasks without an answer left out.")


@commands.command(epilog=examples("job-search ui --port 3000"))
@with_folders
@click.option("--port", type=click.IntRange(1, 65535), default=3000, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True, help="Anything else opens it to others.")
def ui(data: Path | None, build: Path | None, port: int, host: str) -> None:
    """Serve Dagster's pages: the lineage graph, materialising, checks."""
    from job_search_assets.engine import runs

    folders = _folders(data, build)
    runs.assert_inputs(folders)
    with runs.opened(folders):
        pass
    # Its successor, `dg dev`, wants a project folder around it; this one runs from anywhere.
    quiet = "ignore:Function `dev_command` is superseded"
    command = [sys.executable, "-W", quiet, "-m", "dagster", "dev", "-m", "job_search_assets.definitions"]
    os.execv(sys.executable, [*command, "--host", host, "--port", str(port)])


def main(arguments: list[str] | None = None) -> None:
    """The entry point: what a user did wrong becomes one message and exit 2, never a traceback."""
    from job_search_assets.engine.errors import BadInput, Stopped

    try:
        commands(arguments)
    except BadInput as problem:
        _stop(str(problem))
    except Stopped:
        click.echo("job-search: Stopped. What was made so far stays; run again and it goes on from there.", err=True)
        sys.exit(EXIT_STOPPED)


def _folders(data: Path | None, build: Path | None) -> Any:
    from job_search_assets.engine.folders import Folders

    if data is not None:
        os.environ["JOB_SEARCH_DATA"] = str(data)
    if build is not None:
        os.environ["JOB_SEARCH_BUILD"] = str(build)
    return Folders.from_environment()


def _generated(what: str, rows: int) -> None:
    click.echo(f"  {what:<28}{rows:>12,} rows")


def _stop(message: str) -> None:
    click.echo(f"job-search: {message}", err=True)
    sys.exit(EXIT_BAD_INPUT)


if __name__ == "__main__":
    main()
