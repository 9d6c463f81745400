"""Seconds to say what became of an account, for random accounts kept and removed, in one process on one opened build.

python -m benchmarks.explanations BUILD [NUMBER]        default: 200 accounts, and a tenth as many users
"""

import argparse
import time
from collections.abc import Callable, Sequence
from pathlib import Path

KEPT = "SELECT account_id FROM user_accounts USING SAMPLE {} ROWS (reservoir, 1)"
REMOVED = """SELECT account_id FROM (SELECT account_id FROM spam_decisions WHERE is_spam)
             USING SAMPLE {} ROWS (reservoir, 1)"""
USERS = """SELECT user_id FROM (SELECT user_id FROM clean_users WHERE account_count > 1)
           USING SAMPLE {} ROWS (reservoir, 1)"""


def main() -> None:
    """Asks, and prints a line for each kind of question."""
    from job_search_assets.engine.folders import Folders
    from job_search_assets.engine.stories import account_stories, answers, table_stories
    from job_search_assets.engine.stories.opened_builds import opened

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=Path)
    parser.add_argument("number", type=int, nargs="?", default=200)
    asked = parser.parse_args()
    with opened(Folders(asked.build, asked.build), [*account_stories.TABLES, *table_stories.TABLES]) as build:
        drawn = {
            name: sorted(key for (key,) in build.warehouse.duckdb.execute(query.format(number)).fetchall())
            for name, query, number in (
                ("kept accounts", KEPT, asked.number * 3 // 4),
                ("removed accounts", REMOVED, asked.number - asked.number * 3 // 4),
                ("users with several accounts", USERS, max(1, asked.number // 10)),
            )
        }
        first = measured(lambda key: list(answers.answer(build, key).lines()), drawn["kept accounts"][:1])
        print(f"{'the first answer, with what it loads':<38}{first[0]:8.3f} s")
        for name, keys in drawn.items():
            report(name, measured(lambda key: list(answers.answer(build, key).lines()), keys))
        report("tables", measured(lambda key: list(answers.answer(build, key).lines()), ["clean_users", "raw_users"]))


def measured(ask: Callable[[str], object], keys: Sequence[str]) -> list[float]:
    """Seconds of each question, the quickest first."""
    took = []
    for key in keys:
        started = time.perf_counter()
        ask(key)
        took.append(time.perf_counter() - started)
    return sorted(took)


def report(name: str, seconds: Sequence[float]) -> None:
    """Median and the two ends that matter, in milliseconds."""
    at = [1000 * seconds[min(len(seconds) - 1, int(share * len(seconds)))] for share in (0.5, 0.95)]
    told = f"median {at[0]:6.1f} ms   p95 {at[1]:6.1f} ms   most {1000 * seconds[-1]:6.1f} ms"
    print(f"{f'{len(seconds)} {name}':<38}{told}")


if __name__ == "__main__":
    main()
