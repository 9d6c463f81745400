"""Model files: the same model has the same version, and a file that does not match its card is refused."""

import json
from pathlib import Path

import numpy as np
import pytest

from job_search_assets.engine.errors import BadInput
from job_search_assets.engine.tables.model_files import ModelFiles
from job_search_assets.schemas.models import FittedModel


def fitted(shift: float = 0.0) -> FittedModel:
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    rows = np.linspace(0, 1, 40).reshape(-1, 2) + shift
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(rows, np.arange(20) % 2)
    return FittedModel({"pipeline": model, "threshold": 0.5}, {"log_loss": 0.6}, {"examples": 20})


@pytest.fixture
def files(tmp_path: Path) -> ModelFiles:
    return ModelFiles(tmp_path / "models")


def test_the_same_model_fitted_twice_has_one_version(files: ModelFiles) -> None:
    assert files.store("first", fitted(), {}) == files.store("second", fitted(), {})


def test_another_model_has_another_version(files: ModelFiles) -> None:
    assert files.store("first", fitted(), {}) != files.store("second", fitted(shift=1.0), {})


def test_a_stored_model_predicts_as_before(files: ModelFiles) -> None:
    version = files.store("spam_model", fitted(), {})
    loaded = files.load("spam_model")
    rows = np.array([[0.1, 0.9]])
    assert loaded.version == version
    assert loaded.facts == {"examples": 20}
    np.testing.assert_array_equal(
        loaded.estimator["pipeline"].predict_proba(rows), fitted().estimator["pipeline"].predict_proba(rows)
    )


def test_a_model_on_file_tells_its_version_unread_and_is_no_other_when_it_is_read(files: ModelFiles) -> None:
    version = files.store("spam_model", fitted(), {})
    unread = files.on_file("spam_model")
    files.store("spam_model", fitted(shift=1.0), {})
    assert unread.version == version != files.on_file("spam_model").version
    with pytest.raises(BadInput, match="was replaced while it was in use"):
        _ = unread.estimator
    assert files.on_file("spam_model").estimator["threshold"] == 0.5


def test_a_file_swapped_for_another_is_refused(files: ModelFiles) -> None:
    files.store("spam_model", fitted(), {})
    files.store("other", fitted(shift=1.0), {})
    (files.folder / "other.skops").replace(files.folder / "spam_model.skops")
    with pytest.raises(BadInput, match="not the model on its card"):
        files.load("spam_model")


def test_a_model_of_another_library_version_is_refused(files: ModelFiles) -> None:
    files.store("spam_model", fitted(), {})
    card_file = files.folder / "spam_model.card.json"
    card = json.loads(card_file.read_text())
    card["libraries"]["scikit-learn"] = "0.1"
    card_file.write_text(json.dumps(card))
    with pytest.raises(BadInput, match="scikit-learn"):
        files.load("spam_model")
    assert not files.has("spam_model")  # so the next run fits it again


def test_a_missing_model_says_what_to_do(files: ModelFiles) -> None:
    with pytest.raises(BadInput, match="Materialise spam_model first"):
        files.load("spam_model")
