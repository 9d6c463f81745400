"""The job-seeker columns of a sign-up form, and who is truly looking for a job.

The shape follows the public data set "HR Analytics: Job Change of Data Scientists": who lives where development
is low looks for a job whatever else is true; elsewhere missing employers, study and little experience tell.
Gender plays no part, and the region only through its development index.
"""

from dataclasses import dataclass

import numpy as np

from job_search_assets.sample import draws
from job_search_assets.sample.draws import Strings

COLUMNS = (
    "region", "city_development_index", "has_relevant_experience", "enrolled_university", "education_level",
    "major_discipline", "years_experience", "company_size", "company_type", "last_job_change", "training_hours",
)  # fmt: skip
_LEVELS = draws.strings(["", "primary_school", "high_school", "graduate", "masters", "phd"])
_GRADUATE, _MASTERS = 3, 4
_ENROLLED = draws.strings(["", "none", "part_time", "full_time"])
_FULL_TIME = 3
_MAJORS = draws.strings(["STEM", "Humanities", "Business Degree", "Other", "Arts", "No Major", ""])
_SIZES = draws.strings(["<10", "10-49", "50-99", "100-499", "500-999", "1000-4999", "5000-9999", "10000+"])
_TYPES = draws.strings(["Pvt Ltd", "Funded Startup", "Public Sector", "Early Stage Startup", "NGO", "Other", ""])
_CHANGES = draws.strings(["never", "1", "2", "3", "4", ">4", ""])
_REGIONS = 64

Profile = dict[str, Strings]


@dataclass(frozen=True)
class _Careers:
    """One place a person: what the form asks for, as numbers."""

    region: Strings
    index: np.ndarray
    years: np.ndarray
    is_relevant: np.ndarray
    enrolled: np.ndarray
    level: np.ndarray
    has_no_firm: np.ndarray
    change: np.ndarray


def profiles(rng: np.random.Generator, count: int) -> tuple[Profile, np.ndarray]:
    """A full form and the truth (is looking for a job) for each of `count` persons."""
    careers = _careers(rng, count)
    return _form(rng, careers), rng.random(count) < 1 / (1 + np.exp(-_inclination(careers)))


def drifted(rng: np.random.Generator, form: Profile, owner: np.ndarray, years_since: np.ndarray) -> Profile:
    """The forms of later accounts, as life goes on: more than half stay empty, the rest has moved a little."""
    count, is_later = len(owner), years_since > 0
    told = {column: values[owner] for column, values in form.items()}
    another, _ = profiles(rng, count)
    for columns, share in (
        (("company_size", "company_type", "last_job_change"), 0.25),
        (("region", "city_development_index"), 0.12),
        (("enrolled_university",), 0.15),
    ):
        moved = draws.chosen(rng, is_later, share)
        for column in columns:
            told[column] = np.where(moved, another[column], told[column])
    _grow(rng, told, years_since)
    told["has_relevant_experience"][draws.chosen(rng, is_later, 0.06)] = "true"
    graduates = is_later & (told["education_level"] == _LEVELS[_GRADUATE])
    told["education_level"][draws.chosen(rng, graduates, 0.06)] = _LEVELS[_MASTERS]
    is_blank = draws.chosen(rng, is_later, 0.55)
    for column in COLUMNS:
        told[column][is_blank | draws.chosen(rng, is_later, 0.25)] = ""
    return told


def random_forms(rng: np.random.Generator, count: int) -> Profile:
    """The forms of spam accounts: a third empty, the rest a stranger's row or values that don't belong together."""
    row, _ = profiles(rng, count)
    is_mixed = rng.random(count) < 0.5
    is_blank = rng.random(count) < 0.35
    for column in COLUMNS:
        other = np.where(rng.random(count) < 0.3, "", row[column][rng.permutation(count)])
        row[column] = np.where(is_blank, "", np.where(is_mixed, other, row[column])).astype(object)
    return row


