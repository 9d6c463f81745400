"""Questions: why something is as it is, asked from Dagster's launchpad."""

import dagster as dg
from pydantic import Field

from job_search_assets.engine import answers
from job_search_assets.engine.folders import Folders


class QuestionConfig(dg.Config):
    """One question, as `job-search why` takes it; the answer holds keys and numbers, never personal data."""

    what: str = Field(description="An account, a user, a table or a model.")
    other: str | None = Field(None, description="A second account: are the two one user?")


@dg.op
def answer_question(context: dg.OpExecutionContext, config: QuestionConfig) -> None:
    """Reads the answer off the tables and puts it on the run's page; the run fails where there is none."""
    told = answers.told(Folders.from_environment(), config.what, config.other)
    context.log.info(f"{config.what} is explained in {len(told)} lines, in the metadata of this step's output.")
    context.add_output_metadata({"answer": dg.MetadataValue.md("\n".join(["```text", *told, "```"]))})


@dg.job
def why() -> None:
    """Says what became of an account or a user, what a table comes from, or whether two accounts are one user."""
    answer_question()
