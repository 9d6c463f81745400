"""How many of 200 random edits outside a run are found and named, and how many clean runs raise an alarm.

`python -m benchmarks.edits --data DATA --build BUILD` edits a copy of a built folder, a row or a byte at a time, and
asks what the next run would say; before that it runs with nothing to do. `--seed` draws other edits.
"""

import argparse
import random
import shutil
import tempfile
import time
from pathlib import Path

import dagster as dg

from job_search_assets.engine.folders import Folders
from job_search_assets.engine.guarding import gate, seals
from job_search_assets.engine.running import runs
from job_search_assets_tests import random_edits


def main() -> None:
    """Prints what was found, what was missed, and what the questions cost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--build", type=Path, required=True)
    parser.add_argument("--edits", type=int, default=200)
    parser.add_argument("--clean", type=int, default=200, help="Runs with nothing to do.")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folders = _copied(chosen.data.resolve(), chosen.build.resolve(), Path(place))
        _clean_runs(folders, chosen.clean)
        _edits(folders, chosen.edits, random.Random(chosen.seed))


def _copied(data: Path, build: Path, place: Path) -> Folders:
    shutil.copytree(data, place / "data", ignore=shutil.ignore_patterns("build"))
    shutil.copytree(build, place / "build")
    return Folders(data=place / "data", build=place / "build")


def _edits(folders: Folders, count: int, draw: random.Random) -> None:
    kinds: dict[str, list[bool]] = {}
    started = time.process_time()
    for _ in range(count):
        with random_edits.edited(folders, draw) as done:
            is_found = done.is_among(random_edits.found(folders))
        kinds.setdefault(_kind(done), []).append(is_found)
        if not is_found:
            print(f"  missed: {done.how} of {done.name}")
    seconds = (time.process_time() - started) / count
    for kind, verdicts in sorted(kinds.items()):
        print(f"  {kind:<28}{sum(verdicts):>4} of {len(verdicts):>4} found and named")
    total = sum(map(sum, kinds.values()))
    print(f"{total} of {count} edits found and named, {seconds:.3f} CPU s each, the edit itself included")


def _kind(done: random_edits.Edited) -> str:
    if "/" not in done.name and not done.how.startswith("byte"):
        return f"tables: a row, {done.how}"
    return f"{done.name.partition('/')[0]}: a byte"


def _bring_up_to_date(folders: Folders, instance: dg.DagsterInstance) -> None:
    from job_search_assets.definitions import defs

    permit = gate.ask(defs, folders, wanted=None, now=gate.now())
    runs.materialize(defs, instance, folders, keys=None, say=lambda _: None, permit=permit)


def _clean_runs(folders: Folders, count: int) -> None:
    from job_search_assets.definitions import defs

    alarms, seconds = 0, 0.0
    with runs.opened(folders) as instance:
        _bring_up_to_date(folders, instance)
        for _ in range(count):
            said: list[str] = []
            started = time.process_time()
            permit = gate.ask(defs, folders, wanted=None, now=gate.now())
            seconds += time.process_time() - started
            outcome = runs.materialize(defs, instance, folders, keys=None, say=said.append, permit=permit)
            alarms += bool(permit.told or permit.accepted or permit.remade or said or outcome.materialized)
    if count:
        size = sum(path.stat().st_size for path in seals.files_of(folders.build)) / 1e6
        print(
            f"{alarms} of {count} clean runs raised an alarm; the gate took {seconds / count:.3f} CPU s ({size:.0f} MB)"
        )


if __name__ == "__main__":
    main()
