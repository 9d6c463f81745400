"""Identity: which accounts are compared, what each comparison weighs, and the users that come of it."""

from datetime import date

import ibis.expr.datatypes as dt
import pandera.ibis as pa


class MatchDetails(pa.DataFrameModel):
    """One row per de-spammed account: what it tells about its owner, in a form that can be compared."""

    account_id: str = pa.Field(description="The account.")
    forename: str = pa.Field(nullable=True, description="First word of the name, without titles, accents and case.")
    forename_root: str = pa.Field(
        nullable=True, description="The given name that the forename is a form of: Bob is robert."
    )
    surname: str = pa.Field(nullable=True, description="Last word of the name; empty where there is only one.")
    name_roots: str = pa.Field(nullable=True, description="All words of the name by root, in alphabetical order.")
    name_sounds: str = pa.Field(nullable=True, description="How they roughly sound, in alphabetical order.")
    email: str = pa.Field(nullable=True, description="E-mail address in lower case.")
    email_local: str = pa.Field(nullable=True, description="What stands before the @, without a tag.")
    email_letters: str = pa.Field(nullable=True, description="The letters of that.")
    phone: str = pa.Field(nullable=True, description="Last nine national digits.")
    postcode: str = pa.Field(nullable=True, description="Postcode without spaces.")
    postcode_district: str = pa.Field(nullable=True, description="Postcode without its last three signs.")
    city: str = pa.Field(nullable=True, description="City without accents and case.")
    network: str = pa.Field(nullable=True, description="Address signed up from; of IPv6 the first 64 bits.")
    gender: str = pa.Field(nullable=True, description="As told.")
    country: str = pa.Field(nullable=True, description="As told, ISO 3166.")
    birth_year: int = pa.Field(nullable=True, description="Year of birth.")
    birth_month: int = pa.Field(nullable=True, description="Month of birth.")
    birth_day: int = pa.Field(nullable=True, description="Day of birth.")
    region: str = pa.Field(nullable=True, description="As told.")
    development: int = pa.Field(nullable=True, description="City development index in thousandths.")
    has_relevant_experience: bool = pa.Field(nullable=True, description="As told.")
    enrolled_university: str = pa.Field(nullable=True, description="As told.")
    education: int = pa.Field(nullable=True, description="Education level, 0 primary school to 4 doctorate.")
    major_discipline: str = pa.Field(nullable=True, description="As told.")
    years_experience: float = pa.Field(nullable=True, description="As told.")
    career_start: float = pa.Field(
        nullable=True, description="Year of sign-up less years of experience: the same on a later account."
    )
    career_year: int = pa.Field(nullable=True, description="The whole year of that.")
    company_size: str = pa.Field(nullable=True, description="As told.")
    company_type: str = pa.Field(nullable=True, description="As told.")
    last_job_change: str = pa.Field(nullable=True, description="As told.")
    training_hours: float = pa.Field(nullable=True, description="As told.")
    created_day: int = pa.Field(description="Day of sign-up, counted from 1970.")

    class Config:
        strict = True
        unique = ["account_id"]


class CommonValues(pa.DataFrameModel):
    """One row per value that many accounts share; what is not listed is rare. Held as long as the match model is."""

    kind: str = pa.Field(isin=["name", "birth_year", "city", "region", "network"], description="What is shared.")
    value: str = pa.Field(description="The value.")
    accounts: int = pa.Field(ge=1, description="How many times it occurs; a name as forename and as surname.")
    commonness: int = pa.Field(ge=1, description="How many of the bounds in `IdentitySettings` it reaches.")

    class Config:
        strict = True
        unique = ["kind", "value"]


class LargeBlocks(pa.DataFrameModel):
    """One row per block too large to propose pairs. Held as long as the match model is."""

    rule: str = pa.Field(description="The blocking rule.")
    block: str = pa.Field(description="The values that its accounts share.")
    accounts: int = pa.Field(ge=2, description="How many accounts it had when the list was made.")

    class Config:
        strict = True
        unique = ["rule", "block"]


