"""Corrections: what people say about inputs that were wrong, and bringing tables in line, from Dagster's launchpad."""

import dagster as dg
from pydantic import Field

from job_search_assets.engine.correcting import corrections, repairs
from job_search_assets.engine.folders import Folders
from job_search_assets.engine.reporting.projects import Project


class CorrectionConfig(dg.Config):
    """One correction, as `job-search correct` takes it. Dagster keeps what is typed here among its runs."""

    table: str = Field(description="A raw file's name without ending, or `corrections` to take an earlier one back.")
    key: str = Field(description="The row's key as in the file, parts joined by `|`; a part may be `*`.")
    action: str = Field(description="withdraw, replace, add or confirm.")
    values: dict[str, str] = Field({}, description="Value by column, for replace and add; an empty one empties it.")
    made_by: str = Field(description="Who makes the correction.")
    why: str = Field(description="The reason, for whoever reads the ledger in a year.")


@dg.op
def write_correction(context: dg.OpExecutionContext, config: CorrectionConfig) -> None:
    """Tries a correction on the data and writes it to the ledger, or fails and says why not."""
    wanted = corrections.Correction(**config.model_dump())
    context.log.info("\n".join(corrections.record(Folders.from_environment(), wanted).told()))


@dg.job
def correct() -> None:
    """Writes a correction to `reference/corrections.csv`; what it changes then shows as stale."""
    write_correction()


class RepairConfig(dg.Config):
    """How tables are brought in line, as `job-search repair` takes it."""

    refit: bool = Field(False, description="Fit models that learned from what was corrected again; else they are held.")


@dg.op
def bring_in_line(context: dg.OpExecutionContext, config: RepairConfig, project: dg.ResourceParam[Project]) -> None:
    """Follows every correction in runs of their own, a wave at a time; fails where a step or an ERROR check does."""
    folders = Folders.from_environment()
    repaired = repairs.repair_within(
        project.definitions(), context.instance, folders, refit=config.refit, say=context.log.info
    )
    context.add_output_metadata({"made": repaired.outcome.materialized, "held_though_behind": repaired.behind})
    repairs.assert_well(repaired)


@dg.job
def repair() -> None:
    """Brings every table in line with the corrections, models held or fitted again."""
    bring_in_line()
