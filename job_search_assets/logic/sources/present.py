"""What has been collected so far, as far as a plan goes by it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import ibis
import ibis.expr.types as ir


@dataclass(frozen=True)
class Present:
    """Accounts and users by source, votes, and users whom nobody has labelled. All is 0 before the first run."""

    accounts: Mapping[str, int] = field(default_factory=dict)
    users: Mapping[str, float] = field(default_factory=dict)
    votes: int = 0
    unlabelled_users: int = 0

    def users_per_account(self, source: str) -> float:
        """Users that an account of the source is, once spam is removed and accounts of one person are merged.

        An account counts as its share of a user, so that two sources share whom both have brought. Of a source without
        accounts the average of all; 1 where there is no account at all.
        """
        accounts, users = self.accounts.get(source, 0), self.users.get(source, 0)
        if not accounts:
            accounts, users = sum(self.accounts.values()), sum(self.users.values())
        return min(users / accounts, 1.0) if accounts else 1.0


def count(
    raw_users: ir.Table, user_accounts: ir.Table, job_seeker_labels: ir.Table, raw_job_seeker_votes: ir.Table
) -> Present:
    """Counts what there is. Users of several sources are split among them in whole parts, so that sums are exact."""
    sizes = user_accounts.group_by("user_id").agg(size=ibis._.count())
    shares = user_accounts.join(sizes, "user_id").join(raw_users.select("account_id", "source"), "account_id")
    shares = shares.mutate(share=(_WHOLE // shares.size).cast("int64"))
    by_source = raw_users.group_by("source").agg(accounts=ibis._.count())
    kept = shares.group_by("source").agg(users=shares.share.sum().cast("int64"))
    rows = by_source.left_join(kept, "source").select("source", "accounts", "users").to_pyarrow().to_pylist()
    unlabelled = sizes.anti_join(job_seeker_labels, "user_id").count()
    return Present(
        accounts={row["source"]: row["accounts"] for row in rows},
        users={row["source"]: (row["users"] or 0) / _WHOLE for row in rows},
        votes=int(raw_job_seeker_votes.count().to_pyarrow().as_py()),
        unlabelled_users=int(unlabelled.to_pyarrow().as_py()),
    )


_WHOLE = 720_720  # parts of a user: the least number that all up to 16 accounts divide
