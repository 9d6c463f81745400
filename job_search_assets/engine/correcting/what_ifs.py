"""The lines of a ledger that nobody has written: what an impact is asked for, in the words of `job-search impact`."""

from collections.abc import Mapping, Sequence

from job_search_assets.engine.correcting import corrections
from job_search_assets.engine.errors import BadInput, nearest
from job_search_assets.engine.folders import Folders
from job_search_assets.engine.stories import slice_stories
from job_search_assets.engine.tables.reading import among, rows
from job_search_assets.engine.tables.warehouse import Warehouse

WITHDRAW, REPLACE, SLICE = "withdraw", "replace", "slice"
# Who gave rows, by the word for them: raw file, column that names them, and the key of all that they gave.
GIVERS = {
    "labeller": [
        ("job_seeker_votes", "labeller", "*|{}|*"),
        ("merge_pairs", "labeller", "*|*|{}"),
    ],
    "moderator": [("spam_reports", "reported_by", "*|{}|*")],
    "source": [("users", "source", "")],
}


def lines_of(folders: Folders, table: str, key: str, what: str, values: Sequence[str]) -> list[dict[str, str]]:
    """The lines that would correct the input so; raises BadInput for what no correction could be."""
    if table in GIVERS:
        if what != WITHDRAW or values:
            raise BadInput(f"Of a {table} all that they gave can be withdrawn; nothing else is asked about it.")
        return _all_given(folders, table, key)
    if table == SLICE:
        return _votes_of_slice(folders, key, what, corrections.assigned(values))
    wanted = corrections.Correction(table, key, what, "nobody", "what if", corrections.assigned(values))
    return corrections.lines_of(folders, wanted)


def _all_given(folders: Folders, giver: str, name: str) -> list[dict[str, str]]:
    warehouse, lines, names = Warehouse(folders.warehouse, is_read_only=True), [], set[str]()
    try:
        for table, column, key in GIVERS[giver]:
            rows = warehouse.table(f"raw_{table}")
            names |= {*rows.select(column).distinct().to_pyarrow()[column].to_pylist()}
            given = rows.filter(rows[column] == name)
            if key:
                keys = [key.format(name)] if given.count().execute() else []
            else:
                keys = given.order_by("account_id").account_id.to_pyarrow().to_pylist()
            lines += [{"table": table, "key": found, "action": WITHDRAW} for found in keys]
    finally:
        warehouse.close()
    if not lines:
        hint = nearest(name, names) or " The raw tables have the names of all that there are."
        raise BadInput(f"No row is by a {giver} {name!r}.{hint}")
    return lines


def _votes_of_slice(folders: Folders, asked: str, what: str, values: Mapping[str, str]) -> list[dict[str, str]]:
    """All votes on the users of a slice withdrawn, or each of them another one."""
    if (what, set(values)) not in ((WITHDRAW, set()), (REPLACE, {"is_job_seeker"})):
        raise BadInput(
            "Of a slice the votes on its users can be withdrawn, or relabelled: --what replace is_job_seeker=true."
        )
    warehouse = Warehouse(folders.warehouse, is_read_only=True)
    try:
        users = slice_stories.users_of(warehouse, asked)
        keys = rows(
            warehouse,
            f"""SELECT DISTINCT account_id FROM raw_job_seeker_votes JOIN user_accounts USING (account_id)
                WHERE user_id IN {among(users)} ORDER BY account_id""",
            *users,
        )
    finally:
        warehouse.close()
    told = [{"column": column, "value": value} for column, value in values.items()] or [{}]
    return [
        {"table": "job_seeker_votes", "key": f"{key['account_id']}|*|*", "action": what, **column}
        for key in keys
        for column in told
    ]
