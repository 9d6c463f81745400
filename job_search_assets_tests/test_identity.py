"""Identity: accounts in comparable form, the pairs proposed of them, and what these weigh."""

from datetime import date, datetime
from typing import Any

import ibis

from job_search_assets.engine.tables.table_schemas import ibis_types
from job_search_assets.logic.identity import commonness, details, estimation, pairing, rule_worth, scoring
from job_search_assets.logic.identity.blocking import RULES
from job_search_assets.logic.identity.comparisons import COMPARISONS
from job_search_assets.schemas.identity import CandidatePairs, MatchPredictions
from job_search_assets_tests.conftest import Engine

USERS = ibis_types("raw_users")
# Spark takes seconds to plan each rule; these show every kind.
FEW_RULES = [rule for rule in RULES if rule.name in ("email", "phone", "two_names", "birth_date")]
PAIRS = {"account_id_left": "string", "account_id_right": "string"}


def users(engine: Engine, *rows: dict[str, Any]) -> Any:
    """Accounts a, b, c … a day apart, with what each row tells and nothing else."""
    told = [
        {"account_id": "abcdefghij"[place], "created_at": datetime(2026, 3, 1 + place), "source": "app", **row}
        for place, row in enumerate(rows)
    ]
    return engine.table({name: [row.get(name) for row in told] for name in USERS}, USERS)


def detailed(engine: Engine, *rows: dict[str, Any]) -> Any:
    accounts = users(engine, *rows)
    worded = details.word(details.to_word(accounts).to_pandas())
    worded = engine.table({name: list(worded[name]) for name in details.WORDED}, details.WORDED)
    numbered = details.detail(accounts, worded)
    number = ibis.row_number().over(order_by=numbered.account_id).cast("int64")
    return numbered.mutate(number=number)


def pairs(engine: Engine, *ids: tuple[str, str]) -> Any:
    left, right = zip(*ids, strict=True) if ids else ((), ())
    return engine.table({"account_id_left": left, "account_id_right": right}, PAIRS)


def paired(engine: Engine, accounts: Any, judged: Any, *left_out: tuple[str, str], touched: Any = None) -> Any:
    rules, names = zip(*left_out, strict=True) if left_out else ((), ())
    blocks = engine.table({"rule": rules, "block": names}, {"rule": "string", "block": "string"})
    proposed = ibis.union(*pairing.proposals(accounts, judged, blocks, touched, FEW_RULES))
    return pairing.unite(proposed, accounts, FEW_RULES).drop("number_left", "number_right")


def test_details_tell_the_year_work_began_and_values_how_rare_they_are(engine: Engine) -> None:
    found = detailed(
        engine,
        {"full_name": "Eve Lee", "birth_date": date(1455, 6, 1), "signup_ip": "192.0.2.1", "years_experience": 4.0},
        {"full_name": "Lee, Eve", "signup_ip": "192.0.2.1"},
        {"full_name": "Zoe Lee", "city": "Bonn"},
        {},
    )
    common = commonness.common_values(found, shares=[0.5], crowds=[2, 4])
    columns = ["kind", "value", "accounts", "commonness"]
    assert [tuple(row.values()) for row in engine.rows(common.select(columns), columns)] == [
        ("name", "eve", 2, 1),
        ("name", "lee", 3, 1),
        ("network", "192.0.2.1", 2, 1),
    ]
    rated = commonness.rated(found, common, classes=1)
    columns = ["account_id", "birth_year", "career_year", "surname_rarity", "forename_rarity", "network_crowd"]
    assert [tuple(row.values()) for row in engine.rows(rated.select(columns), "account_id")] == [
        ("a", 1455, 2022, 0, 0, 1),
        ("b", None, None, 0, 0, 1),
        ("c", None, None, 0, 1, 0),
        ("d", None, None, 1, 1, 0),
    ]


def test_pairs_are_found_by_any_two_names_in_any_order_and_by_judges(engine: Engine) -> None:
    accounts = detailed(
        engine,
        {"full_name": "Bob Miller Smith"},
        {"full_name": "Smith Robert"},
        {"full_name": "Xu Y.", "email": "x@mail.com"},
        {"full_name": "Li", "email": "X@mail.com"},
        {"full_name": "Q"},
    )
    judged = pairs(engine, ("e", "a"), ("a", "zz"))
    everything = [
        {"account_id_left": "a", "account_id_right": "b", "blocking_rule": "two_names"},
        {"account_id_left": "a", "account_id_right": "e", "blocking_rule": "judged"},
        {"account_id_left": "c", "account_id_right": "d", "blocking_rule": "email"},
    ]
    assert engine.rows(paired(engine, accounts, judged), list(PAIRS)) == everything
    for touched, expected in (("a", everything[:2]), ("d", everything[2:]), ("e", everything[1:2])):
        few = accounts.filter(accounts.account_id == touched)
        assert engine.rows(paired(engine, accounts, judged, touched=few), list(PAIRS)) == expected


