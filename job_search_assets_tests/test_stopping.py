"""A run that somebody stops says so, and is no breach of any schema."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pandera.ibis as pa
import pytest

from job_search_assets.engine.tables.publishing import find_breaches
from job_search_assets.engine.tables.warehouse import Warehouse
from job_search_assets_tests.pipeline import job_search


class Scores(pa.DataFrameModel):
    score: float = pa.Field(ge=0)


def test_rules_that_cannot_be_tried_are_no_breach(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    warehouse = Warehouse(tmp_path / "warehouse.duckdb")
    try:
        rows = warehouse.from_pandas(pd.DataFrame({"score": [1.0]}), {"score": "float64"})
        words = warehouse.from_pandas(pd.DataFrame({"score": ["one"]}), {"score": "string"})
        assert find_breaches(rows, Scores) == []
        broken = warehouse.from_pandas(pd.DataFrame({"score": [-1.0]}), {"score": "float64"})
        assert any("wrong datatype" in breach for breach in find_breaches(words, Scores))
        from pandera.backends.ibis.checks import IbisCheckBackend

        def interrupted(*_: object, **__: object) -> None:
            raise InterruptedError

        monkeypatch.setattr(IbisCheckBackend, "apply", interrupted)
        with pytest.raises(RuntimeError, match="rules of Scores could not be tried"):
            find_breaches(broken, Scores)
    finally:
        warehouse.close()


def test_a_run_that_is_stopped_says_so_and_the_next_one_goes_on(data: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-u", "-m", "job_search_assets.cli", "run", "--data", data, "--build", tmp_path]
    process = subprocess.Popen(
        [str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert process.stdout is not None
    said = []
    with process.stdout as lines:
        for line in lines:
            said.append(line)
            if re.match(r"  raw_\w+ +[\d,]+ rows", line):
                os.kill(process.pid, signal.SIGINT)
                break
        said += lines.readlines()
    assert process.wait() == 130
    assert "Stopped. What was made so far stays" in said[-1]
    assert "Traceback" not in "".join(said)
    assert job_search("run", "--data", data, "--build", tmp_path, "--select", "raw_ip_blocklist").code == 0
