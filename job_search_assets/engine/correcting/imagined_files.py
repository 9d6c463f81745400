"""The input files as they would be with more lines at the end of the ledger."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir
import pandas as pd
import pyarrow as pa

from job_search_assets.engine.files.raw_files import RawFiles
from job_search_assets.engine.tables.publishing import Update
from job_search_assets.engine.tables.raw_updates import accepted_update, judged_again, touched
from job_search_assets.engine.tables.warehouse import Warehouse
from job_search_assets.logic.provenance.corrections import ANY, named_by
from job_search_assets.logic.users.rows import together
from job_search_assets.schemas.contracts import CONTRACTS, CORRECTIONS_FILE, LEDGER, Contract


class ImaginedFiles(RawFiles):
    """The data folder's files, with lines in the ledger that nobody has written down."""

    def __init__(self, data: Path, build: Path, lines: Sequence[Mapping[str, str]]) -> None:
        super().__init__(data, build)
        self._lines = lines
        self._sound_ledger = self.content_hash(LEDGER)  # the tables were made with it

    def ledger_rows(self, connection: Any) -> ir.Table:
        written = super().ledger_rows(connection)
        if "imagined_lines" not in connection.list_tables(database=("temp", "main")):
            connection.create_table("imagined_lines", self._after(written), temp=True)
        return together([written, connection.table("imagined_lines", database=("temp", "main"))])

    def touched(self, warehouse: Warehouse) -> set[str]:
        """The raw files whose rows the lines can change."""
        return touched(super().ledger_rows(warehouse.connection), self.ledger_rows(warehouse.connection))

    def update(self, warehouse: Warehouse, name: str) -> Update:
        """What the lines change in a raw table.

        The lines come after all others, so what they withdraw is gone, whatever was said of it before.
        """
        written, contract = super().ledger_rows(warehouse.connection), CONTRACTS[name]
        ours = [line for line in self._lines if line["table"] == name]
        if {line["action"] for line in self._lines} == {"withdraw"} and ours and not self._renames(written, contract):
            table = warehouse.placed(f"raw_{name}")
            lines = warehouse.from_pandas(pd.DataFrame({"key": [line["key"] for line in ours]}), {"key": "string"})
            has_any = any(ANY in line["key"] for line in ours)
            return Update(named_by(table, lines, contract, has_any=has_any), warehouse.table(f"raw_{name}").limit(0))
        now = self.ledger_rows(warehouse.connection)
        return accepted_update(warehouse, judged_again(warehouse, self, name, written, now))

    def _renames(self, written: ir.Table, contract: Contract) -> bool:
        """Whether a correction gives any row another key than it has in the file, which later lines still go by."""
        renaming = written.filter(written["table"] == contract.table, written.column.isin(list(contract.key)))
        return bool(renaming.count().execute())

    def _after(self, written: ir.Table) -> pa.Table:
        last = written.aggregate(line=ibis.coalesce(written.line.max(), 1)).to_pyarrow().to_pylist()[0]["line"]
        rows = [
            {**line, "correction_id": f"imagined-{place}", "file": CORRECTIONS_FILE, "line": last + place}
            for place, line in enumerate(self._lines, 1)
        ]
        given = [{name: row.get(name) or None for name in written.columns} for row in rows]
        return pa.Table.from_pylist(given, schema=written.schema().to_pyarrow())