def test_blocks_that_are_left_out_propose_nothing(engine: Engine) -> None:
    rows: list[dict[str, Any]] = [{"birth_date": date(1900, 1, 1)}] * 4 + [{"phone": "0115 4960577"}] * 2
    accounts = detailed(engine, *rows)
    found = paired(engine, accounts, pairs(engine), ("birth_date", "1900|1|1"))
    assert engine.rows(found.select(*PAIRS)) == [{"account_id_left": "e", "account_id_right": "f"}]


def test_a_rule_is_worth_the_judged_positives_it_is_the_first_to_find(engine: Engine) -> None:
    compared = levels(
        engine,
        {"account_id_left": "a", "account_id_right": "b", "blocking_rule": "phone"},
        {"account_id_left": "a", "account_id_right": "c", "blocking_rule": "phone"},
        {"account_id_left": "b", "account_id_right": "c", "blocking_rule": "email"},
        {"account_id_left": "c", "account_id_right": "d", "blocking_rule": "judged"},
    )
    schema = PAIRS | {"is_same_person": "boolean"}
    asked = [("a", "b", True), ("c", "b", True), ("b", "c", False), ("c", "d", True), ("a", "zz", True)]
    judged = engine.table(dict(zip(schema, zip(*asked, strict=True), strict=True)), schema)
    found = rule_worth.by_rule(rule_worth.counts(compared, judged).to_pandas(), FEW_RULES)
    assert [tuple(row.values()) for row in found] == [
        ("email", 1, 0.5, 0.2, 2.0),
        ("phone", 2, 1.0, 0.6, 2.0),
        ("two_names", 0, 0.0, 0.6, 0.0),
        ("birth_date", 0, 0.0, 0.6, 0.0),
    ]


def test_the_largest_block_allowed_keeps_the_pairs_in_bounds_and_large_ones_are_listed(engine: Engine) -> None:
    rows: list[dict[str, Any]] = [{"birth_date": date(1900, 1, 1)}] * 4 + [{"phone": "0115 4960577"}] * 2
    accounts = detailed(engine, *rows)
    blocks = ibis.union(*(pairing.block_sizes(accounts, rule) for rule in FEW_RULES))
    assert [tuple(row.values()) for row in engine.rows(blocks, "rule")] == [
        ("birth_date", "1900|1|1", 4),
        ("phone", "154960577", 2),
    ]
    allowed = [pairing.largest_allowed(blocks, accounts=6, pairs_per_account=most, limit=100) for most in (0.1, 1, 1.2)]
    assert allowed == [2, 2, 4]
    assert pairing.largest_allowed(blocks, accounts=6, pairs_per_account=9, limit=3) == 3


def test_only_the_blocks_asked_for_are_counted(engine: Engine) -> None:
    rows = [{"phone": "0115 4960577"}] * 3 + [{"phone": "0115 4960578"}] * 3 + [{"phone": "0115 4960579"}] * 2
    accounts = detailed(engine, *rows)
    asked = [("phone", "154960577"), ("email", "154960578"), ("phone", "154960579")]
    columns = {"rule": "string", "block": "string"}
    blocks = engine.table(dict(zip(columns, zip(*asked, strict=True), strict=True)), columns)
    phone = next(rule for rule in FEW_RULES if rule.name == "phone")
    found = pairing.sizes_of(accounts, blocks, phone, more_than=2)
    assert engine.rows(found) == [{"rule": "phone", "block": "154960577", "accounts": 3}]


def test_a_table_of_pairs_has_a_column_for_every_comparison() -> None:
    gammas = [name for name in CandidatePairs.to_schema().columns if name.startswith("gamma_")]
    weights = [name for name in MatchPredictions.to_schema().columns if name.startswith("mw_")]
    assert gammas == estimation.GAMMAS
    assert weights == ["mw_bias", *scoring.PARTS, "mw_verdict"]


def levels(engine: Engine, *rows: dict[str, Any]) -> Any:
    """Compared pairs with the levels told, everything else empty (-1)."""
    schema = PAIRS | {"blocking_rule": "string"} | dict.fromkeys(estimation.GAMMAS, "int64")
    told = [dict.fromkeys(estimation.GAMMAS, -1) | {"blocking_rule": "email"} | row for row in rows]
    return engine.table({name: [row[name] for row in told] for name in schema}, schema)


