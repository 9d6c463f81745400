"""The `about` texts: sentences drawn from the phrases of a language, their slots filled, then joined.

An ordinary text is one to three sentences of a person; a spam text is a hook, an offer and a call, mostly a
campaign's own three with other numbers in them.
"""

from collections.abc import Callable

import numpy as np

from job_search_assets.sample import draws
from job_search_assets.sample.draws import Strings
from job_search_assets.sample.phrases import Phrases, Sentences
from job_search_assets.sample.phrases.english import ENGLISH
from job_search_assets.sample.phrases.french import FRENCH
from job_search_assets.sample.phrases.german import GERMAN
from job_search_assets.sample.phrases.korean import KOREAN
from job_search_assets.sample.phrases.polish import POLISH
from job_search_assets.sample.phrases.spanish import SPANISH
from job_search_assets.sample.phrases.turkish import TURKISH
from job_search_assets.sample.phrases.ukrainian import UKRAINIAN
from job_search_assets.sample.vocabulary import Vocabulary

PHRASES = (ENGLISH, KOREAN, GERMAN, FRENCH, POLISH, SPANISH, TURKISH, UKRAINIAN)  # as in vocabulary.LOCALES
_INVENTED = draws.listed(
    "Nordlichten,Blue Herons,Hansolworks,Kestrel & Sons,Molinova,Vistulasoft,Ashgroves,Lumenta,Baekduna"
)
_FIRMS = draws.strings(_INVENTED)


class Writer:
    """Fills sentences; holds what its slots are filled with."""

    def __init__(self, rng: np.random.Generator, words: Vocabulary, link_domains: Strings) -> None:
        self.rng, self.words, self.link_domains = rng, words, link_domains

    def ordinary(self, locale: np.ndarray) -> Strings:
        """A text for each account as its owner might write it in this country's language."""
        language = np.where(self.rng.random(len(locale)) < 0.12, 0, locale)
        shape = draws.weighted(self.rng, len(locale), (0.30, 0.17, 0.26, 0.17, 0.10))
        work = self._drawn(language, "work", np.isin(shape, (0, 2, 4)))
        life = self._drawn(language, "life", np.isin(shape, (1, 2, 4)))
        aside = self._drawn(language, "aside", np.isin(shape, (3, 4)))
        text = _joined(work, life, aside)
        signed = np.flatnonzero((text != "") & (self.rng.random(len(text)) < 0.04))
        text[signed] = text[signed] + draws.strings(list("🙂🎉👍😅–…💪☕"))[self.rng.integers(8, size=len(signed))]
        return text

    def spam(self, locale: np.ndarray, campaign: np.ndarray) -> Strings:
        """A text for each spam account; those of one campaign (a number, or -1) use its three sentences."""
        count = len(locale)
        lots = self.rng.integers(10**6, size=(3, count))
        of_campaign = self.rng.integers(10**6, size=(3, int(campaign.max(initial=-1)) + 1))
        keeps = (campaign >= 0) & (self.rng.random(count) < 0.93)
        lots[:, keeps] = of_campaign[:, campaign[keeps]]
        parts = []
        for lot, kind, share in zip(lots, ("hook", "offer", "call"), (0.8, 0.85, 0.8), strict=True):
            is_said = np.where(campaign >= 0, lot % 100 < share * 100, self.rng.random(count) < share)
            parts.append(self._drawn(locale, kind, is_said | (kind == "offer"), lot // 100))
        return _copied(self.rng, _joined(*parts), campaign)

    def _drawn(self, language: np.ndarray, kind: str, wanted: np.ndarray, lots: np.ndarray | None = None) -> Strings:
        texts = draws.strings([""] * len(language))
        lots = self.rng.integers(10**6, size=len(language)) if lots is None else lots
        for number, phrases in enumerate(PHRASES):
            sentences: Sentences = getattr(phrases, kind)
            which = np.where(wanted & (language == number), lots % len(sentences), -1)
            for place, sentence in enumerate(sentences):
                rows = np.flatnonzero(which == place)
                if len(rows):
                    texts[rows] = self._filled(sentence, number, phrases, len(rows))
        return texts

    def _filled(self, sentence: str, locale: int, phrases: Phrases, count: int) -> Strings:
        text = draws.strings([""] * count)
        for piece in sentence.split("{"):
            slot, closed, rest = piece.partition("}")
            text = text + self._slot(slot, locale, phrases, count) + rest if closed else text + piece
        return text

    def _slot(self, slot: str, locale: int, phrases: Phrases, count: int) -> Strings:
        if slot == "job":
            jobs = self.words.jobs[locale]
            return jobs[draws.skewed(self.rng, count, len(jobs), flat=30.0)]
        if slot == "city":
            start, size = self.words.city_at[locale], self.words.city_size[locale]
            return self.words.city[start + draws.skewed(self.rng, count, size, flat=6.0)]
        if slot == "given":
            start, size = self.words.given_at[locale, 0], self.words.given_size[locale, 0]
            return self.words.given[start + draws.skewed(self.rng, count, size)]
        if slot in ("skill", "hobby", "prize"):
            choices = draws.strings(getattr(phrases, slot))
            return choices[draws.skewed(self.rng, count, len(choices), flat=6.0)]
        return self._invented(slot, count)

    def _invented(self, slot: str, count: int) -> Strings:
        makers: dict[str, Callable[[], Strings]] = {
            "firm": lambda: _FIRMS[self.rng.integers(len(_FIRMS), size=count)],
            "years": lambda: _text(self.rng.integers(2, 30, size=count)),
            "since": lambda: _text(self.rng.integers(2004, 2026, size=count)),
            "sum": lambda: _text(self.rng.integers(2, 100, size=count) * 50),
            "phone": lambda: _text(self.rng.integers(10**5, 10**6, size=count)),
            "link": lambda: self._links(count),
        }
        return makers[slot]()

    def _links(self, count: int) -> Strings:
        domain = self.link_domains[draws.skewed(self.rng, count, len(self.link_domains), flat=8.0)]
        head = draws.strings(["www.", "https://", ""])[self.rng.integers(3, size=count)]
        page = draws.strings(["", "/", "/me", "/new", "/go", "/shop", "/p"])[self.rng.integers(7, size=count)]
        return head + domain + page


def _copied(rng: np.random.Generator, texts: Strings, campaign: np.ndarray) -> Strings:
    """The texts, some campaigns' all alike: how much is copied word for word differs from one to the next."""
    numbers, firsts = np.unique(campaign, return_index=True)
    place = np.searchsorted(numbers, campaign)
    share = rng.uniform(0, 1, size=len(numbers))[place]
    is_copy = (campaign >= 0) & (rng.random(len(texts)) < share)
    return np.where(is_copy, texts[firsts][place], texts)


def _text(numbers: np.ndarray) -> Strings:
    return numbers.astype(str).astype(object)


def _joined(*parts: Strings) -> Strings:
    text = parts[0]
    for part in parts[1:]:
        text = np.where((text == "") | (part == ""), text + part, text + " " + part)
    return text
