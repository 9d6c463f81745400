"""Seconds to say who is concerned by one wrong input, for random inputs of all kinds, in one process.

python -m benchmarks.questions DATA BUILD [NUMBER]        default: 40
"""

import argparse
import random
import statistics
import sys
import time
from collections import defaultdict
from pathlib import Path

QUERIES = {
    "ip_blocklist": "SELECT entry_id FROM raw_ip_blocklist",
    "spam_reports": """SELECT account_id || '|' || reported_by || '|' || strftime(reported_at, '%Y-%m-%dT%H:%M:%SZ')
                       FROM raw_spam_reports""",
    "users": "SELECT account_id FROM raw_users",
    "merge_pairs": "SELECT account_id_left || '|' || account_id_right || '|' || labeller FROM raw_merge_pairs",
    "job_seeker_votes": """SELECT account_id || '|' || labeller || '|' || strftime(labelled_at, '%Y-%m-%dT%H:%M:%SZ')
                           FROM raw_job_seeker_votes""",
}


def main() -> None:
    """Asks, and prints one line a kind of input."""
    import duckdb

    from job_search_assets.definitions import defs
    from job_search_assets.engine.correcting.impacts import impact_of
    from job_search_assets.engine.folders import Folders

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("build", type=Path)
    parser.add_argument("number", type=int, nargs="?", default=40)
    asked = parser.parse_args()
    folders, draw, took = Folders(asked.data, asked.build), random.Random(1), defaultdict(list)
    folders.announce()
    with duckdb.connect(str(folders.warehouse), read_only=True) as warehouse:
        keys = {
            table: sorted(
                row[0] for row in warehouse.execute(f"{query} USING SAMPLE 2000 ROWS (reservoir, 1)").fetchall()
            )
            for table, query in QUERIES.items()
        }
    for place in range(asked.number + 1):
        table = list(QUERIES)[place % len(QUERIES)]
        key = draw.choice(keys[table])
        started = time.monotonic()
        impact_of(
            defs,
            folders,
            [{"table": table, "key": key, "action": "withdraw"}],
            named=(table, key, "withdraw"),
            refit=False,
        )
        if place:  # the first one pays for what Python loads
            took[table].append(time.monotonic() - started)
    everything = sorted(second for seconds in took.values() for second in seconds)
    for table, seconds in took.items():
        sys.stdout.write(f"impact       {table:<18}{statistics.median(seconds):6.2f} s median of {len(seconds)}\n")
    p95 = everything[min(len(everything) - 1, int(0.95 * len(everything)))]
    sys.stdout.write(f"impact       p95 {p95:.2f} s, slowest {everything[-1]:.2f} s of {len(everything)}\n")


if __name__ == "__main__":
    main()
