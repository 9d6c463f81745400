"""How tables and models were made, as it is on record: in the warehouse, on the models' cards, in the files' hashes."""

from collections.abc import Mapping

import pandas as pd

from job_search_assets.engine.files.raw_files import INPUT_FILES, RawFiles
from job_search_assets.engine.tables import record
from job_search_assets.engine.tables.model_files import ModelFiles
from job_search_assets.engine.tables.reading import rows
from job_search_assets.engine.tables.warehouse import Warehouse
from job_search_assets.logic.provenance.lineage import InputFile, Made, trace

_OWNERS = """
    SELECT p.file, string_agg(DISTINCT s.owner, ', ' ORDER BY s.owner) AS owner
    FROM raw_users AS u JOIN source_inventory AS s USING (source)
    JOIN raw_places AS p ON p."table" = 'users' AND p.key = u.account_id GROUP BY p.file
"""


def of_everything(
    warehouse: Warehouse, models: ModelFiles, raw_files: RawFiles, owners: Mapping[str, str]
) -> pd.DataFrame:
    """The rows of `TableProvenance`; `owners` says who answers for each table and model that there is."""
    made = {name: found for name in owners if (found := _made(warehouse, models, name, owners))}
    of_file = {found["file"]: found["owner"] for found in rows(warehouse, _OWNERS)}
    files = {
        f"files/{name}": [InputFile(path, sha256, of_file.get(path)) for path, sha256 in raw_files.hashes(name).items()]
        for name in INPUT_FILES
    }
    return pd.DataFrame(trace(made, files))


def _made(warehouse: Warehouse, models: ModelFiles, name: str, owners: Mapping[str, str]) -> Made | None:
    """The table or model as it is; None for one that was never made."""
    content, origin = record.content(warehouse, name), record.origin(warehouse, name)
    if content is not None and origin is not None:
        return Made(content.version, origin.code_version, tuple(sorted(origin.inputs)), owners[name])
    if models.has(name):
        card = models.card(name)
        return Made(card["version"], card["code_version"], tuple(sorted(card["data_versions"])), owners[name], True)
    return None
