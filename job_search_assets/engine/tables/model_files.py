"""Fitted models as files: written by skops, never pickled, each with a card that must match when it is read.

A skops file is a zip whose JSON names objects by their address in memory, so two equal models differ in their
bytes. The version of a model is therefore a hash that leaves the addresses out.
"""

import functools
import hashlib
import importlib.metadata
import json
import os
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from job_search_assets.engine.errors import BadInput
from job_search_assets.schemas.models import FittedModel

LIBRARIES = ("scikit-learn", "numpy", "pandas", "skops", "splink")

KEPT_IN_MEMORY = 8  # models: one of each, and one to spare

FILE_REFERENCE = re.compile(r'"file": "([^"]+)"')
# With the comma and the space before it; tried where a run of spaces begins and nowhere within: the file has megabytes.
OBJECT_ID = re.compile(r'(?:,|(?<![\s,]))\s*"__id__": \d+')

# What our models are made of and skops does not trust by itself: no type outside this list is ever loaded.
TRUSTED_TYPES = (
    "numpy.dtype",
    "sklearn.calibration._CalibratedClassifier",
    "sklearn.calibration._SigmoidCalibration",
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
    "sklearn.tree._tree.Tree",
    "sklearn.utils._bunch.Bunch",
)


class StoredModel(FittedModel):
    """A model on file. What was fitted is read once somebody asks for it: skops takes five seconds to be imported, and
    many a step asks for no more than the version.
    """

    def __init__(self, card: Mapping[str, Any], read: Callable[[], Any]) -> None:
        vars(self).update({name: card[name] for name in ("metrics", "facts", "version")}, _read=read)

    @functools.cached_property
    def estimator(self) -> Any:
        """As `FittedModel` has it."""
        return vars(self)["_read"]()


@dataclass(frozen=True)
class ModelFiles:
    """The folder `build/models`: `<asset>.skops` and `<asset>.card.json`."""

    folder: Path

    def store(self, name: str, model: FittedModel, card: dict[str, Any]) -> str:
        """Writes the model and its card beside the old ones, then swaps them in; returns the version."""
        import skops.io

        self.folder.mkdir(parents=True, exist_ok=True)
        staged = self.folder / f"{name}.skops.staged"
        skops.io.dump({"estimator": model.estimator, "facts": json.dumps(model.facts, sort_keys=True)}, staged)
        version = content_hash(staged)[:12]
        told = {
            "version": version,
            **card,
            "metrics": model.metrics,
            "facts": model.facts,
            "libraries": _libraries(),
        }
        staged_card = self.folder / f"{name}.card.json.staged"
        staged_card.write_text(json.dumps(told, indent=1, sort_keys=True))
        os.replace(staged, self._file(name))
        os.replace(staged_card, self._card_file(name))
        return version

    def load(self, name: str) -> FittedModel:
        """The stored model. Raises BadInput when it is missing, not the one on its card, or of other libraries."""
        model = self.on_file(name)
        _ = model.estimator
        return model

    def on_file(self, name: str) -> StoredModel:
        """The same, to be read when its estimator is asked for; that raises BadInput if the file is another by then."""
        card, file = self.card(name), self._file(name)
        state = _state(file)
        if _hash_of(file, *state)[:12] != card["version"]:
            raise BadInput(f"{file} is not the model on its card. Materialise {name} again.")
        moved = [library for library, version in _libraries().items() if card["libraries"].get(library) != version]
        if moved:
            raise BadInput(f"{name} was fitted with another version of {', '.join(moved)}. Materialise it again.")
        return StoredModel(card, lambda: _estimator(file, *state))

    def has(self, name: str) -> bool:
        """Whether the model is there with its card, fitted with the libraries of today."""
        return self._is_there(name) and self.card(name)["libraries"] == _libraries()

    def card(self, name: str) -> dict[str, Any]:
        """What is known of the stored model. Raises BadInput when there is none."""
        if not self._is_there(name):
            raise BadInput(f"There is no model {name} in {self.folder}. Materialise {name} first.")
        card: dict[str, Any] = json.loads(self._card_file(name).read_text())
        return card

    def _is_there(self, name: str) -> bool:
        return self._file(name).exists() and self._card_file(name).exists()

    def _file(self, name: str) -> Path:
        return self.folder / f"{name}.skops"

    def _card_file(self, name: str) -> Path:
        return self.folder / f"{name}.card.json"


@functools.lru_cache(maxsize=KEPT_IN_MEMORY)
def _hash_of(file: Path, modified: int, size: int) -> str:
    """The content hash of a file in the state that its time and size tell."""
    return content_hash(file)


@functools.lru_cache(maxsize=KEPT_IN_MEMORY)
def _estimator(file: Path, modified: int, size: int) -> Any:
    """What the file holds, read once while its time and size stay: several steps of a run ask for it."""
    import skops.io

    if _state(file) != (modified, size):
        raise BadInput(f"{file} was replaced while it was in use. Try again.")
    return skops.io.load(file, trusted=list(TRUSTED_TYPES))["estimator"]


def _state(file: Path) -> tuple[int, int]:
    told = file.stat()
    return told.st_mtime_ns, told.st_size


def content_hash(file: Path) -> str:
    """SHA-256 of what a skops file holds, whatever addresses its objects had in memory."""
    with zipfile.ZipFile(file) as archive:
        schema = OBJECT_ID.sub("", archive.read("schema.json").decode())
        order = {name: number for number, name in enumerate(dict.fromkeys(FILE_REFERENCE.findall(schema)))}
        digest = hashlib.sha256(FILE_REFERENCE.sub(lambda found: f'"file": {order[found[1]]}', schema).encode())
        for name in order:
            digest.update(archive.read(name))
    return digest.hexdigest()


def _libraries() -> dict[str, str]:
    return {library: importlib.metadata.version(library) for library in LIBRARIES}
