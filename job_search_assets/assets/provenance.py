"""Provenance: what people changed in which row, what each table comes from, and what stands about each account."""

import dagster as dg
import ibis.expr.types as ir
import pandas as pd

from job_search_assets.assets.users import ALL_FILES
from job_search_assets.engine.correcting import repair_history
from job_search_assets.engine.files.raw_files import RawFiles
from job_search_assets.engine.folders import Folders
from job_search_assets.engine.lineage import lineages
from job_search_assets.engine.tables.model_files import ModelFiles
from job_search_assets.engine.tables.publishing import Update
from job_search_assets.engine.tables.table_schemas import table_schemas
from job_search_assets.engine.tables.updates import (
    ACCOUNTS,
    LOGGED,
    TABLE_OR_UPDATE,
    USERS,
    changed_keys,
    concerning,
    replacing,
)
from job_search_assets.engine.tables.warehouse import Warehouse
from job_search_assets.logic.job_seekers.evaluation import CLASS_THRESHOLD
from job_search_assets.logic.provenance import figures, history, outcomes, touched_rows
from job_search_assets.logic.provenance import letters as letter_list
from job_search_assets.logic.users.rows import together
from job_search_assets.schemas.contracts import CONTRACTS
from job_search_assets.schemas.provenance import MODELS

CORRECTIONS = "files/corrections"
# What may change an outcome, by the input or model that changed.
CAUSES = {
    CORRECTIONS: "people corrected inputs",
    "files/users": "other accounts came",
    "files/spam_reports": "other spam reports came",
    "files/ip_blocklist": "another blocklist came",
    "files/merge_pairs": "other judged pairs came",
    "files/job_seeker_votes": "other votes came",
    "files/splits_ledger": "another ledger of splits came",
    "files/forgotten": "accounts were forgotten",
    "spam_model": "the spam model was fitted again",
    "match_model": "the match model was fitted again",
    "label_model": "the label model was fitted again",
    "job_seeker_model": "the job-seeker model was fitted again",
}
# What is decided about an account, by the key of the table that says so.
DECIDED_BY = {
    ACCOUNTS: ("raw_users", "spam_decisions", "user_accounts"),
    USERS: ("job_seeker_labels", "job_seeker_splits", "job_seeker_predictions"),
}
FOLLOWED = [dg.AssetKey(name.split("/")) for name in CAUSES]
OWNER = "team:data"
EVERYTHING = [name for name in (*sorted(table_schemas()), *MODELS) if name != "table_provenance"]


@dg.asset(kinds={"duckdb"}, owners=["team:data"], deps=ALL_FILES)
def applied_corrections(raw_files: dg.ResourceParam[RawFiles], warehouse: dg.ResourceParam[Warehouse]) -> ir.Table:
    """Which rows people's corrections changed, withdrew, added or confirmed, and who did it when.

    A ledger line may meet many rows or none; here each row has its own, so that nobody has to match keys again.
    """
    ledger = raw_files.ledger_rows(warehouse.connection)
    texts = {name: raw_files.text_rows(name, warehouse.connection) for name in CONTRACTS}
    return together([touched_rows.touched(texts[name], ledger, CONTRACTS[name]) for name in CONTRACTS])


@dg.asset(kinds={"duckdb"}, owners=[OWNER], deps=EVERYTHING)
def table_provenance(raw_files: dg.ResourceParam[RawFiles], warehouse: dg.ResourceParam[Warehouse]) -> pd.DataFrame:
    """Which files each table and model comes from, with their hashes and owners, and by which steps.

    Made last, of what every step wrote down when it was taken; nothing is inferred from code.
    """
    models = ModelFiles(Folders.from_environment().build / "models")
    return lineages.of_everything(warehouse, models, raw_files, dict.fromkeys(EVERYTHING, OWNER))