def model(**weights: list[float]) -> dict[str, Any]:
    nothing = {comparison.name: [0.0] * len(comparison.words) for comparison in COMPARISONS}
    return {"bias": -2.0, "weights": nothing | weights}


def verdicts(engine: Engine, *rows: tuple[str, str, float, int]) -> Any:
    schema = PAIRS | {"mw_verdict": "float64", "verdict": "int64"}
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(schema)
    return engine.table(dict(zip(schema, columns, strict=True)), schema)


def test_weights_and_verdicts_add_up_to_the_score(engine: Engine) -> None:
    compared = levels(
        engine,
        {"account_id_left": "a", "account_id_right": "b", "gamma_email": 1, "gamma_gender": 0},
        {"account_id_left": "a", "account_id_right": "c", "gamma_gender": 0},
        {"account_id_left": "b", "account_id_right": "c", "gamma_gender": 0},
    )
    weights = model(email=[-1.0, 3.5, 0.0, 0.0, 0.0, 0.0], gender=[-0.5, 0.25])
    scored = scoring.score(compared, verdicts(engine, ("b", "c", 4.5, 1)), weights, least=0.2)
    columns = ["account_id_left", "account_id_right", "mw_email", "mw_gender", "mw_verdict", "match_weight", "verdict"]
    assert engine.rows(scored.select(columns), list(PAIRS)) == [
        dict(zip(columns, row, strict=True))
        for row in [("a", "b", 3.5, -0.5, 0.0, 1.0, 0), ("b", "c", 0.0, -0.5, 4.5, 2.0, 1)]
    ]
    assert [row["match_probability"] for row in engine.rows(scored, list(PAIRS))] == [0.666667, 0.8]


def test_a_judged_pair_is_kept_though_its_verdicts_weigh_nothing_together(engine: Engine) -> None:
    compared = levels(engine, {"account_id_left": "a", "account_id_right": "b", "gamma_gender": 0})
    weights = model(gender=[-9.0, 0.0])
    scored = scoring.score(compared, verdicts(engine, ("a", "b", 0.0, 1)), weights, least=0.2)
    assert engine.rows(scored.select("verdict", "match_weight")) == [{"verdict": 1, "match_weight": -11.0}]


def test_the_sides_of_a_triangle_are_proposed_unless_compared_or_at_a_crowded_bridge(engine: Engine) -> None:
    schema = PAIRS | {"match_probability": "float64", "blocking_rule": "string"}
    scored = [("a", "b", 0.9), ("b", "c", 0.9), ("c", "d", 0.4), ("b", "e", 0.9)]
    columns = zip(*((*pair, "email") for pair in [*scored]), strict=True)
    links = scoring.links(engine.table(dict(zip(schema, columns, strict=True)), schema), least=0.5)
    compared = pairs(engine, ("a", "c"))
    found = scoring.two_hops(links, compared, most_links=3)
    assert [tuple(row.values())[:2] for row in engine.rows(found, list(PAIRS))] == [("a", "e"), ("c", "e")]
    assert engine.rows(scoring.two_hops(links, compared, most_links=2)) == []
    near = engine.table({"account_id": ["c"]}, {"account_id": "string"})
    found = scoring.two_hops(links, compared, most_links=3, near=near)
    assert [tuple(row.values())[:2] for row in engine.rows(found, list(PAIRS))] == [("c", "e")]


def test_judgements_find_their_pair_whichever_account_was_seen_first(engine: Engine) -> None:
    compared = levels(engine, {"account_id_left": "a", "account_id_right": "b", "gamma_email": 2})
    schema = PAIRS | {"labeller": "string", "is_same_person": "boolean"}
    judged = engine.table(dict(zip(schema, [["b", "x"], ["a", "y"], ["j1"] * 2, [True] * 2], strict=True)), schema)
    found = engine.rows(estimation.judged(compared, judged).select("labeller", "is_same_person", "gamma_email"))
    assert found == [{"labeller": "j1", "is_same_person": True, "gamma_email": 2}]


def test_patterns_count_proposed_pairs_only(engine: Engine) -> None:
    rows = [{"account_id_left": "a", "account_id_right": other, "gamma_email": 1} for other in "bcd"]
    compared = levels(engine, *rows[:2], rows[2] | {"blocking_rule": "judged"})
    assert engine.rows(estimation.sampled(compared, most=10).select("gamma_email", "pairs")) == [
        {"gamma_email": 1, "pairs": 2}
    ]
