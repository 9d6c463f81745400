"""The sum that decides: what is usual, what the account looks like, what was said of it, where it came from."""

import ibis
import ibis.expr.types as ir

ROUNDS = 6  # of weighing accounts by their network and networks by their accounts; later ones change nothing
MICRO = 1_000_000  # probabilities are summed as whole millionths: a sum that no order of rows can change


def groups(spam_scores: ir.Table, spam_features: ir.Table, entries: ir.Table) -> ir.Table:
    """Every account with the network whose share of spam it counts towards.

    `entries`: account_id, entry_id; an account in none belongs to its own /24 or /48. Columns: account_id,
    looks, group, is_listed, network.
    """
    network = spam_features.select("account_id", "network")
    own = entries.select("account_id", "entry_id")
    placed = spam_scores.join(network, "account_id").left_join(own, "account_id").drop("account_id_right")
    key = ibis.coalesce(entry_group(placed.entry_id), "network " + placed.network, "account " + placed.account_id)
    return placed.select(
        "account_id",
        "network",
        looks=placed.model_log_odds + placed.report_log_odds,
        group=key,
        is_listed=placed.entry_id.notnull(),
    )


def entry_group(entry: ir.StringValue) -> ir.StringValue:
    """The name of the group that the accounts inside an entry make."""
    return ibis.literal("entry ") + entry


def narrowest(entries: ir.Table, blocklist_review: ir.Table | None = None) -> ir.Table:
    """For each account the narrowest of its entries that is not suspect: account_id, entry_id."""
    if blocklist_review is not None:
        suspect = blocklist_review.filter(blocklist_review.is_suspect)
        entries = entries.anti_join(suspect, "entry_id")
    order = ibis.window(group_by="account_id", order_by=["narrowness", "entry_id"])
    first = entries.mutate(place=ibis.row_number().over(order))
    return first.filter(first.place == 0).select("account_id", "entry_id")


def weigh(grouped: ir.Table, grounded: ir.Table, spam_priors: ir.Table) -> ir.Table:
    """One row per account: account_id, entry_id, others, others_spam, prior_log_odds, network_log_odds.

    An account's network is judged by its other accounts alone, each weighed by everything known about it, so
    bystanders in a network with many people stay unharmed and no account condemns itself. `grounded`
    (account_id, entry_id) are accounts outside any entry in force whom a report ties to one: they take that
    entry's share without counting towards it.
    """
    prior = _prior_columns(spam_priors)
    account = _with_share(grouped.cross_join(prior))
    counted = account.filter(account.is_listed).group_by("group")
    entry = counted.aggregate(entry_accounts=ibis._.count(), entry_spam=ibis._.spam.sum())
    tied = grounded.select("account_id", tied_entry="entry_id", tied_group=entry_group(grounded.entry_id))
    tied = tied.left_join(entry, tied.tied_group == entry.group).drop("group")
    return _parts(account.left_join(tied, "account_id").drop("account_id_right"))


def add_up(weighed: ir.Table, spam_scores: ir.Table) -> ir.Table:
    """The same with the model's and the reports' log odds beside them: all parts of the score in one row."""
    both = weighed.join(spam_scores, "account_id")
    parts = [f"{part}_log_odds" for part in ("prior", "model", "report", "network")]
    return both.select("account_id", "network", "entry_id", "others", "others_spam", *parts)


def looks_inside(neighbours: ir.Table, spam_scores: ir.Table) -> ir.Table:
    """The accounts in each entry's network with their log odds by everything except the list."""
    inside = neighbours.join(spam_scores, "account_id")
    looks = inside.model_log_odds + inside.report_log_odds
    return inside.select("entry_id", "account_id", "is_in_force", looks=looks)


def _prior_columns(spam_priors: ir.Table) -> ir.Table:
    listed, unlisted = (spam_priors.filter(spam_priors.kind == kind) for kind in ("listed", "unlisted"))
    return listed.select(listed_share="spam_share", listed_strength="strength").cross_join(
        unlisted.select(unlisted_share="spam_share", unlisted_strength="strength")
    )


def _with_share(account: ir.Table) -> ir.Table:
    """Adds `others`, `others_spam` (millionths) and `spam` (own, millionths), weighed in turns."""
    is_listed = account.is_listed
    account = account.mutate(
        mean=is_listed.ifelse(account.listed_share, account.unlisted_share),
        strength=is_listed.ifelse(account.listed_strength, account.unlisted_strength),
        others=(ibis._.count().over(ibis.window(group_by="group")) - 1).cast("int64"),
    )
    account = account.mutate(share=account.mean)
    for _ in range(ROUNDS):
        account = account.mutate(
            spam=(_probability(account.looks + _logit(account.share)) * MICRO).round().cast("int64")
        )
        total = account.spam.sum().over(ibis.window(group_by="group"))
        account = account.mutate(others_spam=(total - account.spam).cast("int64"))
        account = account.mutate(share=_share(account.others_spam, account.others, account.mean, account.strength))
    return account


def _parts(account: ir.Table) -> ir.Table:
    is_tied = ~account.is_listed & account.tied_entry.notnull()
    others = is_tied.ifelse(account.entry_accounts.fill_null(0), account.others)
    spam = is_tied.ifelse(account.entry_spam.fill_null(0), account.others_spam)
    mean = is_tied.ifelse(account.listed_share, account.mean)
    strength = is_tied.ifelse(account.listed_strength, account.strength)
    usual = _logit(account.unlisted_share)
    entry = account.is_listed.ifelse(account.group.replace("entry ", ""), account.tied_entry)
    return account.select(
        "account_id",
        "network",
        entry_id=entry,
        others=others.cast("int64"),
        others_spam=(spam / MICRO).round(6),
        prior_log_odds=usual.round(6),
        network_log_odds=(_logit(_share(spam, others, mean, strength)) - usual).round(6),
    )


def _share(
    spam: ir.IntegerValue, accounts: ir.IntegerValue, mean: ir.FloatingValue, strength: ir.FloatingValue
) -> ir.FloatingValue:
    return (spam / MICRO + mean * strength) / (accounts + strength)


def _logit(share: ir.FloatingValue) -> ir.FloatingValue:
    return (share / (1 - share)).ln()


def _probability(log_odds: ir.FloatingValue) -> ir.FloatingValue:
    return 1 / (1 + (-log_odds).exp())
