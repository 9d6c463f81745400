"""A bundle: the models, tables, thresholds and code that scoring needs, which fit together or are not used at all.

Nothing new is counted here: a model's version is its content's hash, a table's is in the record, and both say what they
were made from and by which code. A bundle fits when every part was made by this program's code, with the schemas of
today, and from the very parts that are there; what a run holds may have been learned from earlier ones.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from job_search_assets.engine.errors import BadInput
from job_search_assets.engine.lineage.code_versions import code_version
from job_search_assets.engine.tables import record
from job_search_assets.engine.tables.model_files import ModelFiles
from job_search_assets.engine.tables.record import Origin
from job_search_assets.engine.tables.table_schemas import table_schemas
from job_search_assets.engine.tables.warehouse import Warehouse

# Part: the module of assets that makes it.
PARTS = {
    "raw_users": "users",
    "raw_spam_reports": "users",
    "raw_ip_blocklist": "users",
    "raw_merge_pairs": "users",
    "spam_features": "spam",
    "blocklist_hits": "spam",
    "report_grounds": "spam",
    "spam_examples": "spam",
    "spam_model": "spam",
    "moderator_quality": "spam",
    "spam_scores": "spam",
    "spam_priors": "spam",
    "blocklist_review": "spam",
    "spam_evidence": "spam",
    "spam_decisions": "spam",
    "spam_reasons": "spam",
    "despammed_users": "spam",
    "match_details": "identity",
    "common_values": "identity",
    "large_blocks": "identity",
    "outgrown_blocks": "identity",
    "candidate_pairs": "identity",
    "match_model": "identity",
    "match_predictions": "identity",
    "merge_thresholds": "identity",
    "user_accounts": "identity",
    "clean_users": "identity",
    "job_seeker_model": "job_seekers",
    "job_seeker_predictions": "job_seekers",
}
MODELS = ("spam_model", "match_model", "job_seeker_model")
TABLES = tuple(name for name in PARTS if name not in MODELS and name != "job_seeker_predictions")
# Learned of all accounts together, and held while few of them change: what these were made from may have moved on.
HELD = {*MODELS, "spam_examples", "spam_priors", "common_values", "large_blocks", "merge_thresholds"}
# Small tables that decide much: their content is hashed again, whatever the record says.
VOCABULARY = (
    "spam_priors",
    "moderator_quality",
    "blocklist_review",
    "common_values",
    "large_blocks",
    "merge_thresholds",
)
NAMED = 5  # differences in one message


@dataclass(frozen=True)
class Part:
    """One part: its version, the code that made it, its settings and its schema."""

    version: str
    code_version: str | None
    settings: Mapping[str, Any]
    schema: str
    inputs: Mapping[str, str | None]


@dataclass(frozen=True)
class Bundle:
    """The parts by name."""

    parts: Mapping[str, Part]

    @property
    def version(self) -> str:
        """Twelve hex digits that depend on every part's version, code, settings and schema."""
        told = {
            name: [part.version, part.code_version, part.settings, part.schema] for name, part in self.parts.items()
        }
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:12]

    def manifest(self) -> dict[str, Any]:
        """What is in it, as it is told to people and programs."""
        parts = {
            name: {key: told for key, told in asdict(part).items() if key != "inputs"}
            for name, part in self.parts.items()
        }
        return {"bundle_version": self.version, "parts": parts}


def read(warehouse: Warehouse, models: ModelFiles) -> Bundle:
    """The bundle of a build. Raises BadInput when a part is missing, or when the parts do not fit together."""
    missing = [name for name in (*TABLES, "job_seeker_predictions") if not warehouse.has(name)]
    if missing:
        raise BadInput(f"{', '.join(missing)} is not built yet. Run `job-search run` first.")
    parts = {name: _model(models, name) if name in MODELS else _table(warehouse, name) for name in PARTS}
    wrong = [*_edited(warehouse, parts), *differences(parts)]
    if wrong:
        more = f"; and {len(wrong) - NAMED} more" if len(wrong) > NAMED else ""
        told = "; ".join(wrong[:NAMED]) + more
        raise BadInput(f"The parts of this build do not fit together: {told}. Run `job-search run` and ask again.")
    return Bundle(parts)


def differences(parts: Mapping[str, Part]) -> list[str]:
    """What does not fit, in words: another code's, another data's, another schema's part."""
    found = []
    for name, part in parts.items():
        ours = code_version(f"job_search_assets.assets.{PARTS[name]}")
        if part.code_version != ours:
            found.append(f"{name} was made by code {part.code_version}, and this program is {ours}")
        if name not in MODELS and part.schema != _schema(name):
            found.append(f"{name} has the columns of another schema")
        moved = [] if name in HELD else [into for into in part.inputs if into in parts]
        found += [
            f"{name} was made from {into} {_short(part.inputs[into])}, which is {_short(parts[into].version)} here"
            for into in moved
            if part.inputs[into] != parts[into].version
        ]
    return found


def _edited(warehouse: Warehouse, parts: Mapping[str, Part]) -> list[str]:
    now = {name: record.content_of(warehouse, name).version for name in VOCABULARY}
    return [
        f"{name} holds {_short(version)}, and {_short(parts[name].version)} was published"
        for name, version in now.items()
        if version != parts[name].version
    ]


def _table(warehouse: Warehouse, name: str) -> Part:
    content = record.content(warehouse, name)
    made = record.origin(warehouse, name) or Origin(None, {}, {})
    columns = dict(warehouse.table(name).schema().items())
    return Part(
        version=content.version if content else "",
        code_version=made.code_version,
        settings=dict(made.settings),
        schema=_hash({column: str(kind(nullable=True)) for column, kind in columns.items()}),
        inputs=made.inputs,
    )


def _model(models: ModelFiles, name: str) -> Part:
    card = models.card(name)
    return Part(
        card["version"], card["code_version"], card["settings"], _hash(card["libraries"]), card["data_versions"]
    )


def _schema(name: str) -> str:
    columns = table_schemas()[name].to_schema().columns
    return _hash({column: str(declared.dtype.type(nullable=True)) for column, declared in columns.items()})


def _hash(told: Mapping[str, str]) -> str:
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:12]


def _short(version: str | None) -> str:
    return (version or "nothing")[:12]
