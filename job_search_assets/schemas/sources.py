"""Sources: where the data comes from and what it costs."""

import pandera.ibis as pa

KINDS = ["owned", "purchased", "partner", "crowdsourced", "public"]


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

    class Config:
        strict = True
        unique = ["source"]
