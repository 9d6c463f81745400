"""What was made of a user, as lines: what ties the accounts, the label with its votes, the split, the prediction."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from job_search_assets.logic.identity.explanation import Verdict
from job_search_assets.logic.provenance.layout import columns, count, section
from job_search_assets.logic.provenance.stories import (
    Belonging,
    Change,
    Label,
    Prediction,
    Split,
    Standing,
    Step,
    Survivor,
    Tie,
    Vote,
)

MOST_WEIGHTS = 5  # features of a prediction told by name; the others are told as one
_ANSWER = {True: "yes", False: "no"}


def accounts(number: int) -> str:
    """How many accounts, in words."""
    return count(number, "account")


def outcomes(label: Label | None, split: Split | None, prediction: Prediction | None) -> Iterator[str]:
    """The sections on what came after the merge."""
    yield from section("Label", _label(label) if label else ["none: nobody voted on the user's accounts"])
    yield from section("Split", _split(split) if split else ["none: only labelled users are divided"])
    yield from section("Prediction", _prediction(prediction) if prediction else ["none yet (`job-search run`)"])


def belonging(user: Belonging) -> Iterator[str]:
    """The user, how each other account is tied to the one asked about, and how the account came to this user."""
    yield f"{user.user_id}, {accounts(user.accounts)}"
    if user.ties:
        yield f"groups of accounts become one user from an average match probability of {user.threshold:g} on"
    yield from columns(_links(user.ties))
    for tie in user.ties:
        if not tie.path:
            yield f"{tie.account_id} by no link: the tables are not up to date (`job-search run`)"
    if user.left_out:
        yield f"and {count(user.left_out, 'more account')}, in the table user_accounts"
    yield from columns(_counted(map(_change, user.history)))


def _change(change: Change) -> tuple[str, ...]:
    ends = change.old_user_id, change.user_id
    way = " -> ".join(end for end in ends if end)
    return f"user_history, step {change.step}", change.change, way, change.cause


def _counted(lines: Iterable[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    """Equal lines once, with how many accounts they hold for."""
    for line, number in Counter(lines).items():
        yield *line, accounts(number)


def _links(ties: Sequence[Tie]) -> Iterator[tuple[str, str]]:
    """Every link that some account is reached by, once, in the order in which they are walked."""
    for step in dict.fromkeys(step for tie in ties for step in tie.path):
        yield f"{step.start} -> {step.end}", _step(step)


def _step(step: Step) -> str:
    said = "".join(f"; {_verdict(verdict)}" for verdict in step.verdicts)
    return f"{step.match_weight:+.6f} bits, probability {step.probability:.6f}{said}"


def _verdict(verdict: Verdict) -> str:
    says = "one person" if verdict.is_same_person else "two persons"
    trust = "trusted" if verdict.is_trusted else "not trusted"
    return f"{verdict.labeller} says {says} ({verdict.weight:+.6f}, {trust})"


def survivors(told: Sequence[Survivor]) -> Iterator[str]:
    """Which account each column came from; with the rules and the values where these were asked for."""
    if any(one.value is not None for one in told):
        yield from columns([(one.column, one.account_id or "", one.rule, one.value or "") for one in told])
        return
    for account in dict.fromkeys(one.account_id for one in told):
        names = ", ".join(one.column for one in told if one.account_id == account)
        yield f"{account or 'empty'}: {names}"


def _label(label: Label) -> Iterator[str]:
    marks = [word for word, is_so in (("ambiguous", label.is_ambiguous), ("outdated", label.is_outdated)) if is_so]
    yield (
        f"{_seeker(label.is_job_seeker)}, confidence {label.confidence:g}; by votes alone "
        f"{_seeker(label.is_job_seeker_by_votes)}, {label.confidence_by_votes:g}; read by {label.method}"
        + "".join(f"; {mark}" for mark in marks)
    )
    yield from columns([_vote(vote) for vote in label.votes])


def _vote(vote: Vote) -> tuple[str, ...]:
    rates = "labeller not rated"
    if vote.sensitivity is not None and vote.specificity is not None:
        rates = f"right on {vote.sensitivity:.1%} of job seekers, {vote.specificity:.1%} of others"
    counted = "" if vote.is_counted else ", not counted: they voted again"
    return (
        vote.account_id,
        vote.labeller,
        _ANSWER[vote.is_job_seeker],
        f"guide {vote.guide_version}",
        vote.labelled_at,
        rates + counted,
    )


def _split(split: Split) -> Iterator[str]:
    yield split.split or "none now"
    yield from columns(_counted(map(_standing, split.history)))


def _standing(standing: Standing) -> tuple[str, ...]:
    whose = f"as {standing.user_id}" if standing.user_id else ""
    return f"edition {standing.edition}, step {standing.step}", standing.split, standing.cause, whose


def _prediction(prediction: Prediction) -> Iterator[str]:
    side = "above" if prediction.is_job_seeker else "not above"
    yield (
        f"{_seeker(prediction.is_job_seeker)}: probability {prediction.probability:.6f}, {side} "
        f"{prediction.threshold:g} (model {prediction.model_version})"
    )
    if prediction.log_odds is None or prediction.usual is None:
        yield f"{'':12}what weighed most is not on file"
        return
    yield f"{prediction.usual:+10.6f}  usual: what users of train get on average"
    for reason in prediction.reasons[:MOST_WEIGHTS]:
        yield f"{reason.weight + 0.0:+10.6f}  {reason.feature}"  # + 0.0: no -0.000000
    rest = prediction.reasons[MOST_WEIGHTS:]
    if rest:
        yield f"{sum(reason.weight for reason in rest) + 0.0:+10.6f}  {count(len(rest), 'other feature')} together"
    yield f"{prediction.log_odds:+10.6f}  sum: log odds of the probability (ln)"


def _seeker(is_job_seeker: bool) -> str:
    return "job seeker" if is_job_seeker else "no job seeker"
