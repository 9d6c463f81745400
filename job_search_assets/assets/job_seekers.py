"""Job seekers: the model that matters, its verdict, and its predictions for every user."""

import dagster as dg
import ibis.expr.types as ir
import pandas as pd

from job_search_assets.engine.reporting import pictures
from job_search_assets.engine.tables.holding import fitted
from job_search_assets.engine.tables.publishing import Update
from job_search_assets.engine.tables.table_schemas import ibis_types
from job_search_assets.engine.tables.updates import (
    LOGGED_BY_USER,
    TABLE_OR_UPDATE,
    changed_users,
    concerning,
    replacing,
)
from job_search_assets.engine.tables.warehouse import Warehouse
from job_search_assets.logic.job_seekers import evaluation, explanation, features, fitting
from job_search_assets.logic.job_seekers import learning_curve as curve
from job_search_assets.logic.job_seekers import signal_curve as signal
from job_search_assets.logic.labels import votes
from job_search_assets.schemas.models import FittedModel
from job_search_assets.settings import JobSeekerSettings


@dg.asset(kinds={"scikitlearn"}, owners=["team:data"], metadata=fitted())
def job_seeker_model(
    clean_users: ir.Table, job_seeker_splits: ir.Table, job_seeker_labels: ir.Table, config: JobSeekerSettings
) -> FittedModel:
    """The pipeline from a user's features to the probability that they look for a job.

    Fitted on train, chosen among several and calibrated on dev; test has no say in it. It learns what people said
    and no more: labels that features helped to make would bring test users' votes into train.
    """
    examples = fitting.examples(
        clean_users, job_seeker_splits, job_seeker_labels, most=config.most_examples, seed=config.seed
    )
    return fitting.fit(
        examples.to_pandas(),
        least_of_a_label=config.least_of_a_label,
        least_to_calibrate=config.least_to_calibrate,
    )


@dg.asset(kinds={"scikitlearn"}, owners=["team:data"], dagster_type=TABLE_OR_UPDATE, metadata=LOGGED_BY_USER)
def job_seeker_predictions(
    context: dg.AssetExecutionContext,
    clean_users: ir.Table,
    job_seeker_model: FittedModel,
    warehouse: dg.ResourceParam[Warehouse],
) -> ir.Table | Update:
    """The probability of every clean user to be looking for a job, labelled or not.

    Users stream through the model in batches, so a million of them need no more memory than fifty thousand.
    """
    changed = changed_users(context, warehouse, "clean_users", rows_of="clean_users")
    told = warehouse.map_batches(
        features.model_table(concerning(clean_users, changed)),
        lambda users: fitting.predict(job_seeker_model, users),
        ibis_types("job_seeker_predictions"),
        order_by="user_id",
    )
    return replacing(warehouse, "job_seeker_predictions", told, changed)


@dg.asset(kinds={"scikitlearn"}, owners=["team:data"])
def model_evaluation(
    context: dg.AssetExecutionContext,
    job_seeker_predictions: ir.Table,
    job_seeker_splits: ir.Table,
    job_seeker_labels: ir.Table,
    job_seeker_model: FittedModel,
    config: JobSeekerSettings,
) -> pd.DataFrame:
    """How good the predictions are, with intervals, beside base rate, label ceiling and a model that sees only ids.

    Measured on the published predictions themselves, once a model: what is reported is what is served.
    """
    judged = evaluation.judged_predictions(job_seeker_predictions, job_seeker_splits, job_seeker_labels)
    report = evaluation.evaluate(
        judged.to_pandas(), job_seeker_model.metrics, resamples=config.resamples, seed=config.seed
    )
    context.add_output_metadata(evaluation.headlines(report))
    return report


@dg.asset(kinds={"scikitlearn"}, owners=["team:data"], metadata=fitted())
def learning_curve(
    context: dg.AssetExecutionContext,
    clean_users: ir.Table,
    job_seeker_splits: ir.Table,
    job_seeker_labels: ir.Table,
    job_seeker_model: FittedModel,
    config: JobSeekerSettings,
) -> pd.DataFrame:
    """What more labels would bring, beside what fewer would have cost; the collection plan goes by it.

    Told with intervals, and as "can't tell" where learning from more has not been shown to help so far.
    """
    examples = fitting.examples(
        clean_users, job_seeker_splits, job_seeker_labels, most=config.curve_users, seed=config.seed
    )
    told = curve.learning_curve(
        examples.to_pandas(),
        curve.stand_in(job_seeker_model.metrics),
        labelled=curve.labelled_for_each(job_seeker_splits),
        scope=curve.Scope(
            folds=config.curve_folds,
            multiples=config.curve_multiples,
            least_of_a_label=config.least_of_a_label,
            seed=config.seed,
        ),
    )
    most = float(told["labelled_users"].max())
    drawing = pictures.lines(
        curve.curves(told), x="labelled users", y="ROC AUC", x_range=(0.0, most), y_range=(0.5, 1.0)
    )
    context.add_output_metadata({"roc_auc_by_labels": drawing})
    return told


@dg.asset(kinds={"scikitlearn"}, owners=["team:data"])
def feature_importance(
    context: dg.AssetExecutionContext,
    clean_users: ir.Table,
    job_seeker_splits: ir.Table,
    job_seeker_labels: ir.Table,
    job_seeker_model: FittedModel,
    config: JobSeekerSettings,
) -> pd.DataFrame:
    """What each feature is worth to the model, on users that it did not learn from.

    Of one user's prediction `job-search why` tells which features weighed most.
    """
    users = fitting.examples_outside_train(
        clean_users, job_seeker_splits, job_seeker_labels, most=config.importance_users, seed=config.seed
    )
    told = explanation.importance(job_seeker_model.estimator, users.to_pandas(), seed=config.seed)
    context.add_output_metadata({"fall_of_the_roc_auc": pictures.bars(explanation.falls(told))})
    return told


@dg.asset(kinds={"scikitlearn"}, owners=["team:data"])
def signal_curve(
    context: dg.AssetExecutionContext,
    clean_users: ir.Table,
    job_seeker_splits: ir.Table,
    job_seeker_labels: ir.Table,
    raw_job_seeker_votes: ir.Table,
    user_accounts: ir.Table,
    label_hints: ir.Table,
    label_model: FittedModel,
    job_seeker_model: FittedModel,
    config: JobSeekerSettings,
) -> pd.DataFrame:
    """How often the model and the labellers are right on users of whom fewer and fewer fields are told.

    The curve as the signal gets weaker, after Geirhos et al. 2017 (arXiv 1706.06969).
    """
    counted = votes.counted_votes(raw_job_seeker_votes, user_accounts)
    users = fitting.examples_outside_train(
        clean_users, job_seeker_splits, job_seeker_labels, most=config.importance_users, seed=config.seed
    )
    answered = signal.answers(counted, label_model.estimator, label_hints, job_seeker_splits)
    told = signal.signal_curve(job_seeker_model.estimator, users.to_pandas(), answered.to_pandas(), seed=config.seed)
    drawing = pictures.lines(
        signal.curves(told), x="fields", y="share right", x_range=(0.0, len(fitting.INPUTS)), y_range=(0.4, 1.0)
    )
    context.add_output_metadata({"right_answers_by_fields": drawing})
    return told
