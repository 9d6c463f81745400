"""Splink as its documentation has it for people, on one data set.

    python -m benchmarks.peer_splink FOLDER

FOLDER has users.parquet and judged.parquet; a file of users comes beside them for each way of reading the scores. The
settings follow Splink's examples with historical persons and with Febrl: the library's own comparisons of names,
dates of birth, e-mail addresses and postcodes, term frequencies, u from random pairs, m by expectation maximisation in
passes that block on different columns, prediction from .2, connected components from .95. What is left to choose was
chosen on the generated sample, by what is best for Splink: forename and surname apart (F1 .83 against .79 together),
the form's fields too (.83 against .82), m by expectation maximisation (with m from the judged pairs it is the same).
"""

import argparse
from pathlib import Path
from typing import Any

DOCUMENTED = 0.95
GRID = (0.2, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999, 0.9999)
SEED = 1
EXACT = (
    "signup_ip",
    "region",
    "gender",
    "major_discipline",
    "company_size",
    "company_type",
    "education_level",
    "last_job_change",
    "training_hours",
)

# Splink wants names in two columns, in one case, and empty values as NULL; titles are no names.
PREPARE = r"""
CREATE TABLE accounts AS
WITH words AS (
    SELECT *, regexp_replace(lower(strip_accents(full_name)), '^((sir|dame|lord|lady|mr|mrs|ms|miss|dr|prof)\.? )+', '')
        AS name FROM read_parquet($users)
)
SELECT account_id AS unique_id,
    nullif(split_part(trim(name), ' ', 1), '') AS first_name,
    CASE WHEN contains(trim(name), ' ') THEN split_part(trim(name), ' ', -1) END AS surname,
    birth_date AS dob,
    lower(trim(email)) AS email,
    nullif(right(regexp_replace(phone, '\D', '', 'g'), 9), '') AS phone,
    upper(trim(postcode)) AS postcode,
    lower(strip_accents(trim(city))) AS city,
    signup_ip, region, gender, major_discipline, company_size, company_type, education_level, last_job_change,
    training_hours
FROM words ORDER BY account_id
"""


def blocking_rules() -> list[Any]:
    """The rules of the example with historical persons, and one each for what identifies."""
    from splink import block_on

    return [
        block_on("email"),
        block_on("phone"),
        block_on("substr(first_name, 1, 3)", "substr(surname, 1, 4)"),
        block_on("surname", "dob"),
        block_on("first_name", "dob"),
        block_on("postcode", "first_name"),
        block_on("postcode", "surname"),
        block_on("dob", "city"),
        block_on("dob", "postcode"),
        block_on("substr(postcode, 1, 3)", "dob"),
        block_on("substr(postcode, 1, 3)", "first_name"),
        block_on("substr(postcode, 1, 3)", "surname"),
        block_on("substr(first_name, 1, 2)", "substr(surname, 1, 2)", "year(dob)"),
    ]


def comparisons(columns: set[str], *, is_british: bool) -> list[Any]:
    """Splink's comparisons for the columns that hold anything; its own one of postcodes knows British ones only."""
    import splink.comparison_library as cl

    offered = {
        "first_name": cl.NameComparison("first_name").configure(term_frequency_adjustments=True),
        "surname": cl.NameComparison("surname").configure(term_frequency_adjustments=True),
        "dob": cl.DateOfBirthComparison("dob", input_is_string=False),
        "email": cl.EmailComparison("email"),
        "phone": cl.LevenshteinAtThresholds("phone", [1, 2]),
        "postcode": (
            cl.PostcodeComparison("postcode") if is_british else cl.LevenshteinAtThresholds("postcode", [1, 2])
        ),
        "city": cl.JaroWinklerAtThresholds("city", [0.9]).configure(term_frequency_adjustments=True),
        **{column: cl.ExactMatch(column).configure(term_frequency_adjustments=True) for column in EXACT},
    }
    return [comparison for column, comparison in offered.items() if column in columns]


def link(folder: Path) -> None:
    """Trains, predicts, and writes the users by the documented threshold and by each of the grid."""
    import duckdb
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    connection = duckdb.connect()
    connection.execute(PREPARE, {"users": str(folder / "users.parquet")})
    database = DuckDBAPI(connection=connection)
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=comparisons(_told(connection), is_british=_is_british(connection)),
        blocking_rules_to_generate_predictions=blocking_rules(),
        retain_matching_columns=False,
    )
    linker = Linker(database.register("accounts", dataset_display_name="people"), settings, log_level="ERROR")
    same = [block_on("first_name", "surname", "dob"), block_on("email"), block_on("surname", "dob", "postcode")]
    linker.training.estimate_probability_two_random_records_match(same, recall=0.6)
    linker.training.estimate_u_using_random_sampling(max_pairs=5e6, seed=SEED)
    for passed in (block_on("first_name", "surname"), block_on("dob"), block_on("postcode")):
        linker.training.estimate_parameters_using_expectation_maximisation(passed)
    pairs = linker.inference.predict(threshold_match_probability=min(GRID))
    for threshold in (DOCUMENTED, *GRID):
        clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, threshold)
        connection.execute(
            f"""COPY (SELECT unique_id AS account_id, cluster_id AS user_id FROM {clusters.physical_name})
                TO '{folder}/splink-{threshold:g}.csv' (HEADER)"""
        )


def _told(connection: Any) -> set[str]:
    """The columns in which two accounts or more tell something."""
    columns = [row[0] for row in connection.execute("DESCRIBE accounts").fetchall()]
    counts = connection.execute(
        f"SELECT {', '.join(f'count({column})' for column in columns)} FROM accounts"
    ).fetchone()
    return {column for column, count in zip(columns, counts, strict=True) if count > 1}


def _is_british(connection: Any) -> bool:
    pattern = "^[A-Z]{1,2}[0-9][A-Z0-9]? [0-9][A-Z]{2}$"
    share = "avg(regexp_matches(postcode, ?)::INT)"
    return bool(connection.execute(f"SELECT coalesce({share}, 0) > 0.5 FROM accounts", [pattern]).fetchone()[0])


def main() -> None:
    """Links the folder that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    link(parser.parse_args().folder)


if __name__ == "__main__":
    main()
