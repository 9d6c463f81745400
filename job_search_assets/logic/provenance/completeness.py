"""Whether every account can be explained: what a person would ask is on record, and says what was decided."""

from collections.abc import Mapping
from functools import reduce

import ibis
import ibis.expr.types as ir

from job_search_assets.logic.spam.audit import unexplained

_PARTS = ["prior_log_odds", "model_log_odds", "report_log_odds", "network_log_odds"]
_ROUNDING = 1e-5  # of a score, which is kept to six digits
_MILLION = 1_000_000
SHOWN = 10  # keys of each kind of gap

# The tables that explanations are read from; a check reads them all.
TABLES = (
    *("raw_users", "raw_places", "spam_decisions", "spam_evidence", "spam_reasons"),
    *("raw_ip_blocklist", "user_accounts", "user_history", "match_predictions", "merge_thresholds", "clean_users"),
    *("raw_job_seeker_votes", "job_seeker_labels", "job_seeker_splits", "split_ledger", "job_seeker_predictions"),
)


def gaps(tables: Mapping[str, ir.Table]) -> dict[str, ir.Table]:
    """The accounts or users that cannot be explained (column `key`), by what is missing; `tables` by name, `TABLES`."""
    return {**_of_accounts(tables), **_of_users(tables)}


def _of_accounts(tables: Mapping[str, ir.Table]) -> dict[str, ir.Table]:
    users, decisions = tables["raw_users"], tables["spam_decisions"]
    places = tables["raw_places"].filter(tables["raw_places"]["table"] == "users").select(account_id="key")
    entries = tables["spam_reasons"].filter(tables["spam_reasons"].kind == "entry")
    kept = decisions.filter(~decisions.is_spam)
    evidence = tables["spam_evidence"]
    total = reduce(lambda one, other: one + other, (evidence[part] for part in _PARTS))
    scores = decisions.left_join(evidence.select("account_id", total=total), "account_id")
    gap = (1 / (1 + (-scores.total).exp()) - scores.score).abs()
    owned = tables["user_accounts"]
    return {
        "accounts_without_a_place": _keys(users.anti_join(places, "account_id")),
        "accounts_without_a_decision": _keys(users.anti_join(decisions, "account_id")),
        "scores_that_do_not_add_up": _keys(scores.filter((gap > _ROUNDING).fill_null(True))),
        "removed_by_entries_that_are_not_there": _keys(
            entries.anti_join(tables["raw_ip_blocklist"], entries.reference == tables["raw_ip_blocklist"].entry_id)
        ),
        "kept_without_a_user": _keys(kept.anti_join(owned, "account_id")),
        "accounts_tied_to_no_other_of_their_user": _keys(_untied(tables)),
        "accounts_without_a_history": _keys(owned.anti_join(tables["user_history"], "account_id")),
    }


def _untied(tables: Mapping[str, ir.Table]) -> ir.Table:
    """Accounts of users with several that no link of the merge holds: none is probable enough, no verdict says so."""
    owned, pairs = tables["user_accounts"], tables["match_predictions"]
    chosen = tables["merge_thresholds"].filter(tables["merge_thresholds"].is_chosen)
    least = (chosen.threshold.max() * _MILLION).floor().cast("int64")
    is_probable = (pairs.match_probability * _MILLION).round().cast("int64") >= least.as_scalar()
    held = pairs.filter((pairs.verdict > 0) | ((pairs.verdict == 0) & is_probable))
    left = held.join(owned.select(account_id_left="account_id", user_left="user_id"), "account_id_left")
    both = left.join(owned.select(account_id_right="account_id", user_right="user_id"), "account_id_right")
    inside = both.filter(both.user_left == both.user_right)
    tied = ibis.union(inside.select(account_id="account_id_left"), inside.select(account_id="account_id_right"))
    several = tables["clean_users"].filter(tables["clean_users"].account_count > 1)
    return owned.semi_join(several, "user_id").anti_join(tied, "account_id")


def _of_users(tables: Mapping[str, ir.Table]) -> dict[str, ir.Table]:
    owned, clean, labels = tables["user_accounts"], tables["clean_users"], tables["job_seeker_labels"]
    voted = tables["raw_job_seeker_votes"].join(owned, "account_id")
    splits = tables["job_seeker_splits"]
    stood = tables["split_ledger"].drop("user_id").join(owned, "account_id")
    return {
        "accounts_of_unknown_users": _keys(owned.anti_join(clean, "user_id"), "user_id"),
        "users_without_an_account": _keys(clean.anti_join(owned, "user_id"), "user_id"),
        "labels_without_a_vote": _keys(labels.anti_join(voted, "user_id"), "user_id"),
        "labels_without_a_split": _keys(labels.anti_join(splits, "user_id"), "user_id"),
        "splits_without_a_history": _keys(splits.anti_join(stood, "user_id"), "user_id"),
        "users_without_a_prediction": _keys(clean.anti_join(tables["job_seeker_predictions"], "user_id"), "user_id"),
    }


def _keys(rows: ir.Table, column: str = "account_id") -> ir.Table:
    return rows.select(key=rows[column]).distinct()


def count(tables: Mapping[str, ir.Table], decisions: ir.Table) -> dict[str, int]:
    """How many accounts or users cannot be explained, by what is missing; `decisions` is the table of that name."""
    gone = decisions.anti_join(tables["raw_users"], "account_id")
    off = unexplained(tables["spam_reasons"], tables["spam_decisions"])["accounts"]
    found = {name: int(keys.count().execute()) for name, keys in gaps(tables).items()}
    return found | {
        "removed_whose_reasons_do_not_add_up": off,
        "decisions_about_no_account": int(gone.count().execute()),
    }


def examples(tables: Mapping[str, ir.Table]) -> list[str]:
    """The first keys of each gap there is, with its name."""
    found = []
    for name, keys in gaps(tables).items():
        first = keys.order_by("key").limit(SHOWN).to_pyarrow().to_pylist()
        found += [f"{name}: {row['key']}" for row in first]
    return found
