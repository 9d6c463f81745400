"""What the job-seeker model says of one user and which features weighed most, read from an opened build."""

import functools

import ibis
import pandas as pd

from job_search_assets.engine.stories.opened_builds import OpenedBuild
from job_search_assets.engine.tables.reading import row
from job_search_assets.logic.job_seekers import explanation, features
from job_search_assets.logic.job_seekers.evaluation import CLASS_THRESHOLD
from job_search_assets.logic.provenance.stories import Prediction, Weight
from job_search_assets.settings import JobSeekerSettings


def tell(build: OpenedBuild, user: str) -> Prediction | None:
    """The prediction of the user with what it is made of, None where there is none yet."""
    said = row(build.warehouse, "SELECT probability, model_version FROM job_seeker_predictions WHERE user_id = ?", user)
    if said is None:
        return None
    probability, version = said["probability"], said["model_version"]
    weighed = _weigh(build, user) if build.job_seeker_model.version == version else None
    log_odds, usual, weights = explanation.told(weighed) if weighed else (None, None, {})
    reasons = tuple(Weight(feature, weight) for feature, weight in weights.items())
    return Prediction(probability, probability > CLASS_THRESHOLD, CLASS_THRESHOLD, version, log_odds, usual, reasons)


def _weigh(build: OpenedBuild, user: str) -> explanation.Weighed | None:
    others = _others(build)
    asked = build.warehouse.duckdb.execute(f"SELECT * FROM ({_inputs(build)}) WHERE user_id = ?", [user]).df()
    if others.empty or asked.empty:
        return None
    seed = JobSeekerSettings.model_validate(build.settings_of("job_seeker_model")).seed
    return explanation.weigh(build.job_seeker_model.estimator, asked, others, seed=seed)


@functools.cache
def _inputs(build: OpenedBuild) -> str:
    """The query that makes features of users; written once a build."""
    return str(ibis.to_sql(features.model_table(build.warehouse.table("clean_users")), dialect="duckdb"))


@functools.cache
def _others(build: OpenedBuild) -> pd.DataFrame:
    """The users of train that anybody is compared with, drawn by SHA-256; read once a build."""
    found: pd.DataFrame = build.warehouse.duckdb.execute(
        f"""SELECT * FROM ({_inputs(build)}) SEMI JOIN
            (SELECT user_id FROM job_seeker_splits WHERE split = 'train' ORDER BY sha256(user_id), user_id LIMIT ?)
            USING (user_id) ORDER BY user_id""",
        [explanation.OTHERS],
    ).df()
    return found
