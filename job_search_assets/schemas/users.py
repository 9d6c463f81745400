"""Raw rows: what the sources delivered and people judged, typed, and what was refused."""

from typing import Annotated

import ibis.expr.datatypes as dt
import pandera.ibis as pa

from job_search_assets.schemas.contracts import CONTRACTS, USERS

Moment = Annotated[dt.Timestamp, None, 6, True]  # no zone (all times are UTC), microseconds


class RawUsers(pa.DataFrameModel):
    """One row per account, as it signed up and as corrections left it."""

    account_id: str = pa.Field(description="The account.")
    created_at: Moment = pa.Field(description="When it signed up, UTC.")
    source: str = pa.Field(description="Where it came from: a source of `source_inventory`.")
    full_name: str = pa.Field(nullable=True, description="Name as entered.")
    email: str = pa.Field(nullable=True, description="E-mail address as entered.")
    phone: str = pa.Field(nullable=True, description="Phone number as entered, in any notation.")
    birth_date: dt.Date = pa.Field(nullable=True, description="Day of birth, never after the sign-up.")
    city: str = pa.Field(nullable=True, description="Town as entered.")
    postcode: str = pa.Field(nullable=True, description="Postcode as entered.")
    country: str = pa.Field(nullable=True, str_length={"min_value": 2, "max_value": 2}, description="ISO 3166 alpha-2.")
    signup_ip: str = pa.Field(nullable=True, description="Address it signed up from, IPv4 or IPv6.")
    device: str = pa.Field(nullable=True, description="Device it signed up on.")
    about: str = pa.Field(nullable=True, description="What it says about itself, free text.")
    gender: str = pa.Field(nullable=True, description="As stated; for slices and identity, never a feature.")
    region: str = pa.Field(nullable=True, description="Region code; for slices and identity, never a feature.")
    city_development_index: float = pa.Field(
        nullable=True, ge=0, le=1, description="How developed the region is, 0 to 1."
    )
    has_relevant_experience: bool = pa.Field(nullable=True, description="Has worked in the field.")
    enrolled_university: str = pa.Field(
        nullable=True, isin=USERS.column("enrolled_university").values, description="Studies at present."
    )
    education_level: str = pa.Field(
        nullable=True, isin=USERS.column("education_level").values, description="Highest education."
    )
    major_discipline: str = pa.Field(nullable=True, description="Field of study.")
    years_experience: float = pa.Field(nullable=True, ge=0, le=60, description="Years at work.")
    company_size: str = pa.Field(
        nullable=True, isin=USERS.column("company_size").values, description="People in the present company."
    )
    company_type: str = pa.Field(nullable=True, description="Kind of the present company.")
    last_job_change: str = pa.Field(
        nullable=True, isin=USERS.column("last_job_change").values, description="Years since the last change of job."
    )
    training_hours: float = pa.Field(nullable=True, ge=0, description="Hours of training completed.")

    class Config:
        strict = True
        unique = ["account_id"]


class RawPlaces(pa.DataFrameModel):
    """One row per raw row that was kept: where it stood. Depends on the order of lines, so nothing is built on it."""

    table: str = pa.Field(isin=list(CONTRACTS), description="The raw file's name without ending, such as `users`.")
    key: str = pa.Field(description="The row's key; several parts are joined by `|`, times as 2026-02-10T04:22:12Z.")
    file: str = pa.Field(description="File, seen from the data folder; `reference/corrections.csv` for an added row.")
    line: int = pa.Field(ge=1, description="Physical line it begins on, the header being 1; in Parquet the row.")

    class Config:
        strict = True
        unique = ["table", "key"]


class RejectedRows(pa.DataFrameModel):
    """One row per record that breaks the contract with people's files, or that a correction withdrew."""

    file: str = pa.Field(description="File, seen from the data folder.")
    line: int = pa.Field(ge=1, description="Physical line the record begins on, the header being 1.")
    table: str = pa.Field(isin=list(CONTRACTS), description="The raw file's name without ending, such as `users`.")
    column: str = pa.Field(description="Column of the first breach, in the contract's order; empty if it is none's.")
    rule: str = pa.Field(description="What is wrong, in words.")
    text: str = pa.Field(description="The record as read; bytes that are no text are escaped.")

    class Config:
        strict = True
        unique = ["file", "line"]


class RawSpamReports(pa.DataFrameModel):
    """One row per verdict of a moderator on an account."""

    account_id: str = pa.Field(description="The account judged.")
    reported_by: str = pa.Field(description="The moderator.")
    reported_at: Moment = pa.Field(description="When, UTC.")
    is_spam: bool = pa.Field(description="The verdict.")
    reason: str = pa.Field(nullable=True, description="On what ground.")

    class Config:
        strict = True
        unique = ["account_id", "reported_by", "reported_at"]


class RawIpBlocklist(pa.DataFrameModel):
    """One row per blocklist entry: a network, listed from a time until another."""

    entry_id: str = pa.Field(description="The entry.")
    network: str = pa.Field(description="Network in CIDR notation or a single address, IPv4 or IPv6.")
    listed_by: str = pa.Field(nullable=True, description="Who listed it.")
    listed_from: Moment = pa.Field(description="In force from here on, UTC.")
    listed_until: Moment = pa.Field(nullable=True, description="In force before this, UTC; empty while it is listed.")
    reason: str = pa.Field(nullable=True, description="On what ground.")
    is_confirmed: bool = pa.Field(description="A person looked at it and confirmed it (a correction says so).")

    class Config:
        strict = True
        unique = ["entry_id"]


class RawMergePairs(pa.DataFrameModel):
    """One row per judged pair and labeller: are these two accounts one person?"""

    account_id_left: str = pa.Field(description="One account.")
    account_id_right: str = pa.Field(description="The other account.")
    labeller: str = pa.Field(description="Who judged.")
    is_same_person: bool = pa.Field(description="The verdict.")
    labelled_at: Moment = pa.Field(description="When, UTC.")

    class Config:
        strict = True
        unique = ["account_id_left", "account_id_right", "labeller"]


class RawJobSeekerVotes(pa.DataFrameModel):
    """One row per vote: one labeller, one account, one answer."""

    account_id: str = pa.Field(description="The account looked at.")
    labeller: str = pa.Field(description="Who voted.")
    labelled_at: Moment = pa.Field(description="When, UTC.")
    is_job_seeker: bool = pa.Field(description="The answer.")
    guide_version: str = pa.Field(description="The labelling guide in force.")

    class Config:
        strict = True
        unique = ["account_id", "labeller", "labelled_at"]
