"""Labels: each user's consensus and each labeller's record."""

import pandera.ibis as pa


class LabellerQuality(pa.DataFrameModel):
    """One row per labeller and guide version: how often they are right, on accounts that can be told."""

    labeller: str = pa.Field(description="Who voted.")
    guide_version: str = pa.Field(description="The labelling guide in force when they voted.")
    sensitivity: float = pa.Field(ge=0, le=1, description="How often they say yes of a job seeker.")
    sensitivity_low: float = pa.Field(ge=0, le=1, description="Lower end of its 95 % interval.")
    sensitivity_high: float = pa.Field(ge=0, le=1, description="Upper end of its 95 % interval.")
    specificity: float = pa.Field(ge=0, le=1, description="How often they say no of somebody who is none.")
    specificity_low: float = pa.Field(ge=0, le=1, description="Lower end of its 95 % interval.")
    specificity_high: float = pa.Field(ge=0, le=1, description="Upper end of its 95 % interval.")
    votes: int = pa.Field(ge=1, description="Their votes that count: on kept accounts, the last on each.")

    class Config:
        strict = True
        unique = ["labeller", "guide_version"]


class JobSeekerLabels(pa.DataFrameModel):
    """One row per user with votes: what the labellers say of them together, and how sure that is."""

    user_id: str = pa.Field(description="The user, as numbered in `clean_users`.")
    is_job_seeker: bool = pa.Field(description="The likelier answer.")
    confidence: float = pa.Field(ge=0.5, le=1, description="How likely that answer is to be right.")
    votes: int = pa.Field(ge=1, description="Votes behind it, over all accounts of the user.")
    ambiguity: float = pa.Field(ge=0, le=1, description="How likely one of their accounts is one nobody can tell.")
    is_ambiguous: bool = pa.Field(description="Whether labellers differ because of the user, not of carelessness.")

    class Config:
        strict = True
        unique = ["user_id"]
