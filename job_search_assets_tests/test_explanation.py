"""Why two accounts are one user or are not: every weight in words, to the last digit, and no personal data kept."""

import dataclasses
import itertools
import math
import re
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import dagster as dg
import duckdb
import ibis
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from job_search_assets.engine import explanations, waterfall
from job_search_assets.engine.folders import Folders
from job_search_assets.engine.model_files import ModelFiles
from job_search_assets.logic.identity import (
    explanation,
    explanation_text,
    judges,
    linkage,
    match_weights,
    scoring,
)
from job_search_assets.logic.identity.comparisons import COMPARISONS
from job_search_assets.logic.identity.explanation import (
    Between,
    Explanation,
    Link,
    Part,
    Rules,
    Verdict,
    between,
    strongest_path,
)
from job_search_assets.settings import IdentitySettings
from job_search_assets_tests.pipeline import Ended, job_search, rows


@pytest.fixture
def merged(first_run: tuple[Path, Ended]) -> Path:
    """A build folder in which everything is made; only read."""
    return first_run[0]


def flat(weight: float) -> dict[str, Any]:
    """A match model in which every level of every comparison weighs the same."""
    tables = {comparison.name: [weight] * len(comparison.words) for comparison in COMPARISONS}
    return {"bias": -4.0, "weights": tables, "m": tables, "u": tables, "judges": {}}


def metadata(build: Path, asset: str) -> dict[str, Any]:
    """What an asset's page shows of its last materialisation."""
    with dg.DagsterInstance.from_config(str(build / "dagster_home")) as instance:
        event = instance.get_latest_materialization_event(dg.AssetKey(asset))
    assert event is not None
    assert event.asset_materialization is not None
    return {name: entry.value for name, entry in event.asset_materialization.metadata.items()}


def test_the_models_chart_has_every_level_most_alike_first() -> None:
    rows = match_weights.by_level(flat(1.5))
    assert len(rows) == sum(len(comparison.words) for comparison in COMPARISONS)
    assert [row["level"] for row in rows if row["comparison"] == "phone"] == ["same", "one digit differs", "different"]
    assert rows[0] | {"level": ""} == {"comparison": "name", "level": "", "weight": 1.5, "m": 1.5, "u": 1.5}


def test_the_comparison_that_tells_most_is_drawn_first() -> None:
    model = flat(0.0)
    model["weights"] |= {"email": [-1.0, 0, 0, 0, 0, 5.0], "phone": [-4.0, 0.0, 6.0]}
    assert list(match_weights.ranges(model).items())[:2] == [("phone", (-4.0, 6.0)), ("email", (-1.0, 5.0))]


def test_a_level_that_tells_nothing_has_words_too() -> None:
    assert match_weights.words("email", 5) == "same"
    assert match_weights.words("email", -1) == "nothing to compare"


def test_the_pages_show_weights_and_cluster_sizes_as_pictures(merged: Path) -> None:
    model, users = metadata(merged, "match_model"), metadata(merged, "user_accounts")
    [(singles,)] = rows(merged, "SELECT count(*) FROM clean_users WHERE account_count = 1")
    assert {record.data["comparison"] for record in model["match_weights"].records} == {
        told.name for told in COMPARISONS
    }
    assert model["weights_in_bits"].startswith("![picture](data:image/svg+xml,")
    assert f"1:%20{singles}<" in users["cluster_sizes"]


def link(left: str, right: str, weight: float, verdict: int = 0) -> Link:
    return Link(left, right, weight, 1 / (1 + 2**-weight), verdict)


def reads(links: Sequence[Link], start: str) -> str:
    """A path as the accounts it leads through."""
    for step in links:
        start += step.right if start[-1] == step.left else step.left
    return start


def test_a_path_leads_over_the_strongest_links_however_many() -> None:
    links = [link("a", "b", 1), link("a", "c", 5), link("c", "d", 4), link("b", "d", 6), link("b", "c", 0.5)]
    assert reads(strongest_path(links, "a", "b", threshold=0.5), "a") == "acdb"
    assert reads(strongest_path(links, "b", "a", threshold=0.5), "b") == "bdca"


