"""What a table comes from: every file and every step, as they were, with owners and hashes."""

import hashlib
import json
from pathlib import Path

from job_search_assets.definitions import defs
from job_search_assets.engine.graph.ordering import FILES
from job_search_assets.engine.graph.waiting import inputs
from job_search_assets.logic.provenance.lineage import InputFile, Made, trace
from job_search_assets_tests.graph import made_from
from job_search_assets_tests.pipeline import Ended, change, job_search, rows

MADE = {
    "raw": Made("r1", "c1", ("files/b", "files/a"), "ann"),
    "model": Made("m1", "c2", ("raw",), "bob", is_model=True),
    "scores": Made("s1", "c2", ("model", "raw"), "bob"),
}
READ = {"files/a": [InputFile("raw/a/1.csv", "h1", "cy"), InputFile("raw/a/2.csv", "h2", None)], "files/b": []}
TOLD = ("table", "place", "kind", "name", "version", "code_version", "owner")


def why(build: Path, *arguments: str) -> Ended:
    return job_search("why", *arguments, "--data", build, "--build", build)


def test_a_table_comes_from_all_that_is_above_it_in_the_order_of_making() -> None:
    assert [tuple(row[name] for name in TOLD) for row in trace(MADE, READ) if row["table"] == "scores"] == [
        ("scores", 1, "file", "raw/a/1.csv", "h1", None, "cy"),
        ("scores", 2, "file", "raw/a/2.csv", "h2", None, None),
        ("scores", 3, "step", "raw", "r1", "c1", "ann"),
        ("scores", 4, "model", "model", "m1", "c2", "bob"),
        ("scores", 5, "step", "scores", "s1", "c2", "bob"),
    ]


def test_the_order_in_which_things_are_named_changes_nothing() -> None:
    assert trace(dict(reversed(MADE.items())), dict(reversed(READ.items()))) == trace(MADE, READ)


def test_the_record_has_each_step_of_the_graph_with_its_owner(built: Path) -> None:
    specs = {spec.key.path[-1]: spec for spec in defs.resolve_all_asset_specs() if spec.key.path[0] != FILES}
    told = rows(built, 'SELECT DISTINCT "table" FROM table_provenance')
    assert {name for (name,) in told} == set(specs) - {"table_provenance"}
    assert {dep.asset_key.path[-1] for dep in specs["table_provenance"].deps} == set(specs) - {"table_provenance"}
    for name in set(specs) - {"table_provenance"}:
        above = {key for key in made_from(name) if key.path[0] != FILES}
        steps = rows(
            built,
            """SELECT name, code_version, owner FROM table_provenance WHERE "table" = ? AND kind <> 'file'
               ORDER BY place""",
            [name],
        )
        assert [step[0] for step in steps][-1] == name
        assert {step[0] for step in steps} == {name, *(key.path[-1] for key in above)}
        for place, (step, code, owner) in enumerate(steps):
            assert (code, [owner]) == (specs[step].code_version, list(specs[step].owners))
            near = {key.path[-1] for key in inputs(specs[step]) if key.path[0] != FILES}
            assert near <= {earlier[0] for earlier in steps[:place]}


def test_files_are_known_by_the_hash_of_their_bytes_and_the_owners_of_what_is_in_them(built: Path, data: Path) -> None:
    table = json.loads(why(built, "clean_users", "--json").said)["table"]
    files = {file["path"]: file for file in table["files"]}
    assert set(files) == {
        *("raw/users.csv", "raw/spam_reports.csv", "raw/ip_blocklist.csv", "raw/merge_pairs.csv"),
        "reference/corrections.csv",
    }
    for path, file in files.items():
        assert file["sha256"] == hashlib.sha256((data / path).read_bytes()).hexdigest()
    owners = rows(built, "SELECT DISTINCT owner FROM source_inventory JOIN raw_users USING (source) ORDER BY owner")
    assert files["raw/users.csv"]["owner"] == ", ".join(owner for (owner,) in owners)


def test_a_table_is_told_with_since_when_and_the_models_applied(built: Path) -> None:
    [(count, version)] = rows(
        built, "SELECT count(*), any_value(version) FROM clean_users, record.contents WHERE \"table\" = 'clean_users'"
    )
    table = json.loads(why(built, "clean_users", "--json").said)["table"]
    assert (table["rows"], table["steps"][-1]["version"], table["is_behind"]) == (count, version, False)
    assert table["unchanged_since"] == table["made_at"] != None  # noqa: E711 - both, and there
    said = why(built, "clean_users").said
    assert f"clean_users is a table of {count:,} rows, owned by team:data." in said
    assert "match_model" in said.partition("\nModels")[2]
    assert "job_seeker_model" not in said
    assert max(map(len, said.splitlines())) <= 120
    assert "spam_model is a model, owned by team:data." in why(built, "spam_model").said
    assert "none was applied" in why(built, "raw_users").said


def test_a_model_fitted_before_its_inputs_changed_is_told_to_be_held(changeable: Path) -> None:
    assert "held" not in why(changeable, "clean_users").said
    change(changeable, "UPDATE table_provenance SET version = 'another' WHERE name = 'common_values'")
    said = " ".join(why(changeable, "clean_users").said.split())
    assert "held: common_values changed since" in said
    assert "made before common_values changed" in said


def test_a_table_made_since_is_told_to_be_ahead_of_the_record(changeable: Path) -> None:
    assert "when is not on record" in why(changeable, "clean_users").said  # the copy has no record of Dagster's
    change(changeable, "UPDATE record.contents SET version = 'another' WHERE \"table\" = 'clean_users'")
    change(changeable, "UPDATE record.contents SET rows = rows + 1 WHERE \"table\" = 'clean_users'")
    assert "made again since what follows was written down" in why(changeable, "clean_users").said
