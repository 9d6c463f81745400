"""Reports: files in the build folder for people and their tools, made from tables and never read back."""

import csv
import os
from dataclasses import dataclass
from pathlib import Path

import ibis.expr.types as ir


@dataclass(frozen=True)
class Reports:
    """The folder `build/reports`."""

    folder: Path

    def write_csv(self, name: str, rows: ir.Table) -> Path:
        """Writes `<name>.csv` (UTF-8, header) in the order of the rows, beside its place first."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{name}.csv"
        staged = path.with_suffix(".csv.staged")
        with staged.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(rows.columns)
            writer.writerows(row.values() for row in rows.to_pyarrow().to_pylist())
        os.replace(staged, path)
        return path
