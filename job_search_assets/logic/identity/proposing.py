"""Which blocking rules propose one pair of accounts, and which share a block too large to propose anything."""

import functools
import operator
from typing import Any

import ibis.expr.types as ir

from job_search_assets.logic.identity.blocking import RULES, BlockingRule
from job_search_assets.logic.identity.explanation import Rules
from job_search_assets.logic.identity.pairing import keyed


def rules_of(details: ir.Table, left: str, right: str, *, proposing: int) -> Rules:
    """The rules whose columns the two accounts share; `proposing` of them, by `candidate_pairs`, proposed the pair.

    All rules have one limit on the size of a block, so those with the smallest blocks proposed it. How large the
    blocks are is only counted where some proposed nothing: that reads every account once a rule.
    """
    two = details.filter(details.account_id.isin([left, right]))
    shared = {rule.name: found for rule in RULES if (found := _shared(two, rule))}
    if len(shared) <= proposing:
        return Rules(tuple(shared), {})
    rules = {rule.name: rule for rule in RULES}
    sizes = {name: _smallest(details, rules[name], blocks) for name, blocks in shared.items()}
    by_size = sorted(sizes, key=lambda name: (sizes[name], list(rules).index(name)))
    proposed = set(by_size[:proposing])
    return Rules(
        tuple(name for name in shared if name in proposed),
        {name: sizes[name] for name in shared if name not in proposed},
    )


def _shared(two: ir.Table, rule: BlockingRule) -> list[dict[str, Any]]:
    """The blocks of a rule that both accounts are in, by the values of its columns."""
    blocks = keyed(two, rule).distinct().group_by(list(rule.columns)).agg(accounts=lambda rows: rows.count())
    found: list[dict[str, Any]] = blocks.filter(blocks.accounts > 1).drop("accounts").to_pyarrow().to_pylist()
    return found


def _smallest(details: ir.Table, rule: BlockingRule, blocks: list[dict[str, Any]]) -> int:
    """How many accounts are in the smallest of the blocks."""
    rows = keyed(details, rule)
    inside = [
        functools.reduce(operator.and_, (rows[name] == value for name, value in block.items())) for block in blocks
    ]
    chosen = rows.filter(functools.reduce(operator.or_, inside)).group_by(list(rule.columns))
    return int(chosen.agg(accounts=lambda rows: rows.count()).accounts.min().execute())
