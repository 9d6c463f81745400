"""Provenance: what people changed, what each table comes from, and what stands about each account."""

import pandera.ibis as pa

from job_search_assets.schemas.contracts import CONTRACTS
from job_search_assets.schemas.users import Moment

MODELS = ["spam_model", "match_model", "label_model", "job_seeker_model"]  # what outcomes rest on besides the inputs
MADE, TAKEN_BACK, LEARNED = "made", "taken back", "learned"


class AppliedCorrections(pa.DataFrameModel):
    """One row per raw row, by its key, and correction in force that met it, accepted or not."""

    table: str = pa.Field(isin=list(CONTRACTS), description="The raw file's name without ending, such as `users`.")
    key: str = pa.Field(description="The row's key, as in `raw_places`.")
    correction_id: str = pa.Field(description="The correction.")
    action: str = pa.Field(isin=["withdraw", "replace", "add", "confirm"], description="What it does to the row.")
    column: str = pa.Field(nullable=True, description="The column that it changes; empty where it concerns the row.")
    value: str = pa.Field(nullable=True, description="The value that it puts there.")
    made_by: str = pa.Field(description="Who made it.")
    made_at: str = pa.Field(description="When, as written in the ledger.")
    why: str = pa.Field(description="Why, as written in the ledger.")

    class Config:
        strict = True
        unique = ["table", "key", "correction_id"]


class TableProvenance(pa.DataFrameModel):
    """One row per table or model and thing that it comes from, at any remove: files read, steps taken, models applied.

    Holds no time: what was made twice from the same files by the same code has the same rows.
    """

    table: str = pa.Field(description="The table or model that is told of.")
    place: int = pa.Field(ge=1, description="Files first, then steps and models in an order in which they can be made.")
    kind: str = pa.Field(isin=["file", "step", "model"], description="A file read, a table made, a model fitted.")
    name: str = pa.Field(description="The file, seen from the data folder, or the table or model; itself comes last.")
    version: str = pa.Field(
        description="SHA-256 of the file's bytes, hash of the table's content, the model's version."
    )
    code_version: str = pa.Field(nullable=True, description="Hash of the code that made it; empty for a file.")
    owner: str = pa.Field(
        nullable=True, description="Who answers for it; of a file of users the owners of the sources in it."
    )

    class Config:
        strict = True
        unique = ["table", "kind", "name"]


class Decisions(pa.DataFrameModel):
    """One row per raw account: what stands about it now, from removed or kept to the predicted class."""

    account_id: str = pa.Field(description="The account.")
    is_removed: bool = pa.Field(description="Whether it is removed as spam. All that follows is empty then.")
    score: float = pa.Field(ge=0, le=1, description="Probability that it is spam.")
    user_id: str = pa.Field(nullable=True, description="The user it belongs to, as numbered in `clean_users`.")
    accounts_of_user: int = pa.Field(ge=0, description="How many accounts that user has, this one included.")
    user_digest: str = pa.Field(
        nullable=True,
        description="Hash of all accounts of the user: equal in two versions of the table when the same accounts are "
        "one user.",
    )
    is_job_seeker: bool = pa.Field(nullable=True, description="The user's label; empty without votes.")
    is_job_seeker_by_votes: bool = pa.Field(nullable=True, description="The same by votes alone, which grades models.")
    split: str = pa.Field(nullable=True, description="The user's split; empty without votes.")
    probability: float = pa.Field(nullable=True, ge=0, le=1, description="Probability that the user looks for a job.")
    is_predicted_job_seeker: bool = pa.Field(
        nullable=True, description="Whether that is above one half: the class that the model predicts."
    )
    spam_model_version: str = pa.Field(description="The `spam_model` that the score rests on.")
    job_seeker_model_version: str = pa.Field(
        nullable=True, description="The `job_seeker_model` that gave the probability."
    )

    class Config:
        strict = True
        unique = ["account_id"]


class DecisionHistory(pa.DataFrameModel):
    """One row per account and step in which one of its outcomes changed: what has stood about it from then on.

    A step is a materialisation in which some outcome changed. Of what came before only this table knows.
    """

    account_id: str = pa.Field(description="The account.")
    step: int = pa.Field(ge=1, description="The how many-th change of outcomes; 1 is the first materialisation.")
    is_removed: bool = pa.Field(nullable=True, description="Removed or kept; empty if it is no raw account any more.")
    user_id: str = pa.Field(nullable=True, description="Its user; empty if it has none.")
    user_digest: str = pa.Field(nullable=True, description="Hash of all accounts of that user, as in `decisions`.")
    is_job_seeker: bool = pa.Field(nullable=True, description="The user's label; empty without votes.")
    split: str = pa.Field(nullable=True, description="The user's split; empty without votes.")
    is_predicted_job_seeker: bool = pa.Field(nullable=True, description="The class that the model predicts.")
    cause: str = pa.Field(description="Which inputs and models were others than in the materialisation before.")
    correction_ids: str = pa.Field(
        description="Corrections that had come or been taken back since, or that a model has now learned from; empty "
        "if none: then nobody was wronged."
    )

    class Config:
        strict = True
        unique = ["account_id", "step"]


