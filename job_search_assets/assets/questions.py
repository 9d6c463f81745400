"""Questions, asked from Dagster's launchpad: why something is as it is, and what if an input were wrong."""

from collections.abc import Iterable

import dagster as dg
from pydantic import Field

from job_search_assets.engine.correcting import impact_text, impacts, in_line, what_ifs
from job_search_assets.engine.folders import Folders
from job_search_assets.engine.reporting.projects import Project
from job_search_assets.engine.stories import answers


class QuestionConfig(dg.Config):
    """One question, as `job-search why` takes it; the answer holds keys and numbers, never personal data."""

    what: str = Field(description="An account, a user, a table or a model.")
    other: str | None = Field(None, description="A second account: are the two one user?")


@dg.op
def answer_question(context: dg.OpExecutionContext, config: QuestionConfig) -> None:
    """Reads the answer off the tables and puts it on the run's page; the run fails where there is none."""
    folders = Folders.from_environment()
    told = answers.told(folders, config.what, config.other)
    context.log.info(f"{config.what} is explained in {len(told)} lines, in the metadata of this step's output.")
    pending = in_line.pending(folders)
    context.add_output_metadata({"answer": _as_text([*told, *(["", pending] if pending else [])])})


@dg.job
def why() -> None:
    """Says what became of an account or a user, what a table comes from, or whether two accounts are one user."""
    answer_question()


class WhatIfConfig(dg.Config):
    """One what-if, as `job-search impact` takes it. Dagster keeps what is typed here among its runs."""

    table: str = Field(description="A raw file's name without ending, or `labeller`, `moderator`, `source`.")
    key: str = Field(description="The row's key as in the file, parts joined by `|`, or the name of who gave rows.")
    what: str = Field("withdraw", description="What would be corrected about it: withdraw, replace, add or confirm.")
    values: list[str] = Field([], description="COLUMN=VALUE, for replace and add.")
    refit: bool = Field(False, description="Also who is concerned once models are fitted again; takes as long.")


@dg.op
def work_out_impact(context: dg.OpExecutionContext, config: WhatIfConfig, project: dg.ResourceParam[Project]) -> None:
    """Works out who would be concerned, and puts accounts and outcomes on the run's page; changes nothing."""
    folders = Folders.from_environment()
    lines = what_ifs.lines_of(folders, config.table, config.key, config.what, config.values)
    named = (config.table, config.key, config.what)
    found = impacts.impact_of(project.definitions(), folders, lines, named=named, refit=config.refit)
    context.add_output_metadata({"impact": _as_text(impact_text.told(found, everybody=False))})


@dg.job
def impact() -> None:
    """Says who is concerned if an input is wrong, and how: direct, joint, and on request via models."""
    work_out_impact()


def _as_text(told: Iterable[str]) -> dg.MarkdownMetadataValue:
    return dg.MetadataValue.md("\n".join(["```text", *told, "```"]))
