"""Where accounts meet the blocklist: an address inside a network, at a time when the entry was in force."""

import ibis
import ibis.expr.types as ir

from job_search_assets.logic.users.addresses import network_bounds

# Characters of an address key that hold the version and sixteen bits: few entries are wider than that.
BUCKET = 5


def meet(spam_features: ir.Table, raw_ip_blocklist: ir.Table) -> ir.Table:
    """One row per account and entry that was in force when the account signed up.

    Columns: account_id, entry_id, narrowness (int64). Where one listed network lies inside another, the
    narrowest has narrowness 1.
    """
    placed = spam_features.select("account_id", "address", moment="created_at")
    inside = _inside(placed, raw_ip_blocklist)
    return _narrowest_first(inside.filter(_has_begun(inside), ~_is_over(inside)), ["account_id"])


def ground(reports: ir.Table, spam_features: ir.Table, raw_ip_blocklist: ir.Table) -> ir.Table:
    """One row per report that is grounded on the list alone, and entry that bore it out when it was made.

    Columns: account_id, reported_by, reported_at, entry_id, narrowness. A report without a row stands on
    nothing: its entry has been withdrawn, or was not in force.
    """
    placed = reports.join(spam_features.select("account_id", "address"), "account_id")
    placed = placed.select("account_id", "reported_by", "reported_at", "address", moment="reported_at")
    inside = _inside(placed, raw_ip_blocklist)
    in_force = inside.filter(_has_begun(inside), ~_is_over(inside))
    return _narrowest_first(in_force, ["account_id", "reported_by", "reported_at"])


def neighbours(spam_features: ir.Table, raw_ip_blocklist: ir.Table) -> ir.Table:
    """One row per entry and account inside its network that had signed up by the time the entry ended.

    Columns: entry_id, account_id, is_in_force. Accounts from before the listing count as well: they may be
    what it was listed for.
    """
    placed = spam_features.select("account_id", "address", moment="created_at")
    inside = _inside(placed, raw_ip_blocklist)
    return inside.filter(~_is_over(inside)).select("entry_id", "account_id", is_in_force=_has_begun(inside))


def bounded(raw_ip_blocklist: ir.Table) -> ir.Table:
    """The entries with the ends of their networks, as the functions above take them too: entry_id, when, low, high."""
    low, high = network_bounds(raw_ip_blocklist.network)
    return raw_ip_blocklist.select("entry_id", "listed_from", "listed_until", low=low, high=high)


def _inside(placed: ir.Table, raw_ip_blocklist: ir.Table) -> ir.Table:
    """The rows with an address, joined to all entries whose network holds it, whatever the time.

    An equality on the first sixteen bits spares the engine from comparing every address with every entry;
    only entries wider than that are compared with all.
    """
    entry = bounded(raw_ip_blocklist) if "network" in raw_ip_blocklist.columns else raw_ip_blocklist
    entry = entry.mutate(bucket=entry.low.substr(0, BUCKET))
    placed = placed.mutate(bucket=placed.address.substr(0, BUCKET))
    is_narrow = entry.bucket == entry.high.substr(0, BUCKET)
    within = [placed.address >= entry.low, placed.address <= entry.high]
    narrow = placed.join(entry.filter(is_narrow), ["bucket", *within])
    wide = placed.join(entry.filter(~is_narrow), within)
    columns = [name for name in (*placed.columns, *entry.columns) if name != "bucket"]
    return narrow.select(columns).union(wide.select(columns))


def _has_begun(inside: ir.Table) -> ir.BooleanValue:
    return inside.moment >= inside.listed_from


def _is_over(inside: ir.Table) -> ir.BooleanValue:
    return (inside.moment >= inside.listed_until).fill_null(ibis.literal(False))


def _narrowest_first(inside: ir.Table, key: list[str]) -> ir.Table:
    # Networks that share an address lie one inside the other: the narrower begins later, or ends earlier.
    order = [inside.low.desc(), inside.high, inside.entry_id]
    rank = ibis.row_number().over(ibis.window(group_by=key, order_by=order)) + 1
    return inside.select(*key, "entry_id", narrowness=rank.cast("int64"))