class EvaluationHistory(pa.DataFrameModel):
    """One row per figure of the evaluation and step in which it changed: what it was, what it is, and why.

    Whoever quoted the old value finds here whether corrections have overtaken it. Only this table knows.
    """

    split: str = pa.Field(isin=["dev", "test"], description="As in `model_evaluation`.")
    metric: str = pa.Field(description="As in `model_evaluation`.")
    step: int = pa.Field(ge=1, description="The how many-th change of figures; 1 is the first materialisation.")
    old_value: float = pa.Field(nullable=True, description="The figure before; empty if there was none.")
    value: float = pa.Field(nullable=True, description="The figure from then on; empty if it is no longer reported.")
    old_data_version: str = pa.Field(
        nullable=True, description="The data version of `model_evaluation` that had brought the figure before."
    )
    data_version: str = pa.Field(description="The data version of `model_evaluation` that brought this one.")
    cause: str = pa.Field(description="Which inputs and models were others than in the materialisation before.")
    correction_ids: str = pa.Field(
        description="Corrections as in `decision_history`: if there are any, the old figure was made on wrong data."
    )

    class Config:
        strict = True
        unique = ["split", "metric", "step"]


class Repairs(pa.DataFrameModel):
    """One row per correction and time that it reached the tables, was taken back, or was learned by a model."""

    correction_id: str = pa.Field(description="The correction, as in the ledger.")
    turn: int = pa.Field(ge=1, description="The how many-th thing that is told of it.")
    event: str = pa.Field(
        isin=[MADE, TAKEN_BACK, LEARNED],
        description="It was first followed, or in another wording; no longer; or a model that had been held was fitted "
        "again.",
    )
    step: int = pa.Field(
        nullable=True, ge=1, description="The step of `decision_history` it belongs to; empty if no outcome changed."
    )
    taken_back_by: str = pa.Field(
        nullable=True, description="The line that took it back; empty if its own line is gone from the ledger."
    )
    table: str = pa.Field(description="The raw file that it corrects.")
    key: str = pa.Field(description="The rows that it corrects.")
    action: str = pa.Field(description="What it does: withdraw, replace, add or confirm.")
    made_by: str = pa.Field(nullable=True, description="Who made it, or took it back.")
    made_at: str = pa.Field(nullable=True, description="When, as it stands in the ledger.")
    line_digest: str = pa.Field(description="Hash of its line, by which an edited line is noticed.")
    spam_model: str = pa.Field(nullable=True, description="The version that was there before; empty at the first run.")
    match_model: str = pa.Field(nullable=True, description="Likewise: as long as it is held, it knows what was wrong.")
    label_model: str = pa.Field(nullable=True, description="Likewise.")
    job_seeker_model: str = pa.Field(nullable=True, description="Likewise.")

    class Config:
        strict = True
        unique = ["correction_id", "turn"]


class Letters(pa.DataFrameModel):
    """One row per account, outcome and repair that changed it: what had been decided, since when, what is now."""

    account_id: str = pa.Field(description="The account that was wronged.")
    outcome: str = pa.Field(
        isin=["removed", "user", "label", "split", "prediction"], description="What was decided about it."
    )
    step: int = pa.Field(ge=2, description="The step of `decision_history` that changed it.")
    before: str = pa.Field(
        nullable=True, description="What had stood, in words; of a user the id and accounts. Empty if there was none."
    )
    after: str = pa.Field(nullable=True, description="What stands from then on. Empty if there is none.")
    decided_in: int = pa.Field(ge=1, description="The step that had brought what stood before.")
    decided_since: Moment = pa.Field(
        nullable=True, description="When that was published, UTC; empty if Dagster's record of it is gone."
    )
    corrected_at: Moment = pa.Field(nullable=True, description="When the latest of the corrections was made, UTC.")
    correction_ids: str = pa.Field(
        description="Corrections followed, taken back, or learned from by a model in that step; many are not all named."
    )
    own_correction_ids: str = pa.Field(
        nullable=True, description="Those of them that name the account; empty if it was reached through others."
    )
    cause: str = pa.Field(description="Everything that was another in that step, as in `decision_history`.")

    class Config:
        strict = True
        unique = ["account_id", "outcome", "step"]


class Cards(pa.DataFrameModel):
    """One row per fact of the model card and the data card: counts and figures, of nobody in particular.

    `reports/model_card.html`, `reports/data_card.html` and the same as `.md` are written from it.
    """

    card: str = pa.Field(isin=["data", "model"], description="The card.")
    place: int = pa.Field(ge=1, description="Place of the fact on its card.")
    section: str = pa.Field(description="Section of the card.")
    item: str = pa.Field(description="What is told.")
    value: str = pa.Field(description="What is so.")

    class Config:
        strict = True
        unique = ["card", "place"]