@dg.asset(kinds={"ibis"}, owners=["team:data"], dagster_type=TABLE_OR_UPDATE, metadata=LOGGED)
def decisions(
    context: dg.AssetExecutionContext,
    raw_users: ir.Table,
    spam_decisions: ir.Table,
    user_accounts: ir.Table,
    job_seeker_labels: ir.Table,
    job_seeker_splits: ir.Table,
    job_seeker_predictions: ir.Table,
    warehouse: dg.ResourceParam[Warehouse],
) -> ir.Table | Update:
    """What stands about each account: removed or kept, whose it is, the user's label, split and predicted class.

    One place to ask before and after a correction, so that "who was concerned" is a comparison of two tables.
    """
    changed = changed_keys(context, warehouse, DECIDED_BY, rows_of="raw_users")
    touched = None
    if changed is not None:
        before = warehouse.table("decisions")
        touched = warehouse.kept(outcomes.touched(before, user_accounts, changed[ACCOUNTS], changed[USERS]))
    decided = outcomes.decide(
        concerning(raw_users, touched),
        concerning(spam_decisions, touched),
        concerning(user_accounts, touched),
        job_seeker_labels,
        job_seeker_splits,
        job_seeker_predictions,
        class_threshold=CLASS_THRESHOLD,
    )
    return replacing(warehouse, "decisions", decided, touched)


@dg.asset(kinds={"ibis"}, owners=["team:data"], dagster_type=TABLE_OR_UPDATE, deps=FOLLOWED)
def decision_history(
    context: dg.AssetExecutionContext,
    decisions: ir.Table,
    raw_files: dg.ResourceParam[RawFiles],
    warehouse: dg.ResourceParam[Warehouse],
) -> ir.Table | Update:
    """What was decided about each account, step by step, with the corrections and causes of each change.

    It extends its own past, since what stood before a correction cannot be made again; it is never made anew.
    """
    if not warehouse.has("decision_history"):
        context.add_output_metadata({repair_history.STEP: 1})
        return history.begin(decisions)
    before = warehouse.table("decision_history")
    since = repair_history.since(context, warehouse, raw_files, CAUSES)
    moved = warehouse.kept(history.moved(before, decisions))
    steps = history.go_on(before, moved, cause=since.cause, correction_ids=since.correction_ids)
    context.add_output_metadata(repair_history.told(moved, before, since))
    return Update(warehouse.placed("decision_history").limit(0), steps)


@dg.asset(kinds={"ibis"}, owners=["team:data"], dagster_type=TABLE_OR_UPDATE, deps=FOLLOWED)
def evaluation_history(
    context: dg.AssetExecutionContext,
    model_evaluation: ir.Table,
    raw_files: dg.ResourceParam[RawFiles],
    warehouse: dg.ResourceParam[Warehouse],
) -> ir.Table | Update:
    """Every figure of the evaluation that was ever published, what it became, and by which corrections.

    A figure that somebody quoted, in a report or in a decision to go ahead, was made on wrong data if a row here has it
    as old value beside a correction. It extends its own past and is never made anew.
    """
    version = repair_history.data_version_of(warehouse, "model_evaluation")
    if not warehouse.has("evaluation_history"):
        return figures.begin(model_evaluation, data_version=version)
    before = warehouse.table("evaluation_history")
    since = repair_history.since(context, warehouse, raw_files, CAUSES)
    steps = figures.go_on(
        before, model_evaluation, data_version=version, cause=since.cause, correction_ids=since.correction_ids
    )
    return Update(warehouse.placed("evaluation_history").limit(0), steps)


@dg.asset(
    kinds={"ibis"},
    owners=["team:data"],
    dagster_type=TABLE_OR_UPDATE,
    deps=[dg.AssetKey(CORRECTIONS.split("/")), "evaluation_history", *MODELS],
)
def repairs(
    context: dg.AssetExecutionContext,
    decision_history: ir.Table,
    raw_files: dg.ResourceParam[RawFiles],
    warehouse: dg.ResourceParam[Warehouse],
) -> ir.Table | Update:
    """Which corrections everything has been brought in line with, in which step, and which models had been held.

    Made after both histories, which ask it what is new: a run that is stopped in between goes on where it was. It
    extends its own past, since the ledger alone does not tell which of its lines have been followed.
    """
    return repair_history.followed(context, warehouse, raw_files, decision_history)


@dg.asset(kinds={"ibis"}, owners=["team:data"])
def letters(
    context: dg.AssetExecutionContext,
    decision_history: ir.Table,
    repairs: ir.Table,
    warehouse: dg.ResourceParam[Warehouse],
) -> ir.Table:
    """Who was wronged: what had been decided about them and since when, what is different now, by which corrections.

    A step without any correction brings no letter: new data came, and nobody was wronged. Since when is what Dagster
    recorded when it published the earlier step, so that column alone depends on when the program ran.
    """
    times = repair_history.times_of_steps(context.instance, warehouse, "decision_history")
    return letter_list.write(decision_history, repairs, times)
