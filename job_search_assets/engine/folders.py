"""Where a run reads and where it writes."""

import os
from dataclasses import dataclass
from pathlib import Path

from job_search_assets.engine.errors import BadInput


@dataclass(frozen=True)
class Folders:
    """The data folder, whose `raw/` and `reference/` are only read, and the build folder, where all is written."""

    data: Path
    build: Path

    @classmethod
    def from_environment(cls) -> "Folders":
        """`JOB_SEARCH_DATA` (default: ./data) and `JOB_SEARCH_BUILD` (default: build/ in the data folder)."""
        data = Path(os.environ.get("JOB_SEARCH_DATA") or "data").expanduser().resolve()
        build = os.environ.get("JOB_SEARCH_BUILD")
        return cls(data, Path(build).expanduser().resolve() if build else data / "build")

    @property
    def warehouse(self) -> Path:
        return self.build / "warehouse.duckdb"

    @property
    def dagster_home(self) -> Path:
        return self.build / "dagster_home"

    def announce(self) -> None:
        """Sets the environment variables by which Dagster, and the resources it makes, find these folders."""
        os.environ["JOB_SEARCH_DATA"], os.environ["JOB_SEARCH_BUILD"] = str(self.data), str(self.build)
        os.environ["DAGSTER_HOME"] = str(self.dagster_home)

    def prepare(self) -> None:
        """Makes the build folder; raises BadInput when it cannot be written."""
        try:
            self.dagster_home.mkdir(parents=True, exist_ok=True)
            probe = self.build / ".writable"
            probe.touch()
            probe.unlink()
        except OSError as problem:
            raise BadInput(
                f"The build folder {self.build} cannot be written ({problem.strerror}). "
                "Name another one with --build DIR or JOB_SEARCH_BUILD."
            ) from problem
        config = self.dagster_home / "dagster.yaml"
        if not config.exists() or config.read_text() != DAGSTER_YAML:
            config.write_text(DAGSTER_YAML)


# One run writes at a time, since DuckDB has one writer; nothing is sent anywhere, and no pop-up covers the page.
# What steps print is not kept: it would swallow the progress lines, and the event log has all that is said.
DAGSTER_YAML = """\
telemetry:
  enabled: false
nux:
  enabled: false
concurrency:
  runs:
    max_concurrent_runs: 1
  pools:
    granularity: op
    default_limit: 1
run_queue:
  dequeue_interval_seconds: 1
compute_logs:
  module: dagster._core.storage.noop_compute_log_manager
  class: NoOpComputeLogManager
"""
