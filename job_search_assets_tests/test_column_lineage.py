"""Which columns a column was made from, as far as the query says it for certain."""

from typing import Any

import ibis

from job_search_assets.engine.tables.column_lineage import sources_of
from job_search_assets.engine.tables.table_schemas import ibis_types


def table(name: str, **place: Any) -> Any:
    connection = place.pop("connection", None) or ibis.duckdb.connect()
    return connection.create_table(name, schema=ibis.schema(ibis_types(name)), **place)


def told(rows: Any) -> dict[str, set[str]]:
    return {name: {f"{table}.{column}" for table, column in found} for name, found in sources_of(rows).items()}


def test_a_column_is_followed_through_joins_sums_unions_and_subqueries() -> None:
    connection = ibis.duckdb.connect()
    users, owned = table("raw_users", connection=connection), table("user_accounts", connection=connection)
    joined = users.left_join(owned, "account_id").filter(users.city == "York")
    counted = joined.group_by("user_id").agg(accounts=joined.count(), first=joined.created_at.min())
    made = counted.select(
        "user_id",
        "accounts",
        latest=users.created_at.max().as_scalar(),
        age=counted["first"].delta(users.birth_date.min().as_scalar().cast("timestamp"), unit="day"),
        constant=ibis.literal(1),
    )
    assert told(made) == {
        "user_id": {"user_accounts.user_id"},
        "latest": {"raw_users.created_at"},
        "age": {"raw_users.created_at", "raw_users.birth_date"},
    }
    both = ibis.union(users.select(name="city"), users.select(name="region")).distinct()
    assert told(both) == {"name": {"raw_users.city", "raw_users.region"}}


def test_what_passed_through_a_temporary_table_has_no_entry() -> None:
    connection = ibis.duckdb.connect()
    connection.con.execute("ATTACH ':memory:' AS scratch")
    users = table("raw_users", connection=connection)
    kept = table("user_accounts", connection=connection, database=("scratch", "main"))
    assert told(users.inner_join(kept, "account_id").select("account_id", "user_id")) == {
        "account_id": {"raw_users.account_id"}
    }
