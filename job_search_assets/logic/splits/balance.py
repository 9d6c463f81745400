"""What a division looks like: counts of labels, evenness over fields, and who would have to move."""

import itertools
from collections.abc import Sequence
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from job_search_assets.logic.splits import chances, exactness
from job_search_assets.logic.splits.shares import RETIRED, Cells, Shares


def users_in_several(splits: ir.Table) -> ir.Table:
    """Users that stand in more than one split, or twice in one."""
    return splits.group_by("user_id").aggregate(rows=splits.count()).filter(ibis._.rows > 1)


def users_out_of_place(labels: ir.Table, splits: ir.Table) -> ir.Table:
    """Labelled users without a split, and users with a split but without that label."""
    without_split = labels.anti_join(splits, ["user_id", "is_job_seeker"]).select("user_id")
    without_label = splits.anti_join(labels, ["user_id", "is_job_seeker"]).select("user_id")
    return without_split.union(without_label, distinct=True)


def count_cells(splits: ir.Table, names: Sequence[str]) -> dict[bool, dict[str, int]]:
    """How many users of each label are in each split; who is retired is in none."""
    counted = splits.group_by("is_job_seeker", "split").aggregate(users=splits.count()).to_pyarrow().to_pylist()
    found = {(row["is_job_seeker"], row["split"]): row["users"] for row in counted}
    return {label: {split: found.get((label, split), 0) for split in names} for label in (True, False)}


def count_retired(splits: ir.Table) -> int:
    """How many users no split may have any more."""
    return int(splits.filter(splits.split == RETIRED).count().execute())


def moves(cells: Cells, shares: Shares) -> list[tuple[bool, str, str, int]]:
    """The fewest moves that would make counts exact: label, from, to, users."""
    held = np.array([list(row.values()) for row in cells.values()], dtype=float)
    missing = exactness.nearest(held, shares) - held.astype(int)
    found = []
    for label, row in zip(cells, missing.tolist(), strict=True):
        leaving = [name for name, lack in zip(shares, row, strict=True) for _ in range(max(-lack, 0))]
        coming = [name for name, lack in zip(shares, row, strict=True) for _ in range(max(lack, 0))]
        pairs = itertools.groupby(zip(leaving, coming, strict=True))
        found += [(label, *pair, len(list(same))) for pair, same in pairs]
    return found


def movers(splits: ir.Table, moves: Sequence[tuple[bool, str, str, int]], *, most: int) -> list[dict[str, Any]]:
    """Some who would have to move: user_id, from, to. Of equals those whose id has the lowest SHA-256."""
    found: list[dict[str, Any]] = []
    for label, start, end, users in moves:
        there = splits.filter(splits.is_job_seeker == label, splits.split == start)
        first = there.order_by(there.user_id.hexdigest("sha256")).limit(min(users, most - len(found)))
        ids = first.select("user_id").to_pyarrow().column("user_id").to_pylist()
        found += [{"user_id": user, "from": start, "to": end} for user in ids]
    return found


def count_values(units: ir.Table, splits: ir.Table, fields: Sequence[str]) -> pd.DataFrame:
    """How many users of each value of each field are in each split: field, value, split, users."""
    met = units.inner_join(splits.filter(splits.split != RETIRED).select("user_id", "split"), "user_id")
    parts = [
        met.group_by(["split", name])
        .agg(users=met.count())
        .select("split", "users", field=ibis.literal(name), value=name)
        .to_pandas()
        for name in fields
    ]
    columns = ["field", "value", "split", "users"]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


def evenness_of(counted: pd.DataFrame, shares: Shares) -> list[dict[str, Any]]:
    """One row a field: how many users would have to stand elsewhere for its values to be shared out ideally.

    Beside it the same for a random draw, and the chance that such a draw is this uneven or more: Pearson's chi-square
    with its usual approximation. No user can be divided, so even the best division is a little off.
    """
    return [_evenness(name, rows, shares) for name, rows in counted.groupby("field", sort=False)]


def _evenness(name: Any, rows: pd.DataFrame, shares: Shares) -> dict[str, Any]:
    from scipy.stats import chi2

    table = rows.pivot_table(index="value", columns="split", values="users", aggfunc="sum", fill_value=0)
    users = table.reindex(columns=list(shares), fill_value=0).to_numpy(dtype=float)
    totals, parts = users.sum(axis=1), np.array([float(share) for share in shares.values()])
    ideal = np.outer(totals, parts)
    at_random = sum(float(chances.expected_distance(totals, share).sum()) for share in parts)
    own_sizes = np.outer(totals, users.sum(axis=0) / totals.sum())
    distance = np.divide((users - own_sizes) ** 2, own_sizes, out=np.zeros(users.shape), where=own_sizes > 0)
    freedom = (len(totals) - 1) * (len(parts) - 1)
    return {
        "field": str(name),
        "values": len(totals),
        "users_off": round(float(np.abs(users - ideal).sum() / 2), 1),
        "users_off_at_random": round(at_random / 2, 1),
        "chance_at_random": round(float(chi2.sf(distance.sum(), freedom)), 6) if freedom else 1.0,
    }
