"""Whether the test that closes a manual step passes now: an asset check as it last ran, or a test that is run.

A test is run again when the program's code or its tests have changed since it passed; that it passed stays on record
in `build/closings.json`, with the code that it passed on.
"""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import job_search_assets
from job_search_assets.engine.folders import Folders

ROOT = Path(job_search_assets.__file__).parent.parent
CLOSINGS = "closings.json"
OURS = "JOB_SEARCH_"  # variables that begin so are those of this run, not of a test
SECONDS = 600  # for one test; the longest of ours takes two minutes on two slow cores


def passing(folders: Folders, checks: Mapping[str, bool]) -> Callable[[str], bool]:
    """A function that says of a test or a check whether it passes; `checks` has what each check said last."""
    return lambda test: _passes(folders, test) if "::" in test else checks.get(test, False)


def remember(folders: Folders, test: str) -> None:
    """Puts on record that a test, which has just passed, closes a step: since when, and on which code."""
    if "::" in test and _known(folders).get(test, {}).get("code") != _code():
        told = {"code": _code(), "passed_at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")}
        path = folders.build / CLOSINGS
        partial = path.with_suffix(".partial")
        partial.write_text(json.dumps({**_known(folders), test: told}, indent=1, sort_keys=True))
        partial.replace(path)


def _passes(folders: Folders, test: str) -> bool:
    if _known(folders).get(test, {}).get("code") == _code():
        return True
    if not (ROOT / test.partition("::")[0]).exists():
        return False
    environment = {name: value for name, value in os.environ.items() if not name.startswith((OURS, "DAGSTER_"))}
    command = [sys.executable, "-m", "pytest", "-v", "-p", "no:cacheprovider", test]
    try:
        ended = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, check=False, timeout=SECONDS, text=True
        )
    except subprocess.TimeoutExpired:
        return False
    return ended.returncode == 0 and " passed" in ended.stdout and "skipped" not in ended.stdout


def _known(folders: Folders) -> dict[str, dict[str, str]]:
    try:
        return json.loads((folders.build / CLOSINGS).read_text())
    except (OSError, ValueError):
        return {}


def _code() -> str:
    """A hash of the program's and its tests' files."""
    files = sorted(
        path for part in ("job_search_assets", "job_search_assets_tests") for path in (ROOT / part).rglob("*.py")
    )
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in files)).hexdigest()
