"""Looking for traces of accounts in a build: ids in tables and files, values in the files of models."""

import json
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from job_search_assets.engine.folders import Folders
from job_search_assets.engine.tables.warehouse import Warehouse, quoted
from job_search_assets.logic.identity.merging import USER

ACCOUNT, USER_ID, CORRECTED_KEY = "account_id", "user_id", "key"
TELLING = 6  # letters of a value that no other text holds by chance
TEXTS = "SELECT table_schema, table_name, column_name FROM information_schema.columns WHERE data_type = 'VARCHAR'"


def pattern(accounts: Iterable[str]) -> str:
    """What finds the ids as whole words, users named by them included, in engines that cannot look ahead."""
    return rf"(?:^|[^\w-]|{USER})(?:{_any(accounts)})(?:$|[^\w-])"


def words(accounts: Iterable[str]) -> re.Pattern[str]:
    """What finds and takes apart the same in Python: the beginning of a user's name, if it is one, and the id."""
    return re.compile(rf"(?<![\w-])({USER})?({_any(accounts)})(?![\w-])")


def _any(accounts: Iterable[str]) -> str:
    return "|".join(re.escape(account) for account in sorted(accounts))


def is_account(folders: Folders, name: str) -> bool:
    """Whether a table of the build names an account so."""
    if not folders.warehouse.exists():
        return False
    warehouse = Warehouse(folders.warehouse, is_read_only=True)
    try:
        columns = [(relation, column) for relation, _, column in _texts(warehouse) if column.startswith(ACCOUNT)]
        return any(_count(warehouse, relation, f'"{column}" = ?', name) for relation, column in columns)
    finally:
        warehouse.close()


def traces(folders: Folders, accounts: Sequence[str]) -> list[str]:
    """Where in the build one of the ids still stands: columns of tables, files. Empty when all is done.

    An id of digits alone is looked for where ids stand, since any number might look like it.
    """
    found = []
    if folders.warehouse.exists():
        warehouse = Warehouse(folders.warehouse, is_read_only=True)
        try:
            found += list(_in_tables(warehouse, accounts))
        finally:
            warehouse.close()
    worded = [account for account in accounts if not account.isdigit()]
    for path in (path for path in folders.build.rglob("*") if path.is_file()):
        if is_named(path, worded) or (path.suffix not in (".duckdb", ".parquet") and holds(path, worded)):
            found.append(path.relative_to(folders.build).as_posix())
    return sorted(found)


def is_named(path: Path, accounts: Sequence[str]) -> bool:
    """Whether a file is named after one of the accounts; names of copies are hashes, in which any letters stand."""
    parts = re.split(r"[^\w]+", path.stem)
    return any(account in parts or (len(account) >= TELLING and account in path.stem) for account in accounts)


def _in_tables(warehouse: Warehouse, accounts: Sequence[str]) -> Iterator[str]:
    for relation, told, column in _texts(warehouse):
        wanted = [account for account in accounts if _is_of_ids(column) or not account.isdigit()]
        count = _count(warehouse, relation, f'regexp_matches("{column}", ?)', pattern(wanted)) if wanted else 0
        if count:
            yield f"{told} ({count:,} rows)"


def _is_of_ids(column: str) -> bool:
    return column.startswith(ACCOUNT) or column.endswith(USER_ID) or column in (CORRECTED_KEY, "reference")


def _count(warehouse: Warehouse, relation: str, condition: str, parameter: str) -> int:
    found = warehouse.duckdb.execute(f"SELECT count(*) FROM {relation} WHERE {condition}", [parameter]).fetchone()
    return int(found[0])


def _texts(warehouse: Warehouse) -> list[tuple[str, str, str]]:
    """Every column of text, of tables and of the copies of files: relation, how it is told, column."""
    columns = [
        (f'"{schema}"."{table}"', f"{table}.{column}", column)
        for schema, table, column in warehouse.duckdb.execute(TEXTS).fetchall()
    ]
    for copy in sorted(warehouse.path.parent.glob("staged/*.parquet")):
        described = warehouse.duckdb.execute(f"DESCRIBE SELECT * FROM {quoted(copy)}").fetchall()
        columns += [
            (quoted(copy), f"staged/{copy.name}: {name}", name) for name, kind, *_ in described if kind == "VARCHAR"
        ]
    return columns


def holds(path: Path, values: Iterable[str]) -> bool:
    """Whether a file, or a member of a zip file, holds one of the values, in the encodings in which our files do."""
    needles = [needle for value in values for needle in _encoded(value)]
    if not zipfile.is_zipfile(path):
        content = path.read_bytes()
        return any(needle in content for needle in needles)
    with zipfile.ZipFile(path) as archive:
        contents = (archive.read(name) for name in archive.namelist())
        return any(needle in content for content in contents for needle in needles)


def _encoded(value: str) -> Iterator[bytes]:
    """A value as files have it; one that is short or all digits only where it is a whole string, not inside another."""
    for text in {value, value.lower(), value.title()}:
        plain = json.dumps(text, ensure_ascii=False)
        escaped = json.dumps(text)
        forms = {plain, escaped, json.dumps(plain, ensure_ascii=False)[1:-1], json.dumps(escaped)[1:-1]}
        if len(text) >= TELLING and not re.fullmatch(r"[\d\W]+", text):
            forms |= {text, escaped[1:-1], json.dumps(escaped[1:-1])[1:-1]}
        yield from (form.encode() for form in forms)
        if len(text) >= TELLING:
            yield text.encode("utf-32-le")  # as NumPy keeps texts
