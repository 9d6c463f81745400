"""Where scoring and what is built part, it is seen, and the step is named in which they do."""

import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import ibis
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from job_search_assets.engine.files.raw_files import RawFiles
from job_search_assets.engine.scoring import parity
from job_search_assets.engine.scoring.stages import Stages
from job_search_assets.engine.tables.warehouse import Warehouse
from job_search_assets.logic.job_seekers import fitting
from job_search_assets.logic.scoring.parity import compare, located
from job_search_assets_tests.pipeline import rows

ROWS = 400
Frames = dict[str, pd.DataFrame]
Change = Callable[[pd.DataFrame], pd.DataFrame]


@pytest.fixture(scope="module")
def drawn(data: Path, first_run: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[pa.Table, Frames]]:
    """A sample of raw rows, and what is built of them."""
    folder = tmp_path_factory.mktemp("parity")
    (folder / "warehouse.duckdb").write_bytes((first_run[0] / "warehouse.duckdb").read_bytes())
    warehouse = Warehouse(folder / "warehouse.duckdb")
    try:
        texts = RawFiles(data=data, build=folder).text_rows("users", warehouse.connection)
        sample = parity.sample(texts, ROWS)
        yield sample, parity.built(warehouse, sample)
    finally:
        warehouse.close()


def on(column: str, change: Callable[[pd.Series], Any]) -> Change:
    """A change of one column."""
    return lambda frame: frame.assign(**{column: change(frame[column])})


