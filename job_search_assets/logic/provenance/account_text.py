"""The story of an account or a user as lines that fit a screen: keys, numbers and words, no personal data.

Weights are told with all their digits, so that a reader can add them up.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby

from job_search_assets.logic.provenance import user_text
from job_search_assets.logic.provenance.layout import columns, section
from job_search_assets.logic.provenance.outcomes import SAID
from job_search_assets.logic.provenance.stories import (
    REJECTED,
    REMOVED,
    WAITING,
    AccountStory,
    Correction,
    Letter,
    Listing,
    Reason,
    Record,
    Spam,
    UserStory,
)

_WHY_NOBODY = {
    REMOVED: "none: the account was removed",
    REJECTED: "none: no record of the account was accepted",
    WAITING: "none yet: the tables are not up to date (`job-search run`)",
}


def of_account(story: AccountStory) -> Iterator[str]:
    """The lines of an account's story, in the order in which it went through the stages."""
    whose = f", of {story.user.user_id}" if story.user else ""
    yield f"{story.account_id} is an account: {story.outcome}{whose}."
    yield from section("Record", _record(story))
    yield from section("Corrections", corrections(story.corrections, others=bool(story.letters)))
    yield from section("Letters", letters(story.letters))
    if story.spam:
        yield from section("Spam", _spam(story.spam))
    if story.user is None:
        yield from section("User", [_WHY_NOBODY[story.outcome]])
    else:
        yield from section("User", user_text.belonging(story.user))
        yield from user_text.outcomes(story.label, story.split, story.prediction)
    if story.values is not None:
        told = [(name, value or "") for name, value in story.values.items()]
        yield from section("Values", ["as signed up and corrected (personal data):", *columns(told)])


def of_user(story: UserStory) -> Iterator[str]:
    """The lines of a user's story."""
    yield f"{story.user_id} is a user with {user_text.accounts(story.user.accounts)}."
    yield from section("Accounts", columns([(record.account_id, *_place(record)) for record in story.records]))
    yield from section("Corrections", corrections(story.corrections, others=bool(story.letters)))
    yield from section("Letters", letters(story.letters))
    yield from section("Ties", user_text.belonging(story.user))
    yield from section("Columns", user_text.survivors(story.columns))
    yield from user_text.outcomes(story.label, story.split, story.prediction)


def corrections(told: Sequence[Correction], *, others: bool) -> Iterator[str]:
    """A line a correction; its value and its reason only where they were asked for. `others` stand under Letters."""
    if not told:
        yield "none of its own in force; all that reached it stand under Letters" if others else "none"
    for one in told:
        column = f" {one.column}" if one.column else ""
        value = f" = {one.value}" if one.value is not None else ""
        why = f": {one.why}" if one.why is not None else ""
        who = f"by {one.made_by}, {one.made_at}"
        yield f"{one.correction_id}  {one.action}{column}{value} on {one.table} {one.key}, {who}{why}"


def letters(told: Sequence[Letter]) -> Iterator[str]:
    """What corrections of whatever input have changed, step by step: a line for each outcome."""
    for (step, ids, cause), changed in groupby(told, lambda one: (one.step, one.correction_ids, one.cause)):
        yield f"step {step}, correction {ids} ({cause}):"
        lines = [
            (
                f"  {one.account_id}",
                SAID.get(one.outcome, one.outcome),
                f"{one.before or 'none'} -> {one.after or 'none'}",
            )
            for one in changed
        ]
        yield from columns(lines)


def _record(story: AccountStory) -> Iterator[str]:
    if story.record:
        yield ", ".join(_place(story.record))
    for one in story.rejections:
        rule = f"{one.column}: {one.rule}" if one.column else one.rule
        yield f"{one.file}, line {one.line}, was not accepted: {rule} (table rejected_rows)"


def _place(record: Record) -> tuple[str, str, str]:
    stood = f"{record.file}, line {record.line}" if record.file else "place unknown"
    source = record.source
    who = f"{source.name}; owner: {source.owner}" if source.owner else "not in source_inventory"
    return stood, f"signed up {record.created_at}", f"source {source.source} ({who})"


def _spam(spam: Spam) -> Iterator[str]:
    verdict, sign = ("removed", "reaches") if spam.is_spam else ("kept", "is below")
    yield f"{verdict}: the score {spam.score:.6f} {sign} the threshold {spam.threshold:g} (model {spam.model_version})"
    for reason in spam.reasons:
        if reason.kind != "feature":
            yield f"{reason.weight + 0.0:+10.6f}  {_said(reason)}"  # + 0.0: no -0.000000
        if reason.kind == "model":
            yield from _features(spam)
    yield f"{spam.log_odds:+10.6f}  sum: log odds of the score (ln)"


def _features(spam: Spam) -> Iterator[str]:
    told = [reason for reason in spam.reasons if reason.kind == "feature"]
    for says, those in (
        ("for spam", [one for one in told if one.weight > 0]),
        ("against", [one for one in told if one.weight < 0]),
    ):
        if those:
            listed = ", ".join(f"{one.reference} {one.weight:+.2f}" for one in those)
            yield f"{'':12}most {says}: {listed}"
    if not spam.has_features:
        yield f"{'':12}what they were made of is not on file"


def _said(reason: Reason) -> str:
    idle = "" if reason.is_in_score else ", not counted"
    if reason.kind == "prior":
        return f"usual: {reason.detail}"
    if reason.kind == "model":
        return "looks, by the model"
    if reason.kind == "report":
        _, by, at = reason.reference.split("|")
        return f"report by {by}, {at}{idle}: {reason.detail}"
    if reason.kind == "entry":
        detail = "" if reason.listing and reason.listing.is_suspect else f": {reason.detail}"
        return f"entry {reason.reference}{_listed(reason.listing)}{idle}{detail}"
    return f"{reason.reference}: {reason.detail}"


def _listed(listing: Listing | None) -> str:
    if listing is None:
        return ""
    until = f"until {listing.listed_until}" if listing.listed_until else "still listed"
    state = "suspect" if listing.is_suspect else "confirmed" if listing.is_confirmed else "not suspect"
    return f", listed by {listing.listed_by or 'nobody named'} {listing.listed_from}, {until}, {state}"
