"""An impact in words, for a terminal: keys, outcomes and counts."""

from collections.abc import Iterator, Sequence

from job_search_assets.engine.correcting.impacts import Impact
from job_search_assets.logic.provenance.outcomes import SAID

TOLD_AT_MOST = 10  # accounts of each set that are named, unless all are asked for

Rows = Sequence[dict[str, str | None]]


def told(found: Impact, *, everybody: bool) -> Iterator[str]:
    """The impact as lines for a person."""
    yield f"If {found.what} {found.table} {found.key}:" if found.what else ""
    yield from _set("direct", "an outcome is another one, the models held", found.direct, everybody)
    joint = found.joint if everybody else found.joint[:TOLD_AT_MOST]
    yield f"  joint      {_count(len(found.joint))}: numbers move, the outcome stays, since other grounds suffice"
    if joint:
        yield f"             {', '.join(joint)}{_more(len(found.joint) - len(joint))}"
    if found.via_model is None:
        yield "  via model  not worked out; --refit does, and takes as long as fitting the models again"
    else:
        yield from _set(
            "via model", "an outcome is another one only once models are fitted again", found.via_model, everybody
        )
    shift = ", ".join(f"{name} {value:g}" for name, value in found.largest_shift.items() if value)
    yield f"  largest shift of a spam score or of a probability: {shift or 'none'}"
    yield f"  tables that change, as far as decisions: {', '.join(found.tables) or 'none'}"
    yield f"  models and other things learned from these, held: {', '.join(found.models) or 'none'}"


def _set(name: str, meaning: str, rows: Rows, everybody: bool) -> Iterator[str]:
    accounts = list(dict.fromkeys(str(row["account_id"]) for row in rows))
    yield f"  {name:<11}{_count(len(accounts))}: {meaning}"
    for account in accounts if everybody else accounts[:TOLD_AT_MOST]:
        changes = [
            f"{SAID.get(str(row['outcome']), row['outcome'])} {row['before'] or 'none'} -> {row['after'] or 'none'}"
            for row in rows
            if row["account_id"] == account
        ]
        yield f"             {account}  {'; '.join(changes)}"
    rest = 0 if everybody else max(len(accounts) - TOLD_AT_MOST, 0)
    if rest:
        yield f"            {_more(rest)}"


def _count(number: int) -> str:
    return "1 account" if number == 1 else f"{number:,} accounts"


def _more(number: int) -> str:
    return f" and {number:,} more (--all names them)" if number > 0 else ""