def twice(frame: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([frame, frame])


def no_rows(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.iloc[:0]


def each(change: Callable[[str], str]) -> Callable[[pd.Series], Any]:
    return lambda values: values.map(change, na_action="ignore")


# What goes wrong between development and production; the stage that it goes wrong in; the step that is to be named.
DIVERGENCES: dict[str, tuple[str, Change, str]] = {
    "decimal comma": (
        "given",
        on("city_development_index", each(lambda text: text.replace(".", ","))),
        "rejected_rows",
    ),
    "day and month in another order": (
        "given",
        on("birth_date", each(lambda text: f"{text[:4]}-{text[8:10]}-{text[5:7]}")),
        "rejected_rows",
    ),
    # A row that is read otherwise competes with the built one of its account, and where it sorts behind it is rejected.
    "Turkish lower case": ("given", on("full_name", each(lambda text: text.replace("I", "ı"))), "rejected_rows"),
    "Unicode taken apart": (
        "given",
        on("full_name", each(lambda text: unicodedata.normalize("NFD", text))),
        "raw_users",
    ),
    "missing as a text": ("given", on("phone", lambda values: values.fillna("nan")), "raw_users"),
    "letters in another case": ("given", on("email", each(str.upper)), "raw_users"),
    "local time for UTC": ("parsed", on("created_at", lambda moment: moment + pd.Timedelta(hours=1)), "rejected_rows"),
    "time cut to days": ("parsed", on("created_at", lambda moment: moment.dt.floor("D")), "raw_users"),
    "missing device as unknown": (
        "spam_features",
        on("device", lambda device: device.replace("", "?")),
        "spam_features",
    ),
    "stale counts": ("spam_features", on("domain_accounts", lambda count: count + 1), "spam_features"),
    "another window of time": ("near", on("near", lambda count: count // 2), "spam_features"),
    "stale blocklist": ("blocklist_hits", no_rows, "blocklist_hits"),
    "stale vocabulary": ("looks", on("model_log_odds", lambda odds: (odds + 0.01).round(6)), "spam_scores"),
    "scaled by the batch": ("looks", on("model_log_odds", lambda odds: (odds - odds.mean()).round(6)), "spam_scores"),
    "join that fans out": ("weighed_reports", twice, "spam_scores"),
    "order of floating sums": ("spam_evidence", on("network_log_odds", lambda odds: odds + 1e-6), "spam_evidence"),
    "score cut short": ("spam_decisions", on("score", lambda score: score.round(2)), "spam_decisions"),
    "names in upper case": ("worded", on("forename", each(str.upper)), "match_details"),
    "stale term frequencies": ("rated", on("surname_rarity", lambda rarity: rarity * 0), "match_predictions"),
    "empty as unlike": ("compared", on("gamma_gender", lambda level: level.clip(lower=0)), "match_predictions"),
    "pairs told twice": ("match_predictions", twice, "match_predictions"),
    "nobody merged": ("groups", on("oldest", lambda oldest: np.arange(len(oldest))), "user_accounts"),
    "another survivor": ("clean_users", on("training_hours", lambda hours: hours + 1), "clean_users"),
    "missing number as nought": (
        "model_table",
        on("training_hours", lambda hours: hours * 0),
        "job_seeker_predictions",
    ),
    "single precision": (
        "job_seeker_predictions",
        on("probability", lambda chance: chance.astype("float32").astype("float64")),
        "job_seeker_predictions",
    ),
}


def test_nothing_differs_where_nothing_was_changed(drawn: tuple[pa.Table, Frames], opened_for_scoring: Any) -> None:
    sample, built = drawn
    assert compare(parity.scored(opened_for_scoring.scorer, sample), built) == []


@pytest.mark.parametrize("divergence", DIVERGENCES)
def test_a_divergence_is_caught_and_its_step_named(
    divergence: str, drawn: tuple[pa.Table, Frames], opened_for_scoring: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage, change, step = DIVERGENCES[divergence]
    fill = Stages._fill

    def diverging(self: Stages, name: str) -> None:
        fill(self, name)
        if name == stage:
            rows = self.read(name)
            told = pa.Table.from_pandas(change(rows.to_pandas(date_as_object=True)), rows.schema, preserve_index=False)
            duckdb = self._connection.con
            duckdb.register("told", told)
            duckdb.execute(f"DELETE FROM {self.name_of(name)}; INSERT INTO {self.name_of(name)} SELECT * FROM told")
            duckdb.unregister("told")

    monkeypatch.setattr(Stages, "_fill", diverging)
    sample, built = drawn
    assert located(compare(parity.scored(opened_for_scoring.scorer, sample), built)) == step


def test_500_changes_of_test_rows_change_nothing_that_is_learned_from(built: Path) -> None:
    connection = ibis.duckdb.connect()
    duckdb = connection.con
    duckdb.execute(f"ATTACH '{built / 'warehouse.duckdb'}' AS built (READ_ONLY)")
    for table in ("clean_users", "job_seeker_splits", "job_seeker_labels"):
        duckdb.execute(f"CREATE TABLE {table} AS SELECT * FROM built.main.{table}")
    tables = (connection.table(name) for name in ("clean_users", "job_seeker_splits", "job_seeker_labels"))
    learned = ibis.to_sql(fitting.examples(*tables, most=20_000, seed=1), dialect="duckdb")
    hashed = f"SELECT count(*), bit_xor(md5_number(to_json(r)::VARCHAR)) FROM ({learned}) AS r"
    before = duckdb.execute(hashed).fetchone()
    tested = [row[0] for row in rows(built, "SELECT user_id FROM job_seeker_splits WHERE split = 'test' ORDER BY 1")]
    changes = (
        "UPDATE clean_users SET training_hours = coalesce(training_hours, 0) + 7 WHERE user_id = ?",
        "UPDATE clean_users SET city_development_index = NULL, company_size = '<10' WHERE user_id = ?",
        "UPDATE clean_users SET major_discipline = 'unheard of' WHERE user_id = ?",
        "UPDATE job_seeker_labels SET is_job_seeker_by_votes = NOT is_job_seeker_by_votes WHERE user_id = ?",
        "DELETE FROM job_seeker_labels WHERE user_id = ?",
    )
    for number in range(500):
        duckdb.execute(changes[number // 100], [tested[number % len(tested)]])
        assert duckdb.execute(hashed).fetchone() == before
    assert before[0] > 100