def test_of_two_paths_as_strong_the_shorter_is_told() -> None:
    links = [link("a", "b", 5), link("b", "c", 5), link("c", "d", 9), link("a", "d", 5)]
    assert reads(strongest_path(links, "a", "d", threshold=0.5), "a") == "ad"


def test_a_verdict_that_holds_is_stronger_than_any_weight_and_one_against_is_no_link() -> None:
    links = [link("a", "b", -3, verdict=1), link("b", "c", 8), link("a", "c", 7), link("a", "d", 9, verdict=-1)]
    assert reads(strongest_path(links, "a", "c", threshold=0.5), "a") == "abc"
    assert strongest_path(links, "a", "d", threshold=0.5) == ()
    assert strongest_path([link("a", "b", -3)], "a", "b", threshold=0.5) == ()


PAIRS = [(left, right) for left, right in itertools.combinations("abcde", 2)]


@given(some.dictionaries(some.sampled_from(PAIRS), some.tuples(some.integers(-3, 6), some.sampled_from([-1, 0, 0, 1]))))
def test_no_path_has_a_stronger_weakest_link(weights: dict[tuple[str, str], tuple[int, int]]) -> None:
    links = {pair: link(*pair, weight, verdict) for pair, (weight, verdict) in weights.items()}
    best = max(
        (
            min(strength(links[step]) for step in steps)
            for steps in walks("a", "b")
            if all(step in links and links[step].holds(0.5) for step in steps)
        ),
        default=None,
    )
    found = strongest_path(links.values(), "a", "b", threshold=0.5)
    assert min(map(strength, found), default=None) == best


def walks(start: str, end: str) -> Iterator[list[tuple[str, str]]]:
    """Every way from one account to another that visits none twice."""
    for count in range(4):
        for through in itertools.permutations(set("abcde") - {start, end}, count):
            yield [(min(pair), max(pair)) for pair in itertools.pairwise((start, *through, end))]


def strength(step: Link) -> float:
    return math.inf if step.verdict > 0 else step.match_weight


def test_a_pair_that_nobody_scored_counts_as_improbable_between_two_users() -> None:
    links = [Link("a", "c", 3.0, 0.9, 0), Link("b", "c", 0.0, 0.5, -1), Link("a", "b", 9.0, 0.99, 1)]
    found = between(links, ["a", "b"], ["c", "d"])
    assert (found.pairs, found.scored, found.average) == (4, 2, 0.35)
    assert found.apart == (links[1],)
    assert found.same == ()


@settings(deadline=None)  # the first link of all imports SciPy
@given(some.data())
def test_of_two_groups_that_were_not_joined_the_average_or_a_verdict_says_why(data: some.DataObject) -> None:
    drawn = data.draw(
        some.dictionaries(
            some.sampled_from(PAIRS), some.tuples(some.integers(0, 10), some.sampled_from([-1, 0, 0, 0, 1]))
        )
    )
    links = [Link(*pair, 0.0, tenths / 10, verdict) for pair, (tenths, verdict) in drawn.items()]
    groups = linkage.grouped(
        5,
        linkage.Pairs(
            np.array(["abcde".index(one.left) for one in links], np.int64),
            np.array(["abcde".index(one.right) for one in links], np.int64),
            np.array([round(one.probability * linkage.MILLION) for one in links], np.int64),
            np.array([one.verdict for one in links], np.int64),
        ),
        threshold=0.45,
        largest=10,
    )
    users = {group: ["abcde"[place] for place in np.flatnonzero(groups == group)] for group in set(groups)}
    for one, other in itertools.combinations(users.values(), 2):
        found = between(links, one, other)
        assert found.apart or found.average < 0.45
    for accounts in users.values():
        assert all(strongest_path(links, *pair, threshold=0.45) for pair in itertools.combinations(accounts, 2))


