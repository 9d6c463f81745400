"""Whether impacts and repairs are what rebuilds give, for random corrections of all kinds.

    python -m benchmarks.proofs [--data FOLDER | --accounts N] [--first SEED] [--number N] [--refit]

default: 1,200 generated accounts, 10 batches. A batch is 1 to 4 corrections of random kinds; half of them are single
ones, and every seventh withdraws an entry that is wrong by the data's truth. Of each, on a fresh copy of one build:

- who is concerned by it is asked, without its being written down;
- it is written down and followed by a repair;
- on another copy everything is rebuilt from the corrected files.

The sets of the answer must be those in which the rebuild differs from the build, and all tables and models of the
repair those of the rebuild; with models held, and with `--refit` also with models fitted again. A line a batch, then
the sums; exit code 1 if anything differs. A batch takes one to four minutes, since it is one or two rebuilds.
"""

import argparse
import contextlib
import csv
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import identity_data
from benchmarks.processes import job_search
from job_search_assets_tests.counterfactual import Tables, differing, moved, read
from job_search_assets_tests.random_corrections import KINDS, Draws, Line, append

SINGLE = 2  # of so many batches one is a single correction
PLANTED = 7  # of so many batches one withdraws an entry that is wrong by the truth


@dataclass(frozen=True)
class Verdict:
    """What of a batch was found to be so; an empty list of differences is a proof."""

    seed: int
    what: str
    answers: dict[str, bool]
    repairs: dict[str, list[str]]

    @property
    def is_proved(self) -> bool:
        return all(self.answers.values()) and not any(self.repairs.values())

    def told(self) -> str:
        sets = ", ".join(f"{name} {'same' if is_so else 'NOT THE SAME'}" for name, is_so in self.answers.items())
        tables = ", ".join(
            f"{mode} {'same' if not found else 'NOT THE SAME: ' + ' '.join(found)}"
            for mode, found in self.repairs.items()
        )
        return f"{self.seed:>6}  {self.what}\n        impact: {sets}; repair: {tables}"


def batch(data: Path, seed: int) -> list[Line]:
    """The corrections of this seed, the same for the same files."""
    draws, wrong = Draws(data, seed), _wrong_entries(data)
    if wrong and seed % PLANTED == 0:
        key = draws.random.choice(wrong)
        return [{"table": "ip_blocklist", "key": key, "action": "withdraw", "column": "", "value": ""}]
    kinds = draws.random.sample(list(KINDS), 1 if seed % SINGLE else draws.random.randint(2, 4))
    return [line for kind in kinds for line in kind(draws)]


def proved(data: Path, build: Path, seed: int, folder: Path, *, refit: bool) -> Verdict:
    """Asks, repairs and rebuilds in the folder, and compares."""
    from job_search_assets.engine.tables.holding import Models

    lines, before = batch(data, seed), read(build)
    answer = _asked(data, build, lines, refit=refit)
    differences, tables = {}, {}
    for mode in [Models.HELD, *([Models.REFITTED] if refit else [])]:
        differences[mode.value], tables[mode] = _repaired_and_rebuilt(data, build, lines, mode, folder / mode.value)
    direct = differing(before, tables[Models.HELD])
    joint = moved(before, tables[Models.HELD]) - {account for account, _ in direct}
    answers = {"direct": _pairs(answer.direct) == direct, "joint": set(answer.joint) == joint}
    if refit:
        answers["via model"] = _pairs(answer.via_model) == differing(before, tables[Models.REFITTED]) - direct
    told = [" ".join(filter(None, (line["action"], line["table"], line["key"], line["column"]))) for line in lines]
    return Verdict(seed, "; ".join(dict.fromkeys(told)), answers, differences)


def _pairs(rows: list[dict[str, Any]]) -> set[tuple[str, str]]:
    return {(row["account_id"], row["outcome"]) for row in rows}


def _asked(data: Path, build: Path, lines: list[Line], *, refit: bool) -> Any:
    from job_search_assets.definitions import defs
    from job_search_assets.engine.correcting import impacts
    from job_search_assets.engine.folders import Folders

    folders = Folders(data, build)
    folders.announce()
    return impacts.impact_of(defs, folders, lines, named=("", "", ""), refit=refit)


def _repaired_and_rebuilt(
    data: Path, build: Path, lines: list[Line], mode: Any, folder: Path
) -> tuple[list[str], Tables]:
    """What is not the same in both, and the rebuilt tables; the folder is gone afterwards."""
    from job_search_assets.definitions import defs
    from job_search_assets.engine.correcting import repairs
    from job_search_assets.engine.folders import Folders
    from job_search_assets.engine.tables.holding import Models

    shutil.copytree(data, folder / "data", ignore=shutil.ignore_patterns("build"))
    append(folder / "data", lines)
    ours, theirs = (Folders(folder / "data", folder / name) for name in ("repaired", "rebuilt"))
    for copy in (ours, theirs):
        shutil.copytree(build, copy.build)
        copy.announce()
        if copy is ours:
            repairs.repair(defs, copy, refit=mode is Models.REFITTED, prove=False, say=lambda _: None)
        else:
            repairs.rebuild(defs, copy, mode, lambda _: None)
    one, other = repairs.contents(defs, ours), repairs.contents(defs, theirs)
    found = sorted(name for name in {*one, *other} if one.get(name) != other.get(name))
    tables = read(theirs.build)
    shutil.rmtree(folder)
    return found, tables


def _wrong_entries(data: Path) -> list[str]:
    path = data / "truth" / "blocklist.csv"
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return [row["entry_id"] for row in csv.DictReader(file) if row.get("is_wrong") == "true"]


def report(asked: argparse.Namespace, folder: Path) -> Iterator[Verdict]:
    """The batches, as they become known."""
    data = folder / "data"
    if asked.data:
        shutil.copytree(asked.data, data, ignore=shutil.ignore_patterns("build"))
        for path in [data, *data.rglob("*")]:
            path.chmod(0o755 if path.is_dir() else 0o644)
    else:
        identity_data.generated(asked.accounts, data)
    job_search("run", "--data", str(data), "--build", str(folder / "build"))
    for seed in range(asked.first, asked.first + asked.number):
        with contextlib.redirect_stderr(None):
            verdict = proved(data, folder / "build", seed, folder / "proof", refit=asked.refit)
        yield verdict


def main() -> None:
    """Proves as many batches as are asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="a data folder, copied before anything is done")
    parser.add_argument("--accounts", type=int, default=1200)
    parser.add_argument("--first", type=int, default=0, help="the first batch's seed")
    parser.add_argument("--number", type=int, default=10)
    parser.add_argument("--refit", action="store_true", help="prove the same with models fitted again")
    asked, found = parser.parse_args(), []
    with tempfile.TemporaryDirectory() as temporary:
        for verdict in report(asked, Path(temporary)):
            found.append(verdict)
            sys.stdout.write(verdict.told() + "\n")
            sys.stdout.flush()
    sets = sum(all(verdict.answers.values()) for verdict in found)
    repaired = sum(not any(verdict.repairs.values()) for verdict in found)
    sys.stdout.write(f"impacts that are a rebuild's: {sets} of {len(found)}; repairs: {repaired} of {len(found)}\n")
    sys.exit(0 if all(verdict.is_proved for verdict in found) else 1)


if __name__ == "__main__":
    main()
