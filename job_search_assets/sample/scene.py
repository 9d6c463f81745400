"""What all accounts have in common, genuine or spam: words, networks, mail domains, a writer of texts."""

from dataclasses import dataclass

import numpy as np

from job_search_assets.sample import draws, networks, times, vocabulary
from job_search_assets.sample.domains import Domains
from job_search_assets.sample.networks import Internet
from job_search_assets.sample.shares import Shares
from job_search_assets.sample.texts import Writer
from job_search_assets.sample.vocabulary import Vocabulary


@dataclass(frozen=True)
class Scene:
    """The world that accounts are drawn in."""

    seed: int
    shares: Shares
    words: Vocabulary
    net: Internet
    wrong_since: np.ndarray  # when each wrong entry was listed, seconds since 1970
    domains: Domains
    writer: Writer


def scene(seed: int, accounts: int, shares: Shares) -> Scene:
    """The world for this many accounts."""
    words = vocabulary.load(draws.generator(seed, "vocabulary"))
    net = networks.internet(draws.generator(seed, "internet"), accounts, shares)
    rng = draws.generator(seed, "domains")
    domains = Domains(rng, words, throwaway=max(60, round(160 * (accounts / 5_000) ** 0.4)))
    writer = Writer(draws.generator(seed, "texts"), words, domains.linked(rng))
    return Scene(seed, shares, words, net, _wrong_since(rng, net), domains, writer)


def _wrong_since(rng: np.random.Generator, net: Internet) -> np.ndarray:
    """In the first half, so that most of those wronged came later."""
    span = (times.CLOSED - times.OPENED) / times.DAY
    return times.OPENED + times.days(rng, 0.08 * span, 0.4 * span, len(net.listed.places("wrong")))
