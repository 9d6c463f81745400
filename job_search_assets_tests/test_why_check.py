"""The check that every account can be explained: it holds on a build, and misses nothing that is taken away."""

from pathlib import Path

import pytest

from job_search_assets.engine.tables.warehouse import Warehouse
from job_search_assets.logic.provenance import completeness
from job_search_assets_tests.pipeline import change


def gaps(build: Path) -> dict[str, int]:
    warehouse = Warehouse(build / "warehouse.duckdb", is_read_only=True)
    try:
        tables = {name: warehouse.table(name) for name in completeness.TABLES}
        counts = completeness.count(tables, warehouse.table("decisions"))
        found = completeness.examples(tables)
    finally:
        warehouse.close()
    assert {name for name, number in counts.items() if number} >= {gap.partition(":")[0] for gap in found}
    return {name: number for name, number in counts.items() if number}


def test_every_account_of_a_build_can_be_explained(built: Path) -> None:
    assert gaps(built) == {}


KEPT = "SELECT min(account_id) FROM user_accounts JOIN clean_users USING (user_id) WHERE account_count = 2"
REMOVED = "SELECT min(account_id) FROM spam_reasons WHERE kind = 'entry' AND is_in_score"


@pytest.mark.parametrize(
    ("statement", "missing"),
    [
        (f"DELETE FROM raw_places WHERE key = ({KEPT})", "accounts_without_a_place"),
        (f"DELETE FROM spam_decisions WHERE account_id = ({KEPT})", "accounts_without_a_decision"),
        (
            f"UPDATE spam_evidence SET model_log_odds = model_log_odds + 9 WHERE account_id = ({KEPT})",
            "scores_that_do_not_add_up",
        ),
        (f"DELETE FROM spam_evidence WHERE account_id = ({REMOVED})", "scores_that_do_not_add_up"),
        (
            f"DELETE FROM spam_reasons WHERE kind = 'entry' AND account_id = ({REMOVED})",
            "removed_whose_reasons_do_not_add_up",
        ),
        ("DELETE FROM raw_ip_blocklist", "removed_by_entries_that_are_not_there"),
        (f"DELETE FROM user_accounts WHERE account_id = ({KEPT})", "kept_without_a_user"),
        (
            f"DELETE FROM match_predictions WHERE ({KEPT}) IN (account_id_left, account_id_right)",
            "accounts_tied_to_no_other_of_their_user",
        ),
        (f"DELETE FROM user_history WHERE account_id = ({KEPT})", "accounts_without_a_history"),
        ("DELETE FROM clean_users WHERE account_count = 6", "accounts_of_unknown_users"),
        ("INSERT INTO job_seeker_labels (user_id) VALUES ('user-x')", "labels_without_a_vote"),
        ("DELETE FROM job_seeker_splits WHERE split = 'dev'", "labels_without_a_split"),
        ("DELETE FROM split_ledger WHERE split = 'dev'", "splits_without_a_history"),
        ("DELETE FROM job_seeker_predictions WHERE probability > 0", "users_without_a_prediction"),
        ("INSERT INTO clean_users (user_id, account_count) VALUES ('user-x', 1)", "users_without_an_account"),
        ("INSERT INTO decisions (account_id) VALUES ('nobody')", "decisions_about_no_account"),
    ],
)
def test_what_is_taken_away_is_missed(changeable: Path, statement: str, missing: str) -> None:
    change(changeable, statement)
    assert missing in gaps(changeable)
