"""Other names of the same users: conditions that cannot be told apart from a slice, since nested factors share them."""

from itertools import combinations
from typing import Any

import numpy as np

from job_search_assets.logic.slices.conditions import Factor
from job_search_assets.logic.slices.search import Slice, tally

Array = np.ndarray[Any, Any]
MOST_TOLD = 5


def namesakes(found: Slice, inside: Array, factors: list[Factor], *, overlap: float) -> list[Slice]:
    """Slices of one or two conditions whose users are the slice's own, by Jaccard overlap; the shortest first.

    No effect can be told from another that befell the same people: who reads of one cause must see all of them.
    """
    own = {place for place, _ in found} if len(found) == 1 else set()
    known: list[Slice] = [found]
    for size in (1, 2):
        for chosen in combinations(range(len(factors)), size):
            if own & set(chosen):
                continue
            counts, shared = tally([factors[place] for place in chosen], inside.astype(float))
            alike = shared >= overlap * (counts + inside.sum() - shared)
            for where in np.argwhere(alike & (counts > 0)):
                named = tuple(zip(chosen, (int(axis) for axis in where), strict=True))
                if not any(set(shorter) <= set(named) for shorter in known):
                    known.append(named)
    return known[1 : MOST_TOLD + 1]
