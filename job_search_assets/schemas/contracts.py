"""The contract with people's files: which columns each raw file has, and the rule each value keeps.

One object a file, so that the reader, the parser, the corrections and the documentation cannot disagree.
The rules are names; what they mean in a query stands in `logic/users/values.py`.
"""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "id", "time", "date", "number", "flag", "category", "country", "address", "network"]


@dataclass(frozen=True)
class Column:
    """One column of a raw file. A value that is not required may be empty."""

    name: str
    kind: Kind = "text"
    is_required: bool = False
    low: float = 0
    high: float | None = None  # no upper limit
    values: tuple[str, ...] = ()
    not_after: str = ""  # a time column of the same row that this date must not lie after


@dataclass(frozen=True)
class Contract:
    """One raw file: its columns, its key, and the time by which the earliest of repeated rows is known."""

    table: str
    key: tuple[str, ...]
    time: str
    columns: tuple[Column, ...]

    @property
    def names(self) -> list[str]:
        """The columns' names in the contract's order, in which a row's first breach is looked for."""
        return [column.name for column in self.columns]

    @property
    def accounts(self) -> list[str]:
        """The columns that name an account."""
        return [name for name in self.names if name.startswith("account_id")]

    def column(self, name: str) -> Column:
        """The column of that name."""
        return next(column for column in self.columns if column.name == name)


USERS = Contract(
    table="users",
    key=("account_id",),
    time="created_at",
    columns=(
        Column("account_id", "id", is_required=True),
        Column("created_at", "time", is_required=True),
        Column("source", "id", is_required=True),
        Column("full_name"),
        Column("email"),
        Column("phone"),
        Column("birth_date", "date", not_after="created_at"),
        Column("city"),
        Column("postcode"),
        Column("country", "country"),
        Column("signup_ip", "address"),
        Column("device"),
        Column("about"),
        Column("gender"),
        Column("region"),
        Column("city_development_index", "number", high=1),
        Column("has_relevant_experience", "flag"),
        Column("enrolled_university", "category", values=("none", "part_time", "full_time")),
        Column(
            "education_level",
            "category",
            values=("primary_school", "high_school", "graduate", "masters", "phd"),
        ),
        Column("major_discipline"),
        Column("years_experience", "number", high=60),
        Column(
            "company_size",
            "category",
            values=("<10", "10-49", "50-99", "100-499", "500-999", "1000-4999", "5000-9999", "10000+"),
        ),
        Column("company_type"),
        Column("last_job_change", "category", values=("never", "1", "2", "3", "4", ">4")),
        Column("training_hours", "number"),
    ),
)

SPAM_REPORTS = Contract(
    table="spam_reports",
    key=("account_id", "reported_by", "reported_at"),
    time="reported_at",
    columns=(
        Column("account_id", "id", is_required=True),
        Column("is_spam", "flag", is_required=True),
        Column("reported_by", "id", is_required=True),
        Column("reported_at", "time", is_required=True),
        Column("reason"),
    ),
)

IP_BLOCKLIST = Contract(
    table="ip_blocklist",
    key=("entry_id",),
    time="listed_from",
    columns=(
        Column("entry_id", "id", is_required=True),
        Column("network", "network", is_required=True),
        Column("listed_by"),
        Column("listed_from", "time", is_required=True),
        Column("listed_until", "time"),
        Column("reason"),
    ),
)

MERGE_PAIRS = Contract(
    table="merge_pairs",
    key=("account_id_left", "account_id_right", "labeller"),
    time="labelled_at",
    columns=(
        Column("account_id_left", "id", is_required=True),
        Column("account_id_right", "id", is_required=True),
        Column("is_same_person", "flag", is_required=True),
        Column("labeller", "id", is_required=True),
        Column("labelled_at", "time", is_required=True),
    ),
)

JOB_SEEKER_VOTES = Contract(
    table="job_seeker_votes",
    key=("account_id", "labeller", "labelled_at"),
    time="labelled_at",
    columns=(
        Column("account_id", "id", is_required=True),
        Column("labeller", "id", is_required=True),
        Column("is_job_seeker", "flag", is_required=True),
        Column("labelled_at", "time", is_required=True),
        Column("guide_version", "id", is_required=True),
    ),
)

CONTRACTS = {
    contract.table: contract for contract in (USERS, SPAM_REPORTS, IP_BLOCKLIST, MERGE_PAIRS, JOB_SEEKER_VOTES)
}

LEDGER = "corrections"  # as the name of a table: its lines can be withdrawn too
CONFIRMED = "is_confirmed"  # the column of the blocklist that only a correction fills
LEDGER_COLUMNS = ["correction_id", "table", "key", "action", "column", "value", "made_by", "made_at", "why"]
CORRECTIONS_FILE = "reference/corrections.csv"
SOURCES_FILE = "reference/sources.yaml"
MANUAL_STEPS_FILE = "reference/manual_steps.yaml"
BOXES_FILE = "reference/boxes.yaml"
FORGOTTEN = "forgotten"
FORGOTTEN_COLUMNS = ["salt", "hash", "made_by", "made_at", "why", "corrections"]
FORGOTTEN_FILE = "reference/forgotten.csv"

# ISO 3166-1 alpha-2, the codes officially assigned.
COUNTRIES = frozenset(
    """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW
    BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI
    FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN
    IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME
    MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF
    PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV
    SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE
    YT ZA ZM ZW
    """.split()  # noqa: SIM905 - a list of 249 quoted codes is no easier to read
)
