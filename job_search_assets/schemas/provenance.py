"""Provenance: what stands about each account, and what changed about it when people corrected the inputs."""

import pandera.ibis as pa


class Decisions(pa.DataFrameModel):
    """One row per raw account: what stands about it now, from removed or kept to the predicted class."""

    account_id: str = pa.Field(description="The account.")
    is_removed: bool = pa.Field(description="Whether it is removed as spam. All that follows is empty then.")
    score: float = pa.Field(ge=0, le=1, description="Probability that it is spam.")
    user_id: str = pa.Field(nullable=True, description="The user it belongs to, as numbered in `clean_users`.")
    accounts_of_user: int = pa.Field(ge=0, description="How many accounts that user has, this one included.")
    user_digest: str = pa.Field(
        nullable=True,
        description="Hash of all accounts of the user: equal in two versions of the table when the same accounts are "
        "one user.",
    )
    is_job_seeker: bool = pa.Field(nullable=True, description="The user's label; empty without votes.")
    is_job_seeker_by_votes: bool = pa.Field(nullable=True, description="The same by votes alone, which grades models.")
    split: str = pa.Field(nullable=True, description="The user's split; empty without votes.")
    probability: float = pa.Field(nullable=True, ge=0, le=1, description="Probability that the user looks for a job.")
    is_predicted_job_seeker: bool = pa.Field(
        nullable=True, description="Whether that is above one half: the class that the model predicts."
    )
    spam_model_version: str = pa.Field(description="The `spam_model` that the score rests on.")
    job_seeker_model_version: str = pa.Field(
        nullable=True, description="The `job_seeker_model` that gave the probability."
    )

    class Config:
        strict = True
        unique = ["account_id"]
