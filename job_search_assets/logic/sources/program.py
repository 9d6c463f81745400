"""The integer program of a plan: its variables, what must hold, and its goals.

Variables: whether a set-up begins on a day; the rows of a source in a period of days. Within a period it is not asked
whether users come before their labels. So one period over the whole box promises too much at times, never too little;
with an edge wherever a chosen source becomes ready it is exact, since rates are constant in between.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from job_search_assets.logic.programs import Array, Rows, Solution, solve
from job_search_assets.logic.sources.conditions import conditions

if TYPE_CHECKING:
    from job_search_assets.logic.sources.planning import Box, Offer

NODES = 20_000  # of the search; by the clock a slow machine would come to another plan
EQUAL = 0.01  # usable rows up to which two plans are equally good
FINER = 1000  # times, so that the solver, which stops at a difference of a millionth, sees those among equal plans
NEARLY = 1e-8  # share up to which two values of a linear goal are the same: solvers work to about nine digits
WHOLE = 1e-6  # share that rows may lack to a whole number


class Program:
    """The choice of set-ups among `starts` (the place of an offer, a day), and of rows in the periods between edges."""

    def __init__(
        self, offers: Sequence["Offer"], starts: Sequence[tuple[int, int]], box: "Box", edges: Sequence[int]
    ) -> None:
        self.offers, self.starts, self.box, self.edges = list(offers), list(starts), box, list(edges)
        self.periods = len(self.edges) - 1
        self.flow = len(self.starts)  # where the variables of rows begin
        self.width = self.flow + len(offers) * self.periods
        self._rows = conditions(self)

    def choose(self, gap: float = 0.0) -> tuple[dict[str, int], float, bool]:
        """By source the day its set-up begins, the usable rows that this promises, and whether it is proved best.

        What is paid and begun counts, all together, less than the usable rows in which equal plans may differ. Up to
        the share `gap` of its usable rows another choice may be better.
        """
        cost, set_ups = self._cost(), self._set_ups()
        spent = min(self.box.budget, float(cost[: self.flow].sum() + self._most_paid_for_rows()))
        less = EQUAL * (0.9 * cost / max(spent, 1.0) + 0.1 * set_ups / max(set_ups.sum(), 1.0))
        found = self._best(FINER * (self._usable() + less), [], np.arange(self.width) < self.flow, gap)
        chosen = [start for start, value in zip(self.starts, found.values, strict=False) if value > 0.5]
        promised = -float(self._usable() @ found.values)
        return {self.offers[place].source: day for place, day in chosen}, promised, found.is_proved

    def bound(self) -> float:
        """The usable rows that no choice of set-ups brings more than: what parts of set-ups could."""
        return -float(self._usable() @ self._best(self._usable(), [], np.zeros(self.width, dtype=bool)).values)

    def rows(self) -> tuple[Array, float]:
        """The rows of each offer and period, all set-ups taken, and the usable rows that they bring.

        As many usable rows as can be, then for the least money, then with the fewest rows, then as early as can be.
        """
        begun = Rows(np.eye(self.flow, self.width), np.ones(self.flow), np.ones(self.flow))
        kept, values = [begun], np.zeros(self.width)
        for goal in (self._usable(), self._cost(), self._row_count(), self._lateness()):
            values = self._best(goal, kept, np.zeros(self.width, dtype=bool)).values
            reached = float(goal @ values)
            kept.append(Rows(goal[None], np.array([-np.inf]), np.array([reached + NEARLY * max(1.0, abs(reached))])))
        return values[self.flow :].reshape(len(self.offers), self.periods), -float(self._usable() @ values)

    def _best(self, goal: Array, kept: Sequence[Rows], are_whole: Array, gap: float = 0.0) -> Solution:
        most = np.where(np.arange(self.width) < self.flow, 1.0, np.inf)
        found = solve([*self._rows, *kept], most=most, costs=goal, are_whole=are_whole, nodes=NODES, gap=gap)
        assert found is not None, "to collect nothing keeps every box, and what was found once can be found again"
        return found

    def _most_paid_for_rows(self) -> float:
        return sum(
            offer.cost_per_row * min(offer.most_rows, offer.rows_per_day * self.box.days) for offer in self.offers
        )

    def _usable(self) -> Array:
        return self._of_rows([-offer.labels_per_row for offer in self.offers])

    def _cost(self) -> Array:
        cost = self._of_rows([offer.cost_per_row for offer in self.offers])
        cost[: self.flow] = [self.offers[place].cost_setup for place, _ in self.starts]
        return cost

    def _set_ups(self) -> Array:
        """How many set-ups and how late, each a little more by the order of ids, so that twins are told apart."""
        more, goal = 0.1 / max(len(self.offers), 1), np.zeros(self.width)
        goal[: self.flow] = [1 + more * place + day * (1.1 - more * place) for place, day in self.starts]
        return goal

    def _row_count(self) -> Array:
        return self._of_rows([1.0] * len(self.offers))

    def _lateness(self) -> Array:
        late = np.tile(np.arange(1.0, self.periods + 1), len(self.offers))
        return np.concatenate([np.zeros(self.flow), late])

    def _of_rows(self, each: Sequence[float]) -> Array:
        return np.concatenate([np.zeros(self.flow), np.repeat(each, self.periods)])


def whole(rows: Array) -> tuple[int, ...]:
    """Rows of each day in whole numbers, rounded down as they add up."""
    return tuple(int(day) for day in np.diff(np.floor(np.cumsum(rows) * (1 + WHOLE)), prepend=0))
