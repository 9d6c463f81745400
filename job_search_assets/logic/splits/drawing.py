"""Who goes where: users by label and fields, the plan of how many of each go into each split, and the draw.

The draw is the SHA-256 of seed and user, so neither the order of rows nor the engine has a say. It settles either who
comes first within a cell (exact), or the split itself (hash), where users are so many that counts come out well
by themselves.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from job_search_assets.logic.splits import chances, evenness, exactness
from job_search_assets.logic.splits.chances import EXACT, HASH
from job_search_assets.logic.splits.shares import RETIRED, Shares

LABELS = (True, False)
NOTHING = "none"  # the value of a field that says nothing
DIGITS = 15  # of the digest in base 16: enough to tell shares apart to 1e-18


@dataclass(frozen=True)
class Plan:
    """How new users are divided: by hash, or so many of each cell; and the numbers behind it."""

    method: str
    quotas: pd.DataFrame  # a row a cell: is_job_seeker, the fields, and `upto_…`: places below go to that split
    types: dict[str, str]  # of the quotas' columns
    report: dict[str, Any] = field(default_factory=dict)


def labelled(
    labels: ir.Table, users: ir.Table, *, fields: Sequence[str], confidence_bounds: Sequence[float]
) -> ir.Table:
    """The labelled users with label and fields: user_id, is_job_seeker, and each field as text.

    A field is a column of `users`, or `confidence`: that of the label, by the bounds.
    """
    confidence = ibis.cases(
        *((labels.confidence < bound, f"below {bound:g}") for bound in sorted(confidence_bounds)),
        else_=f"from {max(confidence_bounds, default=0):g}",
    )
    told = labels.select("user_id", "is_job_seeker", confidence=confidence)
    met = told.inner_join(users.select("user_id", *(name for name in fields if name != "confidence")), "user_id")
    return met.select(
        "user_id", "is_job_seeker", **{name: met[name].cast("string").fill_null(NOTHING) for name in fields}
    )


def cells(units: ir.Table, standing: ir.Table) -> ir.Table:
    """How many users are alike: is_job_seeker, the fields, split (empty for new users), users."""
    placed = units.left_join(standing.select("user_id", "split"), "user_id").drop("user_id_right")
    return placed.group_by([*units.columns[1:], "split"]).agg(users=placed.count())


def plan(
    counted: pd.DataFrame, shares: Shares, *, method: str, most_deviation: float, most_risk: float, seed: int
) -> Plan:
    """What is to be done with the users of `cells` that have no split yet.

    `method` is exact, hash, or auto: by hash once the chance that any count of a label in a split is further off than
    `most_deviation` of its ideal is at most `most_risk`.
    """
    split = counted["split"]
    in_play = counted[split != RETIRED]
    totals = [int(in_play.loc[in_play["is_job_seeker"] == label, "users"].sum()) for label in LABELS]
    chosen = chances.method_for(totals, shares, method=method, most_deviation=most_deviation, most_risk=most_risk)
    fields = [name for name in counted.columns if name not in ("is_job_seeker", "split", "users")]
    report = {
        "method": chosen.name,
        "why": chosen.why,
        "risk_of_hash": float(f"{chosen.risk:.3g}"),
        "users_drawn": int(counted.loc[split.isna(), "users"].sum()),
        "users_held": int(in_play.loc[in_play["split"].notna(), "users"].sum()),
        "users_retired": int(counted.loc[split == RETIRED, "users"].sum()),
    }
    types = {"is_job_seeker": "boolean"} | dict.fromkeys(fields, "string")
    types |= {f"upto_{place}": "int64" for place in range(len(shares))}
    if chosen.name == HASH:
        return Plan(HASH, pd.DataFrame(columns=list(types)), types, report)
    quotas, exact = _quotas(in_play, fields, shares, seed)
    return Plan(EXACT, quotas, types, report | {"off_by": exact.off_by, "is_proved_best": exact.is_proved})


def draw(units: ir.Table, standing: ir.Table, plan: Plan, quotas: ir.Table, shares: Shares, *, seed: int) -> ir.Table:
    """The split of every user who has none yet: user_id, split. `quotas` are the plan's, as a table."""
    fresh = units.anti_join(standing, "user_id")
    digest = (ibis.literal(f"{seed}|") + fresh.user_id).hexdigest("sha256")
    if plan.method == HASH:
        return fresh.select("user_id", split=_by_digest(digest, shares))
    cell = fresh.columns[1:]
    places = fresh.mutate(place=ibis.row_number().over(ibis.window(group_by=cell, order_by=[digest, fresh.user_id])))
    met = places.inner_join(quotas, list(cell))
    names = list(shares)
    steps = [(met.place < met[f"upto_{place}"], name) for place, name in enumerate(names)]
    return met.select("user_id", split=ibis.cases(*steps, else_=names[-1]))


def _by_digest(digest: ir.StringValue, shares: Shares) -> ir.StringValue:
    """The split in whose share the digest lies, read as a fraction; digits compare as text in the same order."""
    bounds = [int(upto * 16**DIGITS) for upto in itertools.accumulate(shares.values())]
    start = digest.left(DIGITS)
    steps = [(start < f"{bound:0{DIGITS}x}", name) for bound, name in zip(bounds[:-1], list(shares)[:-1], strict=True)]
    return ibis.cases(*steps, else_=list(shares)[-1])


def _quotas(
    counted: pd.DataFrame, fields: list[str], shares: Shares, seed: int
) -> tuple[pd.DataFrame, exactness.Placement]:
    """So many of each cell for each split, summed up from the first split on."""
    alike = ["is_job_seeker", *fields]
    placed = counted.assign(split=counted["split"].fillna("")).pivot_table(
        index=alike, columns="split", values="users", aggfunc="sum", fill_value=0
    )
    table = placed.reindex(columns=["", *shares], fill_value=0).sort_index().reset_index()
    fresh, held = table[""].to_numpy(dtype=float), table[list(shares)].to_numpy(dtype=float)
    of_label = [(table["is_job_seeker"] == label).to_numpy() for label in LABELS]
    counts = exactness.place(
        np.eye(len(LABELS)),
        np.array([fresh[mask].sum() for mask in of_label]),
        shares,
        np.stack([held[mask].sum(axis=0) for mask in of_label]),
    )
    spread = evenness.spread(
        evenness.Cells(
            names=["|".join(map(str, row)) for row in table[alike].itertuples(index=False)],
            classes=np.where(of_label[0], 0, 1),
            values=_numbered(table[fields]),
            held=held,
            fresh=fresh,
        ),
        counts.units.astype(float),
        np.array([float(share) for share in shares.values()]),
        seed=seed,
    )
    uptos = pd.DataFrame(spread.cumsum(axis=1), columns=[f"upto_{place}" for place in range(len(shares))])
    return pd.concat([table[alike], uptos], axis=1)[fresh > 0], counts


def _numbered(values: pd.DataFrame) -> Any:
    """Each value as a number that no other field's value has."""
    codes = [pd.factorize(values[name], sort=True) for name in values.columns]
    starts = itertools.accumulate((len(found) for _, found in codes), initial=0)
    columns = [code + start for (code, _), start in zip(codes, starts, strict=False)]
    return np.stack(columns, axis=1) if columns else np.zeros((len(values), 0), dtype=int)
