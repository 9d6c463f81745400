"""Crowd-Kit's and Cleanlab's consensus of the same votes, where they are installed.

The extra `bench` has Cleanlab; Crowd-Kit, which brings a library of language models, is installed by hand.

Each peer gets what its documentation asks for: Crowd-Kit a frame of task, worker and label, CROWDLAB a matrix of
items by labellers and out-of-fold chances of a classifier that learned from the majority.
"""

import importlib.util
import warnings
from typing import Any

import numpy as np
import pandas as pd

# Its Wawa and ZeroBasedSkill do not run with scikit-learn 1.9.
CROWD_KIT = ("MajorityVote", "OneCoinDawidSkene", "DawidSkene", "GLAD", "MACE", "MMSR")


def chances(votes: pd.DataFrame, opinion: np.ndarray) -> dict[str, np.ndarray]:
    """By peer, each user's chance to be a job seeker, in the order of ids.

    `opinion` holds out-of-fold chances of a classifier that learned from the majority.
    """
    found: dict[str, np.ndarray] = {}
    if importlib.util.find_spec("crowdkit") and importlib.util.find_spec("nltk"):
        found |= _crowd_kit(votes)
    if importlib.util.find_spec("cleanlab"):
        found["cleanlab CROWDLAB"] = _crowdlab(votes, opinion)
    return found


def alpha(votes: pd.DataFrame) -> float | None:
    """Krippendorff's alpha by the package of that name."""
    if not importlib.util.find_spec("krippendorff"):
        return None
    import krippendorff

    matrix = votes.pivot(index="labeller", columns="account_id", values="is_job_seeker").astype("float64")
    return float(krippendorff.alpha(reliability_data=matrix.to_numpy(), level_of_measurement="nominal"))


def _crowd_kit(votes: pd.DataFrame) -> dict[str, np.ndarray]:
    from crowdkit import aggregation

    given = pd.DataFrame(
        {"task": votes["user_id"], "worker": votes["labeller"], "label": votes["is_job_seeker"].astype(int)}
    )
    found = {}
    for name in CROWD_KIT:
        np.random.seed(0)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model: Any = getattr(aggregation, name)()
            labels = model.fit_predict(given).sort_index()
        told = getattr(model, "probas_", None)
        # Some tell no chances, and some only an array whose order is theirs.
        chance = told.sort_index()[1].fillna(0) if isinstance(told, pd.DataFrame) else labels
        found[f"crowd-kit {name}"] = chance.to_numpy(dtype="float64")
    return found


def _crowdlab(votes: pd.DataFrame, opinion: np.ndarray) -> np.ndarray:
    from cleanlab.multiannotator import get_label_quality_multiannotator

    matrix = votes.pivot(index="user_id", columns="labeller", values="is_job_seeker").astype("float64").sort_index()
    np.random.seed(0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        result = get_label_quality_multiannotator(
            matrix.reset_index(drop=True),
            np.column_stack([1 - opinion, opinion]),
            return_detailed_quality=False,
            return_annotator_stats=False,
            verbose=False,
        )
    quality = result["label_quality"]
    sure = quality["consensus_quality_score"].to_numpy()
    return np.where(quality["consensus_label"].to_numpy() == 1, sure, 1 - sure)
