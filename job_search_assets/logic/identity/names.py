"""A person's name as people type it, brought into a form that can be compared.

Each function takes one text, engine-free, so that every engine gets the same. Titles and case go; what is left is
put in parts (first and last word) and, order set aside, in roots and sounds.
"""

import re
import unicodedata

from job_search_assets.logic.identity.nicknames import root

# At the beginning of a name only: further back they are names (John Major, Nat King Cole).
_BEFORE = """sir dame lord lady maj gen brig hm canon bishop mr mrs ms miss mx dr doctor prof professor rev reverend
hon capt captain col colonel major general lt lieutenant admiral sergeant baroness countess viscount marquess the"""
_AFTER = "sr jr esq phd md ii iii iv"
_PARTICLES = "of the de la le du von van der den di da del della y e und and al el bin ibn"
_TITLES, _SUFFIXES, _BETWEEN = (frozenset(words.split()) for words in (_BEFORE, _AFTER, _PARTICLES))

# Letters that Unicode does not take apart into a letter and an accent.
_LETTERS = str.maketrans(
    {"ø": "o", "đ": "d", "ł": "l", "ß": "ss", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ı": "i", "’": "", "'": ""}
)
_NOT_WORD = re.compile(r"[\W_]+")
# Consonants taken for one another get one digit; vowels, digits and h, w, y go. Soundex without its first letter.
_SOUNDS = str.maketrans("bfpvckgqjsxzdtlmnr", "111122222222334556", "aeiouhwy0123456789")
_REPEATED = re.compile(r"(.)\1+")

_HANGUL = re.compile(r"^[가-힣]{2,4}$")
# Revised Romanization of Korean (2000), letter by letter.
_LEAD_LETTERS = "g kk n d tt r m b pp s ss - j jj ch k t p h"
_VOWEL_LETTERS = "a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i"
_TAIL_LETTERS = "- k k k n n n t l k m l l l p l m p p t t ng t t k t p t"
_LEADS, _VOWELS, _TAILS = (
    [letter.strip("-") for letter in letters.split()] for letters in (_LEAD_LETTERS, _VOWEL_LETTERS, _TAIL_LETTERS)
)


def plain(text: str | None) -> str | None:
    """Lower case without accents or punctuation, words apart by one space; None where nothing is left."""
    if not text:
        return None
    letters = text.lower().translate(_LETTERS)
    if not letters.isascii():
        apart = unicodedata.normalize("NFKD", letters)
        letters = unicodedata.normalize("NFC", "".join(c for c in apart if not unicodedata.combining(c)))
    return _NOT_WORD.sub(" ", letters).strip() or None


def _latin(word: str) -> list[str]:
    """A Korean name as given name and surname in Latin letters; any other word as it is."""
    if not _HANGUL.match(word):
        return [word]
    syllables = []
    for character in word:
        code = ord(character) - 0xAC00
        syllables.append(_LEADS[code // 588] + _VOWELS[code % 588 // 28] + _TAILS[code % 28])
    return ["".join(syllables[1:]), syllables[0]]


def words_of(full_name: str | None) -> list[str]:
    """The words of a name in their order, without titles and particles, unless nothing else is there."""
    words = [part for word in (plain(full_name) or "").split() for part in _latin(word)]
    start, end = 0, len(words)
    while start < end and words[start] in _TITLES:
        start += 1
    while end > start and words[end - 1] in _SUFFIXES:
        end -= 1
    return [word for word in words[start:end] if word not in _BETWEEN] or words


def sound(word: str) -> str:
    """How a word roughly sounds: its consonants by class, at most five; the word itself where it has none."""
    return _REPEATED.sub(r"\1", word.translate(_SOUNDS))[:5] or word


def parts(full_name: str | None) -> tuple[str | None, ...]:
    """Forename, its root, surname, roots of all words, and their sounds: both sorted and apart by spaces.

    A name of one word has no surname. Initials have a part but neither root nor sound.
    """
    words = words_of(full_name)
    if not words:
        return None, None, None, None, None
    roots = sorted({root(word) for word in words if len(word) > 1 or not word.isascii()})
    surname = words[-1] if len(words) > 1 else None
    sounds = sorted({sound(word) for word in roots})
    return words[0], root(words[0]), surname, " ".join(roots) or None, " ".join(sounds) or None
