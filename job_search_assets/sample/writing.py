"""Draws a whole sample and writes its folders: raw/, reference/ and truth/."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from job_search_assets.sample import blocklist, dirt, draws, profiles, spammers
from job_search_assets.sample.accounts import Accounts, genuine, together
from job_search_assets.sample.blocklist import Blocklist
from job_search_assets.sample.files import write_table
from job_search_assets.sample.lookalikes import LookAlikes, make_alike
from job_search_assets.sample.networks import Listed
from job_search_assets.sample.pairs import merge_pairs
from job_search_assets.sample.persons import Persons, persons
from job_search_assets.sample.reference import write_reference
from job_search_assets.sample.reports import Table, spam_reports
from job_search_assets.sample.scene import scene
from job_search_assets.sample.shares import Shares
from job_search_assets.sample.votes import job_seeker_votes

Progress = Callable[[str, int], None]
_FEWEST = 100  # accounts: below, some of what is planted would be missing


class SampleError(ValueError):
    """Why a sample cannot be written, in words for the person who asked for it."""


@dataclass(frozen=True)
class _World:
    """Everything that is true before anybody reports, judges or votes."""

    people: Persons
    is_seeker: np.ndarray
    alike: LookAlikes
    nets: Listed
    entries: Blocklist
    accounts: Accounts


def write(
    accounts: int, seed: int, out: Path, progress: Progress | None = None, shares: Shares | None = None
) -> dict[str, int]:
    """Write a sample of `accounts` accounts below `out`; returns the rows of each file.

    The same number, seed and shares give the same bytes. `progress` is told each file and its rows.
    Raises SampleError for a raw folder that holds something, or for too few accounts.
    """
    out, shares, told = Path(out), shares or Shares(), progress or (lambda part, rows: None)
    _prepare(accounts, out)
    world = _drawn(accounts, seed, shares, told)
    write_reference(out / "reference")
    tables = _handmade(seed, world, shares) | _truths(world)
    rng = draws.generator(seed, "dirt")
    mixed = world.accounts.take(rng.permutation(accounts))
    tables["truth/dirt"] = dirt.write_users(rng, out / "raw" / "users.csv", mixed, shares)
    told("raw/users", accounts)
    rows = {"raw/users": accounts}
    for name, table in tables.items():
        shuffled = _shuffled(seed, name, table) if name.startswith("raw/") else table
        rows[name] = write_table(out / f"{name}.csv", shuffled)
        told(name, rows[name])
    return rows


def _prepare(count: int, out: Path) -> None:
    """Make the folders, or say why not, before a minute of work."""
    if count < _FEWEST:
        raise SampleError(
            f"A sample needs at least {_FEWEST} accounts, not {count}: with fewer, parts would be missing."
        )
    raw = out / "raw"
    if raw.is_dir() and any(raw.iterdir()):
        raise SampleError(f"{raw} is not empty. A sample never overwrites raw data: empty the folder or name another.")
    try:
        for folder in ("raw", "truth", "reference"):
            (out / folder).mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise SampleError(f"{problem.filename} cannot be made: {problem.strerror}. Name another folder.") from problem


def _drawn(count: int, seed: int, shares: Shares, told: Progress) -> _World:
    world, spam = scene(seed, count, shares), round(count * shares.spam)
    rng = draws.generator(seed, "persons")
    people = persons(rng, count - spam, world.words, shares)
    alike = make_alike(rng, people, world.words, shares)
    forms, is_seeker = profiles.profiles(draws.generator(seed, "profiles"), len(people.given))
    told("persons", len(people.given))
    real = genuine(people, forms, world)
    told("genuine accounts", count - spam)
    fake = spammers.spam(spam, world)
    told("spam accounts", spam)
    rng = draws.generator(seed, "blocklist")
    entries = blocklist.blocklist(rng, world.net.listed, fake, world.wrong_since)
    return _World(people, is_seeker, alike, world.net.listed, entries, together(real, fake))


def _handmade(seed: int, world: _World, shares: Shares) -> dict[str, Table]:
    """What people made, and the truth about it."""
    reports, moderators = spam_reports(
        draws.generator(seed, "reports"), world.accounts, world.nets, world.entries, shares
    )
    judged, known, judges = merge_pairs(
        draws.generator(seed, "pairs"), world.accounts, world.people, world.alike, shares
    )
    votes, doubts, voters = job_seeker_votes(draws.generator(seed, "votes"), world.accounts, world.is_seeker, shares)
    labellers = {name: np.concatenate([part[name] for part in (voters, judges, moderators)]) for name in voters}
    return {
        "raw/spam_reports": reports,
        "raw/ip_blocklist": world.entries.columns,
        "raw/merge_pairs": judged,
        "raw/job_seeker_votes": votes,
        "truth/pairs": known,
        "truth/items": doubts,
        "truth/labellers": labellers,
    }


def _truths(world: _World) -> dict[str, Table]:
    """Who is who, who spams, who seeks, which entries are wrong."""
    person, ids = world.accounts.person, world.people.person_id
    kind = world.nets.kind
    return {
        "truth/accounts": {
            "account_id": world.accounts.columns["account_id"],
            "is_spam": draws.flags(person < 0),
            "person_id": np.where(person < 0, "", ids[person]).astype(object),
        },
        "truth/persons": {"person_id": ids, "is_job_seeker": draws.flags(world.is_seeker)},
        "truth/blocklist": {
            "entry_id": world.entries.columns["entry_id"],
            "is_wrong": draws.flags(kind == "wrong"),
            "kind": kind,
        },
        "truth/lookalikes": {
            "group": world.alike.group.astype(str).astype(object),
            "kind": world.alike.kind,
            "person_id": ids[world.alike.person],
        },
    }


def _shuffled(seed: int, name: str, table: Table) -> Table:
    order = draws.generator(seed, f"order of {name}").permutation(len(next(iter(table.values()))))
    return {column: values[order] for column, values in table.items()}
