"""What both engines must agree on before any logic leans on it."""

import datetime as dt
from typing import Any


def test_rows_come_back_as_they_went_in(engine: Any) -> None:
    columns = {
        "account_id": ["a", "b"],
        "created_at": [dt.datetime(2026, 1, 2, 3, 4, 5), None],
        "birth_date": [dt.date(842, 5, 1), dt.date(1990, 2, 28)],
        "votes": [None, 3],
        "is_spam": [True, None],
        "score": [0.1, None],
    }
    schema = {
        "account_id": "string",
        "created_at": "timestamp(6)",
        "birth_date": "date",
        "votes": "int64",
        "is_spam": "boolean",
        "score": "float64",
    }
    table = engine.table(columns, schema)
    assert engine.rows(table, "account_id") == [{name: values[i] for name, values in columns.items()} for i in range(2)]


def test_sha256_of_a_key_is_the_same_number_everywhere(engine: Any) -> None:
    table = engine.table({"account_id": ["a"]}, {"account_id": "string"})
    digest = table.select(digest=table.account_id.hexdigest("sha256"))
    assert engine.rows(digest) == [{"digest": "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"}]
