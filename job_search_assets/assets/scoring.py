"""Scoring from Dagster's launchpad: a file of raw accounts in, a file of answers out."""

import dagster as dg
from pydantic import Field

from job_search_assets.engine.folders import Folders
from job_search_assets.engine.scoring import scoring_files


class ScoreConfig(dg.Config):
    """Which file is scored, as `job-search score` takes it; both stay where they are, and no value reaches Dagster."""

    file: str = Field(description="A file of raw accounts: .csv, .parquet or .jsonl.")
    out: str = Field(description="The file of answers to write, of one of these endings.")


@dg.op
def score_file(context: dg.OpExecutionContext, config: ScoreConfig) -> None:
    """Writes the answers and says how many there are, and by which bundle."""
    scored = scoring_files.score(Folders.from_environment(), config.file, config.out, None)
    context.log.info(scored.told())
    context.add_output_metadata({"rows": scored.rows, "bundle": scored.bundle, **scored.outcomes})


@dg.job
def score() -> None:
    """Says of raw accounts what the pipeline would make of each; tables and models are only read."""
    score_file()