class OutgrownBlocks(pa.DataFrameModel):
    """One row per block that has become too large since `large_blocks` was made; it proposes nothing either."""

    rule: str = pa.Field(description="The blocking rule.")
    block: str = pa.Field(description="The values that its accounts share.")
    accounts: int = pa.Field(ge=2, description="How many accounts it has.")

    class Config:
        strict = True
        unique = ["rule", "block"]


class CandidatePairs(pa.DataFrameModel):
    """One row per pair worth comparing: the rule that proposed it and how alike the accounts are.

    A level is 0 where the accounts differ, higher numbers are other levels (the card of `match_model` has the words),
    -1 where one of them tells nothing.
    """

    account_id_left: str = pa.Field(description="The account whose id comes first.")
    account_id_right: str = pa.Field(description="The other account.")
    blocking_rule: str = pa.Field(description="The first rule that proposed the pair; `judged` if only people did.")
    gamma_name: int = pa.Field(description="Forename and surname: level.")
    gamma_only_name: int = pa.Field(description="A name of one word, looked for among the other's: level.")
    gamma_birth_date: int = pa.Field(description="Birth date: level.")
    gamma_home: int = pa.Field(description="Postcode and city: level.")
    gamma_home_of_kin: int = pa.Field(description="Home and network of one surname, two forenames: level.")
    gamma_email: int = pa.Field(description="E-mail address: level.")
    gamma_phone: int = pa.Field(description="Phone number: level.")
    gamma_network: int = pa.Field(description="Network signed up from: level.")
    gamma_gender: int = pa.Field(description="Gender: level.")
    gamma_country: int = pa.Field(description="Country: level.")
    gamma_region: int = pa.Field(description="Region: level.")
    gamma_career: int = pa.Field(description="Year in which work began: level.")
    gamma_education: int = pa.Field(description="Education level: level.")
    gamma_major: int = pa.Field(description="Major discipline: level.")
    gamma_company: int = pa.Field(description="Company size and type: level.")
    gamma_last_job_change: int = pa.Field(description="Last job change: level.")
    gamma_training_hours: int = pa.Field(description="Training hours: level.")
    gamma_experience: int = pa.Field(description="Relevant experience: level.")
    gamma_university: int = pa.Field(description="Enrolment at a university: level.")

    class Config:
        strict = True
        unique = ["account_id_left", "account_id_right"]


class MatchPredictions(pa.DataFrameModel):
    """One row per pair that may be one person, or was judged: what each comparison weighs, in bits, and the sum.

    Pairs less probable than a setting are left out. The weights, the bias and the verdicts' weight add up to
    match_weight.
    """

    account_id_left: str = pa.Field(description="The account whose id comes first.")
    account_id_right: str = pa.Field(description="The other account.")
    blocking_rule: str = pa.Field(description="The first rule that proposed the pair; `two_hops` for a common link.")
    mw_bias: float = pa.Field(description="Weight before anything is compared: most candidates are two persons.")
    mw_name: float = pa.Field(description="Forename and surname: weight in bits.")
    mw_only_name: float = pa.Field(description="A name of one word, looked for among the other's: weight in bits.")
    mw_birth_date: float = pa.Field(description="Birth date: weight in bits.")
    mw_home: float = pa.Field(description="Postcode and city: weight in bits.")
    mw_home_of_kin: float = pa.Field(description="Home and network of one surname, two forenames: weight in bits.")
    mw_email: float = pa.Field(description="E-mail address: weight in bits.")
    mw_phone: float = pa.Field(description="Phone number: weight in bits.")
    mw_network: float = pa.Field(description="Network signed up from: weight in bits.")
    mw_gender: float = pa.Field(description="Gender: weight in bits.")
    mw_country: float = pa.Field(description="Country: weight in bits.")
    mw_region: float = pa.Field(description="Region: weight in bits.")
    mw_career: float = pa.Field(description="Year in which work began: weight in bits.")
    mw_education: float = pa.Field(description="Education level: weight in bits.")
    mw_major: float = pa.Field(description="Major discipline: weight in bits.")
    mw_company: float = pa.Field(description="Company size and type: weight in bits.")
    mw_last_job_change: float = pa.Field(description="Last job change: weight in bits.")
    mw_training_hours: float = pa.Field(description="Training hours: weight in bits.")
    mw_experience: float = pa.Field(description="Relevant experience: weight in bits.")
    mw_university: float = pa.Field(description="Enrolment at a university: weight in bits.")
    mw_verdict: float = pa.Field(description="Weight of people's verdicts on the pair in bits.")
    verdict: int = pa.Field(isin=[-1, 0, 1], description="What trusted judges say: 1 same, -1 not, 0 nothing or both.")
    match_weight: float = pa.Field(description="Sum of the weights: log2 odds of one person.")
    match_probability: float = pa.Field(ge=0, le=1, description="The same as a probability.")

    class Config:
        strict = True
        unique = ["account_id_left", "account_id_right"]


