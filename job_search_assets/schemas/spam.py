"""Spam: what was known of each account, what it weighed, and what was decided."""

import pandera.ibis as pa

from job_search_assets.schemas.users import Moment, RawUsers


class BlocklistHits(pa.DataFrameModel):
    """One row per account and blocklist entry in force when it signed up from inside the entry's network."""

    account_id: str = pa.Field(description="The account.")
    entry_id: str = pa.Field(description="The blocklist entry.")
    narrowness: int = pa.Field(ge=1, description="1 for the narrowest of the account's entries, 2 for the next wider.")

    class Config:
        strict = True
        unique = ["account_id", "entry_id"]


class ReportGrounds(pa.DataFrameModel):
    """One row per report grounded on the list alone and entry that bore it out when it was made."""

    account_id: str = pa.Field(description="The reported account.")
    reported_by: str = pa.Field(description="The moderator.")
    reported_at: Moment = pa.Field(description="When it was reported, UTC.")
    entry_id: str = pa.Field(description="An entry then in force whose network holds the account's address.")
    narrowness: int = pa.Field(ge=1, description="1 for the narrowest such entry, 2 for the next wider.")

    class Config:
        strict = True
        unique = ["account_id", "reported_by", "reported_at", "entry_id"]


class SpamFeatures(pa.DataFrameModel):
    """One row per account: what the spam model may know of it, and its place in the address space.

    Counts of accounts that share something tell, beyond nine, their first digit alone: 4,521 are 4,000.
    """

    account_id: str = pa.Field(description="The account.")
    created_at: Moment = pa.Field(description="When it signed up, UTC.")
    address: str = pa.Field(
        nullable=True,
        description="Its sign-up address as a string that sorts as addresses do. No feature: it places the account.",
    )
    network: str = pa.Field(nullable=True, description="The address's /24 or, of IPv6, /48. No feature.")
    text: str = pa.Field(description="What it says about itself, digits as 0; empty if nothing.")
    text_key: str = pa.Field(description="The same in small letters alone, by which copies are found.")
    email_domain: str = pa.Field(description="What follows the @ in its e-mail address.")
    email_local: str = pa.Field(description="What precedes it, digits as 0.")
    device: str = pa.Field(description="The device it signed up with, or empty.")
    source: str = pa.Field(description="Where it was collected, as in `source_inventory`.")
    has_email: bool = pa.Field(description="Whether the field is filled in.")
    has_phone: bool = pa.Field(description="Whether the field is filled in.")
    has_birth_date: bool = pa.Field(description="Whether the field is filled in.")
    has_city: bool = pa.Field(description="Whether the field is filled in.")
    has_postcode: bool = pa.Field(description="Whether the field is filled in.")
    has_country: bool = pa.Field(description="Whether the field is filled in.")
    has_device: bool = pa.Field(description="Whether the field is filled in.")
    has_about: bool = pa.Field(description="Whether the field is filled in.")
    is_name_lower: bool = pa.Field(description="Whether the name is in small letters.")
    is_name_upper: bool = pa.Field(description="Whether the name is in capitals.")
    is_email_unlike_name: bool = pa.Field(
        description="Whether neither first nor last name begins anywhere in the e-mail address."
    )
    has_digits_inside_email: bool = pa.Field(description="Whether digits stand between letters in the e-mail address.")
    is_domain_rare: bool = pa.Field(
        description="Whether the e-mail domain has at most one account in a thousand, or three."
    )
    filled_fields: int = pa.Field(
        ge=0, description="How many of e-mail, phone, birth date, city and postcode are filled in."
    )
    name_words: int = pa.Field(ge=0, description="Words of two letters and more in the name.")
    email_length: int = pa.Field(ge=0, description="Characters before the @.")
    email_digits: int = pa.Field(ge=0, description="Digits before the @.")
    domain_accounts: int = pa.Field(
        ge=0, description="Accounts with the same e-mail domain, itself included; 0 without e-mail."
    )
    text_length: int = pa.Field(ge=0, description="Characters of the text.")
    text_digits: int = pa.Field(ge=0, description="Digits in the text.")
    text_capitals: int = pa.Field(ge=0, description="Capitals in the text.")
    text_copies: int = pa.Field(ge=0, description="Accounts with the same text, itself included; 0 without text.")
    domain_burst: int = pa.Field(
        ge=0, description="Accounts with the same e-mail domain that signed up within hours of it."
    )
    email_accounts: int = pa.Field(
        ge=0, description="Accounts with the same e-mail address, itself included; 0 without one."
    )
    phone_accounts: int = pa.Field(
        ge=0, description="Accounts with the same last nine digits of phone, itself included; 0 without one."
    )
    birth_name_accounts: int = pa.Field(
        ge=0, description="Accounts with the same birth date and last name, itself included; 0 if one is missing."
    )
    postcode_name_accounts: int = pa.Field(
        ge=0, description="Accounts with the same postcode and last name, itself included; 0 if one is missing."
    )

    class Config:
        strict = True
        unique = ["account_id"]


