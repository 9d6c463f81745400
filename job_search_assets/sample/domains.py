"""The mail domains of the sample. All end in a name that RFC 2606 keeps out of use, so no letter can arrive."""

from collections.abc import Sequence

import numpy as np

from job_search_assets.sample import draws
from job_search_assets.sample.draws import Strings
from job_search_assets.sample.romanised import slug
from job_search_assets.sample.vocabulary import LOCALES, Vocabulary

_MAIL = draws.listed("post,mail,letter,box,inbox,mailer,courier,dove,pigeon,envelope,stamp,parcel")
_NET = draws.listed("north,sun,city,home,free,blue,web,nova,fern,oak,river,meadow,hanmaeul,nadeuri,rhein,wisla,bosfor")
_SHADY = draws.listed("quick,drop,temp,fly,zap,moon,trash,ten,hop,lite,max,ultra,gold,spot,mint,pro,trade,link,data")
_TRADES = draws.listed("-group,-tech,-partners,-bau,-labs,,-consult,-werk,soft")
_ENDINGS = (".example", ".test", ".invalid")
_FREE_EACH = 9  # free mail providers in a country


class Domains:
    """Mail domains by kind: free mail of each country, firms, universities, throw-away."""

    def __init__(self, rng: np.random.Generator, words: Vocabulary, throwaway: int) -> None:
        self.free = np.array([_named(rng, _NET, _MAIL, _FREE_EACH) for _ in LOCALES], dtype=object)
        owners = words.surname_latin[0][rng.permutation(words.surname.shape[1])[:900]]
        self.firms = _named(rng, [slug(name) for name in owners], _TRADES, 900)
        cities = words.city_latin[rng.permutation(len(words.city))[:150]]
        self.universities = _ended(rng, [f"uni-{slug(city)}" for city in cities], (0.9, 0.1, 0.0))
        self.throwaway = _named(rng, _SHADY, _SHADY + _MAIL, throwaway)

    def anywhere(self, rng: np.random.Generator, locale: np.ndarray, throwaway: float) -> Strings:
        """A domain each, as people of these countries have them; this share of them throw-away ones."""
        count = len(locale)
        kind = draws.weighted(rng, count, (1 - throwaway - 0.15, 0.11, 0.04, throwaway))
        free = self.free[locale, draws.skewed(rng, count, _FREE_EACH, flat=1.0)]
        choices = (self.firms, self.universities, self.throwaway)
        others = [some[draws.skewed(rng, count, len(some), flat=20.0)] for some in choices]
        return np.choose(kind, [free, *others])

    def linked(self, rng: np.random.Generator) -> Strings:
        """Some sites that people and spammers link to."""
        return np.concatenate([self.throwaway[:40], self.firms[:80]])[rng.permutation(120)]


def _named(rng: np.random.Generator, heads: Sequence[str], tails: Sequence[str], count: int) -> Strings:
    pairs = [heads[one] + tails[two] for one, two in rng.integers((len(heads), len(tails)), size=(count * 2 + 9, 2))]
    distinct = list(dict.fromkeys(pairs))[:count]
    numbers = rng.integers(2, 99, size=len(distinct)).tolist()
    named = [f"{name}{number}" if number < 14 else name for name, number in zip(distinct, numbers, strict=True)]
    return _ended(rng, named, (0.66, 0.22, 0.12))


def _ended(rng: np.random.Generator, names: list[str], weights: tuple[float, ...]) -> Strings:
    endings = draws.weighted(rng, len(names), weights).tolist()
    return draws.strings([name + _ENDINGS[ending] for name, ending in zip(names, endings, strict=True)])
