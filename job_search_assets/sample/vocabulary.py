"""The words that people are made of: given names, surnames and towns of eight countries, taken from Mimesis.

All countries lie in one flat array, each in its own stretch: a million draws then need no loop over countries.
"""

import json
from dataclasses import dataclass
from importlib import resources
from typing import Any

import numpy as np

from job_search_assets.sample import draws, romanised
from job_search_assets.sample.draws import Strings


@dataclass(frozen=True)
class Locale:
    """A country that accounts come from, and its share of the persons."""

    code: str
    country: str
    share: float
    dataset: str
    names_family_first: bool = False
    has_own_script: bool = False


LOCALES = (
    Locale("en", "GB", 0.36, "en-gb"),
    Locale("ko", "KR", 0.16, "ko", names_family_first=True, has_own_script=True),
    Locale("de", "DE", 0.12, "de"),
    Locale("fr", "FR", 0.09, "fr"),
    Locale("pl", "PL", 0.08, "pl"),
    Locale("es", "ES", 0.07, "es"),
    Locale("tr", "TR", 0.06, "tr"),
    Locale("uk", "UA", 0.06, "uk", has_own_script=True),
)

_SHORT_NAMES = (
    "Alexander Alex,Andrew Andy,Anthony Tony,Benjamin Ben,Charles Charlie,Christopher Chris,"
    "Daniel Dan,David Dave,Edward Ted,Frederick Fred,George Georgie,Gregory Greg,Henry Harry,"
    "James Jim,John Jack,Jonathan Jon,Joseph Joe,Joshua Josh,Kenneth Ken,Lawrence Larry,"
    "Leonard Len,Matthew Matt,Michael Mike,Nicholas Nick,Patrick Pat,Peter Pete,Philip Phil,"
    "Richard Dick,Robert Bob,Ronald Ron,Samuel Sam,Stephen Steve,Steven Steve,Theodore Ted,"
    "Thomas Tom,Timothy Tim,Walter Walt,William Bill,Abigail Abby,Alexandra Alex,Amanda Mandy,"
    "Barbara Babs,Catherine Kate,Charlotte Lottie,Christine Chris,Deborah Debbie,Dorothy Dot,"
    "Eleanor Nell,Elizabeth Liz,Emily Em,Frances Fran,Gabrielle Gabby,Jacqueline Jackie,"
    "Jennifer Jenny,Jessica Jess,Judith Judy,Katherine Kate,Margaret Maggie,Mary Molly,"
    "Michelle Shelly,Natalie Nat,Pamela Pam,Patricia Pat,Rebecca Becky,Samantha Sam,Susan Sue,"
    "Teresa Terry,Victoria Vicky,Maximilian Max,Johannes Hannes,Sebastian Basti,Katharina Kathi,"
    "Wolfgang Wolf,Aleksander Olek,Katarzyna Kasia,Małgorzata Gosia,Magdalena Magda,Francisco Paco,"
    "Guadalupe Lupe,Dolores Lola,Ignacio Nacho,Mehmet Memo,Frédéric Fred,Олександр Сашко,"
    "Катерина Катя,Володимир Вова,Євген Женя,Наталія Наталка"
)
_SHORT = dict(pair.split(" ") for pair in draws.listed(_SHORT_NAMES))


@dataclass(frozen=True)
class Vocabulary:
    """Flat arrays of words; `*_at[locale]` is where a country's stretch begins, `*_size[locale]` how long it is.

    Given names have two stretches a country, men's (0) and women's (1); surnames have a form for each, side by side.
    """

    given: Strings
    given_latin: Strings
    given_short: Strings
    given_at: np.ndarray  # [locale, is_female]
    given_size: np.ndarray
    surname: Strings  # [is_female, place]
    surname_latin: Strings
    surname_at: np.ndarray
    surname_size: np.ndarray
    city: Strings
    city_latin: Strings
    city_at: np.ndarray
    city_size: np.ndarray
    jobs: tuple[Strings, ...]


def load(rng: np.random.Generator) -> Vocabulary:
    """Everything, each stretch in an order drawn by the seed: the first of a stretch will be the common ones."""
    people = [_read(locale.dataset, "person") for locale in LOCALES]
    given = [_shuffled(rng, names["names"][sex]) for names in people for sex in ("male", "female")]
    surnames = [_surnames(rng, names["surnames"]) for names in people]
    cities = [_shuffled(rng, _read(locale.dataset, "address")["city"]) for locale in LOCALES]
    all_given, all_cities = _flat(given), _flat(cities)
    forms = np.array([_flat([stretch[sex] for stretch in surnames]) for sex in (0, 1)])
    return Vocabulary(
        given=all_given,
        given_latin=_latin(all_given),
        given_short=draws.strings([_SHORT.get(name, "") for name in all_given.tolist()]),
        given_at=_starts(given).reshape(-1, 2),
        given_size=_sizes(given).reshape(-1, 2),
        surname=forms,
        surname_latin=np.array([_latin(form) for form in forms]),
        surname_at=_starts([stretch[0] for stretch in surnames]),
        surname_size=_sizes([stretch[0] for stretch in surnames]),
        city=all_cities,
        city_latin=_latin(all_cities),
        city_at=_starts(cities),
        city_size=_sizes(cities),
        jobs=tuple(_jobs(locale.code) for locale in LOCALES),
    )


def _read(locale: str, part: str) -> dict[str, Any]:
    source = resources.files("mimesis.datasets") / locale / f"{part}.json"
    found: dict[str, Any] = json.loads(source.read_text(encoding="utf-8"))
    return found


def _shuffled(rng: np.random.Generator, names: list[str]) -> list[str]:
    """In random order, but names that have a short form tend to come first: they are the common ones."""
    kept = [name.strip() for name in dict.fromkeys(names)]
    lots = rng.random(len(kept)) - 0.8 * np.array([name in _SHORT for name in kept])
    return [kept[place] for place in np.argsort(lots)]


def _surnames(rng: np.random.Generator, found: Any) -> tuple[list[str], list[str]]:
    pairs = (
        list(zip(found["male"], found["female"], strict=True)) if isinstance(found, dict) else [(n, n) for n in found]
    )
    order = rng.permutation(len(pairs))
    return [pairs[place][0] for place in order], [pairs[place][1] for place in order]


def _jobs(locale: str) -> Strings:
    return draws.strings([job.split(" / ")[0].split("(")[0].strip() for job in _read(locale, "person")["occupation"]])


def _flat(stretches: list[list[str]]) -> Strings:
    return draws.strings([word for stretch in stretches for word in stretch])


def _latin(names: Strings) -> Strings:
    return draws.strings([romanised.romanised(name) for name in names.tolist()])


def _sizes(stretches: list[list[str]]) -> np.ndarray:
    return np.array([len(stretch) for stretch in stretches])


def _starts(stretches: list[list[str]]) -> np.ndarray:
    return np.concatenate([[0], np.cumsum(_sizes(stretches))[:-1]])
