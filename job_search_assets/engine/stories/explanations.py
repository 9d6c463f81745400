"""Why two accounts are one user or are not, read from a build folder: what `job-search why` tells.

The tables are read and let go of before anything is computed, so that a question keeps no run waiting for long. The
pair itself is compared again in a warehouse of its own, by the code that compared all pairs: that gives the levels,
which no table keeps of every pair, and the weights of pairs that nobody compared.
"""

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir
import pandas as pd
import pyarrow as pa

from job_search_assets.engine.errors import BadInput
from job_search_assets.engine.folders import Folders
from job_search_assets.engine.stories import waterfall, whereabouts
from job_search_assets.engine.tables import matching
from job_search_assets.engine.tables.model_files import ModelFiles
from job_search_assets.engine.tables.warehouse import Warehouse
from job_search_assets.logic.identity import explanation, explanation_text, judges, proposing, scoring, thresholds
from job_search_assets.logic.identity.comparisons import COMPARISONS
from job_search_assets.logic.identity.explanation import Explanation
from job_search_assets.settings import IdentitySettings

TABLES = (
    "raw_users",
    "rejected_rows",
    "spam_decisions",
    "despammed_users",
    "raw_merge_pairs",
    "match_details",
    "common_values",
    "large_blocks",
    "outgrown_blocks",
    "match_predictions",
    "merge_thresholds",
    "user_accounts",
)
_KEYS = ["account_id_left", "account_id_right"]
_PAIR = {"account_id_left": "string", "account_id_right": "string", "blocking_rule": "string"}


@dataclass(frozen=True)
class _Read:
    """What the tables hold of two accounts and their users."""

    details: pa.Table
    common: pa.Table
    judgements: pd.DataFrame
    stored: pd.DataFrame
    scored: pd.DataFrame
    users: Mapping[str, list[str]]
    rules: explanation.Rules
    threshold: float


def why(folders: Folders, one: str, other: str, *, with_values: bool) -> Iterator[str]:
    """The lines that `job-search why` prints; on the way the pair's picture is written to `reports/`.

    Raises BadInput as `of_pair` does, and when the picture cannot be written, once all else is told.
    """
    settings = IdentitySettings.model_validate({})
    told, values = of_pair(folders, one, other, settings)
    yield from explanation_text.tell(told, largest=settings.largest_component, least=settings.least_probability)
    if with_values:
        yield from explanation_text.values(values)
    try:
        yield f"\nPicture: {waterfall.draw(told, folders.build / 'reports')}"
    except OSError as problem:
        raise BadInput(
            f"The picture cannot be written to {folders.build / 'reports'} ({problem.strerror})."
        ) from problem


def of_pair(folders: Folders, one: str, other: str, settings: IdentitySettings) -> tuple[Explanation, dict[str, Any]]:
    """The explanation of two accounts, and what each of them tells (personal data, by column of `match_details`).

    Raises BadInput for accounts that cannot be explained, each with its reason, and where nothing is built.
    """
    if one == other:
        raise BadInput(f"{one} is named twice. Name two different accounts.")
    left, right = sorted((one, other))
    warehouse = _opened(folders)
    try:
        for account in (one, other):
            whereabouts.assert_has_a_user(warehouse, account)
        model = _model(folders)
        read = _read(warehouse, left, right)
    finally:
        warehouse.close()
    return _explain(read, left, right, model, settings), _values(read.details, left, right)


def _opened(folders: Folders) -> Warehouse:
    """The warehouse, only to be read. Raises BadInput when a table is not there yet."""
    if not folders.warehouse.exists():
        raise BadInput(f"Nothing is built in {folders.build} yet. Run `job-search run` first, or name another --build.")
    warehouse = Warehouse(folders.warehouse, is_read_only=True)
    missing = sorted(set(TABLES) - set(warehouse.connection.list_tables()))
    if missing:
        warehouse.close()
        raise BadInput(f"{', '.join(missing)} is not built yet. Run `job-search run` first.")
    return warehouse


def _model(folders: Folders) -> dict[str, Any]:
    model: dict[str, Any] = ModelFiles(folders.build / "models").load("match_model").estimator
    fitted = {name: len(weights) for name, weights in model["weights"].items()}
    if fitted != {comparison.name: len(comparison.words) for comparison in COMPARISONS}:
        raise BadInput("match_model was fitted for other comparisons than this version has. Run `job-search run`.")
    return model


