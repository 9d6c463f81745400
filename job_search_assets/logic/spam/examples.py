"""Which accounts the spam model learns from, what they are taken for, and which are held out together."""

import hashlib

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

EDGE_LETTERS = 30  # of a text: two that begin or end alike are one text with small changes
SMALL_SHARE = 0.1  # of all examples: a larger bundle of look-alikes would leave too little to learn from


def independent(raw_spam_reports: ir.Table, *, list_reasons: list[str]) -> ir.Table:
    """Reports of somebody who looked at the account, not only at the list.

    A report grounded on the list alone repeats the entry: as a label it would teach the model the list's
    mistakes, and the entry itself is counted once already.
    """
    return raw_spam_reports.filter(~_is_grounded_on_list(raw_spam_reports, list_reasons))


def grounded_on_list(raw_spam_reports: ir.Table, *, list_reasons: list[str]) -> ir.Table:
    """Reports that an account is spam whose only ground is that its network is listed."""
    return raw_spam_reports.filter(raw_spam_reports.is_spam & _is_grounded_on_list(raw_spam_reports, list_reasons))


def choose(spam_features: ir.Table, reports: ir.Table, *, at_most: int) -> ir.Table:
    """Accounts with a majority among their independent verdicts, with what their texts and times tell.

    Columns: account_id, is_spam, reports (int64), then text_key, network and created_at for `bundle`. Where
    there are more than `at_most`, those with the smallest SHA-256 of their account_id: the same every time.
    """
    votes = reports.group_by("account_id").aggregate(reports=reports.count(), spam=reports.is_spam.cast("int64").sum())
    decided = votes.filter(votes.spam * 2 != votes.reports)
    decided = decided.mutate(is_spam=decided.spam * 2 > decided.reports, draw=decided.account_id.hexdigest("sha256"))
    chosen = decided.join(spam_features, "account_id").order_by("draw").limit(at_most)
    return chosen.select("account_id", "is_spam", "reports", "text_key", "network", "created_at")


def hold_out(chosen: pd.DataFrame, *, folds: int, burst_hours: int) -> pd.DataFrame:
    """The examples with the fold that each is held out in, by SHA-256 of the first account of its bundle.

    Look-alikes stay together: a model that learned a text from its twin would look surer than it is. Accounts
    are bundled when their texts begin or end alike, or when they come from one network in one burst.
    """
    chosen = chosen.sort_values("account_id", ignore_index=True)
    bundle = _without_giants(_bundles(chosen, burst_hours=burst_hours))
    first = chosen.account_id.groupby(bundle).transform("min")
    fold = [int(hashlib.sha256(account.encode()).hexdigest()[:12], 16) % folds for account in first]
    return chosen.assign(fold=np.array(fold, dtype="int64"))[["account_id", "is_spam", "reports", "fold"]]


def _bundles(chosen: pd.DataFrame, *, burst_hours: int) -> np.ndarray:
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    text = chosen.text_key.where(chosen.text_key.str.len() >= EDGE_LETTERS // 2)
    keys = [text.str[:EDGE_LETTERS], text.str[-EDGE_LETTERS:], _burst(chosen, hours=burst_hours)]
    row = np.arange(len(chosen))
    # Each account is linked to the first one with the same key.
    links = [(row[key.notna()], _first_with(key)) for key in keys]
    left, right = (np.concatenate(side) for side in zip(*links, strict=True))
    links_table = coo_array((np.ones(len(left), dtype="int8"), (left, right)), shape=(len(row), len(row)))
    return connected_components(links_table, directed=False)[1]


def _first_with(key: pd.Series) -> np.ndarray:
    known = key[key.notna()]
    return pd.Series(known.index, index=known.index).groupby(known).transform("min").to_numpy()


def _burst(chosen: pd.DataFrame, *, hours: int) -> pd.Series:
    """A name for each run of sign-ups of one network with no longer pause than that."""
    known = chosen[chosen.network.notna()].sort_values(["network", "created_at", "account_id"])
    pause = known.groupby("network").created_at.diff() > pd.Timedelta(hours=hours)
    run = pause.groupby(known.network).cumsum()
    return (known.network + " " + run.astype(str)).reindex(chosen.index)


def _without_giants(bundle: np.ndarray) -> np.ndarray:
    """Bundles that hold a large share of the examples are let go: each of their accounts stands alone."""
    size = np.bincount(bundle)[bundle]
    alone = bundle.max(initial=0) + 1 + np.arange(len(bundle))
    return np.where(size > max(SMALL_SHARE * len(bundle), 2), alone, bundle)


def _is_grounded_on_list(reports: ir.Table, list_reasons: list[str]) -> ir.BooleanValue:
    return (
        reports.reason.strip().lower().isin([reason.lower() for reason in list_reasons]).fill_null(ibis.literal(False))
    )
