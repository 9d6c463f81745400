"""`job-search plan`: what to collect next, within a box of days, money and people."""

from datetime import datetime
from pathlib import Path

import click

from job_search_assets.cli.options import examples, folders_from, with_folders


@click.command(
    epilog=examples(
        "job-search plan --days 14 --budget 5000",
        "job-search plan --days 30 --people 2 --json",
        "job-search plan --days 14 --record autumn-1 --start 2026-10-01",
    )
)
@click.option("--days", type=click.IntRange(1, 366), help="Days of the box.  [default: 14]")
@click.option("--budget", type=click.FloatRange(0), help="Money that may be spent, in the inventory's currency.")
@click.option("--people", type=click.IntRange(0), help="People who can work on sources at a time.")
@click.option("--rows", type=click.IntRange(1), help="Ask by amount instead; only with evidence on record.")
@click.option("--more-than-ten-times", is_flag=True, help="Let data grow more than ten times at once.")
@click.option("--prove", is_flag=True, help="With many sources and few people, search on until no plan can be better.")
@click.option("--record", metavar="BOX", help="Write the plan to reference/boxes.yaml under this name.")
@click.option("--start", type=click.DateTime(["%Y-%m-%d"]), help="First day of the box that is recorded.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object, with the rows of each day.")
@with_folders
def plan(
    data: Path | None,
    build: Path | None,
    days: int | None,
    budget: float | None,
    people: int | None,
    rows: int | None,
    more_than_ten_times: bool,
    prove: bool,
    record: str | None,
    start: datetime | None,
    as_json: bool,
) -> None:
    """Say which sources to collect from, in what order, for the most usable rows within the box.

    A usable row is a user with a label as good as certain. Sources are those of reference/sources.yaml; what has been
    built so far says how many users an account of each source is, and who is there without a label.
    """
    import json

    from job_search_assets.engine.reporting import planning
    from job_search_assets.logic.sources import plan_text

    if days is not None and rows is not None:
        raise click.UsageError("--days and --rows exclude each other.")
    if (record is None) != (start is None):
        raise click.UsageError("--record BOX and --start DATE go together.")
    folders = folders_from(data, build)
    wish = planning.wish(days=days, budget=budget, people=people, is_unlimited=more_than_ten_times, prove=prove)
    made = planning.for_rows(folders, wish, rows) if rows is not None else planning.in_days(folders, wish)
    click.echo(json.dumps(plan_text.as_dict(made), indent=1) if as_json else "\n".join(plan_text.told(made)))
    if record is not None and start is not None:
        click.echo(planning.record(folders, made, record, start.date()), err=as_json)