def _read(warehouse: Warehouse, left: str, right: str) -> _Read:
    details = warehouse.table("match_details")
    left_out = ibis.union(warehouse.table("large_blocks"), warehouse.table("outgrown_blocks"))
    predictions, judged = warehouse.table("match_predictions"), warehouse.table("raw_merge_pairs")
    users = _users(warehouse, left, right)
    everyone = [account for accounts in users.values() for account in accounts]
    among = predictions.filter(predictions[_KEYS[0]].isin(everyone), predictions[_KEYS[1]].isin(everyone))
    heard = judged.filter(judged[_KEYS[0]].isin([left, right]), judged[_KEYS[1]].isin([left, right]))
    return _Read(
        details=details.filter(details.account_id.isin([left, right])).to_pyarrow(),
        common=warehouse.table("common_values").to_pyarrow(),
        judgements=heard.filter(heard[_KEYS[0]] != heard[_KEYS[1]]).to_pandas(),
        stored=_of_pair(predictions, left, right),
        scored=among.to_pandas(),
        users=users,
        rules=proposing.rules_of(details, left, right, left_out),
        threshold=thresholds.chosen(warehouse.table("merge_thresholds").to_pandas()),
    )


def _of_pair(pairs: ir.Table, left: str, right: str) -> pd.DataFrame:
    found: pd.DataFrame = pairs.filter(pairs[_KEYS[0]] == left, pairs[_KEYS[1]] == right).to_pandas()
    return found


def _users(warehouse: Warehouse, left: str, right: str) -> dict[str, list[str]]:
    accounts = warehouse.table("user_accounts")
    asked = accounts.filter(accounts.account_id.isin([left, right])).select("user_id").distinct()
    theirs = accounts.semi_join(asked, "user_id").order_by("user_id", "account_id").to_pyarrow().to_pylist()
    return {user: [row["account_id"] for row in theirs if row["user_id"] == user] for user in _order(theirs, left)}


def _order(rows: list[dict[str, str]], first: str) -> list[str]:
    """The users' ids, that of the first account first."""
    own = next(row["user_id"] for row in rows if row["account_id"] == first)
    return [own, *sorted({row["user_id"] for row in rows} - {own})]


def _explain(read: _Read, left: str, right: str, model: dict[str, Any], settings: IdentitySettings) -> Explanation:
    verdicts = judges.verdicts(read.judgements, model["judges"], trusted_accuracy=settings.trusted_accuracy)
    levels, fresh = _weigh(read, left, right, verdicts, model, classes=len(settings.rare_shares))
    stored = dict(read.stored.iloc[0]) if len(read.stored) else None
    weighed = fresh if stored is None else stored
    link = explanation.links(pd.DataFrame([weighed]))[0]
    scored = explanation.links(read.scored)
    accounts = list(read.users.values())
    return Explanation(
        link=link,
        threshold=read.threshold,
        users=read.users,
        parts=explanation.parts(levels, weighed),
        verdicts=explanation.verdicts(read.judgements, model["judges"], trusted_accuracy=settings.trusted_accuracy),
        rules=read.rules,
        blocking_rule="" if stored is None else str(stored["blocking_rule"]),
        is_outdated=stored is not None and any(abs(stored[part] - fresh[part]) > 1e-9 for part in _WEIGHTS),
        path=explanation.strongest_path(scored, left, right, threshold=read.threshold),
        between=explanation.between(scored, *accounts) if len(accounts) == 2 else None,
    )


_WEIGHTS = ["mw_bias", *scoring.PARTS, "mw_verdict"]


def _weigh(
    read: _Read, left: str, right: str, verdicts: pd.DataFrame, model: dict[str, Any], *, classes: int
) -> tuple[dict[str, int], dict[str, Any]]:
    """The level of each comparison, and the row that `match_predictions` would have of the pair."""
    with tempfile.TemporaryDirectory() as folder:
        warehouse = Warehouse(Path(folder) / "pair.duckdb")
        try:
            accounts = warehouse.connection.create_table("pair_details", read.details)
            common = warehouse.connection.create_table("pair_common", read.common)
            asked = pd.DataFrame({"account_id_left": [left], "account_id_right": [right], "blocking_rule": [""]})
            compared = matching.compare(
                warehouse, accounts, common, warehouse.from_pandas(asked, _PAIR), classes=classes
            )
            heard = warehouse.from_pandas(verdicts, judges.VERDICTS)
            row = compared.to_pyarrow().to_pylist()[0]
            weighed = scoring.score(compared, heard, model, least=0.0).to_pyarrow().to_pylist()[0]
        finally:
            warehouse.close()
    return {comparison.name: row[f"gamma_{comparison.name}"] for comparison in COMPARISONS}, weighed


def _values(details: pa.Table, left: str, right: str) -> dict[str, Any]:
    rows = {row["account_id"]: row for row in details.to_pylist()}
    return {name: (rows[left][name], rows[right][name]) for name in details.column_names}
