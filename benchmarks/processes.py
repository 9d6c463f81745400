"""A command as a process of its own, with its seconds and its peak memory.

Memory can be told per process only. Linux counts what the parent held when it started the child into the child's
peak, so whoever measures must stay small: nothing here, nor in the modules that call it, imports a large library.
"""

import os
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

_LINE_OF_AN_ASSET = re.compile(r"^  (\w+) +(?:([\d,]+) rows|a model) +([\d.]+) s$", re.MULTILINE)
_LINE_OF_A_STEP = re.compile(r"^  step (\w+) ([\d.]+) s$", re.MULTILINE)


@dataclass(frozen=True)
class Measured:
    """What a process took and said."""

    seconds: float
    cpu_seconds: float  # of all cores: steadier than the clock where others work on the machine
    gigabytes: float
    said: str

    @property
    def assets(self) -> dict[str, float]:
        """Seconds of each asset that a `job-search run` made, by its lines; of all times, where it took several."""
        total: dict[str, float] = {}
        for name, _, seconds in _LINE_OF_AN_ASSET.findall(self.said):
            total[name] = total.get(name, 0.0) + float(seconds)
        return total

    @property
    def steps(self) -> dict[str, float]:
        """Seconds of each step that a script named, by its lines `step NAME SECONDS s`."""
        return {name: float(seconds) for name, seconds in _LINE_OF_A_STEP.findall(self.said)}

    @property
    def rows(self) -> dict[str, int]:
        """Rows of each table that a `job-search run` made."""
        return {name: int(rows.replace(",", "")) for name, rows, _ in _LINE_OF_AN_ASSET.findall(self.said) if rows}


def measured(*module_and_arguments: str, expected: Sequence[int] = (0,)) -> Measured:
    """Runs `python -m …` to its end. Raises SystemExit with what it said when its exit code is not expected."""
    started = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", *module_and_arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert process.stdout is not None
    with process.stdout as lines:
        said = lines.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in expected:
        raise SystemExit(f"{' '.join(module_and_arguments)} ended with {process.returncode}:\n{said}")
    worked = usage.ru_utime + usage.ru_stime
    return Measured(time.monotonic() - started, worked, usage.ru_maxrss / 1024**2, said)


def job_search(*arguments: str) -> Measured:
    """One of our commands. A check that does not hold (exit code 1) stops no benchmark; a step that failed does."""
    done = measured("job_search_assets.cli", *arguments, expected=(0, 1))
    if " FAILED" in done.said:
        raise SystemExit(f"job-search {' '.join(arguments)} failed:\n{done.said}")
    return done
