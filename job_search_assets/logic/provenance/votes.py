"""A user's votes as they were given, each with its labeller's record and whether it counts."""

from collections.abc import Mapping, Sequence
from typing import Any

from job_search_assets.logic.provenance.stories import Label, Vote


def tell(
    label: Mapping[str, Any], method: str, votes: Sequence[Mapping[str, Any]], quality: Sequence[Mapping[str, Any]]
) -> Label:
    """A user's label with the votes behind it.

    `votes` are rows of `raw_job_seeker_votes` on the user's accounts, in an order in which of a labeller's votes on an
    account the one that counts (`votes.counted_votes`) comes last; `quality` are rows of `labeller_quality`.
    """
    rates = {(row["labeller"], row["guide_version"]): (row["sensitivity"], row["specificity"]) for row in quality}
    return Label(
        is_job_seeker=label["is_job_seeker"],
        confidence=label["confidence"],
        is_job_seeker_by_votes=label["is_job_seeker_by_votes"],
        confidence_by_votes=label["confidence_by_votes"],
        is_ambiguous=label["is_ambiguous"],
        is_outdated=label["is_outdated"],
        careless_votes=label["careless_votes"],
        method=method,
        votes=tuple(
            Vote(
                account_id=vote["account_id"],
                labeller=vote["labeller"],
                is_job_seeker=vote["is_job_seeker"],
                labelled_at=vote["labelled_at"],
                guide_version=vote["guide_version"],
                is_counted=is_last,
                sensitivity=rates.get((vote["labeller"], vote["guide_version"]), (None, None))[0],
                specificity=rates.get((vote["labeller"], vote["guide_version"]), (None, None))[1],
            )
            for vote, is_last in _last_words(votes)
        ),
    )


def _last_words(votes: Sequence[Mapping[str, Any]]) -> list[tuple[Mapping[str, Any], bool]]:
    """Each vote with whether it is its labeller's last word on the account."""
    last = {(vote["account_id"], vote["labeller"]): place for place, vote in enumerate(votes)}
    return [(vote, last[vote["account_id"], vote["labeller"]] == place) for place, vote in enumerate(votes)]
