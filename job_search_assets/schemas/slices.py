"""Slices: what users' errors are sliced by, and where the job-seeker model is worse."""

import pandera.ibis as pa


class SliceFactors(pa.DataFrameModel):
    """One row per labelled user outside train: what the model said, what people said, and what errors are sliced by.

    The last columns, from `city_development_index` on, are the factors. Names, addresses, texts and ids are none.
    """

    user_id: str = pa.Field(description="The user, as numbered in `clean_users`.")
    split: str = pa.Field(str_length={"min_value": 1}, description="The user's split; never train, never retired.")
    is_job_seeker: bool = pa.Field(description="The label by votes alone, which grades models.")
    probability: float = pa.Field(ge=0, le=1, description="The prediction, as in `job_seeker_predictions`.")
    is_first_half: bool = pa.Field(
        description="Which half the user is in: slices found on one half are tested on the other. By SHA-256 of the id."
    )
    city_development_index: float = pa.Field(nullable=True, description="How developed the user's city is, 0 to 1.")
    years_experience: float = pa.Field(nullable=True, description="Years of work experience.")
    training_hours: float = pa.Field(nullable=True, description="Hours of training completed.")
    has_relevant_experience: bool = pa.Field(nullable=True, description="Whether the experience is in the field.")
    enrolled_university: str = pa.Field(nullable=True, description="Whether the user studies, and how much.")
    education_level: str = pa.Field(nullable=True, description="Highest education.")
    company_size: str = pa.Field(nullable=True, description="Employees of the present company.")
    last_job_change: str = pa.Field(nullable=True, description="Years between the present and the last job.")
    major_discipline: str = pa.Field(nullable=True, description="Field of study.")
    company_type: str = pa.Field(nullable=True, description="Kind of the present company.")
    gender: str = pa.Field(nullable=True, description="As told; not in the model.")
    region: str = pa.Field(nullable=True, description="As told; not in the model.")
    country: str = pa.Field(nullable=True, description="As told; not in the model.")
    source: str = pa.Field(nullable=True, description="Which source delivered the user.")
    device: str = pa.Field(nullable=True, description="What the user signed up with.")
    account_count: int = pa.Field(ge=1, description="How many accounts were merged into the user.")
    opened_month: int = pa.Field(nullable=True, description="Month of the sign-up, such as 202611.")
    is_corrected: bool = pa.Field(description="Whether a correction met an account of the user, or a vote or report.")
    was_reported: bool = pa.Field(description="Whether an account was reported as spam, and kept.")
    is_ambiguous: bool = pa.Field(description="Whether labellers differ because of the user, not of carelessness.")
    votes: int = pa.Field(ge=1, description="Votes behind the label.")
    guide_versions: str = pa.Field(nullable=True, description="Labelling guides of those votes, such as 1|2.")
    labellers: str = pa.Field(nullable=True, description="Who gave them, such as |ann-1|ann-2|.")

    class Config:
        strict = True
        unique = ["user_id"]


class ErrorSlices(pa.DataFrameModel):
    """One row per slice, split and metric: how much worse the model is on these users, and how sure that is.

    A slice is found on one half of the users, and its numbers are of the other half.
    `SELECT user_id FROM slice_factors WHERE` and the text of a slice lists its users of both halves.
    """

    slice: str = pa.Field(description="A condition on columns of `slice_factors`; `true` is everybody.")
    split: str = pa.Field(str_length={"min_value": 1}, description="The split measured on; `all` is all of them.")
    metric: str = pa.Field(
        isin=["error_rate", "log_loss", "missing_share"],
        description="Share of wrong classes, mean log loss in nats, or share of users whose value is missing.",
    )
    place: int = pa.Field(ge=0, description="Place among the slices, proved ones first; 0 for what is no found slice.")
    users: int = pa.Field(ge=0, description="Users of the slice that it is measured on.")
    value: float = pa.Field(nullable=True, description="The metric on them; empty where there are none.")
    outside: float = pa.Field(nullable=True, description="The metric on all others.")
    excess: float = pa.Field(nullable=True, description="The difference.")
    low: float = pa.Field(nullable=True, description="Lower end of its 95 % interval, of this slice by itself.")
    high: float = pa.Field(nullable=True, description="Upper end of it.")
    p_value: float = pa.Field(
        nullable=True,
        description="Chance of so great a difference if there were none, on users in no slice found before; "
        "by Holm for all that are tested; told from 0.000001 on.",
    )
    verdict: str = pa.Field(
        isin=["worse", "not shown", "by split", "overall", "missing", "too few users to tell"],
        description="worse: proved; not shown: it may be chance. The rest: not a test.",
    )
    same_users_as: str = pa.Field(
        nullable=True, description="Conditions that cannot be told apart from this one: nearly the same users."
    )

    class Config:
        strict = True
        unique = ["slice", "split", "metric"]
