"""Splits: which labelled users are learned from, chosen with and reported on, and the ledger that remembers it."""

import pandera.ibis as pa

SPLIT_LEDGER_FILE = "reference/splits_ledger.csv"
SPLIT_LEDGER_COLUMNS = ["edition", "account_id", "split", "step", "user_id", "cause"]


class SplitLedger(pa.DataFrameModel):
    """One row per account and split that it ever stood in, through its user. Rows are added, never changed or removed.

    Like the histories it depends on its own past: a build from nothing needs it as an input.
    """

    edition: int = pa.Field(ge=0, description="The division it belongs to; only the edition in the settings counts.")
    account_id: str = pa.Field(description="The account, be it still there or not.")
    split: str = pa.Field(str_length={"min_value": 1}, description="The split, or `retired`.")
    step: int = pa.Field(ge=0, description="The how-many-th change of the ledger brought the row in; 1 is the first.")
    user_id: str = pa.Field(nullable=True, description="Whose account it was then.")
    cause: str = pa.Field(
        description="drawn: the user was new. joined: the user stood there already. Else why the user is retired."
    )

    class Config:
        strict = True
        unique = ["edition", "account_id", "split"]


class JobSeekerSplits(pa.DataFrameModel):
    """One row per labelled user: the side of the split the user is on."""

    user_id: str = pa.Field(description="The user, as numbered in `clean_users`.")
    split: str = pa.Field(
        str_length={"min_value": 1},
        description="Learned from (train), chosen with (dev), reported on (test), one more of the settings' names, or "
        "`retired`: a merge taints the user for all of them.",
    )
    is_job_seeker: bool = pa.Field(description="The user's label, by which the splits are exact.")

    class Config:
        strict = True
        unique = ["user_id"]
