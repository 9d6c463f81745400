"""What a person typed on one sign-up form: the same name, birthday and home, each time a little different."""

import numpy as np

from job_search_assets.sample import contacts, draws, slips
from job_search_assets.sample.draws import Strings
from job_search_assets.sample.persons import Persons, homes
from job_search_assets.sample.vocabulary import LOCALES, Vocabulary

_OWN_SCRIPT = np.array([place.has_own_script for place in LOCALES])
_FAMILY_FIRST = np.array([place.names_family_first for place in LOCALES])
# None; day and month swapped; another day; another year or decade; the first of the month; of the year.
_DATE_SLIPS = (0.79, 0.055, 0.05, 0.035, 0.025, 0.045)
# Given and surname; with a middle name; initial; surname first; short form; given name alone; surname alone.
_STYLES = (0.50, 0.17, 0.08, 0.08, 0.08, 0.05, 0.04)


def identity(
    rng: np.random.Generator, people: Persons, owner: np.ndarray, is_first: np.ndarray, words: Vocabulary
) -> dict[str, Strings]:
    """The columns that say who somebody is, but for the e-mail address."""
    city, postcode, country = places(rng, people, owner, is_first, words)
    return {
        "full_name": names(rng, people, owner, words),
        "phone": contacts.phones(rng, people, owner, missing=0.6),
        "birth_date": birth_dates(rng, people, owner),
        "city": city,
        "postcode": postcode,
        "country": country,
    }


def names(rng: np.random.Generator, people: Persons, owner: np.ndarray, words: Vocabulary) -> Strings:
    """A full name for each account of `owner`: initials, short forms, another script, slips, capitals."""
    locale, count = people.locale[owner], len(owner)
    is_latin = rng.random(count) < np.where(_OWN_SCRIPT[locale], 0.28, 0.12)
    given, middle, surname = _words(people, owner, words, is_latin)
    short = words.given_short[people.given[owner]]
    style = draws.weighted(rng, count, _STYLES)
    asian = _FAMILY_FIRST[locale] & ~is_latin
    initial = draws.strings([name[:1] + rest for name, rest in zip(given.tolist(), _dots(rng, count), strict=True)])
    full = np.where(asian, surname + given, given + " " + surname)
    for number, written in (
        (1, np.where(middle == "", full, given + " " + middle + " " + surname)),
        (2, np.where(asian, full, initial + " " + surname)),
        (3, np.where(asian, surname + " " + given, surname + np.where(rng.random(count) < 0.5, ", ", " ") + given)),
        (4, np.where(short == "", full, short + " " + surname)),
        (5, given),
        (6, np.where(asian, full, surname)),
    ):
        full = np.where(style == number, written, full)
    return slips.capitals(rng, slips.with_slips(rng, full, 0.10))


def birth_dates(rng: np.random.Generator, people: Persons, owner: np.ndarray) -> Strings:
    """ISO dates: a quarter missing, some with day and month swapped, another digit, or the year only."""
    born, count = people.born[owner], len(owner)
    slip = draws.weighted(rng, count, _DATE_SLIPS)
    day = born.astype("datetime64[D]")
    month = day.astype("datetime64[M]")
    year = day.astype("datetime64[Y]")
    of_month, of_year = (day - month).astype(int), (month - year.astype("datetime64[M]")).astype(int)
    can_swap = (slip == 1) & (of_month < 12) & (of_year < 27)
    swapped = (year.astype("datetime64[M]") + of_month.clip(0, 11)).astype("datetime64[D]") + of_year
    day = np.where(can_swap, swapped, day)
    day = np.where(slip == 2, month.astype("datetime64[D]") + (of_month + rng.integers(1, 10, count)) % 28, day)
    another_year = year + np.where(slip == 3, rng.choice([-10, -1, 1, 10], size=count), 0)
    moved = another_year.astype("datetime64[M]").astype("datetime64[D]") + (day - year.astype("datetime64[D]"))
    day = np.where(slip == 3, moved, day)
    day = np.where(slip == 4, month.astype("datetime64[D]"), day)
    day = np.where(slip == 5, year.astype("datetime64[D]"), day)
    written = np.datetime_as_string(day.astype("datetime64[D]")).astype(object)
    return slips.missing(rng, written, 0.265)


def places(
    rng: np.random.Generator, people: Persons, owner: np.ndarray, is_first: np.ndarray, words: Vocabulary
) -> tuple[Strings, Strings, Strings]:
    """Town, postcode and country of each account; one in seven later accounts comes from a new home."""
    city, postcode, locale = people.city[owner], people.postcode[owner], people.locale[owner]
    moved = np.flatnonzero(draws.chosen(rng, ~is_first, 0.14))
    city[moved], postcode[moved] = homes(rng, locale[moved], words)
    is_latin = rng.random(len(owner)) < np.where(_OWN_SCRIPT[locale], 0.25, 0.1)
    town = slips.capitals(
        rng, slips.with_slips(rng, np.where(is_latin, words.city_latin[city], words.city[city]), 0.04)
    )
    postcode = slips.with_slips(rng, postcode, 0.08)
    squeezed = np.flatnonzero(rng.random(len(owner)) < 0.12)
    postcode[squeezed] = draws.strings([code.replace(" ", "").replace("-", "").lower() for code in postcode[squeezed]])
    country = draws.strings([place.country for place in LOCALES])[locale]
    abroad = np.flatnonzero(rng.random(len(owner)) < 0.05)
    country[abroad] = draws.strings(["US", "IE", "NL", "AT", "CA", "AU", "CH", "JP"])[rng.integers(8, size=len(abroad))]
    return slips.missing(rng, town, 0.13), slips.missing(rng, postcode, 0.2), slips.missing(rng, country, 0.12)


def _words(
    people: Persons, owner: np.ndarray, words: Vocabulary, is_latin: np.ndarray
) -> tuple[Strings, Strings, Strings]:
    first, second, sex = people.given[owner], people.middle[owner], people.is_female[owner].astype(int)
    family = people.surname[owner]
    given = np.where(is_latin, words.given_latin[first], words.given[first])
    middle = np.where(
        (second < 0) | (second == first), "", np.where(is_latin, words.given_latin[second], words.given[second])
    )
    surname = np.where(is_latin, words.surname_latin[sex, family], words.surname[sex, family])
    return given, middle, surname


def _dots(rng: np.random.Generator, count: int) -> list[str]:
    dots: list[str] = np.where(rng.random(count) < 0.7, ".", "").tolist()
    return dots