class MergeThresholds(pa.DataFrameModel):
    """One row per threshold that accounts could be merged at: how good the users would be, and which one is used.

    B-cubed precision is the share of an account's user that is its person, recall the share of its person that its
    user has, averaged over accounts. Groups are made without any verdict.
    """

    threshold: float = pa.Field(gt=0, lt=1, description="Average match probability that makes two groups one user.")
    expected_precision: float = pa.Field(nullable=True, description="B-cubed precision by match probabilities.")
    expected_recall: float = pa.Field(nullable=True, description="B-cubed recall by match probabilities.")
    expected_f1: float = pa.Field(nullable=True, description="Their harmonic mean, which chooses.")
    measured_precision: float = pa.Field(nullable=True, description="B-cubed precision among judged pairs alone.")
    measured_recall: float = pa.Field(nullable=True, description="B-cubed recall among judged pairs alone.")
    measured_f1: float = pa.Field(nullable=True, description="Their harmonic mean; judged pairs are no random draw.")
    judged_pairs: int = pa.Field(ge=0, description="Judged pairs that it is measured on.")
    accounts: int = pa.Field(ge=0, description="Accounts that it is expected of.")
    is_chosen: bool = pa.Field(description="Whether users are made at this threshold; one row has it.")
    reason: str = pa.Field(description="Why it is chosen; empty where it is not.")

    class Config:
        strict = True
        unique = ["threshold"]


class UserAccounts(pa.DataFrameModel):
    """One row per de-spammed account: the user it belongs to."""

    account_id: str = pa.Field(description="The account.")
    user_id: str = pa.Field(str_startswith="user-", description="The user, named by the oldest of their accounts.")

    class Config:
        strict = True
        unique = ["account_id"]


class MergeContradictions(pa.DataFrameModel):
    """One row per verdict of trusted judges that others contradict or the merge broke, for people to settle.

    A path leads from the left to the right account by verdicts that say the opposite of the row's.
    """

    account_id_left: str = pa.Field(description="The account whose id comes first.")
    account_id_right: str = pa.Field(description="The other account.")
    is_same_person: bool = pa.Field(description="What the verdict says.")
    kind: str = pa.Field(
        isin=["judged_both_ways", "chain", "no_cause"],
        description="The pair itself was judged both ways; a chain of verdicts; or nothing, which is our mistake.",
    )
    labellers: str = pa.Field(description="The trusted judges who gave the verdict, parted by blanks.")
    is_held: bool = pa.Field(description="Whether the merge kept to it.")
    path: str = pa.Field(description="Accounts from left to right along which others say the opposite, parted by |.")
    path_verdicts: str = pa.Field(description="What is said of each two neighbours on the path: same or not.")
    path_labellers: str = pa.Field(description="Who said it, for each two neighbours, as in `labellers`.")
    judges_weight: float = pa.Field(description="Weight of all judges of the pair, for this verdict, in bits.")
    comparisons_weight: float = pa.Field(description="Weight of the comparisons, for this verdict, in bits.")
    support: float = pa.Field(description="Sum of the two weights; below 0 the evidence is against the verdict.")
    broken_pair: str = pa.Field(description="The pair of the verdict that the merge broke in this contradiction.")
    weakest_pair: str = pa.Field(description="Of this verdict and the path's the one of least support: look there.")
    weakest_verdict: str = pa.Field(isin=["same", "not"], description="What is said of that pair.")

    class Config:
        strict = True
        unique = ["account_id_left", "account_id_right", "is_same_person", "kind"]


