"""The company that a row would keep among the accounts that are built: those that share a value, those of its network.

Rows that are scored together must not see each other. An account that is built already counts once: its stored row
stands aside for the one that is scored.
"""

from collections.abc import Mapping

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from job_search_assets.logic.spam.features import SECONDS_IN_AN_HOUR, SHARED

# Ends the name of what belongs to one row's world. A unit separator, which is in no id and no network.
MARK = "\u001f"
NEAR = {"account_id": "string", "near": "int64"}
_SECONDS = 1 << 40  # more than any time stamp has, with room for the hours around it on either side


def keys_of(alone: ir.Table) -> ir.Table:
    """The keys by which accounts are counted together (`features.alone`), with the second of sign-up."""
    return alone.select("account_id", "second", *SHARED.values())


def accounts_by_key(keys: ir.Table, key: str) -> ir.Table:
    """How many accounts have each value of a key: value, accounts."""
    return keys.drop_null(key).group_by(value=keys[key]).agg(accounts=lambda rows: rows.count().cast("int64"))


class Arrivals:
    """When accounts of each mail domain signed up, to count those near a moment.

    Sorted numbers, each made of domain and second: a count is the distance of two places.
    """

    def __init__(self, keys: pd.DataFrame) -> None:
        known = keys.dropna(subset=["domain_key"])
        codes, domains = pd.factorize(known["domain_key"], sort=True)
        self._domains = pd.Index(domains)
        self._moments = np.sort((codes.astype(np.int64) + 1) * _SECONDS + known["second"].to_numpy(np.int64))

    def near(self, alone: pd.DataFrame, *, burst_hours: int) -> pd.DataFrame:
        """Accounts of the same domain within the hours before and after each row: account_id, near."""
        code = self._domains.get_indexer(alone["domain_key"]).astype(np.int64)
        moment, reach = (code + 1) * _SECONDS + alone["second"].to_numpy(np.int64), burst_hours * SECONDS_IN_AN_HOUR
        first = np.searchsorted(self._moments, moment - reach, side="left")
        last = np.searchsorted(self._moments, moment + reach, side="right")
        return pd.DataFrame({"account_id": alone["account_id"], "near": np.where(code < 0, 0, last - first)})


def counted(
    alone: ir.Table,
    own: ir.Table,
    by_key: Mapping[str, ir.Table],
    near: ir.Table,
    *,
    burst_hours: int,
    everyone: int,
) -> ir.Table:
    """`features.alone` of given rows with the counts of `features.SHARED`, `domain_burst` and `everyone`.

    `own` are the keys of the stored rows of the same accounts, `by_key` the tables of `accounts_by_key` by the name
    of the key, `near` what `Arrivals.near` gave, `everyone` how many accounts are built. Each row is counted itself.
    """
    stored = own.select(stored_id="account_id", was_at="second", **{f"own_{key}": key for key in SHARED.values()})
    met = alone.left_join(stored, alone.account_id == stored.stored_id)
    for name, key in SHARED.items():
        counts = by_key[key].select(**{f"value_{name}": "value", f"with_{name}": "accounts"})
        met = met.left_join(counts, met[key] == counts[f"value_{name}"])
    met = met.join(near, "account_id")
    is_own = {key: (met[key] == met[f"own_{key}"]).fill_null(False) for key in SHARED.values()}
    counts = {
        name: _with_itself(met[key], met[f"with_{name}"].fill_null(0) - is_own[key].cast("int64"))
        for name, key in SHARED.items()
    }
    reach = burst_hours * SECONDS_IN_AN_HOUR
    was_near = is_own["domain_key"] & ((met.was_at - met.second).abs() <= reach).fill_null(False)
    return met.select(
        *alone.columns,
        **counts,
        domain_burst=_with_itself(met.domain_key, met.near - was_near.cast("int64")),
        everyone=ibis.literal(everyone, "int64") + met.stored_id.isnull().cast("int64"),
    )


def _with_itself(key: ir.Value, others: ir.IntegerValue) -> ir.IntegerValue:
    return key.notnull().ifelse(others + 1, 0).cast("int64")


def worlds(placed: ir.Table, population: ir.Table, tied: ir.Table) -> ir.Table:
    """What `evidence.weigh` is to be asked of given rows: each with the accounts of its group, in a group of its own.

    `placed` and `population` are what `evidence.groups` gave of given and of built accounts; `tied` has the groups
    of the entries that reports on given accounts are grounded on, whose accounts stand there as they are.
    """
    world = placed.select(world="account_id", of_group="group")
    met = population.join(world, [population.group == world.of_group, population.account_id != world.world])
    entries = tied.select(of_entry="group").distinct()
    return ibis.union(
        placed.mutate(group=placed.group + MARK + placed.account_id),
        met.select(
            account_id=met.account_id + MARK + met.world,
            network="network",
            looks="looks",
            group=met.group + MARK + met.world,
            is_listed="is_listed",
        ).select(placed.columns),
        population.semi_join(entries, population.group == entries.of_entry)
        .mutate(account_id=population.account_id + MARK)
        .select(placed.columns),
    )


def out_of_worlds(weighed: ir.Table, placed: ir.Table) -> ir.Table:
    """What was weighed of the given rows themselves, entries under their own names."""
    own = weighed.semi_join(placed, "account_id")
    return own.mutate(entry_id=own.entry_id.re_replace(MARK + ".*$", ""))
