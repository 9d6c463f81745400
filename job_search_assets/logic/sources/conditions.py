"""What must hold of a plan, as rows of its integer program."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from job_search_assets.logic.programs import Rows

if TYPE_CHECKING:
    from job_search_assets.logic.sources.program import Program

Row = tuple[Mapping[int, float], float]  # coefficients by column, and what their sum is at most


def conditions(program: "Program") -> list[Rows]:
    """All rows: of capacity, of users, of set-ups, of the box."""
    rows = [*_capacity(program), *_users(program), *_set_ups(program), *_people(program), *_box(program)]
    high = np.array([most for _, most in rows])
    return [Rows(_matrix(program.width, rows), np.full(len(rows), -np.inf), high)]


def _matrix(width: int, rows: list[Row]) -> Any:
    from scipy import sparse

    lines = [line for line, (row, _) in enumerate(rows) for _ in row]
    columns = [column for row, _ in rows for column in row]
    values = [value for row, _ in rows for value in row.values()]
    return sparse.csr_array((values, (lines, columns)), shape=(len(rows), width))


def _columns(program: "Program") -> list[dict[int, int]]:
    """By place of an offer, the columns of its set-up with their days."""
    found: list[dict[int, int]] = [{} for _ in program.offers]
    for column, (place, day) in enumerate(program.starts):
        found[place][column] = day
    return found


def _capacity(program: "Program") -> Iterator[Row]:
    """A source brings at most its rate on each day after its set-up, and all in all no more than it has.

    The latter is said of each set-up, not of the source: half a set-up has half of it, so the relaxation is tighter.
    """
    columns, end_of_box = _columns(program), program.edges[-1]
    for place, offer in enumerate(program.offers):
        flows = [program.flow + place * program.periods + period for period in range(program.periods)]
        ready = {column: day + offer.setup_days for column, day in columns[place].items()}
        for period, flow in enumerate(flows):
            begin, end = program.edges[period : period + 2]
            row = {c: -offer.rows_per_day * (end - max(begin, day)) for c, day in ready.items() if day < end}
            yield row | {flow: 1.0}, 0.0
        if np.isfinite(offer.most_rows):
            most = {c: -min(offer.most_rows, offer.rows_per_day * (end_of_box - day)) for c, day in ready.items()}
            yield dict.fromkeys(flows, 1.0) | most, 0.0


def _users(program: "Program") -> Iterator[Row]:
    """By the end of each period labels have needed no more users than there are by then."""
    so_far: dict[int, float] = {}
    for period in range(program.periods):
        for place, offer in enumerate(program.offers):
            column = program.flow + place * program.periods + period
            so_far[column] = offer.users_needed_per_row - offer.users_per_row
        yield dict(so_far), program.box.unlabelled_users


def _set_ups(program: "Program") -> Iterator[Row]:
    """A set-up begins once at most, not beside what it excludes, and after what it waits for."""
    places = {offer.source: place for place, offer in enumerate(program.offers)}
    columns = _columns(program)
    for place, offer in enumerate(program.offers):
        own = columns[place]
        yield dict.fromkeys(own, 1.0), 1.0
        for other in sorted(offer.excludes & places.keys()):
            yield dict.fromkeys([*own, *columns[places[other]]], 1.0), 1.0
        for other in sorted(offer.after):
            needed, takes = columns[places[other]], program.offers[places[other]].setup_days
            for day in sorted(own.values()):
                begun = {column: 1.0 for column, at in own.items() if at <= day}
                ended = {column: -1.0 for column, at in needed.items() if at + takes <= day}
                yield begun | ended, 0.0


def _people(program: "Program") -> Iterator[Row]:
    """On no day are more people busy than there are: in set-ups, and in what has been set up, to the end of the box."""
    if not np.isfinite(program.box.people):
        return
    for today in range(program.box.days):
        busy: dict[int, float] = {}
        for column, (place, day) in enumerate(program.starts):
            offer = program.offers[place]
            if day <= today:
                busy[column] = offer.people_setup if today < day + offer.setup_days else offer.people_running
        yield busy, program.box.people


def _box(program: "Program") -> Iterator[Row]:
    """No more money than the budget, no more accounts and votes than the data may grow by."""
    flows = {
        program.flow + place * program.periods + period: offer
        for place, offer in enumerate(program.offers)
        for period in range(program.periods)
    }
    spent = {column: program.offers[place].cost_setup for column, (place, _) in enumerate(program.starts)}
    limits = [
        (spent | {column: offer.cost_per_row for column, offer in flows.items()}, program.box.budget),
        ({column: 1.0 for column, offer in flows.items() if offer.brings_accounts}, program.box.most_accounts),
        ({column: 1.0 for column, offer in flows.items() if offer.labels_per_row}, program.box.most_votes),
    ]
    yield from ((row, most) for row, most in limits if np.isfinite(most))