def _careers(rng: np.random.Generator, count: int) -> _Careers:
    region, index = _regions(rng, count)
    is_low = index <= 0.65
    years = np.where(is_low, rng.gamma(1.6, 4.2, count), rng.gamma(1.9, 6.2, count)).clip(0.3, 21).round()
    is_relevant = rng.random(count) < np.where(years > 4, 0.82, 0.52)
    enrolled = draws.weighted(rng, count, (0.02, 0.72, 0.06, 0.20))
    young, grown = (draws.weighted(rng, count, shares) for shares in ((4, 4, 24, 56, 11, 1), (2, 1, 7, 62, 25, 3)))
    return _Careers(
        region=region,
        index=index,
        years=years,
        is_relevant=is_relevant,
        enrolled=np.where((years < 4) & (rng.random(count) < 0.35), _FULL_TIME, enrolled),
        level=np.where(years < 3, young, grown),
        has_no_firm=rng.random(count) < np.where(is_low, 0.42, np.where(is_relevant, 0.2, 0.55)),
        change=draws.weighted(rng, count, (13, 42, 15, 5, 5, 17, 2)),
    )


def _inclination(careers: _Careers) -> np.ndarray:
    """The log odds of looking for a job: .62 of those in poor regions do, .18 of the others."""
    is_student = careers.enrolled == _FULL_TIME
    poor = 0.42 + 0.12 * careers.has_no_firm - 0.1 * careers.is_relevant + 0.1 * is_student
    rich = (
        -2.45
        + 1.9 * careers.has_no_firm
        - 0.45 * careers.is_relevant
        + 0.5 * is_student
        + 0.45 * (careers.level == _GRADUATE)
        - 0.9 * (careers.level < _GRADUATE)
        - 0.035 * (careers.years - 9)
        - 7.0 * (careers.index - 0.88)
        + 0.25 * np.isin(careers.change, (1, 6))
    )
    return np.where(careers.index <= 0.65, poor, rich)


def _form(rng: np.random.Generator, careers: _Careers) -> Profile:
    count, is_school = len(careers.index), careers.level < _GRADUATE
    size = _SIZES[draws.weighted(rng, count, (10, 11, 23, 20, 7, 11, 4, 15))]
    kind = _TYPES[draws.weighted(rng, count, (73, 7, 7, 5, 4, 1, 3))]
    major = _MAJORS[draws.weighted(rng, count, (87, 4, 2, 2, 2, 1, 2))]
    return {
        "region": careers.region,
        "city_development_index": _short(careers.index),
        "has_relevant_experience": draws.flags(careers.is_relevant),
        "enrolled_university": _ENROLLED[careers.enrolled],
        "education_level": _LEVELS[careers.level],
        "major_discipline": np.where(is_school, "", major).astype(object),
        "years_experience": _experience(careers.years),
        "company_size": np.where(careers.has_no_firm, "", size).astype(object),
        "company_type": np.where(draws.chosen(rng, careers.has_no_firm, 0.85), "", kind).astype(object),
        "last_job_change": _CHANGES[careers.change],
        "training_hours": rng.gamma(1.3, 50, count).clip(1, 336).astype(int).astype(str).astype(object),
    }


def _regions(rng: np.random.Generator, count: int) -> tuple[Strings, np.ndarray]:
    """A region each and its development index; one large region is poor, the largest is rich."""
    table = np.random.default_rng(2019)  # the same regions for every seed: they are geography
    index = (0.93 - table.gamma(1.6, 0.06, size=_REGIONS)).clip(0.45, 0.95).round(3)
    index[:5] = 0.92, 0.624, 0.91, 0.926, 0.555
    names = draws.strings([f"region_{number}" for number in table.permutation(180)[:_REGIONS] + 1])
    weights = np.concatenate([[22, 17, 8, 7, 4.5], 44 * 0.95 ** np.arange(_REGIONS - 5) / 19])
    place = draws.weighted(rng, count, weights.tolist())
    return names[place], index[place]


def _short(numbers: np.ndarray) -> Strings:
    distinct, places = np.unique(numbers, return_inverse=True)
    return draws.strings([f"{number:g}" for number in distinct])[places]


def _experience(years: np.ndarray) -> Strings:
    return _short(np.where(years < 1, 0.5, years))


def _grow(rng: np.random.Generator, told: Profile, years_since: np.ndarray) -> None:
    years = told["years_experience"].astype(float)
    told["years_experience"] = _experience((years + np.floor(years_since + 0.5 * (years_since > 0))).clip(0, 21))
    hours = told["training_hours"].astype(int) + (years_since * rng.integers(0, 40, size=len(years))).astype(int)
    told["training_hours"] = hours.astype(str).astype(object)
