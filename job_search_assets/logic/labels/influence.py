"""What a labeller did: whose label would be another, or none, without that labeller's votes.

The label model is held: rates, hints and method stay as they are, as when a repair withdraws the votes without
learning anew. So the answer is the one that a run with those votes withdrawn would give, row by row.
"""

from typing import Any

import ibis
import ibis.expr.types as ir

from job_search_assets.logic.labels.judgement import label

BETWEEN = "\t"  # no id holds a tab


def labels_without_each(votes: ir.Table, model: dict[str, Any], hints: ir.Table) -> ir.Table:
    """One row per labeller and user they voted on who would still have votes: the label without the labeller's.

    All labellers at once: each stands for a copy of the votes of others on the users that they touched.
    """
    touched = votes.select("user_id", without="labeller").distinct()
    others = votes.inner_join(touched, "user_id").filter(ibis._.labeller != ibis._.without)
    renamed = others.mutate(
        user_id=others.without + BETWEEN + others.user_id, account_id=others.without + BETWEEN + others.account_id
    )
    pairs = touched.select("without", "user_id", pair=touched.without + BETWEEN + touched.user_id)
    hinted = pairs.inner_join(hints, "user_id").select(user_id="pair", probability="probability")
    found = label(renamed.drop("without"), model, hinted, guide_version="")
    known = found.select(
        pair="user_id",
        is_job_seeker_without="is_job_seeker",
        confidence_without="confidence",
        is_job_seeker_by_votes_without="is_job_seeker_by_votes",
    )
    return pairs.inner_join(known, "pair").select(
        "user_id",
        "is_job_seeker_without",
        "confidence_without",
        "is_job_seeker_by_votes_without",
        labeller="without",
    )


def influence(votes: ir.Table, labels: ir.Table, splits: ir.Table, model: dict[str, Any], hints: ir.Table) -> ir.Table:
    """One row per labeller and user whose label would be another or none, with the split where that is felt.

    Who loses the label leaves the split; nobody else moves, since the ledger of splits keeps a user whatever the
    label. The predicted class of nobody changes as long as the job-seeker model is held: it sees features and no label.
    """
    touched = votes.select("user_id", "labeller").distinct()
    without = labels_without_each(votes, model, hints)
    known = touched.inner_join(labels.select("user_id", "is_job_seeker"), "user_id")
    both = known.left_join(without, ["user_id", "labeller"])
    changed = both.filter(
        both.is_job_seeker_without.isnull() | (both.is_job_seeker_without != both.is_job_seeker)
    ).select("labeller", "user_id", "is_job_seeker", "is_job_seeker_without")
    placed = changed.left_join(splits.select("user_id", "split"), "user_id")
    return placed.select(
        "labeller",
        "user_id",
        "is_job_seeker",
        "is_job_seeker_without",
        "split",
        leaves_split=placed.is_job_seeker_without.isnull() & placed.split.notnull(),
    )


def summed(found: ir.Table) -> dict[str, int]:
    """How many labels hang on one labeller, and where those users are."""
    counts = found.aggregate(
        labels_that_hang_on_one_labeller=found.user_id.nunique(),
        other_labels=found.is_job_seeker_without.count(),
        lost_labels=found.is_job_seeker_without.isnull().sum().coalesce(0),
        leaving_their_split=found.leaves_split.sum().coalesce(0),
    )
    placed = found.filter(found.split.notnull())
    by_split = placed.group_by("split").aggregate(rows=placed.count()).order_by("split")
    numbers: dict[str, int] = counts.to_pyarrow().to_pylist()[0]
    in_splits = {f"in_{row['split']}": row["rows"] for row in by_split.to_pyarrow().to_pylist()}
    return numbers | in_splits | {"predicted_classes_with_the_model_held": 0}
