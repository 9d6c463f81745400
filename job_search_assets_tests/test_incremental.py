"""Accounts come, go and change: the identity stage brought in line equals the stage made anew, models held."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from job_search_assets.definitions import defs
from job_search_assets.engine.folders import Folders
from job_search_assets.engine.guarding.gate import ASKED
from job_search_assets.engine.running import event_log, runs
from job_search_assets.engine.tables import record
from job_search_assets.engine.tables.publishing import content_hash, publish
from job_search_assets.engine.tables.table_schemas import table_schemas
from job_search_assets.engine.tables.warehouse import Warehouse
from job_search_assets_tests.pipeline import Ended

# In the order in which they are made. What is held, and what only history knows, is not made anew.
BROUGHT_IN_LINE = [
    "match_details",
    "outgrown_blocks",
    "candidate_pairs",
    "match_predictions",
    "user_accounts",
    "clean_users",
]
# Without checks, which have tests of their own.
JOB = dg.Definitions(
    assets=defs.assets, resources=defs.resources, executor=defs.executor, loggers=defs.loggers
).resolve_implicit_global_asset_job_def()


class Stage:
    """The identity stage of a build folder, with whatever accounts are given to it."""

    def __init__(self, instance: dg.DagsterInstance, folders: Folders) -> None:
        self.instance, self.folders = instance, folders

    def open(self) -> Warehouse:
        return Warehouse(self.folders.warehouse)

    def sql(self, query: str) -> list[tuple[object, ...]]:
        warehouse = self.open()
        try:
            return warehouse.duckdb.execute(query).fetchall()
        finally:
            warehouse.close()

    def give(self, query: str) -> None:
        """De-spammed accounts as the spam stage would publish them."""
        warehouse = self.open()
        try:
            rows = warehouse.kept(warehouse.connection.sql(query))
            schema = table_schemas()["despammed_users"]
            published = publish(warehouse, "despammed_users", rows, schema, ["account_id"], log="account_id")
        finally:
            warehouse.close()
        tags = {"dagster/data_version": published.data_version}
        self.instance.report_runless_asset_event(dg.AssetMaterialization("despammed_users", tags=tags))

    def make(self, *tables: str) -> dict[str, str]:
        """Materialises the tables; the content's hash of each, which must be the one on record."""
        keys = [dg.AssetKey(table) for table in tables]
        tags = {ASKED: "these tests"}  # the gate would stop at what `give` and `make_anew` do behind its back
        with event_log.held_open():
            assert JOB.execute_in_process(instance=self.instance, asset_selection=keys, tags=tags).success
        warehouse = self.open()
        try:
            found = {table: content_hash(warehouse, table) for table in BROUGHT_IN_LINE}
            on_record = {table: record.content(warehouse, table) for table in BROUGHT_IN_LINE}
        finally:
            warehouse.close()
        assert {table: content.version for table, content in on_record.items() if content} == found
        return found

    def make_anew(self) -> dict[str, str]:
        """The same with nothing there before."""
        for table in BROUGHT_IN_LINE:
            self.sql(f'DROP TABLE "{table}"')
        return self.make(*BROUGHT_IN_LINE)

    def users(self) -> dict[object, object]:
        return dict(self.sql("SELECT account_id, user_id FROM user_accounts"))  # type: ignore[arg-type]


@pytest.fixture
def stage(data: Path, first_run: tuple[Path, Ended], tmp_path: Path) -> Iterator[Stage]:
    """The first run's build with every sixth of its accounts, so that a batch is quickly done."""
    shutil.copytree(first_run[0], tmp_path / "build")
    folders = Folders(data=data, build=tmp_path / "build")
    with runs.opened(folders) as instance:
        small = Stage(instance, folders)
        small.sql("CREATE TABLE record.pool AS FROM despammed_users WHERE hash(account_id) % 6 = 0")
        small.give("FROM record.pool")
        small.make(*BROUGHT_IN_LINE[:3], "match_model", *BROUGHT_IN_LINE[3:], "user_history")
        yield small


def batch(number: int) -> str:
    """The pool with some accounts gone, some changed; who, is drawn from the batch's number."""
    draw = f"('0x' || md5(account_id || '{number}')[:4])::INT % 40"
    return f"""SELECT * REPLACE (
                   CASE WHEN {draw} = 1 THEN split_part(full_name, ' ', 1) ELSE full_name END AS full_name,
                   CASE WHEN {draw} = 2 THEN '0115 4960577' WHEN {draw} = 3 THEN NULL ELSE phone END AS phone,
                   CASE WHEN {draw} = 4 THEN created_at - INTERVAL 900 DAY ELSE created_at END AS created_at,
                   CASE WHEN {draw} = 5 THEN 'another' ELSE device END AS device)
               FROM record.pool WHERE {draw} NOT IN (6, 7)"""


def test_random_batches_brought_in_line_equal_the_stage_made_anew(stage: Stage) -> None:
    for number in range(8):
        stage.give(batch(number))
        brought = stage.make(*BROUGHT_IN_LINE)
        # A user's id is that of an account of theirs, so it is never given to another person.
        users = stage.users()
        assert all(users[str(user).removeprefix("user-")] == user for user in users.values())
        if number % 4 == 3:
            assert brought == stage.make_anew(), f"after batch {number}"


def test_ids_of_untouched_users_stay_when_accounts_come_in(stage: Stage) -> None:
    stage.give("FROM record.pool WHERE hash(account_id) % 11 <> 0")
    stage.make(*BROUGHT_IN_LINE, "user_history")
    before = stage.users()
    stage.give("FROM record.pool")
    stage.make(*BROUGHT_IN_LINE, "user_history")
    after = stage.users()
    joined = {user for account, user in after.items() if account not in before}
    untouched = {account for account, user in before.items() if user not in joined and after[account] not in joined}
    assert untouched
    assert len(after) > len(before)
    moved = {account for account in untouched if before[account] != after[account]}
    last = "step = (SELECT max(step) FROM user_history)"
    told = {
        row[0] for row in stage.sql(f"SELECT account_id FROM user_history WHERE {last} AND old_user_id IS NOT NULL")
    }
    assert moved == set()
    assert told == {account for account in before if before[account] != after[account]}


def test_only_what_is_concerned_is_made_again(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    from job_search_assets.logic.identity import details

    worded: list[int] = []
    whole = details.word

    def counted(users: object) -> object:
        worded.append(len(users))  # type: ignore[arg-type]
        return whole(users)  # type: ignore[arg-type]

    monkeypatch.setattr(details, "word", counted)
    stage.give(
        "SELECT * REPLACE (CASE WHEN account_id = (SELECT min(account_id) FROM record.pool) THEN 'Eve Adams'"
        " ELSE full_name END AS full_name) FROM record.pool"
    )
    stage.make(*BROUGHT_IN_LINE)
    assert sum(worded) == 1


def test_a_block_that_outgrows_its_limit_proposes_no_pairs_until_it_is_small_again(stage: Stage) -> None:
    crowd = """SELECT * EXCLUDE (number)
                   REPLACE (CASE WHEN number <= {} THEN '0115 4960577' ELSE phone END AS phone)
               FROM (SELECT *, row_number() OVER (ORDER BY account_id) AS number FROM record.pool)"""
    for size, outgrown in ((60, False), (105, True), (60, False)):
        stage.give(crowd.format(size))
        brought = stage.make(*BROUGHT_IN_LINE)
        blocks = stage.sql("SELECT rule FROM outgrown_blocks WHERE block = '154960577'")
        assert blocks == ([("phone",)] if outgrown else [])
        assert brought == stage.make_anew()
