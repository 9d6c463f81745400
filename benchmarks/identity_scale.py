"""Seconds and peak memory of the identity stage, beside a bare Splink script with the same rules, and of its growth.

    python -m benchmarks.identity_scale [ACCOUNTS] [--ours-only] [--folder FOLDER]        default: 100000

In one go, each in a process of its own:

1. the identity stage from nothing, by `job-search run --select group:identity`, on generated accounts;
2. the bare script (`benchmarks.bare_splink`) on the same de-spammed accounts, with the same rules and comparisons;
3. GROWTH new accounts are added, which nobody has reported or judged yet, and `job-search run` brings all up to date.

The script has no names to prepare and no values to count: it reads our tables, so their seconds are told apart.
Absolute times wobble on shared machines: compare within one call. Without --folder all files are temporary and go at
the end; with it the generated accounts and the build up to the spam stage are there for the next call.
"""

import argparse
import csv
import heapq
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from benchmarks import identity_data
from benchmarks.identity import BEFORE, STAGE
from benchmarks.processes import Measured, job_search, measured

GROWTH = 1000
# What the bare script finds ready, and what its step `keys` does for itself.
READY, KEYS = ("match_details", "common_values"), ("large_blocks", "outgrown_blocks")
MENTIONING = ("spam_reports", "merge_pairs", "job_seeker_votes")
# A record on one line, as generated; broken ones look otherwise and stay where they are.
_RECORD = re.compile(rb"u\w{10},(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ),")


def withhold(data: Path, count: int) -> list[bytes]:
    """Takes the youngest accounts that no other file mentions out of users.csv, and returns their lines."""
    path, rest = data / "raw" / "users.csv", data / "raw" / "users.rest"
    mentioned = _mentioned(data)
    youngest = heapq.nlargest(count, _records(path, mentioned))
    numbers = {number for _, number in youngest}
    taken = []
    with path.open("rb") as file, rest.open("wb") as kept:
        for number, line in enumerate(file):
            if number in numbers:
                taken.append(line)
            else:
                kept.write(line)
    rest.replace(path)
    return taken


def _mentioned(data: Path) -> set[str]:
    found = set()
    for name in MENTIONING:
        with (data / "raw" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                found |= {row[column] for column in row if column.startswith("account_id")}
    return found


def _records(path: Path, mentioned: set[str]) -> Iterator[tuple[bytes, int]]:
    """When each account that may be withheld was opened, and the number of its line."""
    with path.open("rb") as file:
        for number, line in enumerate(file):
            opened = _RECORD.match(line)
            if opened and line.count(b'"') % 2 == 0 and line.split(b",", 1)[0].decode() not in mentioned:
                yield opened[1], number


def add(data: Path, lines: list[bytes]) -> None:
    """Puts withheld lines at the end of users.csv."""
    with (data / "raw" / "users.csv").open("ab") as file:
        file.writelines(lines)


def prepare(accounts: int, folder: Path) -> None:
    """`data` without the youngest accounts, `grown` with them, and `before`, a build up to the de-spammed accounts."""
    if (folder / "before").exists():
        return
    data = identity_data.generated(accounts + GROWTH, folder / "data")
    withheld = withhold(data, GROWTH)
    shutil.copytree(data, folder / "grown")
    add(folder / "grown", withheld)
    job_search("run", "--data", str(data), "--build", str(folder / "unfinished"), "--select", BEFORE)
    (folder / "unfinished").rename(folder / "before")


def report(accounts: int, folder: Path, *, is_ours_only: bool) -> Iterator[str]:
    """The lines, as they become known."""
    prepare(accounts, folder)
    build = folder / "build"
    shutil.rmtree(build, ignore_errors=True)
    shutil.copytree(folder / "before", build)
    ours = job_search("run", "--data", str(folder / "data"), "--build", str(build), "--select", STAGE)
    yield f"{accounts:,} accounts"
    yield from _of_ours(ours, _proposed(build))
    if not is_ours_only:
        yield from _of_peer(_peer(build, folder), ours)
    yield from _of_growth(job_search("run", "--data", str(folder / "grown"), "--build", str(build)), ours)


def _peer(build: Path, folder: Path) -> Measured:
    from job_search_assets.settings import IdentitySettings

    (folder / "bare.duckdb").unlink(missing_ok=True)
    limits = IdentitySettings()
    return measured(
        "benchmarks.bare_splink",
        str(build / "warehouse.duckdb"),
        str(folder / "bare.duckdb"),
        f"--pairs-per-account={limits.pairs_per_account}",
        f"--largest-block={limits.largest_block}",
        f"--classes={len(limits.rare_shares)}",
    )


def _proposed(build: Path) -> int:
    """The pairs that rules propose, not judges alone: as many as the bare script compares."""
    import duckdb

    with duckdb.connect(str(build / "warehouse.duckdb"), read_only=True) as warehouse:
        return int(
            warehouse.execute("SELECT count(*) FROM candidate_pairs WHERE blocking_rule <> 'judged'").fetchall()[0][0]
        )


def _of_ours(ours: Measured, proposed: int) -> Iterator[str]:
    yield f"ours         {_parts(ours.assets)}"
    pairs = f"compared {proposed:,} pairs by rules, {ours.rows['candidate_pairs']:,} with those that people judged"
    kept = f"kept {ours.rows['match_predictions']:,}"
    yield f"             assets {sum(ours.assets.values()):.1f} s, process {_process(ours)}, {pairs}, {kept}"


def _of_peer(bare: Measured, ours: Measured) -> Iterator[str]:
    said = " ".join(line.strip() for line in bare.said.splitlines() if not line.startswith("  step"))
    yield f"bare Splink  {_parts(bare.steps)}"
    yield f"             steps {sum(bare.steps.values()):.1f} s, process {_process(bare)}, {said}"
    ready, keys = (sum(ours.assets[asset] for asset in assets) for assets in (READY, KEYS))
    all_ours, all_bare = sum(ours.assets.values()), sum(bare.steps.values())
    with_it = all_ours / (all_bare + ready)
    without = (all_ours - ready - keys) / (all_bare - bare.steps["keys"])
    work = ours.cpu_seconds / bare.cpu_seconds
    yield (
        f"ours / bare  {with_it:.2f} with the preparation of names and keys on both sides, {without:.2f} without; "
        f"CPU {work:.2f}, ours with names, start, checks and publishing, the script without"
    )


def _of_growth(grown: Measured, ours: Measured) -> Iterator[str]:
    made = {asset: seconds for asset, seconds in grown.assets.items() if asset in ours.assets}
    yield f"{GROWTH:,} more    {_parts(made)}"
    scratch, again = sum(ours.assets.values()), sum(made.values())
    if not made:
        raise SystemExit(f"New accounts made no asset of the identity stage:\n{grown.said}")
    yield f"             assets {again:.1f} s, {scratch / again:.1f} times faster than from nothing"
    yield f"             the whole run, spam and all that follows, {_process(grown)}"


def _parts(seconds: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {value:.1f}" for name, value in seconds.items())


def _process(took: Measured) -> str:
    return f"{took.seconds:.1f} s (CPU {took.cpu_seconds:.1f} s) and {took.gigabytes:.2f} GB"


def main() -> None:
    """Measures one size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("accounts", type=int, nargs="?", default=100_000)
    parser.add_argument("--ours-only", action="store_true", help="leave the bare script out")
    parser.add_argument("--folder", type=Path, help="where to work, and to find what an earlier call left")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        for line in report(asked.accounts, asked.folder or Path(temporary), is_ours_only=asked.ours_only):
            sys.stdout.write(line + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