def judged(*verdicts: tuple[str, bool]) -> pd.DataFrame:
    return pd.DataFrame(
        [("b", "a", *verdict) for verdict in verdicts],
        columns=["account_id_left", "account_id_right", "labeller", "is_same_person"],
    )


def test_each_verdict_is_told_with_its_judges_reliability_and_whether_it_holds() -> None:
    rates = {"good": [0.96, 0.98], "poor": [0.8, 0.75]}
    asked = judged(("poor", False), ("new", True), ("good", True))
    found = explanation.verdicts(asked, rates, trusted_accuracy=0.93)
    assert [(one.labeller, one.is_same_person, one.rates, one.is_trusted) for one in found] == [
        ("good", True, (0.96, 0.98), True),
        ("new", True, None, False),
        ("poor", False, (0.8, 0.75), False),
    ]
    assert found[0].weight == 5.584963  # log2(.96 / .02)
    together = judges.verdicts(asked, rates, trusted_accuracy=0.93)["mw_verdict"][0]
    assert together == pytest.approx(sum(one.weight for one in found), abs=1e-9)


WEIGHTS = some.floats(-12, 12).map(lambda weight: round(weight, 6))
LEVELS = {comparison.name: some.integers(-1, len(comparison.words) - 1) for comparison in COMPARISONS}


@settings(max_examples=6, deadline=None)
@given(
    some.fixed_dictionaries(
        {
            comparison.name: some.lists(WEIGHTS, min_size=len(comparison.words), max_size=len(comparison.words))
            for comparison in COMPARISONS
        }
    ),
    WEIGHTS,
    some.lists(some.fixed_dictionaries(LEVELS), min_size=1, max_size=12),
    some.dictionaries(
        some.sampled_from("pqrstu"), some.tuples(some.booleans(), some.floats(0.5, 0.98), some.floats(0.5, 0.98))
    ),
)
def test_the_parts_of_any_pair_add_up_to_its_score(
    weights: dict[str, list[float]],
    bias: float,
    levels: list[dict[str, int]],
    heard: dict[str, tuple[bool, float, float]],
) -> None:
    rates = {name: [sensitivity, specificity] for name, (_, sensitivity, specificity) in heard.items()}
    asked = judged(*((name, says) for name, (says, _, _) in heard.items()))
    asked = asked.assign(account_id_right=f"a{len(levels) - 1}")
    pairs = [
        {"account_id_left": f"a{place}", "account_id_right": "b", "blocking_rule": "email"}
        | {f"gamma_{name}": level for name, level in one.items()}
        for place, one in enumerate(levels)
    ]
    verdicts = judges.verdicts(asked, rates, trusted_accuracy=0.9)
    scored = scoring.score(
        ibis.memtable(pd.DataFrame(pairs)),
        ibis.memtable(verdicts, schema=judges.VERDICTS),
        {"bias": bias, "weights": weights},
        least=0.0,
    )
    assert explanation.added_up(scored)["pairs_off"] == 0
    for row in scored.order_by("account_id_left").to_pandas().to_dict("records"):
        of_pair = asked[asked["account_id_right"] == row["account_id_left"]]
        parts = explanation.parts(levels[int(row["account_id_left"][1:])], row)
        said = explanation.verdicts(of_pair, rates, trusted_accuracy=0.9)
        total = math.fsum(part.weight for part in (*parts, *said))
        assert abs(total - row["match_weight"]) < 1e-9


def test_a_sum_that_is_off_is_found() -> None:
    row = {"account_id_left": "a", "account_id_right": "b", "match_weight": 1.0, "mw_bias": 1.0, "mw_verdict": 1e-8}
    table = ibis.memtable(pd.DataFrame([row | dict.fromkeys(scoring.PARTS, 0.0)]))
    assert explanation.added_up(table) == {"pairs": 1, "pairs_off": 1, "first_of_them": ["a|b"]}


