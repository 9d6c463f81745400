"""What a pair weighs: the weights of its levels and of the verdicts on it, and their sum as a probability."""

from typing import Any

import ibis
import ibis.expr.types as ir

from job_search_assets.logic.identity.comparisons import COMPARISONS

PAIR = ("account_id_left", "account_id_right")
TWO_HOPS = "two_hops"
PARTS = [f"mw_{comparison.name}" for comparison in COMPARISONS]


def score(pairs: ir.Table, verdicts: ir.Table, model: dict[str, Any], *, least: float) -> ir.Table:
    """The pairs at least as probable as `least`, and all judged ones, with each weight in bits (log2), and their sum.

    `mw_<comparison>` + mw_verdict + the model's bias = match_weight; match_probability = 1 / (1 + 2 ^ -match_weight).
    """
    keys = list(PAIR)
    heard = pairs.left_join(verdicts, keys).drop(*(f"{key}_right" for key in keys))
    weighed = heard.mutate(
        is_judged=heard.mw_verdict.notnull(),
        mw_verdict=heard.mw_verdict.fill_null(0.0),
        verdict=heard.verdict.fill_null(0),
        mw_bias=ibis.literal(float(model["bias"])),
        **{f"mw_{name}": _weight(heard[f"gamma_{name}"], table) for name, table in model["weights"].items()},
    )
    total = weighed.mw_bias + weighed.mw_verdict
    for part in PARTS:
        total = total + weighed[part]
    summed = weighed.mutate(match_weight=total.round(6))
    scored = summed.mutate(match_probability=_probability(summed.match_weight))
    chosen = scored.filter((scored.match_probability >= least) | scored.is_judged)
    return chosen.select(
        *keys, "blocking_rule", "mw_bias", *PARTS, "mw_verdict", "verdict", "match_weight", "match_probability"
    )


def _weight(level: ir.IntegerColumn, table: list[float]) -> ir.FloatingColumn:
    return ibis.cases(*((level == number, float(weight)) for number, weight in enumerate(table)), else_=0.0)


def _probability(bits: ir.FloatingColumn) -> ir.FloatingColumn:
    return (1.0 / (1.0 + (-bits * 0.6931471805599453).exp())).round(6)


def links(scored: ir.Table, *, least: float) -> ir.Table:
    """The candidates at least so probable: account_id_left, account_id_right. Two-hop pairs are none of them."""
    return linking(scored, least=least).select(*PAIR)


def linking(scored: ir.Table, *, least: float) -> ir.Table:
    """The same with all that is known of each pair."""
    return scored.filter((scored.match_probability >= least) & (scored.blocking_rule != TWO_HOPS))


def two_hops(links: ir.Table, compared: ir.Table, *, most_links: int, near: ir.Table | None = None) -> ir.Table:
    """Pairs that nobody compared though both are linked with the same third account.

    Average linkage counts a pair that was not compared as improbable, so the sides of a triangle are worth a look.
    An account with more than `most_links` links is no bridge: it would propose every two of them. With `near`
    (account_id), only pairs with one of these accounts.
    """
    ends = ibis.union(
        links.select(bridge="account_id_left", end="account_id_right"),
        links.select(bridge="account_id_right", end="account_id_left"),
    )
    few = ends.group_by("bridge").agg(links=lambda rows: rows.count())
    ends = ends.semi_join(few.filter(few.links <= most_links), "bridge")
    other = ends.view()
    first = ends if near is None else ends.filter(ends.end.isin(near.account_id))
    pairs = first.join(other, [first.bridge == other.bridge, first.end != other.end])
    pairs = pairs.select(one=first.end, two=other.end)
    found = pairs.select(
        account_id_left=ibis.least(pairs.one, pairs.two), account_id_right=ibis.greatest(pairs.one, pairs.two)
    ).distinct()
    return found.anti_join(compared, list(PAIR)).mutate(blocking_rule=ibis.literal(TWO_HOPS))
