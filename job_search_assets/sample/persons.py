"""The persons behind the genuine accounts: who they are, before anybody types anything."""

from dataclasses import dataclass

import numpy as np

from job_search_assets.sample import draws
from job_search_assets.sample.draws import Strings
from job_search_assets.sample.shares import Shares
from job_search_assets.sample.vocabulary import LOCALES, Vocabulary

_FAMILY_FIRST = np.array([place.names_family_first for place in LOCALES])
_DIGITS = draws.strings([str(number) for number in range(10)])
_PAIRS = draws.strings([f"{number:02d}" for number in range(100)])
_TRIPLES = draws.strings([f"{number:03d}" for number in range(1000)])
_SIGNS = draws.strings(list("ABDEFGHJLNPRSTUWXYZ"))


@dataclass
class Persons:
    """One place a person. Names and towns are places in the vocabulary; `middle` is a given name or -1."""

    person_id: Strings
    accounts: np.ndarray
    locale: np.ndarray
    is_female: np.ndarray
    given: np.ndarray
    middle: np.ndarray
    surname: np.ndarray
    born: np.ndarray  # days since 1970-01-01
    city: np.ndarray
    postcode: Strings
    mailbox_of: np.ndarray  # the person whose e-mail address this one uses: mostly the person's own
    phone_of: np.ndarray
    home_of: np.ndarray  # the person whose network address this one shares


def persons(rng: np.random.Generator, accounts: int, words: Vocabulary, shares: Shares) -> Persons:
    """As many persons as own this many accounts between them."""
    sizes = _accounts_each(rng, accounts, shares)
    count = len(sizes)
    locale = draws.weighted(rng, count, [place.share for place in LOCALES])
    is_female = rng.random(count) < 0.46
    city, postcode = homes(rng, locale, words)
    return Persons(
        person_id=draws.identifiers(rng, count, "p", 8),
        accounts=sizes,
        locale=locale,
        is_female=is_female,
        given=given_names(rng, locale, is_female, words),
        middle=_middle_names(rng, locale, is_female, words),
        surname=words.surname_at[locale] + _within(rng, words.surname_size[locale]),
        born=_birthdays(rng, count),
        city=city,
        postcode=postcode,
        mailbox_of=np.arange(count),
        phone_of=np.arange(count),
        home_of=np.arange(count),
    )


def _accounts_each(rng: np.random.Generator, accounts: int, shares: Shares) -> np.ndarray:
    sizes = 1 + draws.weighted(rng, accounts, shares.accounts_per_person)
    count = int(np.searchsorted(np.cumsum(sizes), accounts)) + 1
    sizes = sizes[:count]
    sizes[-1] -= sizes.sum() - accounts
    return sizes


def given_names(rng: np.random.Generator, locale: np.ndarray, is_female: np.ndarray, words: Vocabulary) -> np.ndarray:
    """A given name each, of the right country and sex."""
    sex = is_female.astype(int)
    return words.given_at[locale, sex] + _within(rng, words.given_size[locale, sex])


def _middle_names(rng: np.random.Generator, locale: np.ndarray, is_female: np.ndarray, words: Vocabulary) -> np.ndarray:
    """A second given name for some, -1 for most; none where the family name comes first."""
    has_one = (rng.random(len(locale)) < 0.33) & ~_FAMILY_FIRST[locale]
    return np.where(has_one, given_names(rng, locale, is_female, words), -1)


def homes(rng: np.random.Generator, locale: np.ndarray, words: Vocabulary) -> tuple[np.ndarray, Strings]:
    """A town and a postcode each."""
    city = words.city_at[locale] + _within(rng, words.city_size[locale], flat=6.0)
    return city, _postcodes(rng, locale, city)


def _postcodes(rng: np.random.Generator, locale: np.ndarray, city: np.ndarray) -> Strings:
    """A postcode each, in the country's form; a town has a few districts and a district a few hundred codes."""
    count = len(city)
    head = _PAIRS[(city * 37) % 90 + 10]
    tail = _TRIPLES[draws.skewed(rng, count, 400)]
    codes = head + tail
    polish = np.array([place.country == "PL" for place in LOCALES])[locale]
    codes[polish] = head[polish] + "-" + tail[polish]
    british = locale == 0
    town, size = city[british], int(british.sum())
    district = (draws.skewed(rng, size, 18, flat=2.0) + 1).astype(str).astype(object)
    unit = _SIGNS[rng.integers(19, size=size)] + _SIGNS[rng.integers(19, size=size)]
    area = _SIGNS[town * 7 % 19] + _SIGNS[town // 19 * 5 % 19]
    codes[british] = area + district + " " + _DIGITS[rng.integers(10, size=size)] + unit
    return codes


def _within(rng: np.random.Generator, sizes: np.ndarray, flat: float = 12.0) -> np.ndarray:
    """A skewed place below each size: one draw by country, since sizes differ."""
    places = np.empty(len(sizes), dtype=np.int64)
    for size in np.unique(sizes):
        these = sizes == size
        places[these] = draws.skewed(rng, int(these.sum()), int(size), flat=flat)
    return places


def _birthdays(rng: np.random.Generator, count: int) -> np.ndarray:
    """Most are 20 to 50 in 2025, a tail is older, and none is younger than 17."""
    age = 17 + rng.gamma(3.2, 5.6, size=count).clip(0, 65)
    return (20_089 - age * 365.25 - rng.integers(0, 365, size=count)).astype(np.int64)
