"""How typing goes wrong: slips of the finger, capitals, fields left empty."""

import numpy as np

from job_search_assets.sample import draws
from job_search_assets.sample.draws import Strings

_LETTERS = "etaoinsrhldcumfpgwybvk"


def with_slips(rng: np.random.Generator, typed: Strings, share: float) -> Strings:
    """The same words, this share of them misspelt."""
    slipped = np.flatnonzero(rng.random(len(typed)) < share)
    typed[slipped] = _misspelt(rng, typed[slipped])
    return typed


def capitals(rng: np.random.Generator, typed: Strings) -> Strings:
    """The same words, some all in small letters and a few all in capitals."""
    how = draws.weighted(rng, len(typed), (0.77, 0.17, 0.06))
    for number, change in ((1, str.lower), (2, str.upper)):
        these = np.flatnonzero(how == number)
        typed[these] = draws.strings([change(word) for word in typed[these].tolist()])
    return typed


def missing(rng: np.random.Generator, typed: Strings, share: float) -> Strings:
    """The same values, this share of them left empty."""
    typed[rng.random(len(typed)) < share] = ""
    return typed


def _misspelt(rng: np.random.Generator, words: Strings) -> Strings:
    """Each word with one slip of the finger: a sign left out, doubled, swapped with the next, or replaced."""
    place, kind = rng.random(len(words)), rng.integers(4, size=len(words))
    letter = rng.integers(len(_LETTERS), size=len(words))
    slips = zip(words.tolist(), place.tolist(), kind.tolist(), letter.tolist(), strict=True)
    return draws.strings([_slip(word, int(share * len(word)), how, _LETTERS[sign]) for word, share, how, sign in slips])


def _slip(word: str, at: int, how: int, sign: str) -> str:
    if len(word) < 3:
        return word
    if how == 0:
        return word[:at] + word[at + 1 :]
    if how == 1:
        return word[: at + 1] + word[at:]
    if how == 2:
        return word[:at] + word[at : at + 2][::-1] + word[at + 2 :]
    return word[:at] + sign + word[at + 1 :]
