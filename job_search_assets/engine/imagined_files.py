"""The input files as they would be with more lines at the end of the ledger."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from job_search_assets.engine.publishing import Update
from job_search_assets.engine.raw_files import RawFiles
from job_search_assets.engine.raw_updates import accepted_update, judged_again
from job_search_assets.engine.warehouse import Warehouse
from job_search_assets.logic.provenance.corrections import changed_lines
from job_search_assets.logic.users.rows import together
from job_search_assets.schemas.contracts import CONTRACTS, CORRECTIONS_FILE


class ImaginedFiles(RawFiles):
    """The data folder's files, with lines in the ledger that nobody has written down."""

    def __init__(self, data: Path, build: Path, lines: Sequence[Mapping[str, str]]) -> None:
        super().__init__(data, build)
        self._lines = lines

    def ledger_rows(self, connection: Any) -> ir.Table:
        written = super().ledger_rows(connection)
        if "imagined_lines" not in connection.list_tables(database=("temp", "main")):
            connection.create_table("imagined_lines", self._after(written), temp=True)
        return together([written, connection.table("imagined_lines", database=("temp", "main"))])

    def touched(self, warehouse: Warehouse) -> set[str]:
        """The raw files whose rows the lines can change."""
        changed = changed_lines(super().ledger_rows(warehouse.connection), self.ledger_rows(warehouse.connection))
        found = changed.select("table").distinct().to_pyarrow().to_pylist()
        return {row["table"] for row in found} & set(CONTRACTS)

    def update(self, warehouse: Warehouse, name: str) -> Update:
        """What the lines change in a raw table."""
        written = super().ledger_rows(warehouse.connection)
        now = self.ledger_rows(warehouse.connection)
        return accepted_update(warehouse, judged_again(warehouse, self, name, written, now))

    def _after(self, written: ir.Table) -> pa.Table:
        last = written.aggregate(line=ibis.coalesce(written.line.max(), 1)).to_pyarrow().to_pylist()[0]["line"]
        rows = [
            {**line, "correction_id": f"imagined-{place}", "file": CORRECTIONS_FILE, "line": last + place}
            for place, line in enumerate(self._lines, 1)
        ]
        given = [{name: row.get(name) or None for name in written.columns} for row in rows]
        return pa.Table.from_pylist(given, schema=written.schema().to_pyarrow())