def stored(build: Path) -> pd.DataFrame:
    """Every pair of `match_predictions` with the users of both accounts."""
    with duckdb.connect(str(build / "warehouse.duckdb"), read_only=True) as connection:
        return connection.sql(
            """SELECT pair.*, one.user_id AS user_left, other.user_id AS user_right FROM match_predictions AS pair
               JOIN user_accounts AS one ON one.account_id = account_id_left
               JOIN user_accounts AS other ON other.account_id = account_id_right
               ORDER BY account_id_left, account_id_right"""
        ).df()


def test_the_weights_of_every_stored_pair_add_up_to_its_score_verdict_by_verdict(merged: Path) -> None:
    pairs = stored(merged)
    rates = ModelFiles(merged / "models").load("match_model").estimator["judges"]
    parts = pairs[["mw_bias", *scoring.PARTS, "mw_verdict"]].to_numpy()
    assert len(pairs) > 300
    assert np.abs(parts.sum(axis=1) - pairs["match_weight"]).max() < 1e-9
    with duckdb.connect(str(merged / "warehouse.duckdb"), read_only=True) as connection:
        verdicts = connection.sql("SELECT * FROM raw_merge_pairs").df()
    left, right = verdicts["account_id_left"], verdicts["account_id_right"]
    said = {
        pair: math.fsum(one.weight for one in explanation.verdicts(rows, rates, trusted_accuracy=0.93))
        for pair, rows in verdicts.groupby([left.where(left < right, right), right.where(left < right, left)])
    }
    keys = zip(pairs["account_id_left"], pairs["account_id_right"], strict=True)
    assert np.abs(np.array([said.get(key, 0.0) for key in keys]) - pairs["mw_verdict"]).max() < 1e-9


def asked_of(build: Path, pairs: pd.DataFrame, count: int = 1) -> Iterator[tuple[Any, explanation.Explanation]]:
    """The first of the pairs, each with its explanation."""
    assert len(pairs) >= count
    for row in pairs.head(count).itertuples():
        folders = Folders(build, build)
        told, _ = explanations.of_pair(
            folders, row.account_id_left, row.account_id_right, IdentitySettings.model_validate({})
        )
        yield row, told


def test_a_pair_compared_again_weighs_what_is_stored(merged: Path) -> None:
    pairs = stored(merged)
    shown = pairs[pairs["blocking_rule"].isin(["email", "two_names", "judged", "two_hops"])]
    for row, told in asked_of(merged, shown.groupby("blocking_rule").head(1), 4):
        assert not told.is_outdated
        assert told.blocking_rule == row.blocking_rule
        assert told.link.match_weight == row.match_weight
        assert row.blocking_rule in {*told.rules.proposing, "judged", "two_hops"}


def test_one_user_through_others_is_told_by_the_chain(merged: Path) -> None:
    pairs = stored(merged)
    is_one, is_linked = (
        pairs["user_left"] == pairs["user_right"],
        pairs["match_probability"] >= 0.25,
    )  # the least of all thresholds
    for row, told in asked_of(merged, pairs[is_one & ~is_linked & (pairs["verdict"] == 0)]):
        assert told.is_one_user
        assert len(told.path) > 1
        assert reads_through(told.path, row.account_id_left)[-1] == row.account_id_right
        assert all(step.holds(told.threshold) for step in told.path)


def reads_through(path: Sequence[Link], start: str) -> list[str]:
    accounts = [start]
    for step in path:
        accounts.append(step.right if accounts[-1] == step.left else step.left)
    return accounts


def test_two_accounts_that_were_never_compared_are_compared_now(merged: Path) -> None:
    pairs = stored(merged)
    first, second = sorted(pairs["user_left"].unique())[:2]
    one, other = (user.removeprefix("user-") for user in (first, second))
    ended = job_search("why", other, one, "--data", merged, "--build", merged)
    assert ended.code == 0, ended.said
    assert "are two users:" in ended.said
    assert "compared now, for this explanation" in ended.said
    table = [line.split() for line in ended.said.splitlines() if re.search(r" [+-]\d+\.\d{6}$", line)]
    *parts, total = [float(cells[-1]) for cells in table]
    assert len(parts) >= 1 + len(COMPARISONS)
    assert sum(parts) == pytest.approx(total, abs=1e-9)


