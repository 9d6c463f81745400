"""The votes that count, as one table: who said what of which user, on which of their accounts."""

import ibis
import ibis.expr.types as ir


def counted_votes(votes: ir.Table, user_accounts: ir.Table) -> ir.Table:
    """Each labeller's last vote on each kept account, with the user that the account belongs to.

    Votes on removed accounts count nothing, since their account belongs to no user. A labeller who comes back
    to an account corrects the vote; the earlier answer is not a second opinion.
    """
    latest = ibis.window(
        group_by=[votes.account_id, votes.labeller],
        order_by=[votes.labelled_at.desc(), votes.is_job_seeker, votes.guide_version],
    )
    last_words = votes.mutate(place=ibis.row_number().over(latest)).filter(ibis._.place == 0)
    kept = last_words.inner_join(user_accounts.select("account_id", "user_id"), "account_id")
    return kept.select("user_id", "account_id", "labeller", "guide_version", "is_job_seeker")


def of_some_users(votes: ir.Table, *, most: int, seed: int) -> ir.Table:
    """The votes on at most so many users, the same ones whatever the order of rows.

    Error rates of labellers and the base rate are known well enough long before a million users; the draw
    is by SHA-256, so that both engines draw the same users.
    """
    digest = (ibis.literal(f"{seed}|") + votes.user_id).hexdigest("sha256")
    rank = ibis.dense_rank().over(ibis.window(order_by=[digest, votes.user_id]))
    drawn = votes.mutate(draw=rank).filter(ibis._.draw < most).drop("draw")
    return drawn.order_by("user_id", "account_id", "labeller")


def guide_in_force(votes: ir.Table, *, named: str) -> str:
    """The guide version that labels should follow: the one named, or the one whose first vote came last."""
    if named:
        return named
    begun = votes.group_by("guide_version").aggregate(first=votes.labelled_at.min())
    newest = begun.order_by([begun["first"].desc(), begun.guide_version.desc()]).limit(1).to_pyarrow().to_pylist()
    return str(newest[0]["guide_version"]) if newest else ""


def features_of(votes: ir.Table, features: ir.Table) -> ir.Table:
    """The features of the users who were voted on, in the order of their ids."""
    return features.semi_join(votes, "user_id").order_by("user_id")
