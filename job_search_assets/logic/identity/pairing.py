"""From blocking rules to candidate pairs, with a limit on how many accounts a block may hold.

Splink's own blocking has no such limit: one default birth date or one surname of a nation would make more pairs
than all else together. The limit is found from the data, so that the number of pairs grows with the number of
accounts and not with its square: small blocks, which say most, come first (block purging, Papadakis et al. 2016).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import pandas as pd

from job_search_assets.logic.identity.blocking import RULES, BlockingRule

JUDGED = "judged"


def _apart(details: ir.Table, column: str, word: str, other: str, columns: Sequence[str]) -> ir.Table:
    """A row for each word of `column`, or for each two of them in alphabetical order if `other` is asked for."""
    words = details.mutate(**{word: details[column].split(" ").unnest()})
    if other not in columns:
        return words
    both = words.mutate(**{other: words[column].split(" ").unnest()})
    return both.filter(both[word] < both[other])


def keyed(details: ir.Table, rule: BlockingRule) -> ir.Table:
    """The accounts with the columns of a rule, none empty: a row an account, or a row a word of its name."""
    if "word" in rule.columns:
        details = _apart(details.filter(details.name_roots.notnull()), "name_roots", "word", "other_word", rule.columns)
    if "sound" in rule.columns:
        details = _apart(
            details.filter(details.name_sounds.notnull()), "name_sounds", "sound", "other_sound", rule.columns
        )
    return details.select("number", *rule.columns).drop_null(list(rule.columns))


def _blocks(rows: ir.Table, rule: BlockingRule) -> ir.Table:
    """The blocks of a rule in which there is anything to compare, with how many accounts each has."""
    blocks = rows.group_by(list(rule.columns)).agg(accounts=lambda rows: rows.count())
    return blocks.filter(blocks.accounts > 1)


def block_sizes(details: ir.Table, rule: BlockingRule) -> ir.Table:
    """How many blocks of each size a rule makes: rule, accounts (in a block), blocks."""
    sizes = _blocks(keyed(details, rule), rule).group_by("accounts").agg(blocks=lambda rows: rows.count())
    return sizes.select(rule=ibis.literal(rule.name), accounts="accounts", blocks="blocks")


@dataclass(frozen=True)
class Plan:
    """The most accounts a block may hold, and how many blocks of each rule are larger and propose nothing."""

    largest: int
    left_out: dict[str, int]


def plan(details: ir.Table, *, pairs_per_account: float, limit: int, rules: Sequence[BlockingRule] = RULES) -> Plan:
    """The largest blocks, `limit` at most, with which all rules together propose `pairs_per_account` pairs."""
    sizes = pd.concat([block_sizes(details, rule).to_pandas() for rule in rules])
    pairs = sizes["blocks"] * sizes["accounts"] * (sizes["accounts"] - 1) // 2
    total = pairs.groupby(sizes["accounts"]).sum().sort_index().cumsum()
    within = total.index[total.to_numpy() <= int(details.count().execute()) * pairs_per_account]
    largest = int(min(limit, max(within, default=2)))
    over = sizes[sizes["accounts"] > largest].groupby("rule")["blocks"].sum()
    return Plan(largest, {str(rule): int(blocks) for rule, blocks in over.items()})


def proposals(
    details: ir.Table, judged: ir.Table, *, largest: int, rules: Sequence[BlockingRule] = RULES
) -> list[ir.Table]:
    """For each rule, and last for the judges, the pairs proposed: left and right account by number, rank of the rule.

    Tables by themselves, so that an engine can work them out one after the other: all at once they would hold
    the hash tables of every rule in memory.
    """
    asked = _numbered(judged.select("account_id_left", "account_id_right"), details)
    return [
        *(_pairs_of(details, rule, rank, largest) for rank, rule in enumerate(rules)),
        asked.mutate(rank=ibis.literal(len(rules), "int64")),
    ]


def _pairs_of(details: ir.Table, rule: BlockingRule, rank: int, largest: int) -> ir.Table:
    rows = keyed(details, rule)
    blocks = _blocks(rows, rule)
    kept = rows.semi_join(blocks.filter(blocks.accounts <= largest), list(rule.columns))
    left, right = kept, kept.view()
    same = [left[column] == right[column] for column in rule.columns]
    pairs = left.join(right, [*same, left.number < right.number])
    return pairs.select(left=left.number, right=right.number, rank=ibis.literal(rank, "int64"))


def _numbered(pairs: ir.Table, details: ir.Table) -> ir.Table:
    """Pairs of accounts that are both there, by number, the smaller one left."""
    numbers = details.select("account_id", "number")
    left = numbers.rename(account_id_left="account_id", first="number")
    right = numbers.rename(account_id_right="account_id", second="number")
    both = pairs.join(left, "account_id_left").join(right, "account_id_right")
    both = both.filter(both.first != both.second)
    return both.select(left=ibis.least(both.first, both.second), right=ibis.greatest(both.first, both.second))


def unite(proposed: ir.Table, details: ir.Table, rules: Sequence[BlockingRule] = RULES) -> ir.Table:
    """Each proposed pair once, with the first rule that found it.

    Columns: account_id_left < account_id_right, blocking_rule, rules (how many proposed it; 0 = only judged).
    """
    found = proposed.group_by("left", "right").agg(
        rank=lambda pairs: pairs["rank"].min(),
        rules=lambda pairs: (pairs["rank"] < len(rules)).ifelse(1, 0).sum(),
    )
    numbers = details.select("account_id", "number")
    pairs = found.join(numbers.rename(account_id_left="account_id", left="number"), "left")
    pairs = pairs.join(numbers.rename(account_id_right="account_id", right="number"), "right")
    names = [*(rule.name for rule in rules), JUDGED]
    rule = ibis.cases(*((pairs["rank"] == rank, name) for rank, name in enumerate(names)))
    return pairs.select("account_id_left", "account_id_right", blocking_rule=rule, rules=pairs.rules.cast("int64"))
