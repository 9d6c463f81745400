"""From blocking rules to candidate pairs, with a limit on how many accounts a block may hold.

Splink's own blocking has no such limit: one default birth date or one surname of a nation would make more pairs
than all else together. The limit is found from the data, so that the number of pairs grows with the number of
accounts and not with its square: small blocks, which say most, come first (block purging, Papadakis et al. 2016).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

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


def _sized(details: ir.Table, rule: BlockingRule) -> ir.Table:
    """The blocks of a rule in which there is anything to compare."""
    blocks = keyed(details, rule).group_by(list(rule.columns)).agg(accounts=lambda rows: rows.count())
    return blocks.filter(blocks.accounts > 1)


def block_sizes(details: ir.Table) -> ir.Table:
    """How many blocks of each size every rule makes: rule, accounts (in a block), blocks."""
    sizes = [
        _sized(details, rule)
        .group_by("accounts")
        .agg(blocks=lambda rows: rows.count())
        .select(rule=ibis.literal(rule.name), accounts="accounts", blocks="blocks")
        for rule in RULES
    ]
    return ibis.union(*sizes)


@dataclass(frozen=True)
class Plan:
    """The most accounts a block may hold, and how many blocks of each rule are larger and propose nothing."""

    largest: int
    left_out: dict[str, int]


def plan(details: ir.Table, *, pairs_per_account: float, limit: int) -> Plan:
    """The largest blocks, `limit` at most, with which all rules together propose `pairs_per_account` pairs."""
    sizes = block_sizes(details).to_pandas()
    pairs = sizes["blocks"] * sizes["accounts"] * (sizes["accounts"] - 1) // 2
    total = pairs.groupby(sizes["accounts"]).sum().sort_index().cumsum()
    within = total.index[total.to_numpy() <= int(details.count().execute()) * pairs_per_account]
    largest = int(min(limit, max(within, default=2)))
    over = sizes[sizes["accounts"] > largest].groupby("rule")["blocks"].sum()
    return Plan(largest, {str(rule): int(blocks) for rule, blocks in over.items()})


def _pairs_of(details: ir.Table, rule: BlockingRule, rank: int, largest: int) -> ir.Table:
    rows = keyed(details, rule)
    blocks = _sized(details, rule)
    kept = rows.semi_join(blocks.filter(blocks.accounts <= largest), list(rule.columns))
    left, right = kept, kept.view()
    same = [left[column] == right[column] for column in rule.columns]
    pairs = left.join(right, [*same, left.number < right.number])
    return pairs.select(left=left.number, right=right.number, rank=ibis.literal(rank, "int64"))


def pair(details: ir.Table, judged: ir.Table, *, largest: int) -> ir.Table:
    """Each pair of accounts that a rule proposes or a person judged, once, with the first rule that found it.

    Columns: account_id_left < account_id_right, blocking_rule, rules (how many proposed it; 0 = only judged).
    """
    proposed = ibis.union(*(_pairs_of(details, rule, rank, largest) for rank, rule in enumerate(RULES)))
    asked = _numbered(judged.select("account_id_left", "account_id_right"), details)
    rows = ibis.union(proposed, asked.mutate(rank=ibis.literal(len(RULES), "int64")))
    found = rows.group_by("left", "right").agg(
        rank=lambda pairs: pairs["rank"].min(),
        rules=lambda pairs: (pairs["rank"] < len(RULES)).ifelse(1, 0).sum(),
    )
    return _named(found, details)


def _numbered(pairs: ir.Table, details: ir.Table) -> ir.Table:
    """Pairs of accounts that are both there, by number, the smaller one left."""
    numbers = details.select("account_id", "number")
    left = numbers.rename(account_id_left="account_id", first="number")
    right = numbers.rename(account_id_right="account_id", second="number")
    both = pairs.join(left, "account_id_left").join(right, "account_id_right")
    both = both.filter(both.first != both.second)
    return both.select(left=ibis.least(both.first, both.second), right=ibis.greatest(both.first, both.second))


def _named(found: ir.Table, details: ir.Table) -> ir.Table:
    numbers = details.select("account_id", "number")
    left = numbers.rename(account_id_left="account_id", left="number")
    right = numbers.rename(account_id_right="account_id", right="number")
    pairs = found.join(left, "left").join(right, "right")
    names = [*(rule.name for rule in RULES), JUDGED]
    rule = ibis.cases(*((pairs["rank"] == rank, name) for rank, name in enumerate(names)))
    return pairs.select("account_id_left", "account_id_right", blocking_rule=rule, rules=pairs.rules.cast("int64"))
