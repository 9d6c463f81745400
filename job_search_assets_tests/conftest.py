"""Both engines, for tests of table functions: the same rows on DuckDB and on Spark."""

import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from job_search_assets_tests.pipeline import Ended, job_search

# One time zone for what Spark's Java and Python's C library think a timestamp is.
os.environ["TZ"] = "UTC"


def unavailable(what: str) -> NoReturn:
    """Skips a test for want of something a user may lack; fails it where nothing may be skipped, as in CI."""
    if os.environ.get("JOB_SEARCH_SKIP_NOTHING"):
        pytest.fail(f"{what}, and JOB_SEARCH_SKIP_NOTHING is set")
    pytest.skip(what)


def hashed(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class Engine:
    """A database behind Ibis and the two things a test does with it: put rows in, get rows out."""

    def __init__(self, name: str, connection: Any, folder: Path) -> None:
        self.name, self.connection, self._folder, self._count = name, connection, folder, 0

    def table(self, columns: Mapping[str, Sequence[Any]], schema: Mapping[str, str]) -> ir.Table:
        """Rows as a table; through Parquet on both engines, since Spark loses nullable integers otherwise."""
        arrow_schema = ibis.schema(dict(schema)).to_pyarrow()
        arrow = pa.table({name: list(columns[name]) for name in schema}, schema=arrow_schema)
        self._count += 1
        path = self._folder / f"{self.name}_{self._count}.parquet"
        pq.write_table(arrow, path)
        return self.connection.read_parquet(str(path), table_name=f"given_{self._count}_{self._folder.name}")

    def rows(self, expression: ir.Table, order_by: str | Sequence[str] = ()) -> list[dict[str, Any]]:
        """The rows as Python values, in the order asked for."""
        ordered = expression.order_by(order_by) if order_by else expression
        return ordered.to_pyarrow().to_pylist()


@pytest.fixture(scope="session")
def spark_session() -> Iterator[Any]:
    if shutil.which("java") is None:
        unavailable("Java is not installed: the Spark half of this test did not run")
    from pyspark.sql import SparkSession

    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.shuffle.partitions", "2")
        # Short-lived, and two of them on two cores: compiling for the long run costs more than it brings.
        .config("spark.driver.extraJavaOptions", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")
        .config("spark.sql.parquet.datetimeRebaseModeInRead", "CORRECTED")
        .config("spark.sql.parquet.datetimeRebaseModeInWrite", "CORRECTED")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


@pytest.fixture(params=["duckdb", "spark"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Engine:
    """DuckDB, then Spark where Java is installed."""
    if request.param == "duckdb":
        return Engine("duckdb", ibis.duckdb.connect(), tmp_path)
    session = request.getfixturevalue("spark_session")
    return Engine("spark", ibis.pyspark.connect(session), tmp_path)


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A generated data folder, small enough to run the whole pipeline on a few times."""
    from job_search_assets import sample

    folder = tmp_path_factory.mktemp("generated")
    sample.write(accounts=1200, seed=3, out=folder)
    return folder


@pytest.fixture(scope="session")
def records(data: Path) -> pa.Table:
    """Its accounts as they stand in the file."""
    from job_search_assets.engine.files import csv_records
    from job_search_assets.schemas.contracts import USERS

    path = data / "raw" / "users.csv"
    return pa.Table.from_batches(csv_records.record_batches(path, csv_records.read_header(path), USERS.names))


@pytest.fixture(scope="session")
def first_run(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Ended]]:
    """One run of everything on that data: its build folder, only to be read, and how it ended."""
    build = tmp_path_factory.mktemp("build")
    ended = job_search("run", "--data", data, "--build", build)
    made = hashed(build / "warehouse.duckdb")
    yield build, ended
    assert hashed(build / "warehouse.duckdb") == made, f"a test wrote to {build}, which all tests read"


@pytest.fixture(scope="session")
def opened_for_scoring(data: Path, first_run: tuple[Path, Ended]) -> Iterator[Any]:
    """That build, opened to score rows beside it."""
    from job_search_assets.engine.folders import Folders
    from job_search_assets.engine.scoring import scoring_builds

    with scoring_builds.opened(Folders(data, first_run[0]), in_memory=True) as opened:
        yield opened


@pytest.fixture
def built(first_run: tuple[Path, Ended]) -> Path:
    """A build folder in which everything is made; only read."""
    return first_run[0]


@pytest.fixture
def changeable(built: Path, tmp_path: Path) -> Path:
    """A copy of its tables and models, to change."""
    shutil.copytree(built / "models", tmp_path / "models")
    shutil.copy(built / "warehouse.duckdb", tmp_path)
    return tmp_path


@pytest.fixture
def folders(data: Path, built: Path, tmp_path: Path) -> Any:
    """A copy of that data and of all that was built of it, to change: `Folders`."""
    from job_search_assets.engine.folders import Folders

    shutil.copytree(data, tmp_path / "data")
    shutil.copytree(built, tmp_path / "build")
    return Folders(tmp_path / "data", tmp_path / "build")