class UserHistory(pa.DataFrameModel):
    """One row per account and step in which its user changed: who was merged, split, renamed, and why.

    A step is a materialisation in which users changed. Of what came before only this table knows.
    """

    account_id: str = pa.Field(description="The account.")
    step: int = pa.Field(ge=1, description="The how many-th change of users; 1 is the first materialisation.")
    old_user_id: str = pa.Field(nullable=True, description="Its user before; empty if it was not there.")
    user_id: str = pa.Field(nullable=True, description="Its user from then on; empty if it is gone.")
    change: str = pa.Field(
        isin=["added", "restored", "removed", "merged", "split", "split and merged", "renamed"],
        description="What happened to it; renamed: the same accounts, but for the oldest, which gives the name.",
    )
    cause: str = pa.Field(description="What had changed among the accounts of both users, or for all.")

    class Config:
        strict = True
        unique = ["account_id", "step"]


class CleanUsers(pa.DataFrameModel):
    """One row per user: what their accounts say together, each column by the rule that fits it."""

    user_id: str = pa.Field(description="The user, named by the oldest of their accounts.")
    account_count: int = pa.Field(ge=1, description="How many accounts they have.")
    created_at: dt.Timestamp(scale=6) = pa.Field(description="When the first account was opened, UTC.")  # type: ignore[valid-type]
    source: str = pa.Field(description="Where the first account came from.")
    full_name: str = pa.Field(nullable=True, description="The fullest form of the name.")
    email: str = pa.Field(nullable=True, description="The latest e-mail address.")
    phone: str = pa.Field(nullable=True, description="The latest phone number.")
    birth_date: date = pa.Field(nullable=True, description="The date told most often.")
    city: str = pa.Field(nullable=True, description="The latest city.")
    postcode: str = pa.Field(nullable=True, description="The latest postcode.")
    country: str = pa.Field(nullable=True, description="The latest country, ISO 3166.")
    signup_ip: str = pa.Field(nullable=True, description="Address the first account was opened from.")
    device: str = pa.Field(nullable=True, description="The latest device.")
    about: str = pa.Field(nullable=True, description="The latest text about himself.")
    gender: str = pa.Field(nullable=True, description="The gender told most often; for slices and identity only.")
    region: str = pa.Field(nullable=True, description="The latest region; for slices and identity only.")
    city_development_index: float = pa.Field(nullable=True, description="The latest index of the city, 0 to 1.")
    has_relevant_experience: bool = pa.Field(nullable=True, description="The latest word on relevant experience.")
    enrolled_university: str = pa.Field(nullable=True, description="The latest enrolment.")
    education_level: str = pa.Field(nullable=True, description="The latest education level.")
    major_discipline: str = pa.Field(nullable=True, description="The latest discipline.")
    years_experience: float = pa.Field(nullable=True, description="The latest years of experience.")
    company_size: str = pa.Field(nullable=True, description="The latest size of the company.")
    company_type: str = pa.Field(nullable=True, description="The latest kind of the company.")
    last_job_change: str = pa.Field(nullable=True, description="The latest word on the last job change, years ago.")
    training_hours: float = pa.Field(nullable=True, description="The latest training hours.")

    class Config:
        strict = True
        unique = ["user_id"]
