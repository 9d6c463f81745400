"""How right a partition of accounts into users is: pairwise, B-cubed, and look-alikes merged.

Two partitions of the same accounts are compared, the users that were found and the persons that are true. Pairwise
figures count pairs of accounts, so a person of ten accounts weighs as much as 45 of two; B-cubed figures count
accounts (Bagga and Baldwin 1998, Entity-based cross-document coreferencing), each with the share of its user that is
its person, and the share of its person that is in its user.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations


@dataclass(frozen=True)
class Quality:
    """Precision and recall; both are 1 where there is nothing to be wrong about."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """Their harmonic mean."""
        together = self.precision + self.recall
        return 2 * self.precision * self.recall / together if together else 0.0


@dataclass(frozen=True)
class Alike:
    """Pairs of different persons made to look alike, and how many of them share a user."""

    pairs: int
    merged: int


def pairwise(users: Mapping[str, str], persons: Mapping[str, str]) -> Quality:
    """Of the pairs of accounts in one user, those of one person; of those of one person, those in one user.

    Both map accounts; those of `persons` count, and one without a user is a user of its own.
    """
    found = _found(users, persons)
    right = _pairs(Counter((found[account], person) for account, person in persons.items()).values())
    return Quality(
        _share(right, _pairs(Counter(found.values()).values())),
        _share(right, _pairs(Counter(persons.values()).values())),
    )


def b_cubed(users: Mapping[str, str], persons: Mapping[str, str]) -> Quality:
    """An account's average share of its user that is its person, and of its person that is in its user."""
    found = _found(users, persons)
    both = Counter((found[account], person) for account, person in persons.items())
    in_user, in_person = Counter(found.values()), Counter(persons.values())
    precision = sum(count * count / in_user[user] for (user, _), count in both.items())
    recall = sum(count * count / in_person[person] for (_, person), count in both.items())
    return Quality(_share(precision, len(persons)), _share(recall, len(persons)))


def look_alikes(users: Mapping[str, str], persons: Mapping[str, str], groups: Iterable[Iterable[str]]) -> Alike:
    """Over the persons of each group (who are alike, and several) that still have an account."""
    found, of_person = _found(users, persons), defaultdict(set)
    for account, person in persons.items():
        of_person[person].add(found[account])
    pairs = [
        (one, other)
        for group in groups
        for one, other in combinations(group, 2)
        if one in of_person and other in of_person
    ]
    return Alike(len(pairs), sum(not of_person[one].isdisjoint(of_person[other]) for one, other in pairs))


def _found(users: Mapping[str, str], persons: Mapping[str, str]) -> dict[str, tuple[str, bool]]:
    # The flag keeps an account without a user apart from a user that is named like it.
    return {account: (users.get(account, account), account in users) for account in persons}


def _pairs(sizes: Iterable[int]) -> int:
    return sum(size * (size - 1) // 2 for size in sizes)


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 1.0
