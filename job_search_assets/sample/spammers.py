"""Spam accounts: bursts of sign-ups from few networks, domains and texts; slow campaigns; and loners."""

from dataclasses import dataclass

import numpy as np

from job_search_assets.sample import addresses, contacts, draws, profiles, recordings, slips, times
from job_search_assets.sample.accounts import Accounts, origins
from job_search_assets.sample.draws import Strings
from job_search_assets.sample.networks import UNLISTED, Listed
from job_search_assets.sample.persons import Persons, persons
from job_search_assets.sample.scene import Scene
from job_search_assets.sample.shares import Shares


@dataclass(frozen=True)
class _Bursts:
    """One place a burst: when, where from (up to three networks), under which domains."""

    start: np.ndarray
    hours: np.ndarray
    listed: np.ndarray  # [burst, 3]: listed networks, or -1 where the network is on no list
    hosting: np.ndarray  # [burst, 3]: bases of /24 on no list
    networks: np.ndarray  # how many of the three
    locale: np.ndarray
    domain: Strings  # [burst, 2]


def spam(count: int, world: Scene) -> Accounts:
    """`count` spam accounts: no person, a mask instead."""
    rng = draws.generator(world.seed, "spam accounts")
    masks = persons(rng, count, world.words, Shares(accounts_per_person=(1.0,)))
    burst = _bursts_of(rng, count, world.shares)
    plan = _planned(rng, int(burst.max()) + 1, masks, world)
    created, listed, address = _lone(rng, burst < 0, world)
    _join_bursts(rng, world.net.listed, plan, burst, created, listed, address)
    gender = draws.strings(["male", "female"])[rng.integers(2, size=count)]
    columns = {
        "account_id": draws.identifiers(rng, count, "u", 10),
        "created_at": times.iso(created),
        **origins(rng, count, (0.66, 0.13, 0.08, 0.13), (0.66, 0.2, 0.08, 0.06)),
        "email": _emails(rng, masks, world, plan, burst),
        **_identities(rng, masks, world),
        "signup_ip": address,
        "about": _abouts(rng, masks, world, plan, burst),
        "gender": slips.missing(rng, gender, 0.47),
        **profiles.random_forms(rng, count),
    }
    return Accounts(columns, created, np.full(count, -1), listed, burst)


def _identities(rng: np.random.Generator, masks: Persons, world: Scene) -> dict[str, Strings]:
    """What spammers say they are: half of it left out, a few names mere letters."""
    count = len(masks.given)
    told = recordings.identity(rng, masks, np.arange(count), np.ones(count, bool), world.words)
    told["full_name"] = np.where(rng.random(count) < 0.05, _gibberish(rng, count), told["full_name"])
    for column, share in (("phone", 0.5), ("birth_date", 0.49), ("city", 0.4), ("postcode", 0.53)):
        slips.missing(rng, told[column], share)
    return told


def _bursts_of(rng: np.random.Generator, count: int, shares: Shares) -> np.ndarray:
    """The burst of each account, or -1: bursts differ in size, a few are large."""
    bursts = max(1, round(count * shares.burst / shares.burst_size))
    burst = draws.weighted(rng, count, rng.gamma(1.5, 1.0, size=bursts).tolist())
    return np.where(rng.random(count) < shares.burst, burst, -1)


def _planned(rng: np.random.Generator, bursts: int, masks: Persons, world: Scene) -> _Bursts:
    net, domains = world.net, world.domains
    shape = (bursts, 3)
    sound, mixed = net.listed.places("sound"), net.listed.places("mixed")
    kind = draws.weighted(rng, bursts * 3, (0.70, 0.08, 0.22)).reshape(shape)
    at_sound = sound[draws.skewed(rng, bursts * 3, len(sound), flat=15.0)].reshape(shape)
    at_mixed = mixed[rng.integers(len(mixed), size=shape)]
    locale = masks.locale[rng.integers(len(masks.locale), size=bursts)]
    throwaway = domains.throwaway[rng.integers(len(domains.throwaway), size=(bursts, 2))]
    free = domains.anywhere(rng, np.repeat(locale, 2), 0.0).reshape(bursts, 2)
    return _Bursts(
        start=times.OPENED + times.days(rng, 0, (times.CLOSED - times.OPENED) / times.DAY - 3, bursts),
        hours=np.exp(rng.uniform(0, np.log(48), size=bursts)),
        listed=np.choose(kind, [at_sound, at_mixed, np.full(shape, UNLISTED)]),
        hosting=addresses.hosting(rng, net, bursts * 3).reshape(shape),
        networks=rng.integers(1, 4, size=bursts),
        locale=locale,
        domain=np.where(rng.random((bursts, 2)) < 0.3, free, throwaway),
    )


