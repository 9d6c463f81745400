"""E-mail addresses and telephone numbers that belong to nobody.

Telephone numbers lie in ranges kept for drama or in codes that no subscriber has.
"""

import numpy as np

from job_search_assets.sample import draws, slips
from job_search_assets.sample.domains import Domains
from job_search_assets.sample.draws import Strings
from job_search_assets.sample.persons import Persons
from job_search_assets.sample.romanised import slug
from job_search_assets.sample.vocabulary import LOCALES, Vocabulary

# The country's code and the national form; d is any digit. GB 01632 is the code of no place; KR and DE numbers do
# not begin with that 0; Arcep keeps FR 06 39 98 for drama; the others are codes without subscribers.
_NUMBERS = {
    "GB": ("44", "01632 dddddd"),
    "KR": ("82", "010-0ddd-dddd"),
    "DE": ("49", "030 0ddddddd"),
    "FR": ("33", "06 39 98 dd dd"),
    "PL": ("48", "10 ddd dd dd"),
    "ES": ("34", "50d ddd ddd"),
    "TR": ("90", "0599 ddd dd dd"),
    "UA": ("380", "040 ddd dd dd"),
}


def emails(
    rng: np.random.Generator, people: Persons, owner: np.ndarray, words: Vocabulary, domains: Domains, disposable: float
) -> Strings:
    """An address for each account: in half the person's usual one, else one of its own; some misspelt.

    `disposable`: the share at throw-away domains. Who shares a mailbox with somebody always uses that.
    """
    usual = _addresses(rng, people, np.arange(len(people.given)), words, domains, disposable)
    is_usual = (rng.random(len(owner)) < 0.5) | (people.mailbox_of[owner] != owner)
    another = _addresses(rng, people, owner, words, domains, disposable)
    local, domain = split(np.where(is_usual, usual[people.mailbox_of][owner], another))
    return slips.with_slips(rng, local, 0.03) + "@" + domain


def split(addresses: Strings) -> tuple[Strings, Strings]:
    """What stands before the @ of each address, and what after it."""
    halves = [address.partition("@") for address in addresses.tolist()]
    return draws.strings([half[0] for half in halves]), draws.strings([half[2] for half in halves])


def phones(rng: np.random.Generator, people: Persons, owner: np.ndarray, missing: float) -> Strings:
    """A number for each account in one of four notations, in six of ten the person's usual one."""
    usual = rng.integers(10**9, size=len(people.given))[people.phone_of][owner]
    number = np.where(rng.random(len(owner)) < 0.6, usual, rng.integers(10**9, size=len(owner)))
    notation = draws.weighted(rng, len(owner), (0.5, 0.25, 0.15, 0.10))
    told = np.flatnonzero(rng.random(len(owner)) >= missing)
    columns = (people.locale[owner], number, notation)
    rows = zip(*(column[told].tolist() for column in columns), strict=True)
    written = draws.strings([""] * len(owner))
    written[told] = draws.strings([_written(*row) for row in rows])
    return written


def _written(locale: int, number: int, notation: int) -> str:
    """A telephone number of the country: as people write it, run together, or with the country's code."""
    code, pattern = _NUMBERS[LOCALES[locale].country]
    digits = iter(f"{number:09d}"[::-1])
    national = "".join(next(digits) if sign == "d" else sign for sign in pattern)
    if notation >= 2:
        national = f"+{code} {national.removeprefix('0')}"
    return national.replace(" ", "").replace("-", "") if notation % 2 else national


def _addresses(
    rng: np.random.Generator, people: Persons, owner: np.ndarray, words: Vocabulary, domains: Domains, disposable: float
) -> Strings:
    sex = people.is_female[owner].astype(int)
    given = _slugs(words.given_latin)[people.given[owner]]
    surname = _slugs(words.surname_latin.ravel()).reshape(2, -1)[sex, people.surname[owner]]
    local = _local_parts(rng, given, surname, people.born[owner])
    return local + "@" + domains.anywhere(rng, people.locale[owner], disposable)


def _local_parts(rng: np.random.Generator, given: Strings, surname: Strings, born: np.ndarray) -> Strings:
    """The part before the @ in ten fashions, from slugs of the names and the year of birth."""
    year = (1970 + born // 365.25).astype(int).astype(str).astype(object)
    number = rng.integers(1, 999, size=len(given)).astype(str).astype(object)
    initial = given.astype("U1").astype(object)
    fashions = [
        given + "." + surname,
        given + surname,
        given + "_" + surname,
        surname + "." + given,
        initial + surname,
        initial + "." + surname + number,
        given + number,
        given + "." + surname + number,
        surname + year,
        given + year,
    ]
    return np.choose(draws.weighted(rng, len(given), (18, 12, 8, 9, 9, 10, 8, 12, 7, 7)), fashions)


def _slugs(names: Strings) -> Strings:
    return draws.strings([slug(name) for name in names.tolist()])
