"""Sources: where the data comes from, what it costs, what to collect next, and what collecting has brought."""

import pandera.ibis as pa

KINDS = ["owned", "purchased", "partner", "crowdsourced", "public"]
IDEA, CHOSEN, REJECTED = "idea", "chosen", "rejected"
STATUSES = [IDEA, CHOSEN, REJECTED]
USERS, LABELLED_USERS, VOTES = "users", "labelled_users", "job_seeker_votes"
DELIVERABLES = [USERS, LABELLED_USERS, "spam_reports", "ip_blocklist", "merge_pairs", VOTES]


class SourceInventory(pa.DataFrameModel):
    """One row per source that data comes from, or could come from."""

    source: str = pa.Field(description="The source's id, as in the column `source` of `raw_users`.")
    name: str = pa.Field(description="What people call it.")
    owner: str = pa.Field(description="Who answers for it.")
    kind: str = pa.Field(isin=KINDS, description="How we come by it.")
    rights: str = pa.Field(description="On what terms it may be used.")
    rows_per_day: float = pa.Field(ge=0, description="Rows that it brings a day.")
    setup_days: float = pa.Field(ge=0, description="Days from the decision to the first row.")
    cost_setup: float = pa.Field(ge=0, description="Cost of setting it up, in the budget's currency.")
    cost_per_1000_rows: float = pa.Field(ge=0, description="Cost of a thousand rows, in the same.")
    label_quality: float = pa.Field(ge=0, le=1, description="Share of its labels that are right; 0 if it has none.")
    note: str = pa.Field(nullable=True, description="What else is worth knowing.")
    status: str = pa.Field(isin=STATUSES, description="What was decided about it: an idea so far, chosen, or rejected.")
    proposed_by: str = pa.Field(nullable=True, description="Who came up with it.")
    why: str = pa.Field(nullable=True, description="Why it was proposed, chosen or rejected.")
    delivers: str = pa.Field(
        isin=DELIVERABLES,
        description="What its rows are: users, users with a label each, or rows of another raw file.",
    )
    most_rows: float = pa.Field(nullable=True, ge=0, description="All rows that it has; empty if there is no end.")
    after: str = pa.Field(nullable=True, description="Sources that must be set up before its own set-up begins.")
    excludes: str = pa.Field(nullable=True, description="Sources that no plan has beside it.")
    people_setup: int = pa.Field(ge=0, description="People whom its set-up keeps busy.")
    people_running: int = pa.Field(ge=0, description="People whom it keeps busy from then on.")
    location: str = pa.Field(
        nullable=True, description="Where its file lies on another machine; empty if it has none, or nobody said."
    )
    sha256: str = pa.Field(nullable=True, description="SHA-256 of that file, as its owner declares it.")
    usable_per_row: float = pa.Field(
        ge=0,
        le=1,
        description="What a row is worth: 1 for a user, (2q-1)² for a label that is right with probability q, 0 for "
        "anything else. As declared; `collection_plan` goes by what the data say.",
    )
    cost_per_usable_row: float = pa.Field(
        nullable=True,
        ge=0,
        description="Cost of one such user or label in a box of the usual days; empty if it has none.",
    )
    risk: str = pa.Field(nullable=True, description="What speaks against it: rights, owner, status; empty if nothing.")

    class Config:
        strict = True
        unique = ["source"]


class CollectionBoxes(pa.DataFrameModel):
    """One row per box of `reference/boxes.yaml` and source planned in it: what was planned, what came, what came late.

    A row belongs to the box in whose days it is dated. What is dated after a box's end, and before the next box with
    that source begins, came too late for it: `SELECT account_id FROM raw_users JOIN collection_boxes USING (source)
    WHERE created_at >= ended_on::DATE` lists the accounts of the last box.
    """

    box_id: str = pa.Field(description="The box.")
    source: str = pa.Field(description="The source, as in `source_inventory`.")
    started_on: str = pa.Field(description="First day of the box, as 2026-10-01, UTC.")
    ended_on: str = pa.Field(description="First day after it.")
    planned_rows: float = pa.Field(ge=0, description="Rows that were planned.")
    actual_rows: int = pa.Field(ge=0, description="Rows dated within the box.")
    rows_after_end: int = pa.Field(ge=0, description="Rows dated after its end, and in no later box with the source.")
    forecast_low: float = pa.Field(
        nullable=True,
        ge=0,
        description="Lower end of the 80 % interval that boxes before it foretold; empty of few boxes.",
    )
    forecast_high: float = pa.Field(nullable=True, ge=0, description="Upper end of it.")
    is_as_forecast: bool = pa.Field(nullable=True, description="Whether the actual rows lie in that interval.")
    was_worth_it: str = pa.Field(
        isin=["yes", "no", "can't tell"],
        description="Whether the users first labelled in the box made the model better, by the learning curve.",
    )

    class Config:
        strict = True
        unique = ["box_id", "source"]


class CollectionPlan(pa.DataFrameModel):
    """One row per source: what to collect from it within the box, and why so much or nothing."""

    source: str = pa.Field(description="The source, as in `source_inventory`.")
    place: int = pa.Field(nullable=True, ge=1, description="In which order set-ups begin; empty if it is not planned.")
    begins_on_day: int = pa.Field(nullable=True, ge=1, description="Day of the box on which its set-up begins.")
    delivers_from_day: int = pa.Field(nullable=True, ge=1, description="Day of its first row.")
    delivers_until_day: int = pa.Field(nullable=True, ge=1, description="Day of its last row.")
    rows_by_quarter: int = pa.Field(nullable=True, ge=0, description="Rows by the end of the box's first quarter.")
    rows_by_half: int = pa.Field(nullable=True, ge=0, description="Rows by its middle.")
    rows_by_three_quarters: int = pa.Field(nullable=True, ge=0, description="Rows by the end of its third quarter.")
    rows: int = pa.Field(ge=0, description="Rows by the end of the box.")
    users: float = pa.Field(
        ge=0, description="Users without a label that they bring, once spam is removed and accounts are merged."
    )
    labels: float = pa.Field(ge=0, description="Usable rows that their labels bring.")
    cost: float = pa.Field(ge=0, description="What the source costs, in the budget's currency.")
    because: str = pa.Field(description="Why it is planned, or why not.")
    box_days: int = pa.Field(ge=1, description="Days of the box; this and what follows is the same in every row.")
    box_budget: float = pa.Field(
        nullable=True, ge=0, description="Money that may be spent; empty if there is no limit."
    )
    box_people: int = pa.Field(nullable=True, ge=0, description="People at a time; empty if there is no limit.")
    usable_rows: float = pa.Field(
        ge=0, description="Usable rows of the whole plan: users with labels worth a certain one each."
    )
    is_proved: bool = pa.Field(description="Whether the solver proved that no plan brings more.")

    class Config:
        strict = True
        unique = ["source"]
