"""Drift: which delivery each account came with, and where the latest is unlike those before."""

import pandera.ibis as pa

VERDICTS = [
    "moved",
    "mix of sources moved",
    "read otherwise",
    "moved too little to matter",
    "due to sources that moved",
    "due to the mix of sources",
    "as before",
    "too few accounts",
    "nothing new",
    "nothing before",
]


class AccountDeliveries(pa.DataFrameModel):
    """One row per account and raw file that has rows of it: the delivery in which its first row came.

    It remembers, since no file tells what was there before: like the ledger of splits it extends its own past.
    """

    kind: str = pa.Field(
        isin=["users", "spam_reports", "job_seeker_votes"], description="The raw file: an account, verdicts or votes."
    )
    account_id: str = pa.Field(description="The account.")
    delivery: int = pa.Field(ge=1, description="Number of the run that first met it; 1 is all that was there at first.")
    row_hash: str = pa.Field(
        nullable=True, description="MD5 of the account's row as it was then; null for verdicts, votes."
    )
    read_by: str = pa.Field(description="Version of the code that read `raw_users` then.")

    class Config:
        strict = True
        unique = ["kind", "account_id"]


class DeliveryDrift(pa.DataFrameModel):
    """One row per source, feature and aspect: whether the latest delivery is like those before it.

    Shares are of accounts; of labels and spam verdicts, of accounts that people judged.
    """

    source: str = pa.Field(
        description="The source; * is all sources together, each compared with itself, so that their mix has no say."
    )
    feature: str = pa.Field(
        description="What is watched: a column of `raw_users` or a measure of it, what people say (`is_spam`, "
        "`is_job_seeker`), `source`, the source's share of the accounts, or `row`, all that an account's row says."
    )
    aspect: str = pa.Field(
        isin=["values", "missing", "share", "reading"],
        description="The values that are there, whether there is one, a share, or whether accounts that were known are "
        "read as they were when they came.",
    )
    place: int = pa.Field(ge=1, description="Order in which to look: what moved first, the most surprising first.")
    delivery: int = pa.Field(ge=1, description="The latest delivery of this kind of row.")
    since_delivery: int = pa.Field(
        ge=1, description="The deliveries from this one on are compared with those before; several if they are small."
    )
    accounts_before: int = pa.Field(ge=0, description="Accounts of earlier deliveries that have this aspect.")
    accounts_delivered: int = pa.Field(
        ge=0, description="Accounts of the deliveries that are looked at; of `reading`, those that are read otherwise."
    )
    condition: str = pa.Field(
        nullable=True, description="The cut or value whose share moved most; values of few accounts are not named."
    )
    share_before: float = pa.Field(
        nullable=True, ge=0, le=1, description="Share that met the condition; of *, at the delivery's mix of sources."
    )
    share_delivered: float = pa.Field(nullable=True, ge=0, le=1, description="Share that meets it in the delivery.")
    effect: float = pa.Field(nullable=True, ge=-1, le=1, description="Difference of the two shares.")
    low: float = pa.Field(nullable=True, ge=-1, le=1, description="Lower end of its 95 % interval.")
    high: float = pa.Field(nullable=True, ge=-1, le=1, description="Upper end of its 95 % interval.")
    p_value: float = pa.Field(
        nullable=True,
        ge=0,
        le=1,
        description="Chance of so great a difference in any row of this table if nothing has moved (Holm over all "
        "tests); no lower than 0.000001.",
    )
    verdict: str = pa.Field(isin=VERDICTS, description="What follows; `moved` and `read otherwise` are alarms.")
    cause: str = pa.Field(
        nullable=True,
        isin=["the world", "our code", "the files or corrections"],
        description="What changed: the accounts that come; the code that reads them, which is another one "
        "than when most of those read otherwise came; or their rows, by files or corrections.",
    )
    beside: str = pa.Field(
        nullable=True, description="What moved with it and cannot be told apart: other sources, the source's own share."
    )

    class Config:
        strict = True
        unique = ["source", "feature", "aspect"]
