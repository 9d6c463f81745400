"""What links two accounts or keeps them apart: chains, averages and verdicts, by the rules of the merge itself."""

import itertools
import math
from collections.abc import Iterator, Sequence

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as some

from job_search_assets.logic.identity import (
    linkage,
)
from job_search_assets.logic.identity.explanation import (
    Link,
    between,
    strongest_path,
)


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


@settings(deadline=None)  # a busy machine is no finding
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
