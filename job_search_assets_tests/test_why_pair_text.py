"""The explanation of two accounts as lines and as a picture."""

import dataclasses
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from job_search_assets.engine.stories import waterfall
from job_search_assets.logic.identity import (
    explanation_text,
)
from job_search_assets.logic.identity.explanation import (
    Between,
    Explanation,
    Link,
    Part,
    Rules,
    Verdict,
)

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
        "Compared alone they would be one user: their probability 0.585786 reaches 0.45.",
        "But the 2 pairs between their users average 0.292893, below 0.45: they stay two users.",
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


def test_comparisons_with_nothing_to_compare_share_a_line() -> None:
    parts = (*TOLD.parts, Part("phone", "nothing to compare", 0.0), Part("region", "nothing to compare", 0.0))
    lines = told(parts=parts)
    assert "Nothing to compare, so no weight: phone, region." in lines
    assert [line for line in lines if line.startswith(("phone", "region"))] == []


def test_of_two_accounts_that_are_unlike_the_average_does_not_read_as_an_objection() -> None:
    unlike = Link("a", "b", -5.0, 0.03, 0)
    lines = told(link=unlike, between=Between(1, 1, 0.03, (), ()))
    assert "They are not linked directly: their probability 0.030000 is below 0.45." in lines
    assert "The 1 pair between their users averages 0.030000, below 0.45: they stay two users." in lines


def test_no_line_of_an_explanation_is_wider_than_a_screen() -> None:
    many = tuple(Part(f"comparison_{number}", "nothing to compare", 0.0) for number in range(20))
    rules = Rules(tuple(f"a_blocking_rule_{number}" for number in range(12)), {})
    lines = explanation_text.tell(
        dataclasses.replace(TOLD, parts=(*TOLD.parts, *many), rules=rules), largest=9, least=0
    )
    assert max(map(len, lines)) <= 120


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
