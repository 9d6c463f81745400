"""A sample of raw rows scored again beside the tables that they became: the same functions, the same cells."""

from dataclasses import asdict
from typing import Any

import ibis
import ibis.expr.types as ir
import pandas as pd
import pyarrow as pa

from job_search_assets.engine.errors import BadInput
from job_search_assets.engine.files.raw_files import RawFiles
from job_search_assets.engine.scoring import bundles
from job_search_assets.engine.scoring.scorer import Scorer
from job_search_assets.engine.scoring.scoring_builds import artefacts_of, ledger_of
from job_search_assets.engine.scoring.scoring_requests import apart
from job_search_assets.engine.scoring.scoring_steps import GIVEN, RECORD
from job_search_assets.engine.tables.model_files import ModelFiles
from job_search_assets.engine.tables.warehouse import Warehouse
from job_search_assets.logic.scoring.parity import ACCOUNT, STEPS, Difference, cells, compare, located
from job_search_assets.schemas.contracts import USERS

EXAMPLES = 20
Tables = dict[str, pd.DataFrame]
BY_ACCOUNT = [
    name
    for name in STEPS
    if name not in ("rejected_rows", "match_predictions", "user_accounts", "clean_users", "job_seeker_predictions")
]


def verdict(warehouse: Warehouse, files: RawFiles, *, rows: int) -> dict[str, Any]:
    """What a check tells: how much was compared, rows that differ, the step at fault, and a few of the differences.

    Where the parts of the build do not fit, nothing can be scored, and `unfit` says why.
    """
    models = ModelFiles(warehouse.path.parent / "models")
    try:
        differences, counts = scored_again(warehouse, files, models, rows=rows)
    except BadInput as problem:
        return {"rows": 0, "cells": 0, "rows_that_differ": 0, "which": [], "unfit": str(problem)}
    return {
        **counts,
        "rows_that_differ": len(differences),
        "first_step_that_differs": located(differences) or "none",
        "which": [asdict(difference) for difference in differences[:EXAMPLES]],
    }


def scored_again(
    warehouse: Warehouse, files: RawFiles, models: ModelFiles, *, rows: int
) -> tuple[list[Difference], dict[str, int]]:
    """Where scoring differs from what is built, and how much was compared.

    The rows are those whose keys' SHA-256 are the smallest. Raises BadInput when the parts of the build do not fit.
    """
    bundle = bundles.read(warehouse, models)
    artefacts = artefacts_of(bundle, models, warehouse.table)
    ledger = ledger_of(warehouse, files)
    scorer = Scorer(warehouse.connection, (warehouse.scratch(), "main"), artefacts, ledger)
    try:
        drawn = sample(files.text_rows("users", warehouse.connection), rows)
        scorer.prepare()
        told = scored(scorer, drawn)
    finally:
        scorer.close()
    published = built(warehouse, drawn)
    return compare(told, published), {"rows": drawn.num_rows, "cells": cells(published)}


def sample(records: ir.Table, rows: int) -> pa.Table:
    """So many records of `RawFiles.text_rows`, with their `place`: those whose keys' SHA-256 come first.

    Of records that are the same the first stands for all: scored again, each of them is that account.
    """
    place = records.file + ":" + records.line.cast("string")
    drawn = records.mutate(place=place, draw=ibis.coalesce(records.account_id, place).hexdigest("sha256"))
    found: pa.Table = drawn.order_by("draw", "file", "line").limit(rows).to_pyarrow()
    told = zip(*(found[name].to_pylist() for name in USERS.names), found["place"].to_pylist(), strict=True)
    first: dict[tuple[Any, ...], int] = {}
    for number, (account, *values, place) in enumerate(told):
        first.setdefault((account, *values) if account else (place,), number)
    return found.take(list(first.values()))


def scored(scorer: Scorer, sample: pa.Table) -> Tables:
    """What scoring makes of the sample, in the form that `compare` takes."""
    numbered = sample.set_column(
        sample.schema.get_field_index("line"), "line", pa.array(range(sample.num_rows), pa.int64())
    )
    numbered = numbered.set_column(0, "file", pa.repeat(GIVEN, sample.num_rows)).select(list(RECORD))
    wanted = ["judged", *(name for name in STEPS if name != "rejected_rows")]
    parts = [scorer.score(numbered.take(chosen), wanted) for chosen in apart(sample["account_id"].to_pylist())]
    frames = {name: pd.concat([part[name].to_pandas(date_as_object=True) for part in parts]) for name in wanted}
    judged = frames["judged"]
    refused = judged[judged["rule"].notna()]
    places = sample["place"].to_pandas()
    pairs = frames["match_predictions"]
    users = frames["user_accounts"]
    return {
        "rejected_rows": refused.assign(**{ACCOUNT: places.reindex(refused["line"]).to_numpy()}),
        "match_predictions": pairs[
            (pairs["account_id_left"] == pairs["world"]) | (pairs["account_id_right"] == pairs["world"])
        ].rename(columns={"world": ACCOUNT}),
        "user_accounts": users[users["account_id"] == users["world"]].rename(columns={"world": ACCOUNT}),
        **{name: frames[name].rename(columns={"account_id": ACCOUNT}) for name in BY_ACCOUNT},
        **{
            name: frames[name].rename(columns={"user_id": ACCOUNT})
            for name in ("clean_users", "job_seeker_predictions")
        },
    }


def built(warehouse: Warehouse, sample: pa.Table) -> Tables:
    """What the tables hold of the sample, in the same form."""
    table = warehouse.table
    chosen = sample.select(["account_id", "place"]).to_pandas()
    asked = warehouse.from_pandas(chosen, {"account_id": "string", "place": "string"})
    accounts = asked.select("account_id").drop_null().distinct()
    refused = table("rejected_rows")
    refused = refused.filter(refused["table"] == "users").mutate(place=refused.file + ":" + refused.line.cast("string"))
    pairs, users = table("match_predictions"), table("user_accounts")
    ends = ibis.union(
        *(pairs.join(accounts.select(**{ACCOUNT: "account_id", side: "account_id"}), side) for side in PAIR)
    )
    of_accounts = users.semi_join(accounts, "account_id")
    found = {
        "rejected_rows": refused.semi_join(asked, "place").select("column", "rule", **{ACCOUNT: "place"}),
        "match_predictions": ends.select(ACCOUNT, *pairs.columns),
        "user_accounts": of_accounts.rename(**{ACCOUNT: "account_id"}),
        **{
            name: table(name).semi_join(accounts, "account_id").rename(**{ACCOUNT: "account_id"}) for name in BY_ACCOUNT
        },
        **{
            name: table(name).join(of_accounts.rename(**{ACCOUNT: "account_id"}), "user_id").drop("user_id")
            for name in ("clean_users", "job_seeker_predictions")
        },
    }
    return {name: warehouse.to_pandas(rows) for name, rows in found.items()}


PAIR = ("account_id_left", "account_id_right")
