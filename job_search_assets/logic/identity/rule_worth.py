"""What each blocking rule is worth: the pairs it is the first to propose, and how many of them people call one person.

Judged positives stand in for all pairs of one person: they are found by people, not by these rules, so the share of
them that the rules propose is an estimate of the rules' recall (Christen 2012: pairs completeness). Where judges
differ, a pair counts by the share of them who call it one person.
"""

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir
import pandas as pd

from job_search_assets.logic.identity.blocking import RULES, BlockingRule

_KEYS = ["account_id_left", "account_id_right"]
_MILLION = 1_000_000  # shares are summed as whole numbers, which no order of rows can change


def counts(candidate_pairs: ir.Table, merge_pairs: ir.Table) -> ir.Table:
    """For each rule that was the first to propose any: blocking_rule, pairs, positives (in millionths of a pair)."""
    votes = merge_pairs.select(
        account_id_left=ibis.least(merge_pairs.account_id_left, merge_pairs.account_id_right),
        account_id_right=ibis.greatest(merge_pairs.account_id_left, merge_pairs.account_id_right),
        same=merge_pairs.is_same_person.ifelse(_MILLION, 0),
    )
    heard = votes.group_by(_KEYS).agg(positive=lambda rows: rows.same.mean().round().cast("int64"))
    found = candidate_pairs.select(*_KEYS, "blocking_rule").left_join(heard, _KEYS)
    return found.group_by("blocking_rule").agg(
        pairs=lambda rows: rows.count(), positives=lambda rows: rows.positive.sum().fill_null(0)
    )


def by_rule(counts: pd.DataFrame, rules: Sequence[BlockingRule] = RULES) -> list[dict[str, str | float]]:
    """A row a rule, in their order: pairs and judged positives it is the first to find, and the recall up to it.

    `counts` has the columns of the function of that name; what no rule found is in the recall's denominator.
    """
    told = counts.set_index("blocking_rule")
    positives = {str(rule): int(value) / _MILLION for rule, value in told["positives"].items()}
    rows: list[dict[str, str | float]] = []
    found, asked = 0.0, sum(positives.values())
    for rule in rules:
        pairs, first = int(told["pairs"].get(rule.name, 0)), positives.get(rule.name, 0.0)
        found += first
        rows.append(
            {
                "rule": rule.name,
                "pairs": pairs,
                "judged_positives": round(first, 2),
                "recall": round(found / asked, 4) if asked else 0.0,
                "pairs_per_positive": round(pairs / first, 1) if first else 0.0,
            }
        )
    return rows