class SpamExamples(pa.DataFrameModel):
    """One row per account that the spam model learns from."""

    account_id: str = pa.Field(description="The account.")
    is_spam: bool = pa.Field(description="What most of its independent reports say.")
    reports: int = pa.Field(ge=1, description="Its independent reports: those not grounded on the list alone.")
    fold: int = pa.Field(ge=0, description="The part it is held out in, with all accounts that look like it.")

    class Config:
        strict = True
        unique = ["account_id"]


class ModeratorQuality(pa.DataFrameModel):
    """One row per moderator: how far their word is to be trusted."""

    reported_by: str = pa.Field(description="The moderator.")
    reports: int = pa.Field(ge=1, description="Their independent reports on examples.")
    sensitivity: float = pa.Field(gt=0, lt=1, description="Share of spam that they call spam.")
    specificity: float = pa.Field(gt=0, lt=1, description="Share of people whom they call people.")
    spam_log_odds: float = pa.Field(description="What their verdict 'spam' adds to the log odds of spam.")
    person_log_odds: float = pa.Field(description="What their verdict 'no spam' adds to them; below zero.")

    class Config:
        strict = True
        unique = ["reported_by"]


class SpamScores(pa.DataFrameModel):
    """One row per account: what everything except the blocklist says about it."""

    account_id: str = pa.Field(description="The account.")
    model_log_odds: float = pa.Field(description="How much likelier its looks are for spam than for a person (ln).")
    report_log_odds: float = pa.Field(description="What its independent reports are worth together (ln).")

    class Config:
        strict = True
        unique = ["account_id"]


class SpamPriors(pa.DataFrameModel):
    """Two rows: how much spam a listed and an unlisted network usually hold, a Beta distribution each."""

    kind: str = pa.Field(isin=["listed", "unlisted"], description="Networks of blocklist entries, or all others.")
    spam_share: float = pa.Field(gt=0, lt=1, description="Mean of the distribution.")
    strength: float = pa.Field(gt=0, description="Accounts that the mean is worth against a network's own.")
    accounts: int = pa.Field(ge=0, description="Accounts in such networks.")
    networks: int = pa.Field(ge=0, description="Networks with at least one account.")

    class Config:
        strict = True
        unique = ["kind"]


class BlocklistReview(pa.DataFrameModel):
    """One row per blocklist entry: whether its accounts look as if it had been listed wrongly."""

    entry_id: str = pa.Field(description="The blocklist entry.")
    is_confirmed: bool = pa.Field(description="Whether a person confirmed it; it is not suspect then.")
    is_suspect: bool = pa.Field(description="Whether it is quarantined: neither hits nor reports on it count.")
    log_odds: float = pa.Field(description="Log odds that it is wrong, by everything except the list.")
    accounts: int = pa.Field(ge=0, description="Accounts in its network that signed up before it ended.")
    accounts_in_force: int = pa.Field(ge=0, description="Those of them that signed up while it was in force.")
    spam_looks: float = pa.Field(ge=0, description="Spam expected among `accounts` if nobody had listed them.")

    class Config:
        strict = True
        unique = ["entry_id"]


class SpamEvidence(pa.DataFrameModel):
    """One row per account: the parts of its log odds of being spam, which add up to the score."""

    account_id: str = pa.Field(description="The account.")
    network: str = pa.Field(nullable=True, description="Its /24 or, of IPv6, /48: version and leading hex digits.")
    entry_id: str = pa.Field(nullable=True, description="The entry whose share of spam counts, if any does.")
    others: int = pa.Field(ge=0, description="Other accounts behind that share, or behind the network's.")
    others_spam: float = pa.Field(ge=0, description="Spam expected among them.")
    prior_log_odds: float = pa.Field(description="The usual share of spam outside listed networks (ln).")
    model_log_odds: float = pa.Field(description="What its looks add.")
    report_log_odds: float = pa.Field(description="What its independent reports add.")
    network_log_odds: float = pa.Field(description="What its entry or network adds, by the other accounts there.")

    class Config:
        strict = True
        unique = ["account_id"]


class SpamDecisions(pa.DataFrameModel):
    """One row per raw account: whether it is removed."""

    account_id: str = pa.Field(description="The account.")
    is_spam: bool = pa.Field(description="Whether it is removed.")
    score: float = pa.Field(ge=0, le=1, description="Probability that it is spam.")
    threshold: float = pa.Field(ge=0, le=1, description="Score from which on accounts are removed.")
    model_version: str = pa.Field(description="The spam model that the score rests on.")

    class Config:
        strict = True
        unique = ["account_id"]


class SpamReasons(pa.DataFrameModel):
    """One row per removed account and thing that spoke for or against it."""

    account_id: str = pa.Field(description="The removed account.")
    kind: str = pa.Field(
        isin=["prior", "model", "report", "entry", "network", "feature"], description="What kind of thing spoke."
    )
    reference: str = pa.Field(description="Which: the report's key, entry_id, model version, network, feature.")
    weight: float = pa.Field(
        description="What it added to the log odds of spam (ln); below zero it spoke for the account."
    )
    is_in_score: bool = pa.Field(description="Whether it is a summand: these add up to the score's log odds.")
    detail: str = pa.Field(description="What it said, in words.")

    class Config:
        strict = True
        unique = ["account_id", "kind", "reference"]


class DespammedUsers(RawUsers):
    """One row per raw account that is not removed as spam."""

    class Config:
        strict = True
        unique = ["account_id"]
