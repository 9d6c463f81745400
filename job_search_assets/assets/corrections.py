"""Corrections: what people say about inputs that were wrong, from Dagster's launchpad."""

import dagster as dg
from pydantic import Field

from job_search_assets.engine import corrections
from job_search_assets.engine.folders import Folders


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
