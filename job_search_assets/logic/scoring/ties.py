"""The ties of a row to the accounts that are built: which are worth comparing, what they weigh, which group they make.

Every pair is told apart by the world that it belongs to, the account that is scored: two rows that are scored together
may meet the same accounts, and may be built accounts of one another's. A world's name goes where the functions that are
shared with the assets carry it along unread, behind a mark: in the ids of accounts and in the name of a rule.
"""

from typing import Any

import ibis
import ibis.expr.types as ir

from job_search_assets.logic.identity import linkage, merging, scoring, survivorship
from job_search_assets.logic.identity.blocking import RULES
from job_search_assets.logic.identity.comparisons import COMPARISONS
from job_search_assets.logic.identity.pairing import JUDGED, keyed
from job_search_assets.logic.scoring.company import MARK

PAIR_KEY = list(scoring.PAIR)


def blocks_of(details: ir.Table) -> ir.Table:
    """Every block that an account is in: place (of the rule), block, number."""
    parts = [
        keyed(details, rule).select(place=ibis.literal(place, "int64"), block="block", number="number")
        for place, rule in enumerate(RULES)
    ]
    return ibis.union(*parts)


def without_large(blocks: ir.Table, left_out: ir.Table) -> ir.Table:
    """The blocks without those that propose no pairs (rule, block)."""
    places = ibis.cases(*((left_out.rule == rule.name, place) for place, rule in enumerate(RULES)), else_=-1)
    out = left_out.select(place=places.cast("int64"), block="block")
    return blocks.anti_join(out, ["place", "block"])


def candidates(
    given: ir.Table, given_blocks: ir.Table, blocks: ir.Table, known: ir.Table, judged: ir.Table
) -> ir.Table:
    """The pairs of a given with a built account that a rule proposes or a person judged, each once, by number.

    Columns: world, number_l, number_r (the account whose id comes first is left) and blocking_rule.
    `given` and `known` have account_id and number of both. The stored row of a given account stands aside.
    """
    found = given_blocks.rename(mine="number").join(blocks.rename(theirs="number"), ["place", "block"])
    both = ibis.union(
        judged.select(account_id="account_id_left", other="account_id_right"),
        judged.select(account_id="account_id_right", other="account_id_left"),
        distinct=True,
    )
    asked = both.join(given.select("account_id", mine="number"), "account_id")
    asked = asked.join(known.select(other="account_id", theirs="number"), "other")
    proposed = ibis.union(
        found.select("mine", "theirs", "place"),
        asked.select("mine", "theirs", place=ibis.literal(len(RULES), "int64")),
    )
    first = proposed.group_by("mine", "theirs").agg(place=lambda pairs: pairs.place.min())
    named = first.join(given.select(mine="number", world="account_id"), "mine")
    named = named.join(known.select(theirs="number", other="account_id"), "theirs")
    named = named.filter(named.world != named.other)
    rules = [*(rule.name for rule in RULES), JUDGED]
    comes_first = named.world < named.other
    return named.select(
        world="world",
        number_l=comes_first.ifelse(named.mine, named.theirs),
        number_r=comes_first.ifelse(named.theirs, named.mine),
        blocking_rule=ibis.cases(*((named.place == place, name) for place, name in enumerate(rules))),
    )


def compared_sql(pairs: str, accounts: str) -> str:
    """The query that gives the level of each comparison for pairs by number, in DuckDB's dialect as the conditions are.

    Columns: account_id_left, account_id_right, blocking_rule with the world behind it, and `gamma_<comparison>`.
    Splink's order of levels: the first condition that holds counts, -1 is empty, 0 is all that is left.
    """
    levels = ", ".join(f"({_level_sql(comparison)})::BIGINT AS gamma_{comparison.name}" for comparison in COMPARISONS)
    columns = "l.account_id_l AS account_id_left, r.account_id_r AS account_id_right"
    sides = [
        f"(SELECT COLUMNS(*) AS '\\0_{side}' FROM {accounts}) AS {side} ON {side}.number_{side} = p.number_{side}"
        for side in "lr"
    ]
    rule = f"p.blocking_rule || '{MARK}' || p.world AS blocking_rule"
    return f"SELECT {columns}, {rule}, {levels} FROM {pairs} AS p JOIN {sides[0]} JOIN {sides[1]}"


def _level_sql(comparison: Any) -> str:
    count = len(comparison.levels)
    cases = " ".join(f"WHEN {condition} THEN {count - place}" for place, (_, condition) in enumerate(comparison.levels))
    return f"CASE WHEN {comparison.empty} THEN -1 {cases} ELSE 0 END"


def apart(scored: ir.Table) -> ir.Table:
    """Pairs with their world, which stands behind the rule, in a column of its own."""
    world = scored.blocking_rule.re_extract(f"{MARK}(.*)$", 1)
    return scored.mutate(world=world, blocking_rule=scored.blocking_rule.re_replace(f"{MARK}.*$", ""))


