"""The accounts of real persons, column by column as users.csv has them, with what is true of each."""

from dataclasses import dataclass

import numpy as np

from job_search_assets.sample import addresses, contacts, draws, profiles, recordings, slips, times
from job_search_assets.sample.draws import Strings
from job_search_assets.sample.networks import UNLISTED, Internet
from job_search_assets.sample.persons import Persons
from job_search_assets.sample.scene import Scene
from job_search_assets.sample.shares import Shares

COLUMNS = (
    "account_id", "created_at", "source", "full_name", "email", "phone", "birth_date", "city", "postcode", "country",
    "signup_ip", "device", "about", "gender", *profiles.COLUMNS,
)  # fmt: skip
_SOURCES = draws.strings(["own_web", "own_app", "partner_jobboard", "purchased_list"])
_DEVICES = draws.strings(["web", "android", "ios", ""])


@dataclass
class Accounts:
    """Accounts with their truth, one place an account."""

    columns: dict[str, Strings]
    created: np.ndarray  # seconds since 1970, UTC
    person: np.ndarray  # place in persons, or -1 for spam
    listed: np.ndarray  # place of the listed network signed up from, or -1
    burst: np.ndarray  # number of the burst, or -1

    def take(self, places: np.ndarray) -> "Accounts":
        """These accounts, in this order."""
        columns = {name: values[places] for name, values in self.columns.items()}
        return Accounts(columns, self.created[places], self.person[places], self.listed[places], self.burst[places])


def together(one: Accounts, other: Accounts) -> Accounts:
    """Both, one after the other."""
    columns = {name: np.concatenate([one.columns[name], other.columns[name]]) for name in COLUMNS}
    pairs = [(getattr(one, name), getattr(other, name)) for name in ("created", "person", "listed", "burst")]
    return Accounts(columns, *(np.concatenate(pair) for pair in pairs))


def origins(
    rng: np.random.Generator, count: int, sources: tuple[float, ...], devices: tuple[float, ...]
) -> dict[str, Strings]:
    """The source and the device of each account."""
    return {
        "source": _SOURCES[draws.weighted(rng, count, sources)],
        "device": _DEVICES[draws.weighted(rng, count, devices)],
    }


def genuine(people: Persons, forms: profiles.Profile, world: Scene) -> Accounts:
    """The accounts of all persons, in the persons' order, each person's oldest first."""
    rng = draws.generator(world.seed, "genuine accounts")
    owner = np.repeat(np.arange(len(people.accounts)), people.accounts)
    is_first = np.diff(owner, prepend=-1) > 0
    created = _created(rng, owner, is_first)
    since = (created - created[is_first][owner]) / (365.25 * times.DAY)
    address, listed = _addresses(rng, people, owner, is_first, created, world)
    about = world.writer.ordinary(people.locale[owner])
    gender = np.where(people.is_female[owner], "female", "male").astype(object)
    email = contacts.emails(rng, people, owner, world.words, world.domains, world.shares.genuine_disposable)
    columns = {
        "account_id": draws.identifiers(rng, len(owner), "u", 10),
        "created_at": times.iso(created),
        **origins(rng, len(owner), (0.55, 0.25, 0.14, 0.06), (0.46, 0.26, 0.24, 0.04)),
        "email": slips.missing(rng, email, 0.455),
        **recordings.identity(rng, people, owner, is_first, world.words),
        "signup_ip": address,
        "about": slips.missing(rng, about, world.shares.genuine_without_text),
        "gender": slips.missing(rng, gender, 0.215),
        **profiles.drifted(rng, forms, owner, since),
    }
    return Accounts(columns, created, owner, listed, np.full(len(owner), -1))


def _created(rng: np.random.Generator, owner: np.ndarray, is_first: np.ndarray) -> np.ndarray:
    """A first sign-up at some time, the others later, all before the end."""
    first = times.sign_ups(rng, int(is_first.sum()))[owner]
    later = first + 60 + (rng.random(len(owner)) ** 1.5 * (times.CLOSED - first)).astype(np.int64)
    return np.where(is_first, first, np.minimum(later, times.CLOSED))


def _addresses(
    rng: np.random.Generator,
    people: Persons,
    owner: np.ndarray,
    is_first: np.ndarray,
    created: np.ndarray,
    world: Scene,
) -> tuple[Strings, np.ndarray]:
    """The address of each account: the person's usual one, for a third of the later accounts too, or another."""
    home, home_listed = _homes(rng, people, world.net, world.shares)
    listed = home_listed[owner]
    is_too_early = (listed >= 0) & (created <= world.net.listed.ends[listed])  # an ended entry wrongs nobody
    is_home = (is_first | (rng.random(len(owner)) < 0.35)) & ~is_too_early
    address = np.where(is_home, home[owner], addresses.elsewhere(rng, world.net, len(owner)))
    return address, np.where(is_home, listed, UNLISTED)


def _homes(rng: np.random.Generator, people: Persons, net: Internet, shares: Shares) -> tuple[Strings, np.ndarray]:
    """Where each person usually signs up from; half of a family do so from one address."""
    count, nets = len(people.given), net.listed
    home = addresses.elsewhere(rng, net, count)
    special = (shares.in_institution, shares.in_wrong, shares.in_mixed, shares.in_ended, shares.in_small_sound)
    amounts = [round(count * share) for share in special]
    students, wronged, bystanders, later, alone, _ = np.split(rng.permutation(count), np.cumsum(amounts))
    home[students] = addresses.on_campus(rng, net, len(students))
    listed = np.full(count, UNLISTED)
    kinds = ((wronged, nets.places("wrong")), (bystanders, nets.places("mixed")), (later, np.flatnonzero(nets.ends)))
    for members, choices in kinds:
        listed[members] = rng.choice(choices, size=len(members)) if len(choices) else UNLISTED
    sound = rng.permutation(nets.places("sound"))[: len(alone)]
    listed[alone[: len(sound)]] = sound
    inside = np.flatnonzero(listed >= 0)
    home[inside] = addresses.inside(rng, nets, listed[inside], 0.6)
    shared = np.where(rng.random(count) < 0.55, people.home_of, np.arange(count))
    return home[shared], listed[shared]
