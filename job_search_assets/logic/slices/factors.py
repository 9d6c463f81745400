"""What errors are sliced by: one row a labelled user outside train, with model inputs, meta-data and provenance."""

import ibis
import ibis.expr.types as ir

from job_search_assets.schemas.slices import SliceFactors

GIVEN = ("user_id", "split", "is_job_seeker", "probability", "is_first_half")
UNSLICED_SPLITS = ("train", "retired")  # a model is always good on what it learned from
# Raw files whose rows' keys begin with an account's id.
OF_ACCOUNTS = ("users", "spam_reports", "job_seeker_votes")


def factor_names() -> list[str]:
    """The columns to slice by, in the order of the schema, which describes them."""
    return [name for name in SliceFactors.to_schema().columns if name not in GIVEN]


def factors(
    judged: ir.Table,
    users: ir.Table,
    labels: ir.Table,
    votes: ir.Table,
    user_accounts: ir.Table,
    reports: ir.Table,
    corrections: ir.Table,
) -> ir.Table:
    """One row per judged user outside train. `judged` is of `judged_predictions`, `votes` of `counted_votes`."""
    held_out = judged.filter(judged.split.notin(UNSLICED_SPLITS)).drop("confidence")
    digest = (ibis.literal("slices|") + held_out.user_id).hexdigest("sha256")
    halved = held_out.mutate(is_first_half=digest.substr(0, 1).isin(list("01234567")))
    told = halved.inner_join(_of_users(users), "user_id")
    told = told.inner_join(labels.select("user_id", "votes", "is_ambiguous"), "user_id")
    told = told.left_join(_voters(votes), "user_id").drop("user_id_right")
    for name, accounts in (("is_corrected", _corrected(corrections)), ("was_reported", _reported(reports))):
        met = user_accounts.semi_join(accounts, "account_id").select(met="user_id").distinct()
        told = told.left_join(met, [told.user_id == met.met])
        told = told.mutate(**{name: told.met.notnull()}).drop("met")
    return told.select(*GIVEN, *factor_names()).order_by("user_id")


def _of_users(users: ir.Table) -> ir.Table:
    month = users.created_at.year().cast("int64") * 100 + users.created_at.month().cast("int64")
    kept = [name for name in factor_names() if name in users.columns]
    return users.select("user_id", *kept, opened_month=month)


def _voters(votes: ir.Table) -> ir.Table:
    """Who voted on a user, by which guides: texts in alphabetical order."""
    told = _joined(votes, "labeller").inner_join(_joined(votes, "guide_version"), "user_id")
    # Bars at both ends too, so that no name is found inside another.
    return told.select("user_id", labellers=ibis.literal("|") + told.labeller + "|", guide_versions=told.guide_version)


def _joined(votes: ir.Table, column: str) -> ir.Table:
    each = votes.select("user_id", column).distinct()
    return each.group_by("user_id").aggregate(**{column: each[column].collect().sort().join("|")})


def _corrected(corrections: ir.Table) -> ir.Table:
    of_accounts = corrections.filter(corrections.table.isin(OF_ACCOUNTS))
    return of_accounts.select(account_id=of_accounts.key.re_extract("^[^|]*", 0)).distinct()


def _reported(reports: ir.Table) -> ir.Table:
    return reports.filter(reports.is_spam).select("account_id").distinct()
