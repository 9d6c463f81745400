"""A bare Splink script with our blocking rules and our comparisons: what the identity stage is timed against.

    python -m benchmarks.bare_splink WAREHOUSE OUT

WAREHOUSE is a warehouse.duckdb with `match_details` and `common_values`, so the script has no names to prepare; OUT
becomes a DuckDB file with the scored pairs and the clusters. It does what a script of Splink does: u from random pairs,
m by expectation maximisation, prediction from .01, connected components from .95. Each step's seconds are printed.

The rules in Splink's terms: a rule's columns are one key column, which is empty where our limits leave the block out;
for rules on words of a name it is a list that Splink explodes. The rules without lists come first, since Splink looks
at all earlier rules for each pair of a later one; which pairs come out does not depend on the order.
"""

import argparse
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from job_search_assets.logic.identity.blocking import RULES, BlockingRule
from job_search_assets.logic.identity.commonness import CROWD, NETWORK, RARITIES
from job_search_assets.logic.identity.comparisons import COMPARISONS

LEAST_PROBABILITY = 0.01  # as the setting of that name: pairs below it are not kept
CLUSTER = 0.95
SEED = 1
WORDS = {"word": ("name_roots", "other_word"), "sound": ("name_sounds", "other_sound")}


def link(warehouse: Path, out: Path, *, pairs_per_account: float, largest_block: int, classes: int) -> None:
    """Keys, training, prediction and clusters, each timed."""
    import duckdb

    connection = duckdb.connect(str(out))
    # As much as `job-search` gives DuckDB.
    connection.execute(f"SET memory_limit = '2GB'; SET temp_directory = '{out}.spill'")
    connection.execute(f"ATTACH '{warehouse}' AS warehouse (READ_ONLY)")
    with timed("keys"):
        _write_details(connection, classes)
        _write_keys(connection, pairs_per_account, largest_block)
    linker = _linker(connection)
    with timed("train"):
        _train(linker)
    with timed("block"):
        blocked = linker.inference.compute_blocked_pairs_for_predict()
    compared = connection.execute(f"SELECT count(*) FROM {blocked.physical_name}").fetchone()[0]
    with timed("predict"):
        pairs = linker.inference.predict(threshold_match_probability=LEAST_PROBABILITY)
    with timed("cluster"):
        clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, CLUSTER)
    with timed("write"):
        connection.execute(f"CREATE TABLE match_predictions AS FROM {pairs.physical_name}")
        connection.execute(f"CREATE TABLE user_accounts AS FROM {clusters.physical_name}")
    count = connection.execute("SELECT count(*) FROM match_predictions").fetchone()[0]
    sys.stdout.write(f"  compared {compared:,} pairs, kept {count:,}\n")


@contextmanager
def timed(step: str) -> Iterator[None]:
    """Prints the step's seconds."""
    started = time.monotonic()
    yield
    sys.stdout.write(f"  step {step} {time.monotonic() - started:.1f} s\n")
    sys.stdout.flush()


def _write_details(connection: Any, classes: int) -> None:
    """`details`: our `match_details` with a number for each account and how rare its values are."""
    rarities = {name: (f"{classes} -", kind, column) for name, (kind, column) in RARITIES.items()}
    rarities[CROWD] = ("", NETWORK, "network")
    columns = [f"{sign} coalesce({name}.commonness, 0) AS {name}" for name, (sign, _, _) in rarities.items()]
    joins = [
        f"LEFT JOIN warehouse.common_values AS {name} ON {name}.kind = '{kind}' AND {name}.value = d.{column}::VARCHAR"
        for name, (_, kind, column) in rarities.items()
    ]
    connection.execute(
        f"""CREATE TEMP TABLE details AS SELECT d.*, row_number() OVER () AS number, {", ".join(columns)}
        FROM warehouse.match_details AS d {" ".join(joins)}"""
    )


