"""How long it takes to make one wrong blocklist entry right, beside a rebuild, and to ask who is concerned.

    python -m benchmarks.repair [ACCOUNTS] [--folder FOLDER]        default: 100000

In one go, on generated accounts with everything built: the entry that counts and has most accounts inside, at most 1 %,
is withdrawn, and `job-search repair --prove` brings all in line and then rebuilds all from the files with the same
models; both print their seconds an asset. Before that, `--questions` random inputs of all kinds are asked about in one
process, and the slowest and the 95th percentile are told. Without --folder all files are temporary.
"""

import argparse
import csv
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks import identity_data
from benchmarks.processes import Measured, job_search, measured
from job_search_assets.engine.tables.warehouse import ROWS_IN_A_GROUP

MOST_OF_ALL = 0.01  # share of the accounts that a wrong entry's network may hold
# What is kept so that every decision can be explained and undone.
KEPT_FOR_REASONS = (
    "spam_reasons",
    "raw_places",
    "applied_corrections",
    "decisions",
    "decision_history",
    "evaluation_history",
    "repairs",
    "letters",
    "table_provenance",
)


def report(accounts: int, folder: Path, questions: int) -> Iterator[str]:
    """The lines, as they become known."""
    built = prepare(accounts, folder)
    if built is not None:
        yield from _of_reasons(built)
    yield _of_storage(folder)
    if questions:
        asked = measured("benchmarks.questions", str(folder / "data"), str(folder / "before"), str(questions))
        yield from asked.said.rstrip().splitlines()
    for name in ("data", "build"):
        shutil.rmtree(folder / "corrected" / name, ignore_errors=True)
    shutil.copytree(folder / "data", folder / "corrected" / "data")
    shutil.copytree(folder / "before", folder / "corrected" / "build")
    entry, hits = _entry(folder / "before", accounts)
    _withdraw(folder / "corrected" / "data" / "reference" / "corrections.csv", entry)
    yield f"{accounts:,} accounts, an entry with {hits:,} of them inside is withdrawn"
    where = ("--data", str(folder / "corrected" / "data"), "--build", str(folder / "corrected" / "build"))
    yield from _of_repair(job_search("repair", "--prove", *where))


def prepare(accounts: int, folder: Path) -> Measured | None:
    """`data` and `before`, everything built of it; None if they are there already."""
    if (folder / "before").exists():
        return None
    data = identity_data.generated(accounts, folder / "data")
    done = job_search("run", "--data", str(data), "--build", str(folder / "unfinished"))
    (folder / "unfinished").rename(folder / "before")
    return done


def _entry(build: Path, accounts: int) -> tuple[str, int]:
    import duckdb

    with duckdb.connect(str(build / "warehouse.duckdb"), read_only=True) as warehouse:
        found = warehouse.execute(
            """SELECT entry_id, count(*) AS hits FROM blocklist_hits
               ANTI JOIN (FROM blocklist_review WHERE is_suspect) USING (entry_id)
               GROUP BY entry_id HAVING hits <= ? ORDER BY hits DESC, entry_id LIMIT 1""",
            [MOST_OF_ALL * accounts],
        ).fetchall()
    return str(found[0][0]), int(found[0][1])


def _withdraw(ledger: Path, entry: str) -> None:
    columns = ["correction_id", "table", "key", "action", "column", "value", "made_by", "made_at", "why"]
    is_new = not ledger.exists()
    with ledger.open("a", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        if is_new:
            writer.writerow(columns)
        writer.writerow(["bench", "ip_blocklist", entry, "withdraw", "", "", "bench", "2026-11-01T00:00:00Z", "wrong"])


def _of_reasons(built: Measured) -> Iterator[str]:
    kept = sum(built.assets.get(name, 0.0) for name in KEPT_FOR_REASONS)
    everything = sum(built.assets.values())
    yield f"reasons      {kept:.1f} s of {everything:.1f} s that all assets took ({kept / everything:.0%})"


def _of_storage(folder: Path) -> str:
    import duckdb

    copy = folder / "reasons.duckdb"
    copy.unlink(missing_ok=True)
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{copy}' AS alone (ROW_GROUP_SIZE {ROWS_IN_A_GROUP})")
        connection.execute(f"ATTACH '{folder / 'before' / 'warehouse.duckdb'}' AS built (READ_ONLY)")
        for name in KEPT_FOR_REASONS:
            connection.execute(f"CREATE TABLE alone.{name} AS FROM built.main.{name}")
    kept = copy.stat().st_size
    copy.unlink()
    data = sum(file.stat().st_size for file in (folder / "data" / "raw").rglob("*") if file.is_file())
    return f"             {kept / 1e6:.1f} MB beside {data / 1e6:.1f} MB of raw files ({kept / data:.2f} of them)"


def _of_repair(done: Measured) -> Iterator[str]:
    first, _, second = done.said.partition("The rebuild to compare with")
    repair, rebuild = (Measured(0, 0, 0, half).assets for half in (first, second))
    yield f"repair       {_parts(repair)}"
    yield f"rebuild      {_parts(rebuild)}"
    ours, theirs = sum(repair.values()), sum(rebuild.values())
    yield f"             assets {ours:.1f} s against {theirs:.1f} s: {theirs / max(ours, 0.1):.1f} times faster"
    yield f"             {'same' if 'Proved: all' in second else 'NOT THE SAME'}, peak {done.gigabytes:.2f} GB"


def _parts(seconds: dict[str, float]) -> str:
    return ", ".join(f"{name} {value:.1f}" for name, value in seconds.items())


def main() -> None:
    """Measures one size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("accounts", type=int, nargs="?", default=100_000)
    parser.add_argument("--folder", type=Path, help="where to work, and to find what an earlier call left")
    parser.add_argument("--questions", type=int, default=40, help="inputs that are asked about; 0 for none")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        for line in report(asked.accounts, asked.folder or Path(temporary), asked.questions):
            sys.stdout.write(line + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
