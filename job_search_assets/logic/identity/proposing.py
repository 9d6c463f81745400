"""Which blocking rules propose one pair of accounts, and which share a block too large to propose anything."""

import ibis.expr.types as ir

from job_search_assets.logic.identity.blocking import RULES, BlockingRule
from job_search_assets.logic.identity.explanation import Rules
from job_search_assets.logic.identity.pairing import keyed


def rules_of(details: ir.Table, left: str, right: str, left_out: ir.Table) -> Rules:
    """The rules that put the two accounts into one block, and those that do so in blocks that are `left_out` only.

    `left_out` has the rows of `large_blocks` and `outgrown_blocks`; of a rule the smallest block is told.
    """
    two = details.filter(details.account_id.isin([left, right]))
    two = two.mutate(number=(two.account_id == left).ifelse(0, 1).cast("int64"))
    shared = {rule.name: found for rule in RULES if (found := _shared(two, rule))}
    out = {name: _sizes(left_out, name, blocks) for name, blocks in shared.items()}
    proposing = tuple(name for name, blocks in shared.items() if set(blocks) - set(out[name]))
    return Rules(proposing, {name: min(out[name].values()) for name in shared if name not in proposing})


def _shared(two: ir.Table, rule: BlockingRule) -> list[str]:
    """The blocks of a rule that both accounts are in."""
    blocks = keyed(two, rule).distinct().group_by("block").agg(accounts=lambda rows: rows.count())
    found: list[str] = blocks.filter(blocks.accounts > 1).to_pandas()["block"].tolist()
    return found


def _sizes(left_out: ir.Table, rule: str, blocks: list[str]) -> dict[str, int]:
    """How many accounts are in those of the blocks that are left out."""
    met = left_out.filter(left_out.rule == rule, left_out.block.isin(blocks)).to_pandas()
    return {str(block): int(accounts) for block, accounts in met[["block", "accounts"]].itertuples(index=False)}
