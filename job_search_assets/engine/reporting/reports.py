"""Reports: files in the build folder for people and their tools, made from tables and never read back."""

import csv
import os
from dataclasses import dataclass
from pathlib import Path

import ibis.expr.types as ir

from job_search_assets.logic.documents import Page, html, markdown


@dataclass(frozen=True)
class Reports:
    """The folder `build/reports`."""

    folder: Path

    def write_page(self, name: str, page: Page) -> dict[str, Path]:
        """Writes `<name>.md` and `<name>.html`, each beside its place first, and returns where, by kind."""
        self.folder.mkdir(parents=True, exist_ok=True)
        written = {}
        for kind, text in (("md", markdown(page)), ("html", html(page))):
            path = self.folder / f"{name}.{kind}"
            staged = path.with_suffix(f".{kind}.staged")
            staged.write_text(text, encoding="utf-8")
            os.replace(staged, path)
            written[kind] = path
        return written

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

    def write_text(self, name: str, text: str) -> Path:
        """Writes a file of text such as a picture, beside its place first."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / name
        staged = path.with_suffix(f"{path.suffix}.staged")
        staged.write_text(text, encoding="utf-8")
        os.replace(staged, path)
        return path
