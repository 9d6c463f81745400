"""`job-search correct`, `repair` and `forget`: mend what was wrong, and everything made of it."""

import sys
from pathlib import Path

import click

from job_search_assets.cli.options import EXIT_CHECK_FAILED, examples, folders_from, with_folders


@click.command(
    epilog=examples(
        """job-search correct ip_blocklist bl-7v97xcm withdraw --by ann --why "a university's network\"""",
        """job-search correct users utvshe93qe2 replace birth_date=1967-05-06 --by ann --why "typing error\"""",
        """job-search correct job_seeker_votes '*|ann-76na|*' withdraw --by ann --why "votes at random\"""",
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
    from job_search_assets.engine.correcting import corrections

    wanted = corrections.Correction(table, key, action, made_by, why, corrections.assigned(values))
    for line in corrections.record(folders_from(data, build), wanted).told():
        click.echo(line)


@click.command(epilog=examples("job-search repair --build builds/2026-11 --prove"))
@with_folders
@click.option("--refit", is_flag=True, help="Fit the models again that learned from what was corrected.")
@click.option("--prove", is_flag=True, help="Also rebuild every table from the input files, and compare the hashes.")
def repair(data: Path | None, build: Path | None, refit: bool, prove: bool) -> None:
    """Bring every table in line with the corrections, models held as they are.

    Only what a correction reaches is computed again. The result is what a rebuild in the same mode would give, and
    --prove shows it: it takes the time and the disk of a second build.
    """
    from job_search_assets.engine.correcting import repairs
    from job_search_assets.engine.running import runs, summary

    folders = folders_from(data, build)
    runs.assert_inputs(folders)
    runs.assert_built(folders)
    from job_search_assets.definitions import defs

    repaired = repairs.repair(defs, folders, refit=refit, prove=prove, say=click.echo)
    click.echo("\n".join([summary.of_run(repaired.outcome, folders), *repaired.told()]))
    sys.exit(0 if repaired.is_well else EXIT_CHECK_FAILED)


@click.command(epilog=examples('job-search forget up4yj47j2mt --by ann --why "asked to be forgotten, ticket 312"'))
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
    from job_search_assets.engine.privacy import forgetting
    from job_search_assets.engine.running import runs

    folders = folders_from(data, build)
    runs.assert_inputs(folders)
    from job_search_assets.definitions import defs

    done = forgetting.forget(defs, folders, names, made_by=made_by, why=why, say=click.echo)
    click.echo("\n".join(forgetting.told(done, folders)))
    sys.exit(0 if done.is_well else EXIT_CHECK_FAILED)
