"""Which corrections have come, been edited, taken back or learned from since they were last followed."""

from collections.abc import Mapping, Sequence

import ibis
import ibis.expr.types as ir

from job_search_assets.logic.provenance.corrections import in_force
from job_search_assets.schemas.contracts import CONTRACTS, LEDGER, LEDGER_COLUMNS
from job_search_assets.schemas.provenance import LEARNED, MADE, MODELS, TAKEN_BACK

TOLD = ["correction_id", "table", "key", "action", "made_by", "made_at", "line_digest"]
# The raw files that a model learns from, directly or through others: no other correction can reach it.
LEARNS_FROM = {
    "spam_model": ["users", "spam_reports"],
    "match_model": ["users", "spam_reports", "ip_blocklist", "merge_pairs"],
    "label_model": list(CONTRACTS),
    "job_seeker_model": list(CONTRACTS),
}
DIGITS = 16  # of a line's digest
MOST_NAMED = 50  # corrections that a row names; `repairs` has them all


def news(ledger: ir.Table, repairs: ir.Table, *, found: Mapping[str, str | None], moved: Sequence[str]) -> ir.Table:
    """What is to be told of corrections now, in the columns of `repairs` but for `step`.

    Those in force that were not, as they stand; those that were and are not; and those that the models `moved` have now
    learned from, having been held when these came. `found` are the versions of models before. A line that is edited
    under its old id has come anew; one that is made and taken back between two runs is nothing, since nothing was ever
    decided by it.
    """
    now, known = _standing(ledger), _latest(repairs.filter(repairs.event != LEARNED))
    then = known.filter(known.event == MADE)
    come = now.anti_join(then, ["correction_id", "line_digest"])
    gone = _taken_back(then.anti_join(now, "correction_id").select(TOLD), ledger)
    learned = _learned(known, [*moved], found).anti_join(ibis.union(come[TOLD], gone[TOLD]), "correction_id")
    rows = [_event(come, MADE), _event(gone, TAKEN_BACK), _event(learned, LEARNED)]
    turns = repairs.group_by("correction_id").agg(turns=repairs.turn.max())
    told = ibis.union(*rows).left_join(turns, "correction_id").drop("correction_id_right")
    versions = {name: ibis.literal(found.get(name), "string") for name in MODELS}
    return told.mutate(turn=(told.turns.fill_null(0) + 1).cast("int64"), **versions).drop("turns")


def names(news: ir.Table) -> ir.Table:
    """The id that a letter names for each of them: the correction's own, or the line's that took it back."""
    return news.select(name=ibis.coalesce(news.taken_back_by, news.correction_id)).distinct().order_by("name")


def listed(names: Sequence[str]) -> str:
    """Ids in one text, so many at most."""
    more = [f"and {len(names) - MOST_NAMED:,} more"] if len(names) > MOST_NAMED else []
    return ", ".join([*names[:MOST_NAMED], *more])


def _standing(ledger: ir.Table) -> ir.Table:
    """The corrections in force, each with a digest of its line."""
    whole = ibis.array([ledger[name].fill_null("") for name in LEDGER_COLUMNS]).join("\t")
    digested = ledger.mutate(line_digest=whole.hexdigest("sha256").substr(0, DIGITS))
    return in_force(digested).select(TOLD)


def _latest(repairs: ir.Table) -> ir.Table:
    last = repairs.group_by("correction_id").agg(turn=repairs.turn.max())
    return repairs.semi_join(last, ["correction_id", "turn"])


def _taken_back(gone: ir.Table, ledger: ir.Table) -> ir.Table:
    """With the line that takes each back, and who made that one when; empty if the correction's own line is gone."""
    lines = ledger.filter(ledger["table"] == LEDGER)
    first = lines.group_by("key").agg(
        taken_back_by=lines.correction_id.argmin(lines.line),
        by=lines.made_by.argmin(lines.line),
        at=lines.made_at.argmin(lines.line),
    )
    told = gone.left_join(first, gone.correction_id == first.key).drop("key_right")
    return told.mutate(made_by=told["by"], made_at=told["at"]).drop("by", "at")


def _learned(known: ir.Table, moved: Sequence[str], found: Mapping[str, str | None]) -> ir.Table:
    """Corrections that came when one of the models was the one before: until now it was as if they had not come."""
    is_one: ir.BooleanValue = ibis.literal(False)
    for name in moved:
        is_held = known[name].identical_to(ibis.literal(found[name], "string"))
        is_one = is_one | (is_held & known[name].notnull() & known["table"].isin(LEARNS_FROM[name]))
    return known.filter(is_one).select(*TOLD, "taken_back_by")


def _event(rows: ir.Table, event: str) -> ir.Table:
    given = rows if "taken_back_by" in rows.columns else rows.mutate(taken_back_by=ibis.null("string"))
    return given.select(*TOLD, "taken_back_by", event=ibis.literal(event))
