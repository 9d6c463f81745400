"""From blocking rules to candidate pairs, with a limit on how many accounts a block may hold.

Splink's own blocking has no such limit: one default birth date or one surname of a nation would make more pairs
than all else together. The limit is found from the data, so that the number of pairs grows with the number of
accounts and not with its square: small blocks, which say most, come first (block purging, Papadakis et al. 2016).
The blocks above it are listed and the list is held, so that whether two accounts are compared depends on the two;
a block that outgrows the setting's limit later is left out as well.
"""

from collections.abc import Sequence

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
    """number and block: the accounts with the block that the rule puts them in, or the blocks, one a word of the name.

    A block is named by the values of the rule's columns; an account that leaves one empty is in none.
    """
    needed = [column for column in rule.columns if column in details.columns]
    words = {name for name, made in (("name_roots", "word"), ("name_sounds", "sound")) if made in rule.columns}
    rows = details.select("number", *needed, *words).drop_null([*needed, *words])
    if "word" in rule.columns:
        rows = _apart(rows, "name_roots", "word", "other_word", rule.columns)
    if "sound" in rule.columns:
        rows = _apart(rows, "name_sounds", "sound", "other_sound", rule.columns)
    block = rows[rule.columns[0]].cast("string")
    for column in rule.columns[1:]:
        block = block + "|" + rows[column].cast("string")
    return rows.select("number", block=block)


def block_sizes(details: ir.Table, rule: BlockingRule, *, more_than: int = 1) -> ir.Table:
    """The blocks of a rule with more accounts than that: rule, block, accounts."""
    blocks = keyed(details, rule).group_by("block").agg(accounts=lambda rows: rows.count().cast("int64"))
    return blocks.filter(blocks.accounts > more_than).select(
        rule=ibis.literal(rule.name), block="block", accounts="accounts"
    )


def largest_allowed(blocks: ir.Table, *, accounts: int, pairs_per_account: float, limit: int) -> int:
    """The size of block, `limit` at most, up to which all rules together propose `pairs_per_account` pairs.

    `blocks` are the sizes of all rules' blocks (`block_sizes`).
    """
    sizes = blocks.group_by("accounts").agg(blocks=lambda rows: rows.count()).order_by("accounts").to_pandas()
    pairs = sizes["blocks"] * sizes["accounts"] * (sizes["accounts"] - 1) // 2
    within = sizes["accounts"][pairs.cumsum() <= accounts * pairs_per_account]
    return int(min(limit, max(within, default=2)))


def sizes_of(details: ir.Table, blocks: ir.Table, rule: BlockingRule, *, more_than: int) -> ir.Table:
    """As `block_sizes`, of those blocks (rule, block) only."""
    rows = keyed(details, rule).semi_join(blocks.filter(blocks.rule == rule.name), "block")
    sizes = rows.group_by("block").agg(accounts=lambda rows: rows.count().cast("int64"))
    large = sizes.filter(sizes.accounts > more_than)
    return large.select(rule=ibis.literal(rule.name), block="block", accounts="accounts")


def proposals(
    details: ir.Table,
    judged: ir.Table,
    left_out: ir.Table,
    touched: ir.Table | None = None,
    rules: Sequence[BlockingRule] = RULES,
) -> list[ir.Table]:
    """For each rule, and last for the judges, the pairs proposed: left and right account by number, rank of the rule.

    `left_out` has the blocks (rule, block) that propose nothing. With `touched`, some of the details' rows, only pairs
    with one of these accounts. Tables by themselves, so that an engine can work them out one after the other: all at
    once they would hold the hash tables of every rule in memory.
    """
    asked = _numbered(judged.select("account_id_left", "account_id_right"), details, touched)
    return [
        *(_pairs_of(details, touched, rule, rank, left_out) for rank, rule in enumerate(rules)),
        asked.mutate(rank=ibis.literal(len(rules), "int64")),
    ]


def _pairs_of(
    details: ir.Table, touched: ir.Table | None, rule: BlockingRule, rank: int, left_out: ir.Table
) -> ir.Table:
    out = left_out.filter(left_out.rule == rule.name)
    right = keyed(details, rule)
    left = (right.view() if touched is None else keyed(touched, rule)).anti_join(out, "block")
    # Of two touched accounts each proposes the other; `unite` counts the pair once.
    order = left.number < right.number if touched is None else left.number != right.number
    pairs = left.join(right, [left.block == right.block, order])
    pairs = pairs.select(one=left.number, other=right.number)
    return pairs.select(
        left=ibis.least(pairs.one, pairs.other),
        right=ibis.greatest(pairs.one, pairs.other),
        rank=ibis.literal(rank, "int64"),
    )


def _numbered(pairs: ir.Table, details: ir.Table, touched: ir.Table | None) -> ir.Table:
    """Pairs of accounts that are both there, by number, the smaller one left; one of them touched."""
    numbers = details.select("account_id", "number")
    left = numbers.rename(account_id_left="account_id", first="number")
    right = numbers.rename(account_id_right="account_id", second="number")
    both = pairs.join(left, "account_id_left").join(right, "account_id_right")
    both = both.filter(both.first != both.second)
    if touched is not None:
        both = both.filter(both.first.isin(touched.number) | both.second.isin(touched.number))
    return both.select(left=ibis.least(both.first, both.second), right=ibis.greatest(both.first, both.second))


def unite(proposed: ir.Table, details: ir.Table, rules: Sequence[BlockingRule] = RULES) -> ir.Table:
    """Each proposed pair once: account_id_left < account_id_right, and blocking_rule, the first that found it.

    `number_left` and `number_right` are the two accounts' numbers in `details`.
    """
    found = proposed.group_by("left", "right").agg(rank=lambda pairs: pairs["rank"].min())
    numbers = details.select("account_id", "number")
    pairs = found.join(numbers.rename(one="account_id", left="number"), "left")
    pairs = pairs.join(numbers.rename(other="account_id", right="number"), "right")
    names, in_order = [*(rule.name for rule in rules), JUDGED], pairs.one < pairs.other
    return pairs.select(
        account_id_left=ibis.least(pairs.one, pairs.other),
        account_id_right=ibis.greatest(pairs.one, pairs.other),
        number_left=in_order.ifelse(pairs.left, pairs.right),
        number_right=in_order.ifelse(pairs.right, pairs.left),
        blocking_rule=ibis.cases(*((pairs["rank"] == rank, name) for rank, name in enumerate(names))),
    )