def test_personal_data_are_printed_when_asked_for_and_never_kept(merged: Path, tmp_path: Path) -> None:
    [(one, other)] = rows(
        merged,
        """SELECT account_id_left, account_id_right FROM match_predictions
           JOIN match_details AS d ON d.account_id = account_id_left JOIN match_details AS e
           ON e.account_id = account_id_right
           WHERE d.email = e.email AND d.forename = e.forename AND d.birth_year = e.birth_year
           ORDER BY account_id_left, account_id_right LIMIT 1""",
    )
    personal = [
        str(value)
        for row in rows(
            merged,
            """SELECT full_name, email, phone, city, postcode, signup_ip, birth_date FROM raw_users
               WHERE account_id IN (?, ?)""",
            [one, other],
        )
        for value in row
        if value is not None
    ]
    plain = job_search("why", one, other, "--data", merged, "--build", merged)
    assert plain.code == 0, plain.said
    picture = Path(plain.said.rpartition("Picture: ")[2].strip())
    assert picture == merged / "reports" / f"why_{one}_{other}.svg"
    drawn = picture.read_bytes()
    assert [value for value in personal if value in plain.said or value in drawn.decode()] == []
    with_values = job_search("why", one, other, "--data", merged, "--build", merged, "--values")
    assert [value for value in personal if "@" in value and value.lower() not in with_values.said] == []
    assert picture.read_bytes() == drawn
    texts = [text.text for text in ElementTree.fromstring(drawn).iter("{http://www.w3.org/2000/svg}text")]
    assert "email: same" in texts
    assert "match weight" in texts


@pytest.fixture
def broken(merged: Path, tmp_path: Path) -> Path:
    """A copy of the tables and models, to change."""
    shutil.copytree(merged / "models", tmp_path / "models")
    shutil.copy(merged / "warehouse.duckdb", tmp_path)
    return tmp_path


def change(build: Path, *statements: str) -> None:
    with duckdb.connect(str(build / "warehouse.duckdb")) as connection:
        for statement in statements:
            connection.execute(statement)


def why(build: Path, *accounts: str) -> Ended:
    return job_search("why", *accounts, "--data", build, "--build", build)


def test_each_mistake_has_one_clear_message(merged: Path) -> None:
    [(kept, user)] = rows(merged, "SELECT account_id, user_id FROM user_accounts ORDER BY account_id LIMIT 1")
    [(spam,)] = rows(merged, "SELECT account_id FROM spam_decisions WHERE is_spam ORDER BY account_id LIMIT 1")
    [(rejected, line)] = rows(
        merged,
        """SELECT split_part(text, ',', 1), line FROM rejected_rows WHERE "table" = 'users' AND "column" = 'signup_ip'
           ORDER BY line LIMIT 1""",
    )
    for account, message in {
        kept: "is named twice",
        "nobody": "There is no account nobody in this build",
        "": "is never empty",
        user: f"{user} is a user. Name two accounts",
        spam: f"{spam} was removed as spam (score ",
        rejected: f"raw/users.csv, line {line}: signup_ip: not an IP address",
    }.items():
        ended = why(merged, kept, account)
        assert ended.code == 2
        assert message in ended.said
        assert ended.said.count("\n") == 1
    assert "spam_reasons" in why(merged, spam, kept).said


def test_an_account_that_was_withdrawn_or_is_too_new_is_told_as_such(broken: Path) -> None:
    change(
        broken,
        """INSERT INTO rejected_rows VALUES
           ('raw/users.csv', 9999, 'users', '', 'withdrawn by correction', 'gone,2026-01-01T00:00:00Z,app,A B')""",
        "INSERT INTO raw_users (account_id) VALUES ('fresh')",
    )
    [(kept,)] = rows(broken, "SELECT min(account_id) FROM user_accounts")
    assert "line 9999: withdrawn by correction). It is in the table rejected_rows." in why(broken, kept, "gone").said
    assert "A B" not in why(broken, kept, "gone").said
    assert "fresh belongs to no user yet" in why(broken, "fresh", kept).said