def _lone(rng: np.random.Generator, is_lone: np.ndarray, world: Scene) -> tuple[np.ndarray, np.ndarray, Strings]:
    """When and where from loners sign up: most in sound listed networks, a few in wrong and in ended ones."""
    count, nets = len(is_lone), world.net.listed
    created, address = times.sign_ups(rng, count), addresses.elsewhere(rng, world.net, count)
    sound, mixed = nets.places("sound"), nets.places("mixed")
    kind = draws.weighted(rng, count, (0.40, 0.52, 0.08))
    at_sound = sound[draws.skewed(rng, count, len(sound), flat=60.0)]
    listed = np.choose(kind, [np.full(count, UNLISTED), at_sound, mixed[rng.integers(len(mixed), size=count)]])
    loners = rng.permutation(np.flatnonzero(is_lone))
    guests = np.array_split(loners[: len(loners) // 2], 2)
    ended = np.flatnonzero(nets.ends)
    _invite(rng, guests[0], nets.places("wrong"), world.wrong_since, 0.0, created, listed)
    _invite(rng, guests[1], ended, nets.ends[ended], 1.0, created, listed)
    there = np.flatnonzero((listed >= 0) & is_lone)
    address[there] = addresses.inside(rng, nets, listed[there], 0.3)
    return created, listed, address


def _invite(
    rng: np.random.Generator, guests: np.ndarray, places: np.ndarray, moments: np.ndarray, share: float,
    created: np.ndarray, listed: np.ndarray,
) -> None:  # fmt: skip
    """Send two to four guests to each place, the first of them, and this share of the others, just before a moment."""
    where = np.repeat(np.arange(len(places)), rng.integers(2, 5, size=len(places)))[: len(guests)]
    some = guests[: len(where)]
    listed[some] = places[where]
    is_before = (np.diff(where, prepend=-1) > 0) | (rng.random(len(some)) < share)
    created[some] = np.where(is_before, moments[where] - times.days(rng, 0, 3, len(some)), created[some])


def _join_bursts(
    rng: np.random.Generator, nets: Listed, plan: _Bursts, burst: np.ndarray, created: np.ndarray, listed: np.ndarray,
    address: Strings,
) -> None:  # fmt: skip
    """Give each account of a burst the burst's time and one of its networks."""
    rows = np.flatnonzero(burst >= 0)
    its = burst[rows]
    begun = plan.start[its] + (rng.random(len(rows)) * plan.hours[its] * 3600).astype(np.int64)
    created[rows] = np.minimum(begun, times.CLOSED)
    which = rng.integers(plan.networks[its])
    listed[rows] = plan.listed[its, which]
    is_listed = listed[rows] >= 0
    address[rows[~is_listed]] = addresses.in_hosting(rng, plan.hosting[its, which][~is_listed])
    address[rows[is_listed]] = addresses.inside(rng, nets, listed[rows[is_listed]], 0.25)


def _emails(rng: np.random.Generator, masks: Persons, world: Scene, plan: _Bursts, burst: np.ndarray) -> Strings:
    count = len(burst)
    named = contacts.emails(rng, masks, np.arange(count), world.words, world.domains, 0.5)
    local, domain = contacts.split(named)
    odd = rng.random(count) < 0.3
    local[odd] = _gibberish(rng, int(odd.sum()))
    in_burst = (burst >= 0) & (rng.random(count) < 0.9)
    domain = np.where(in_burst, plan.domain[burst, rng.integers(2, size=count)], domain)
    return slips.missing(rng, local + "@" + domain, 0.12)


def _gibberish(rng: np.random.Generator, count: int) -> Strings:
    return draws.strings([name[: 5 + len(name) % 6] for name in draws.identifiers(rng, count, "", 10).tolist()])


def _abouts(rng: np.random.Generator, masks: Persons, world: Scene, plan: _Bursts, burst: np.ndarray) -> Strings:
    """Spam texts: a burst's own in its language, one of the slow campaigns', an ordinary one, or none."""
    count = len(burst)
    slow = rng.integers(max(1, count // 60), size=count) + len(plan.start)
    campaign = np.where(burst >= 0, burst, np.where(rng.random(count) < 0.3, slow, -1))
    locale = np.where(burst >= 0, plan.locale[burst], masks.locale)
    text = world.writer.spam(locale, campaign)
    is_ordinary = rng.random(count) < world.shares.spam_with_ordinary_text
    text = np.where(is_ordinary, world.writer.ordinary(masks.locale), text)
    return slips.missing(rng, text, world.shares.spam_without_text)
