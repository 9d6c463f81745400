"""What if an input were otherwise: who is concerned, how, and through which tables and models. Nothing is changed."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import dagster as dg
import ibis
import ibis.expr.types as ir

from job_search_assets.engine.correcting.imagining import Imagined, ImaginedWarehouse, imagined
from job_search_assets.engine.correcting.in_line import assert_in_line
from job_search_assets.engine.folders import Folders
from job_search_assets.engine.graph.ordering import ordered
from job_search_assets.engine.tables.holding import Models, is_held
from job_search_assets.engine.tables.model_files import ModelFiles
from job_search_assets.engine.tables.record import origin
from job_search_assets.engine.tables.warehouse import Warehouse
from job_search_assets.logic.provenance import impact

# Tables whose rows hold the numbers behind outcomes, by the column that says whose.
BEHIND_OUTCOMES = ("decisions", "spam_evidence", "match_predictions", "job_seeker_labels")


@dataclass
class Impact:
    """Who is concerned by a changed input; `via_model` is None where nobody asked for it."""

    table: str
    key: str
    what: str
    direct: list[dict[str, str | None]]
    joint: list[str]
    via_model: list[dict[str, str | None]] | None
    largest_shift: dict[str, float | None]
    tables: list[str] = field(default_factory=list)
    models: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """For JSON: lists of account ids and outcomes, no personal values."""
        return asdict(self)


def impact_of(
    defs: dg.Definitions,
    folders: Folders,
    lines: Sequence[Mapping[str, str]],
    *,
    named: tuple[str, str, str],
    refit: bool,
) -> Impact:
    """The three sets for these lines of a ledger that nobody has written.

    `refit` fits the models again as well, which takes as long as a run; else `via_model` is None and `models` names
    those that learned from what would change. Raises BadInput when the tables are behind their inputs.
    """
    assert_in_line(folders)
    with imagined(defs, folders, lines, models=Models.HELD, up_to="decisions") as found:
        direct, joint, shift = _told(found)
        tables = list(found.changed)
        models = [
            spec.key.path[-1]
            for spec in ordered(defs)
            if is_held(spec) and any(dep.asset_key.path[-1] in tables for dep in spec.deps)
        ]
    via_model = None
    if refit:
        via_model, fitted = _via_model(defs, folders, lines, direct)
        models = [*dict.fromkeys([*models, *fitted])]
    return Impact(*named, direct, joint, via_model, shift, tables, models)


def _told(found: Imagined) -> tuple[list[dict[str, str | None]], list[str], dict[str, float | None]]:
    """What is concerned with the models held: differences, the accounts that are merely moved, the largest shifts."""
    if not found.changed:
        return [], [], dict.fromkeys(impact.NUMBERS)
    warehouse = found.warehouse
    moved = warehouse.kept(_moved(warehouse))
    before = warehouse.kept(warehouse.built("decisions").semi_join(moved, "account_id"))
    after = warehouse.kept(warehouse.table("decisions").semi_join(moved, "account_id"))
    differing = warehouse.kept(impact.differences(before, after))
    joint = moved.anti_join(differing, "account_id").order_by("account_id").to_pyarrow().to_pylist()
    shift = impact.shifts(before, after).to_pyarrow().to_pylist()[0]
    return _rows(differing), [row["account_id"] for row in joint], shift


def _moved(warehouse: ImaginedWarehouse) -> ir.Table:
    """The accounts (account_id) of whom any number behind an outcome is another one."""
    parts = [warehouse.built("decisions").select("account_id").limit(0)]
    users = ibis.union(
        *[
            table.select("account_id", "user_id")
            for table in (warehouse.built("user_accounts"), warehouse.table("user_accounts"))
        ],
        distinct=True,
    )
    for name in BEHIND_OUTCOMES:
        changed = warehouse.changed(name)
        if changed is not None:
            parts.append(
                changed if "account_id" in changed.columns else users.semi_join(changed, "user_id").select("account_id")
            )
    return ibis.union(*parts, distinct=True) if len(parts) > 1 else parts[0]


def _via_model(
    defs: dg.Definitions, folders: Folders, lines: Sequence[Mapping[str, str]], direct: list[dict[str, str | None]]
) -> tuple[list[dict[str, str | None]], list[str]]:
    """What differs only once models are fitted again, and these models.

    Held models may be behind their inputs already. Then the models are fitted again without the lines too, so that
    what is told is due to the lines alone.
    """
    behind = _behind(defs, folders)
    with imagined(defs, folders, lines, models=Models.REFITTED, up_to="decisions", beginning_with=behind) as found:
        after = found.warehouse.to_pandas(found.warehouse.table("decisions"))
        fitted = list(found.models)
    with imagined(defs, folders, [], models=Models.REFITTED, up_to="decisions", beginning_with=behind) as found:
        warehouse = found.warehouse
        imagined_after = warehouse.from_pandas(
            after, {name: str(kind) for name, kind in warehouse.built("decisions").schema().items()}
        )
        differing = _rows(impact.differences(warehouse.table("decisions"), warehouse.kept(imagined_after)))
    known = {(row["account_id"], row["outcome"]) for row in direct}
    return [row for row in differing if (row["account_id"], row["outcome"]) not in known], fitted


def _behind(defs: dg.Definitions, folders: Folders) -> list[str]:
    """The held assets that were fitted on other versions of their inputs than there are now."""
    files, warehouse = ModelFiles(folders.build / "models"), Warehouse(folders.warehouse, is_read_only=True)
    try:
        found = []
        for spec in filter(is_held, ordered(defs)):
            name = spec.key.path[-1]
            made = origin(warehouse, name)
            fitted_on = made.inputs if made else files.card(name)["data_versions"]
            now = {input_: _version(warehouse, files, input_) for input_ in fitted_on}
            if fitted_on != now:
                found.append(name)
        return found
    finally:
        warehouse.close()


def _version(warehouse: Warehouse, files: ModelFiles, name: str) -> str | None:
    from job_search_assets.engine.tables.record import content

    known = content(warehouse, name)
    return known.version if known else files.card(name)["version"]


def _rows(differing: ir.Table) -> list[dict[str, str | None]]:
    rows: list[dict[str, str | None]] = differing.order_by(["account_id", "outcome"]).to_pyarrow().to_pylist()
    return rows
