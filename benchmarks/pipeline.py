"""Time and peak memory of the whole pipeline on generated accounts.

    python -m benchmarks.pipeline [ACCOUNTS ...]        default: 100000

Prints what `job-search run` prints (each asset with its rows and seconds), then one line a size. Absolute times wobble
on shared machines: compare within one call.
"""

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def measure(accounts: int, folder: Path) -> tuple[float, float, float]:
    """Seconds to generate, seconds to run, and the run's peak memory in GB."""
    started = time.monotonic()
    job_search("sample", "--accounts", str(accounts), "--seed", "1", "--out", str(folder))
    generated = time.monotonic()
    job_search("run", "--data", str(folder), "--build", str(folder / "build"))
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024**2
    return generated - started, time.monotonic() - generated, peak


def job_search(*arguments: str) -> None:
    """Runs a command as a process of its own, so that its memory can be told."""
    subprocess.run([sys.executable, "-m", "job_search_assets.cli", *arguments], check=True)


def main() -> None:
    """One row a size, smallest first, since the peak is that of the largest process so far."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("accounts", type=int, nargs="*", default=[100_000])
    lines = []
    for accounts in sorted(parser.parse_args().accounts):
        with tempfile.TemporaryDirectory() as folder:
            generate, run, peak = measure(accounts, Path(folder))
        lines.append(f"{accounts:>12,} {generate:>12.1f} {run:>12.1f} {peak:>12.2f}")
    sys.stdout.write("\n    accounts   generate s        run s      peak GB\n" + "\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
