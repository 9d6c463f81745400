"""The comparisons in Splink's terms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from job_search_assets.logic.identity.comparisons import COMPARISONS
from job_search_assets.logic.identity.levels import Comparison

if TYPE_CHECKING:
    from splink import SettingsCreator


def settings() -> SettingsCreator:
    """The comparisons as Splink's settings, each level weighed by its own number.

    Splink gives match weights back without copying both accounts' columns beside each pair, and gamma levels only
    with them. So a level's weight is set to its number plus one here (m / u = 2 ^ weight; 0 is empty), and read back
    as the level; the learned weights come in place of the levels afterwards, which spares comparing everything twice.
    """
    from splink import SettingsCreator

    return SettingsCreator(
        link_type="dedupe_only",
        comparisons=[_numbered(comparison) for comparison in COMPARISONS],
        unique_id_column_name="number",
        retain_matching_columns=False,
        retain_intermediate_calculation_columns=True,
        additional_columns_to_retain=["account_id"],
        probability_two_random_records_match=0.5,
    )


def _numbered(comparison: Comparison) -> Any:
    import splink.comparison_level_library as cll
    import splink.comparison_library as cl

    created = [cll.CustomLevel(condition, words) for words, condition in comparison.levels] + [cll.ElseLevel()]
    levels = [
        level.configure(m_probability=1.0, u_probability=2.0 ** (place - len(created)))
        for place, level in enumerate(created)
    ]
    empty = cll.CustomLevel(comparison.empty, "empty").configure(is_null_level=True)
    return cl.CustomComparison([empty, *levels], comparison.name)
