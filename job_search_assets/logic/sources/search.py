"""The days on which set-ups begin, searched among all days, or among ever finer ones where these are too many.

Without a limit of people no set-up is better later, so a source has one day. With one, each source has nearly as many
as the box, and the solver, whose linear relaxation is up to some hundredths above the best plan, may take minutes to
close the gap. So where days are many, every so many-th is offered first, then those around the chosen ones in steps
half as long, down to single days: a very large-scale neighbourhood (Ahuja, Ergun, Orlin and Punnen 2002, Discrete
Applied Mathematics 123). The relaxation over all days then says what no plan exceeds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from job_search_assets.logic.sources.program import Program

if TYPE_CHECKING:
    from job_search_assets.logic.sources.planning import Box, Offer

MOST_AT_ONCE = 300  # days of all sources up to which each is one on which a set-up may begin
MISSED = 0.02  # share of the usable rows that a choice among many days may miss, each time
AROUND = 5  # finer steps before and after a chosen day that are looked at

Start = tuple[int, int]  # the place of an offer, the day on which its set-up begins


@dataclass(frozen=True)
class Choice:
    """By source the day its set-up begins, the usable rows promised, and what no choice can promise more than."""

    starts: dict[str, int]
    promised: float
    most: float


def choose(
    offers: Sequence["Offer"],
    begin: dict[str, int],
    box: "Box",
    edges: Sequence[int],
    last: dict[str, int],
    *,
    prove: bool,
) -> Choice:
    """The set-ups to begin, none before its day in `begin`; with `prove` among all days at once.

    `last` is what was chosen with fewer edges: where days are too many, a source in it is only moved a little.
    """
    every = _starts(offers, begin, box)
    step = 1 if prove else -(-len(every) // MOST_AT_ONCE)
    if step == 1:
        found, promised, is_best = Program(offers, every, box, edges).choose()
        if is_best:
            return Choice(found, promised, most=promised)
    else:
        chosen = _places(offers, last)
        others = [start for start in _coarse(every, step) if start[0] not in chosen]
        near = _near(every, chosen, within=step, step=step)
        found, promised, _ = Program(offers, sorted([*others, *near]), box, edges).choose(MISSED)
    while step > 1:
        step //= 2
        near = _near(every, _places(offers, found), within=AROUND * step, step=step)
        found, promised, _ = Program(offers, near, box, edges).choose(MISSED)
    return Choice(found, promised, most=Program(offers, every, box, edges).bound())


def _places(offers: Sequence["Offer"], starts: dict[str, int]) -> dict[int, int]:
    return {place: starts[offer.source] for place, offer in enumerate(offers) if offer.source in starts}


def _starts(offers: Sequence["Offer"], begin: dict[str, int], box: "Box") -> list[Start]:
    """When each set-up may begin: as early as can be, or on any day where people may run short."""
    found = []
    for place, offer in enumerate(offers):
        first = begin[offer.source]
        last = box.days - offer.setup_days if np.isfinite(box.people) else first + 1
        found += [(place, day) for day in range(first, last)]
    return found


def _coarse(every: Sequence[Start], step: int) -> list[Start]:
    first: dict[int, int] = {}
    return [(place, day) for place, day in every if (day - first.setdefault(place, day)) % step == 0]


def _near(every: Sequence[Start], chosen: dict[int, int], *, within: int, step: int) -> list[Start]:
    """Days of chosen sources, so many steps from the chosen one, which is among them."""
    return [
        (place, day)
        for place, day in every
        if place in chosen and abs(day - chosen[place]) <= within and (day - chosen[place]) % step == 0
    ]