def test_nothing_built_and_half_built_are_told(broken: Path, tmp_path: Path) -> None:
    nothing = why(tmp_path / "nowhere", "a", "b")
    assert nothing.code == 2
    assert "Nothing is built in" in nothing.said
    assert not (tmp_path / "nowhere").exists()
    change(broken, "DROP TABLE user_accounts")
    half = why(broken, "a", "b")
    assert half.code == 2
    assert "user_accounts is not built yet" in half.said


def test_a_model_fitted_anew_is_noticed_and_what_is_stored_is_told(broken: Path) -> None:
    change(broken, "UPDATE match_predictions SET mw_bias = mw_bias + 1, match_weight = match_weight + 1")
    row = next(stored(broken).itertuples())
    ended = why(broken, row.account_id_left, row.account_id_right)
    assert ended.code == 0, ended.said
    assert f"{row.match_weight:+.6f}" in ended.said
    assert "match_model has been fitted anew" in ended.said


def test_a_picture_that_cannot_be_written_spoils_nothing_but_the_exit_code(broken: Path) -> None:
    (broken / "reports").write_text("a file where the folder should be")
    row = next(stored(broken).itertuples())
    ended = why(broken, row.account_id_left, row.account_id_right)
    assert ended.code == 2
    assert "match weight" in ended.said
    assert "The picture cannot be written to" in ended.said


def test_an_account_may_have_any_id(broken: Path) -> None:
    [(old, other)] = rows(broken, "SELECT min(account_id), max(account_id) FROM user_accounts")
    odd = "../$a_b$ <&>'\u00e9"
    tables = ["user_accounts", "match_details", "raw_users", "despammed_users"]
    change(
        broken,
        *(
            f"UPDATE {table} SET account_id = '{odd.replace(chr(39), chr(39) * 2)}' WHERE account_id = '{old}'"
            for table in tables
        ),
    )
    ended = why(broken, odd, other)
    assert ended.code == 0, ended.said
    [picture] = (broken / "reports").iterdir()
    assert re.fullmatch(r"why_[\w.-]+\.svg", picture.name)
    ElementTree.parse(picture)


def test_a_large_block_is_named_with_its_size(broken: Path) -> None:
    first = stored(broken).query("blocking_rule == 'email'").iloc[0]
    one, other = first["account_id_left"], first["account_id_right"]
    assert "Proposed by" in why(broken, one, other).said
    [(email,)] = rows(broken, f"SELECT email FROM match_details WHERE account_id = '{one}'")
    change(broken, f"INSERT INTO outgrown_blocks VALUES ('email', '{email}', 12345)")
    assert "email (12,345 accounts)" in why(broken, one, other).said


TOLD = Explanation(
    link=Link("a", "b", 0.5, 0.585786, 0),
    threshold=0.45,
    users={"user-a": ["a"], "user-c": ["b", "c"]},
    parts=(Part("bias", "before anything is compared", -2.5), Part("email", "same", 3.0)),
    verdicts=(),
    rules=Rules((), {}),
    blocking_rule="two_hops",
    is_outdated=False,
    path=(),
    between=Between(2, 1, 0.292893, (), ()),
)


def told(**changed: Any) -> list[str]:
    lines = explanation_text.tell(dataclasses.replace(TOLD, **changed), largest=500, least=0.01)
    return [line.strip() for line in lines]


def test_an_explanation_reads_as_a_table_that_adds_up() -> None:
    assert told() == [
        "a and b are two users:",
        "user-a (1 account)",
        "user-c (2 accounts)",
        "They are linked: their probability 0.585786 reaches the threshold 0.45.",
        "Average linkage: the 2 pairs between their accounts have an average probability of 0.292893, and 0.45 would"
        " make them one user.",
        "Of these pairs 1 is scored; others, improbable or never compared, count as 0.",
        "",
        "comparison    level                             weight in bits",
        "--------------------------------------------------------------",
        "bias          before anything is compared            -2.500000",
        "email         same                                   +3.000000",
        "--------------------------------------------------------------",
        "match weight  the sum: log2 odds of one person       +0.500000",
        "probability   the same as a share of 1                0.585786",
        "",
        "No blocking rule proposes the pair: the accounts share no block.",
        "It was compared because both are linked with one third account (two_hops).",
    ]


