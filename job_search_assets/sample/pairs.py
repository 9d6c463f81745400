"""merge_pairs.csv: pairs of accounts that people judged, half of the negatives hard ones."""

import numpy as np

from job_search_assets.sample import draws, times
from job_search_assets.sample.accounts import Accounts
from job_search_assets.sample.lookalikes import LookAlikes
from job_search_assets.sample.persons import Persons
from job_search_assets.sample.reports import Table
from job_search_assets.sample.shares import Shares

_ERRORS = np.array([0.12, 0.02, 0.02, 0.02])
_FROM = times.OPENED + 150 * times.DAY
Pairs = np.ndarray  # [pair, 2]: places of two accounts


def merge_pairs(
    rng: np.random.Generator, accounts: Accounts, people: Persons, alike: LookAlikes, shares: Shares
) -> tuple[Table, Table, Table]:
    """The judgements, their truth, and the labellers' true error rates."""
    wanted = min(shares.most_pairs, round(len(accounts.person) * shares.judged_pairs))
    genuine = np.flatnonzero(accounts.person >= 0)
    first = np.searchsorted(accounts.person[genuine], np.arange(len(people.given)))
    same = _same(rng, people, genuine, first, round(wanted * shares.same_person_pairs))
    hard = _hard(rng, people, alike, genuine, first, round(wanted * (1 - shares.same_person_pairs) / 2))
    rest = rng.integers(len(accounts.person), size=(max(0, wanted - len(same) - len(hard)), 2))
    rest[16:] = genuine[rest[16:] % len(genuine)]  # but for sixteen, spam is hardly ever judged
    pairs = np.concatenate([same, hard, rest])
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]
    pairs = np.where(rng.random((len(pairs), 1)) < 0.5, pairs, pairs[:, ::-1])
    pairs = pairs[np.sort(np.unique(np.sort(pairs, axis=1), axis=0, return_index=True)[1])]
    return _judged(rng, accounts, pairs)


def _same(rng: np.random.Generator, people: Persons, genuine: np.ndarray, first: np.ndarray, count: int) -> Pairs:
    """Two accounts of one person; persons with several have their turn once."""
    several = rng.permutation(np.flatnonzero(people.accounts > 1))
    owner = np.resize(several, count) if len(several) else several
    one = rng.integers(people.accounts[owner])
    other = (one + 1 + rng.integers(people.accounts[owner] - 1)) % people.accounts[owner]
    return np.stack([genuine[first[owner] + one], genuine[first[owner] + other]], axis=1)


def _hard(
    rng: np.random.Generator, people: Persons, alike: LookAlikes, genuine: np.ndarray, first: np.ndarray, count: int
) -> Pairs:
    """Accounts of two persons who were made alike, or who share a surname, a birthday or a postcode."""
    neighbours = alike.group[1:] == alike.group[:-1]
    made = np.stack([alike.person[1:][neighbours], alike.person[:-1][neighbours]], axis=1)
    found = [made[rng.permutation(len(made))][: count // 3]]
    for keys in (
        (people.given, people.surname), (people.born, people.surname), (people.postcode.astype(str), people.city),
        (people.born // 30, people.city), (people.surname, people.given),
    ):  # fmt: skip
        order = np.lexsort(keys)
        at = rng.integers(max(1, len(order) - 1), size=count // 6)
        found.append(np.stack([order[at], order[np.minimum(at + 1, len(order) - 1)]], axis=1))
    two = np.concatenate(found)[:count]
    return genuine[first[two] + rng.integers(people.accounts[two])]


def _judged(rng: np.random.Generator, accounts: Accounts, pairs: Pairs) -> tuple[Table, Table, Table]:
    """Each pair judged by one labeller, some by two."""
    again = np.flatnonzero(rng.random(len(pairs)) < 0.04)
    labeller = rng.integers(4, size=len(pairs))
    labeller = np.concatenate([labeller, (labeller[again] + rng.integers(1, 4, size=len(again))) % 4])
    left, right = np.concatenate([pairs, pairs[again]]).T
    truth = (accounts.person[left] == accounts.person[right]) & (accounts.person[left] >= 0)
    is_wrong = rng.random(len(truth)) < _ERRORS[labeller]
    names, ids = draws.identifiers(rng, 4, "lab-", 4), accounts.columns["account_id"]
    began = np.maximum(np.maximum(accounts.created[left], accounts.created[right]), _FROM)
    keys = {"account_id_left": ids[left], "account_id_right": ids[right]}
    who = {"labeller": names[labeller]}
    judged = keys | {"is_same_person": draws.flags(truth ^ is_wrong)} | who
    judged["labelled_at"] = times.iso(times.until_the_end(rng, began))
    known = keys | who | {"is_same_person": draws.flags(truth), "is_wrong": draws.flags(is_wrong)}
    return judged, known, _skills(names)


def _skills(names: draws.Strings) -> Table:
    rates = draws.strings([f"{1 - error:g}" for error in _ERRORS])
    tasks = np.repeat(draws.strings(["merge_pairs"]), len(names))
    return {"labeller": names, "task": tasks, "sensitivity": rates, "specificity": rates}
