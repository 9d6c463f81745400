"""Readiness: what was done by hand, and what is still missing for production."""

import ibis.expr.datatypes as dt
import pandera.ibis as pa

from job_search_assets.schemas.users import Moment


class ManualSteps(pa.DataFrameModel):
    """One row per step in `reference/manual_steps.yaml`: what a person did by hand, and what hangs on it."""

    step: str = pa.Field(str_length={"min_value": 1}, description="The step's id, as in the file.")
    asset: str = pa.Field(description="The table, model or input file that was changed.")
    what: str = pa.Field(description="What was done.")
    made_by: str = pa.Field(description="Who did it.")
    made_at: Moment = pa.Field(description="When (UTC).")
    why: str = pa.Field(description="Why it was needed.")
    owner: str = pa.Field(nullable=True, description="Who pays it off; empty: whoever did it.")
    file: str = pa.Field(nullable=True, description="The file that was changed, seen from the data or build folder.")
    hash_before: str = pa.Field(nullable=True, description="Content hash of the table or file before.")
    hash_after: str = pa.Field(nullable=True, description="Content hash after; an edit that gave it is declared.")
    closed_by: str = pa.Field(nullable=True, description="The test or check that closes the step while it passes.")
    waived_by: str = pa.Field(nullable=True, description="Who lets it stand for a while.")
    waiver_reason: str = pa.Field(nullable=True, description="Why it may stand.")
    waived_until: dt.Date = pa.Field(nullable=True, description="The last day (UTC) on which it may.")
    assets_below: int = pa.Field(ge=0, description="Tables and models made from what was changed, near and far.")
    predictions: int = pa.Field(ge=0, description="Predictions made from it: all, or none if they are not made of it.")

    class Config:
        strict = True
        unique = ["step"]


class Readiness(pa.DataFrameModel):
    """One row per item of the ML Test Score (Breck et al. 2017): whether the project meets it, by its own state."""

    item: str = pa.Field(description="Section and number of the item in the paper.")
    section: str = pa.Field(
        isin=["features and data", "model development", "infrastructure", "monitoring"],
        description="The paper's section.",
    )
    question: str = pa.Field(description="What the paper asks.")
    verdict: str = pa.Field(
        isin=["met", "not met", "cannot be computed"],
        description="What the project's definitions, tests, cards and tables say.",
    )
    points: float = pa.Field(ge=0, le=1, description="1 for what is met, as the paper counts automated tests.")
    evidence: str = pa.Field(str_length={"min_value": 1}, description="What was counted or found.")
    lacking: str = pa.Field(description="The first few things that lack it.")
    predictions: int = pa.Field(ge=0, description="Predictions that hang on what lacks it; 0 where it is met.")

    class Config:
        strict = True
        unique = ["item"]
