"""Splits: which labelled users are learned from, chosen with and reported on."""

import pandera.ibis as pa


class JobSeekerSplits(pa.DataFrameModel):
    """One row per labelled user: the side of the split the user is on."""

    user_id: str = pa.Field(description="The user, as numbered in `clean_users`.")
    split: str = pa.Field(isin=["train", "dev", "test"], description="Learned from, chosen with, or reported on.")
    is_job_seeker: bool = pa.Field(description="The label the model must predict.")

    class Config:
        strict = True
        unique = ["user_id"]