def _write_keys(connection: Any, pairs_per_account: float, largest_block: int) -> None:
    """`keys`: one row a rule and value of an account; those of blocks that are too large, or of one, are left out."""
    rows = "\nUNION ALL ".join(_keys_of(rule) for rule in RULES)
    connection.execute(f"CREATE TEMP TABLE every_key AS {rows}")
    connection.execute(
        "CREATE TEMP TABLE blocks AS SELECT rule, key, count(*) AS n FROM every_key GROUP BY ALL HAVING n > 1"
    )
    limit = connection.execute(
        """WITH sizes AS (SELECT n, sum(sum(n * (n - 1) // 2)) OVER (ORDER BY n) AS pairs FROM blocks GROUP BY n)
        SELECT coalesce(max(n), 2) FROM sizes
        WHERE n <= ? AND pairs <= ? * (SELECT count(*) FROM warehouse.match_details)""",
        [largest_block, pairs_per_account],
    ).fetchone()[0]
    columns = ", ".join(
        f"{'list' if _is_list(rule) else 'any_value'}(key) FILTER (rule = '{rule.name}') AS key_{rule.name}"
        for rule in RULES
    )
    connection.execute(
        f"""CREATE TABLE accounts AS FROM details LEFT JOIN (
            SELECT number, {columns} FROM every_key SEMI JOIN (FROM blocks WHERE n <= {limit}) USING (rule, key)
            GROUP BY number) USING (number)"""
    )
    connection.execute("DROP TABLE every_key; DROP TABLE blocks")
    sys.stdout.write(f"  blocks of at most {limit} accounts\n")


def _keys_of(rule: BlockingRule) -> str:
    """The rule's keys as a query: number, rule, key; a row for each word, or each two of them, where it has words."""
    source, told = "details", []
    for word, (names, other) in WORDS.items():
        if word in rule.columns:
            source = f"(SELECT *, unnest(string_split({names}, ' ')) AS {word} FROM {source})"
        if other in rule.columns:
            source = f"(SELECT *, unnest(string_split({names}, ' ')) AS {other} FROM {source})"
            told.append(f"{word} < {other}")
    told += [f"{column} IS NOT NULL" for column in rule.columns]
    key = f"concat_ws('|', {', '.join(rule.columns)})"
    return f"SELECT number, '{rule.name}' AS rule, {key} AS key FROM {source} WHERE {' AND '.join(told)}"


def _is_list(rule: BlockingRule) -> bool:
    return any(word in rule.columns for word in WORDS)


def _linker(connection: Any) -> Any:
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    rules = [
        block_on(f"key_{rule.name}", arrays_to_explode=[f"key_{rule.name}"] if _is_list(rule) else None)
        for rule in sorted(RULES, key=_is_list)
    ]
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=_comparisons(),
        blocking_rules_to_generate_predictions=rules,
        unique_id_column_name="number",
        # What our table of predictions keeps too: the weights of each pair, not the accounts' columns beside it.
        retain_matching_columns=False,
        retain_intermediate_calculation_columns=True,
    )
    accounts = DuckDBAPI(connection=connection).register("accounts", dataset_display_name="people")
    return Linker(accounts, settings, log_level="ERROR")


def _comparisons() -> list[Any]:
    import splink.comparison_level_library as cll
    import splink.comparison_library as cl

    return [
        cl.CustomComparison(
            [
                cll.CustomLevel(comparison.empty, "empty").configure(is_null_level=True),
                *(cll.CustomLevel(condition, words) for words, condition in comparison.levels),
                cll.ElseLevel(),
            ],
            comparison.name,
        )
        for comparison in COMPARISONS
    ]


def _train(linker: Any) -> None:
    from splink import block_on

    same = [block_on("forename_root", "surname", "birth_year", "birth_month", "birth_day"), block_on("email")]
    linker.training.estimate_probability_two_random_records_match(same, recall=0.6)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=SEED)
    for columns in (["forename", "surname"], ["birth_year", "birth_month", "birth_day"], ["email"]):
        try:
            linker.training.estimate_parameters_using_expectation_maximisation(block_on(*columns), max_pairs=1e6)
        except ValueError as problem:  # Splink stops where a level, of our many, ends up with probability 0
            sys.stdout.write(f"  the pass on {' '.join(columns)} is left out: {problem}\n")


def main() -> None:
    """Links the warehouse that the command line names, with the limits that the settings have."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("warehouse", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--pairs-per-account", type=float, required=True)
    parser.add_argument("--largest-block", type=int, required=True)
    parser.add_argument("--classes", type=int, required=True, help="of rarity")
    asked = parser.parse_args()
    limits = {"pairs_per_account": asked.pairs_per_account, "largest_block": asked.largest_block}
    link(asked.warehouse, asked.out, **limits, classes=asked.classes)


if __name__ == "__main__":
    main()
