"""Different persons made alike on purpose: families, namesakes, couples with one mailbox, colleagues with one phone.

Telling them apart is the hard part of ID merge, so the truth files name every group.
"""

from dataclasses import dataclass

import numpy as np

from job_search_assets.sample import draws
from job_search_assets.sample.draws import Strings
from job_search_assets.sample.persons import Persons, given_names, homes
from job_search_assets.sample.shares import Shares
from job_search_assets.sample.vocabulary import Vocabulary

_YOUNGEST = 13_500  # days since 1970: nobody younger than 17 signs up, so the other one is the parent


@dataclass(frozen=True)
class LookAlikes:
    """One place a member: the group's number, what makes the group alike, the person's place."""

    group: np.ndarray
    kind: Strings
    person: np.ndarray


def make_alike(rng: np.random.Generator, people: Persons, words: Vocabulary, shares: Shares) -> LookAlikes:
    """Change some persons so that they resemble others, and tell which."""
    plans = (
        ("family", shares.family, (2, 2, 2, 3, 4)),
        ("namesake", shares.namesake, (2,)),
        ("shared e-mail", shares.couple_email, (2,)),
        ("shared phone", shares.office_phone, (2, 3, 4)),
    )
    count = len(people.given)
    amounts = [max(2, round(count * share)) for _, share, _ in plans]
    members = np.split(rng.permutation(count), np.cumsum(amounts))[: len(plans)]
    members = [some[np.argsort(people.locale[some], kind="stable")] for some in members]
    groups = [_grouped(rng, len(some), sizes) for some, (_, _, sizes) in zip(members, plans, strict=True)]
    families, namesakes, couples, offices = members
    heads = [some[np.searchsorted(group, group)] for some, group in zip(members, groups, strict=True)]
    _make_families(rng, people, families, heads[0], words)
    _make_namesakes(rng, people, namesakes, heads[1], words)
    people.mailbox_of[couples] = heads[2]
    _share_a_home(people, couples, heads[2])
    people.phone_of[offices] = heads[3]
    kinds = [np.repeat(draws.strings([kind]), len(group)) for (kind, _, _), group in zip(plans, groups, strict=True)]
    offsets = np.cumsum([0] + [int(group.max()) + 1 for group in groups[:-1]])
    numbers = np.concatenate([group + offset + 1 for group, offset in zip(groups, offsets, strict=True)])
    return LookAlikes(numbers, np.concatenate(kinds), np.concatenate(members))


def _grouped(rng: np.random.Generator, members: int, sizes: tuple[int, ...]) -> np.ndarray:
    """The number of each member's group; somebody left over joins the group before."""
    group = np.repeat(np.arange(members), rng.choice(sizes, size=members))[:members]
    if members > 2 and group[-1] != group[-2]:
        group[-1] = group[-2]
    return group


def _share_a_home(people: Persons, members: np.ndarray, heads: np.ndarray) -> None:
    for column in (people.locale, people.city, people.postcode):
        column[members] = column[heads]
    people.home_of[members] = heads


def _make_families(
    rng: np.random.Generator, people: Persons, members: np.ndarray, heads: np.ndarray, words: Vocabulary
) -> None:
    """One surname and one home, other given names; brothers and sisters, or a generation apart, and a few twins."""
    _share_a_home(people, members, heads)
    people.surname[members] = people.surname[heads]
    others = members[members != heads]
    originals = heads[members != heads]
    people.given[others] = given_names(rng, people.locale[others], people.is_female[others], words)
    for _ in range(3):  # drawn again where it is the head's own; three times are enough for nearly all
        same = others[people.given[others] == people.given[originals]]
        people.given[same] = given_names(rng, people.locale[same], people.is_female[same], words)
    years = np.where(rng.random(len(others)) < 0.6, rng.uniform(-7, 7, len(others)), rng.uniform(21, 34, len(others)))
    gap = np.where(rng.random(len(others)) < 0.06, 0, years * 365.25).astype(np.int64)
    is_child = people.born[originals] + gap > _YOUNGEST
    people.born[others] = people.born[originals] + np.where(is_child, -gap, gap)
    people.middle[others] = -1


def _make_namesakes(
    rng: np.random.Generator, people: Persons, members: np.ndarray, heads: np.ndarray, words: Vocabulary
) -> None:
    """One full name and nearly one age, but each with a home of their own in the same country."""
    others, originals = members[members != heads], heads[members != heads]
    for column in (people.locale, people.is_female, people.given, people.middle, people.surname):
        column[others] = column[originals]
    people.city[others], people.postcode[others] = homes(rng, people.locale[others], words)
    people.born[others] = people.born[originals] + rng.integers(-1000, 1000, size=len(others))