def bridged(
    scored: ir.Table, seen: ir.Table, links: ir.Table, compared: ir.Table, *, least: float, most_links: int
) -> ir.Table:
    """The pairs that share a link once the row is there and were not compared: world and two accounts.

    `scored` are the row's own pairs and `seen` all of its that were compared (`apart`), `links` (account_id, other) the
    links among built accounts from either side, `compared` the built pairs. What two other accounts have to do with one
    another is as it is built, but for those that the row itself bridges.
    """
    own = scoring.linking(scored, least=least)
    reached = own.select("world", bridge=_other_of(own))
    met = reached.join(links, reached.bridge == links.account_id)
    around = met.filter(met.other != met.world).select(
        "world",
        account_id_left=ibis.least(met.bridge, met.other),
        account_id_right=ibis.greatest(met.bridge, met.other),
    )
    mine = _marked(own.select("world", *PAIR_KEY))
    near = own.select(account_id=own.world + MARK + own.world).distinct()
    every = ibis.union(mine, _marked(around), distinct=True)
    hops = scoring.two_hops(every, _marked(seen), most_links=most_links, near=near)
    spans = scoring.two_hops(mine, _marked(seen), most_links=most_links)
    return ibis.union(_unmarked(hops), _unmarked(spans).anti_join(compared, PAIR_KEY), distinct=True)


def numbered(pairs: ir.Table, given: ir.Table, known: ir.Table) -> ir.Table:
    """Pairs of accounts by number, as `candidates` gives them; the world's own account has that of the given row."""
    mine = given.select(world="account_id", mine="number")
    left = known.select(account_id_left="account_id", left="number")
    right = known.select(account_id_right="account_id", right="number")
    met = pairs.join(mine, "world").left_join(left, "account_id_left").drop("account_id_left_right")
    met = met.left_join(right, "account_id_right").drop("account_id_right_right")
    return met.select(
        world="world",
        number_l=(met.account_id_left == met.world).ifelse(met.mine, met.left),
        number_r=(met.account_id_right == met.world).ifelse(met.mine, met.right),
        blocking_rule="blocking_rule",
    )


def members(linked: ir.Table, given: ir.Table, components: ir.Table, built: ir.Table) -> ir.Table:
    """The accounts that a row's group may be made of, numbered by world and age: world, account_id, place.

    `linked` are the world's links (`merging.linking`), `given` has account_id and created_at of the
    rows, `components` (account_id, component) what built links connect, `built` account_id and created_at.
    """
    ends = ibis.union(
        linked.select("world", account_id="account_id_left"), linked.select("world", account_id="account_id_right")
    )
    touched = ends.filter(ends.account_id != ends.world).join(components, "account_id").select("world", "component")
    near = touched.distinct().join(components, "component").select("world", "account_id").distinct()
    others = near.filter(near.account_id != near.world).join(built.select("account_id", "created_at"), "account_id")
    every = ibis.union(
        given.select(world="account_id", account_id="account_id", created_at="created_at"),
        others.select("world", "account_id", "created_at"),
    )
    place = ibis.row_number().over(order_by=[every.world, every.created_at, every.account_id])
    return every.select("world", "account_id", place=place.cast("int64"))


def pairs_among(members: ir.Table, scored: ir.Table, built: ir.Table) -> ir.Table:
    """The pairs within each world by place, as `merging.merge` takes them: those of the row, and the built ones.

    `scored` are the pairs that were weighed for the row, `built` the pairs of `match_predictions`.
    """
    own = scored.select("world", *PAIR_KEY, "match_probability", "verdict")
    left = members.select(account_id_left="account_id", world="world")
    met = built.join(left, "account_id_left")
    met = met.filter(met.account_id_left != met.world, met.account_id_right != met.world)
    others = met.select(own.columns).anti_join(own, ["world", *PAIR_KEY])
    every = ibis.union(own, others)
    one = members.select(world="world", account_id_left="account_id", first="place")
    two = members.select(world="world", account_id_right="account_id", second="place")
    placed = every.join(one, ["world", "account_id_left"]).join(two, ["world", "account_id_right"])
    return placed.select(
        left=ibis.least(placed.first, placed.second),
        right=ibis.greatest(placed.first, placed.second),
        probability=(placed.match_probability * linkage.MILLION).round().cast("int64"),
        verdict="verdict",
    )


def groups_of(members: ir.Table, groups: ir.Table) -> ir.Table:
    """The accounts of each row's user: world, account_id, and the user's id. `groups`: number and oldest, by place."""
    placed = members.join(groups.select(place="number", oldest="oldest"), "place")
    own = placed.filter(placed.account_id == placed.world).select("world", "oldest")
    theirs = placed.join(own, ["world", "oldest"])
    first = theirs.filter(theirs.place == theirs.oldest).select(
        world="world", user_id=ibis.literal(merging.USER) + theirs.account_id
    )
    return theirs.select("world", "account_id").join(first, "world").select("world", "account_id", "user_id")


def united(groups: ir.Table, given: ir.Table, built: ir.Table) -> ir.Table:
    """The rows of `clean_users` of each row's user, under the name of the world."""
    theirs = groups.filter(groups.account_id != groups.world).join(built, "account_id")
    own = given.mutate(world=given.account_id)
    columns = ["world", *given.columns]
    every = ibis.union(theirs.select(columns), own.select(columns))
    users = every.mutate(account_id=every.account_id + MARK + every.world)
    return survivorship.unite(users.drop("world"), users.select("account_id", user_id="world"))


def _other_of(pairs: ir.Table) -> ir.StringValue:
    return (pairs.account_id_left == pairs.world).ifelse(pairs.account_id_right, pairs.account_id_left)


def _marked(pairs: ir.Table) -> ir.Table:
    return pairs.select(**{key: pairs[key] + MARK + pairs.world for key in PAIR_KEY})


def _unmarked(pairs: ir.Table) -> ir.Table:
    plain = {key: pairs[key].re_replace(f"{MARK}.*$", "") for key in PAIR_KEY}
    return pairs.select(
        world=pairs.account_id_left.re_extract(f"{MARK}(.*)$", 1), **plain, blocking_rule="blocking_rule"
    )
