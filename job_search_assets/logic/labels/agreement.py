"""How far labellers agree beyond chance."""

import ibis
import ibis.expr.types as ir


def alpha_by_guide(votes: ir.Table) -> dict[str, float]:
    """Krippendorff's alpha for a yes or no, per guide version: 1 is full agreement, 0 is what chance would give.

    Computed over accounts with two votes or more under one version (Krippendorff 2011, "Computing Krippendorff's
    alpha-reliability"). A version whose votes cannot disagree, all being alike or alone, is left out.
    """
    accounts = votes.group_by("guide_version", "account_id").aggregate(
        said=votes.count(), yes=votes.is_job_seeker.cast("int64").sum()
    )
    shared = accounts.filter(accounts.said > 1)
    # In 27,720ths, the least common multiple of 1 to 12, so that whole numbers are summed in any order.
    differing = (2 * shared.yes * (shared.said - shared.yes) * 27_720 / (shared.said - 1)).round().cast("int64")
    counted = shared.group_by("guide_version").aggregate(
        said=ibis._.said.sum(), yes=ibis._.yes.sum(), differing=differing.sum()
    )
    rows = counted.order_by("guide_version").to_pyarrow().to_pylist()
    return {
        row["guide_version"]: round(1 - row["differing"] / 27_720 * (row["said"] - 1) / chance, 6)
        for row in rows
        if (chance := 2 * row["yes"] * (row["said"] - row["yes"]))
    }


def named_alphas(alphas: dict[str, float]) -> dict[str, float]:
    """The same under names that read well beside other numbers."""
    return {f"agreement_under_guide_{version}": alpha for version, alpha in alphas.items()}
