"""What ties a user's accounts together, and which of them each of the user's columns came from."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from job_search_assets.logic.identity import explanation, judges
from job_search_assets.logic.identity.explanation import Link, Verdict
from job_search_assets.logic.identity.survivorship import EARLIEST, FULLEST, RULES
from job_search_assets.logic.provenance.stories import Step, Survivor, Tie


def ties(
    start: str,
    others: Sequence[str],
    scored: Sequence[Link],
    verdicts: Mapping[tuple[str, str], tuple[Verdict, ...]],
    *,
    threshold: float,
) -> tuple[Tie, ...]:
    """How each of the other accounts is tied to `start`; `scored` are the links among all of them.

    `verdicts` is what people said, by pair in the order of ids.
    """
    pairs = {(link.left, link.right): link for link in scored}
    told = []
    for other in others:
        direct = pairs.get((min(start, other), max(start, other)))
        path = explanation.strongest_path(scored, start, other, threshold=threshold)
        told.append(
            Tie(
                account_id=other,
                match_weight=direct.match_weight if direct else None,
                probability=direct.probability if direct else None,
                path=tuple(_walk(path, start, verdicts)),
            )
        )
    return tuple(told)


def _walk(path: Sequence[Link], start: str, verdicts: Mapping[tuple[str, str], tuple[Verdict, ...]]) -> list[Step]:
    steps = []
    for link in path:
        end = link.right if link.left == start else link.left
        said = verdicts.get((link.left, link.right), ())
        steps.append(Step(start, end, link.match_weight, link.probability, link.verdict, said))
        start = end
    return steps


def judged(
    judgements: pd.DataFrame, rates: judges.Rates, *, trusted_accuracy: float
) -> dict[tuple[str, str], tuple[Verdict, ...]]:
    """What each judge says, by pair in the order of ids; `judgements` are rows of `raw_merge_pairs`."""
    left, right = judgements["account_id_left"], judgements["account_id_right"]
    pairs = judgements.groupby([left.where(left < right, right), right.where(left < right, left)], sort=True)
    return {
        (str(one), str(other)): explanation.verdicts(rows, rates, trusted_accuracy=trusted_accuracy)
        for (one, other), rows in pairs
    }


def survivors(
    clean: Mapping[str, Any], accounts: Sequence[Mapping[str, Any]], *, with_values: bool
) -> tuple[Survivor, ...]:
    """For each column of a user (a row of `clean_users`) the account that its value came from, None where it is empty.

    `accounts` are the user's rows of `despammed_users` in order of age, then id. Of several that tell the surviving
    value it is the first for a rule that prefers the first, else the last, as `survivorship` ranks them.
    """
    holders = defaultdict(list)
    for row in accounts:
        for column in RULES:
            if row[column] is not None and row[column] == clean[column]:
                holders[column].append(row["account_id"])
    return tuple(
        Survivor(
            column=column,
            rule=rule,
            because=because,
            account_id=holders[column][0 if rule in (EARLIEST, FULLEST) else -1] if holders[column] else None,
            value=str(clean[column]) if with_values and clean[column] is not None else None,
        )
        for column, (rule, because) in RULES.items()
    )