def test_a_picture_shows_what_weighs_and_is_the_same_each_time(tmp_path: Path) -> None:
    told = dataclasses.replace(TOLD, verdicts=(Verdict("\ud310\uc815\uc790 $1", True, None, 4.25, False),))
    path = waterfall.draw(told, tmp_path)
    drawn = path.read_bytes()
    assert path.name == "why_a_b.svg"
    assert waterfall.draw(told, tmp_path).read_bytes() == drawn
    texts = {text.text for text in ElementTree.fromstring(drawn).iter("{http://www.w3.org/2000/svg}text")}
    assert {"bias: before anything is compared", "email: same", "verdict: \ud310\uc815\uc790 $1", "+4.25"} <= texts


def test_a_verdict_is_told_with_its_reliability() -> None:
    said = Verdict("ann", False, (0.973, 0.98), -5.1, True), Verdict("bob", True, None, 4.2, False)
    lines = told(verdicts=said)
    assert "ann says two persons; right on 97.3% of one, 98.0% of two; trusted, so it holds" in " ".join(lines)
    assert "bob says one person; not rated yet, not trusted to decide" in " ".join(lines)


def test_what_parts_two_linked_accounts_is_told() -> None:
    apart = Link("a", "c", -3.0, 0.1, -1)
    kept = told(between=Between(2, 2, 0.6, (apart,), ()))
    assert "They are kept apart by a verdict: trusted judges say two persons of a and c." in kept
    strict = told(between=Between(2, 2, 0.6, (), ()))
    assert any(line.startswith("The average would do: among more than 500 accounts") for line in strict)


def test_verdicts_that_contradict_each_other_are_told() -> None:
    must, cannot = Link("a", "b", 5.0, 0.97, 1), Link("a", "c", -3.0, 0.1, -1)
    lines = told(link=must, between=Between(2, 2, 0.5, (cannot,), (must,)))
    assert "Trusted judges say one person, but other verdicts contradict that" in " ".join(lines)
    assert "They are kept apart by a verdict: trusted judges say two persons of a and c." in lines


def test_a_verdict_that_was_followed_is_told_to_hold() -> None:
    cannot = Link("a", "b", -5.0, 0.03, -1)
    assert "Trusted judges say two persons, and that holds." in told(
        link=cannot, between=Between(2, 1, 0, (cannot,), ())
    )


def test_a_chain_is_told_in_the_order_it_is_walked() -> None:
    steps = Link("a", "z", 12.5, 0.999827, 0), Link("b", "z", 9.0, 0.998051, 1)
    lines = told(link=Link("a", "b", -2.0, 0.2, 0), users={"user-a": ["a", "b", "z"]}, between=None, path=steps)
    assert "a -> z  +12.500000  probability 0.999827" in lines
    assert "z -> b   +9.000000  probability 0.998051, trusted judges say one person" in lines


@pytest.mark.parametrize(
    ("rules", "blocking_rule", "said"),
    [
        (Rules(("email", "phone"), {}), "email", "Proposed by 2 blocking rules: email, phone."),
        (Rules((), {"city": 2000}), "judged", "No blocking rule proposes the pair: what they share, too many share."),
        (Rules((), {"city": 2000}), "judged", "It was compared because people judged it."),
        (Rules(("email",), {"city": 2000}), "", "too large to propose anything: city (2,000 accounts)."),
        (Rules(("email",), {}), "", "It is in no table, being less probable than 0.01"),
        (Rules((), {}), "", "It was never compared: compared now, for this explanation."),
    ],
)
def test_the_rules_that_propose_a_pair_are_told(rules: Rules, blocking_rule: str, said: str) -> None:
    assert said in " ".join(told(rules=rules, blocking_rule=blocking_rule))
