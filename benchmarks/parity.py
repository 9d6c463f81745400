"""Scoring: the same cells in batches of any size, how long one row takes over HTTP, and many beside bare scikit-learn.

python -m benchmarks.parity BUILD --data DATA [--rows 100000] [--alone 200]

Rows are generated (`job-search sample`, another seed than the data's). "Bare" are the two pipelines' predictions alone,
on frames that are ready: no contract, no counts, no blocklist, no merge.
"""

import argparse
import json
import random
import resource
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from job_search_assets import sample
from job_search_assets.engine.files import csv_records
from job_search_assets.engine.folders import Folders
from job_search_assets.engine.scoring import scoring_builds
from job_search_assets.engine.scoring.scoring_requests import ROWS_TOGETHER, answered
from job_search_assets.logic.job_seekers import fitting
from job_search_assets.logic.spam import scores
from job_search_assets.schemas.contracts import USERS


def main() -> None:
    """Scores, compares, measures, and prints a line of each."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("build", type=Path)
    asked.add_argument("--data", type=Path, default=Path("data"))
    asked.add_argument("--rows", type=int, default=100_000)
    asked.add_argument("--alone", type=int, default=200, help="Rows that are scored one by one, and asked over HTTP.")
    told = asked.parse_args()
    records = generated(told.rows)
    with scoring_builds.opened(Folders(told.data.resolve(), told.build.resolve()), in_memory=True) as opened:
        together = compared(opened, records, told.alone)
        print(f"{records.num_rows:,} rows, {together['cells']:,} cells, {together['differing']} differing")
        for name, seconds in timed(opened, records).items():
            print(f"  {name:42s} {seconds:8.1f} CPU s")
        print(f"  peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB")
        latencies = asked_over_http(opened, records, told.alone)
        print(
            f"  one row over HTTP: p50 {np.percentile(latencies, 50):.0f} ms, p95 {np.percentile(latencies, 95):.0f} ms"
        )


def generated(rows: int) -> pa.Table:
    """Records of a generated file of accounts."""
    with tempfile.TemporaryDirectory() as folder:
        sample.write(accounts=rows, seed=4242, out=Path(folder))
        path = Path(folder) / "raw" / "users.csv"
        batches = csv_records.record_batches(path, csv_records.read_header(path), USERS.names)
        return pa.Table.from_batches(batches).combine_chunks()


def in_batches(opened: Any, records: pa.Table, size: int) -> list[dict[str, Any]]:
    """The answers of all records, so many scored at a time."""
    parts = [answered(opened, records.slice(start, size)) for start in range(0, records.num_rows, size)]
    return pa.concat_tables(parts).drop_columns(["row"]).to_pylist()


def compared(opened: Any, records: pa.Table, alone: int) -> dict[str, int]:
    """All rows together, in batches of 1,000 and shuffled; a sample in batches of 7 and one by one."""
    whole = in_batches(opened, records, ROWS_TOGETHER)
    order = list(range(records.num_rows))
    random.Random(1).shuffle(order)
    shuffled: list[dict[str, Any]] = [{}] * len(order)
    for place, answer in zip(order, in_batches(opened, records.take(order), ROWS_TOGETHER), strict=True):
        shuffled[place] = answer
    others = [in_batches(opened, records, 1000), shuffled]
    chosen = sorted(random.Random(2).sample(range(records.num_rows), min(alone, records.num_rows)))
    few = [whole[place] for place in chosen]
    pairs = [(whole, other) for other in others]
    pairs += [(few, in_batches(opened, records.take(chosen), size)) for size in (7, 1)]
    differing = sum(
        one[name] != two[name] for left, right in pairs for one, two in zip(left, right, strict=True) for name in one
    )
    return {"differing": differing, "cells": sum(len(left) * len(left[0]) for left, _ in pairs)}


def timed(opened: Any, records: pa.Table) -> dict[str, float]:
    """CPU seconds of scoring, and of the two pipelines' predictions on the frames that it hands to them."""
    frames: dict[str, list[Any]] = {"look": [], "predict": []}
    look, predict = scores.look, fitting.predict
    scores.look = lambda frame, model: (frames["look"].append(frame), look(frame, model))[1]  # type: ignore[assignment]
    fitting.predict = lambda model, frame: (frames["predict"].append(frame), predict(model, frame))[1]  # type: ignore[assignment]
    try:
        whole = spent(lambda: in_batches(opened, records, ROWS_TOGETHER))
    finally:
        scores.look, fitting.predict = look, predict
    artefacts = opened.scorer.artefacts
    bare = spent(lambda: [look(frame, artefacts.spam_model) for frame in frames["look"]])
    bare += spent(lambda: [predict(artefacts.job_seeker_model, frame) for frame in frames["predict"]])
    return {"score": whole, "bare scikit-learn": bare}


def spent(work: Any) -> float:
    """CPU seconds."""
    start = time.process_time()
    work()
    return time.process_time() - start


def asked_over_http(opened: Any, records: pa.Table, times: int) -> list[float]:
    """Milliseconds of each of so many calls, the first few left out."""
    import socket

    import uvicorn

    from job_search_assets.engine.scoring.service import application

    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(application(opened, None), access_log=False, log_config=None))
    thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    url = f"http://127.0.0.1:{listening.getsockname()[1]}/score"
    found = [_milliseconds(url, body) for body in bodies(records, times + 5)]
    server.should_exit = True
    thread.join()
    listening.close()
    return found[5:]


def bodies(records: pa.Table, times: int) -> Iterator[bytes]:
    """The first records as the service takes them."""
    for row in records.slice(0, times).select(USERS.names).to_pylist():
        yield json.dumps(row).encode()


def _milliseconds(url: str, body: bytes) -> float:
    start = time.perf_counter()
    request = urllib.request.Request(url, data=body, headers={"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        answer.read()
    return (time.perf_counter() - start) * 1000


if __name__ == "__main__":
    main()
