"""A slice led back to its rows: who is in it, which sources and labellers they come from, and what hangs on those."""

from collections.abc import Iterator
from dataclasses import dataclass

from job_search_assets.logic.provenance.layout import columns, count, section

MOST_USERS = 20  # users named on a screen; the JSON answer has all


@dataclass(frozen=True)
class SliceSource:
    """A source's users in the slice, beside all its users that errors are sliced over; wrong is a share of them."""

    source: str
    users: int
    wrong: float
    users_everywhere: int
    wrong_everywhere: float


@dataclass(frozen=True)
class SliceLabeller:
    """A labeller's votes on the slice's users: how many go against the label, in the slice and everywhere.

    `labels_that_hang` are the slice's labels that would be another, or none, without this labeller's votes.
    """

    labeller: str
    votes: int
    against: float
    against_everywhere: float
    labels_that_hang: int


@dataclass(frozen=True)
class SliceStory:
    """What `job-search why SLICE` tells; `wrong` and `log_loss` are means over users, `outside` those of the others.

    `doubtful` are the slice's labels expected to be wrong by their own confidence: what relabelling could set right.
    """

    slice: str
    users: int
    job_seekers: int
    ambiguous: int
    wrong: float
    wrong_outside: float | None
    log_loss: float
    log_loss_outside: float | None
    doubtful: float
    sources: tuple[SliceSource, ...]
    labellers: tuple[SliceLabeller, ...]
    keys: tuple[str, ...]


def of_slice(story: SliceStory) -> Iterator[str]:
    """The lines of a slice's story: keys and numbers."""
    yield f"{story.slice} is a slice of slice_factors: {count(story.users, 'user')} outside train."
    yield from section("Model", _model(story))
    yield from section("Labels", _labels(story))
    yield from section("Sources", columns(map(_source, story.sources)))
    yield from section("Labellers", columns(map(_labeller, story.labellers)))
    left_out = story.users - MOST_USERS
    more = f" and {left_out:,} more (--json has all)" if left_out > 0 else ""
    yield from section("Users", [", ".join(story.keys[:MOST_USERS]) + more])
    yield from section("What if", _what_if(story))


def _model(story: SliceStory) -> Iterator[str]:
    for name, inside, outside in (
        ("wrong classes", story.wrong, story.wrong_outside),
        ("log loss", story.log_loss, story.log_loss_outside),
    ):
        yield f"{name} {inside:.3f}" + ("" if outside is None else f", elsewhere {outside:.3f}")


def _labels(story: SliceStory) -> Iterator[str]:
    yield f"{story.job_seekers:,} job seekers, {story.ambiguous:,} ambiguous"
    yield f"{story.doubtful:.1f} expected to be wrong by their confidence: as many could relabelling set right"


def _source(one: SliceSource) -> tuple[str, ...]:
    return (
        one.source,
        count(one.users, "user"),
        f"wrong {one.wrong:.3f}",
        f"everywhere {one.users_everywhere:,}, wrong {one.wrong_everywhere:.3f}",
    )


def _labeller(one: SliceLabeller) -> tuple[str, ...]:
    return (
        one.labeller,
        count(one.votes, "vote"),
        f"against the label {one.against:.3f}, everywhere {one.against_everywhere:.3f}",
        f"labels that hang on them: {one.labels_that_hang:,}" if one.labels_that_hang else "",
    )


def _what_if(story: SliceStory) -> Iterator[str]:
    yield f'job-search impact slice "{story.slice}"  withdraws the votes on these users'
    yield f'job-search impact slice "{story.slice}" --what replace is_job_seeker=true  relabels them'
    if story.labellers:
        yield f"job-search impact labeller {story.labellers[0].labeller}  withdraws all that the first labeller gave"
