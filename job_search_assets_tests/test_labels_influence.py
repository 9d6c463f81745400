"""What a labeller did, against the same run without that labeller's votes."""

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from job_search_assets.logic.labels import influence, judgement
from job_search_assets_tests.conftest import Engine
from job_search_assets_tests.pipeline import Ended, job_search, rows
from job_search_assets_tests.test_labels import MODEL, counted, hints, label

SPLIT = {"user_id": "string", "split": "string", "is_job_seeker": "boolean"}
THREE = MODEL | {"rates": [(name, "1", 0.9, 0.8) for name in ("ann", "cat", "dan")]}


def told(engine: Engine, cast: Any, **splits: str) -> list[dict[str, Any]]:
    placed = engine.table(
        {"user_id": list(splits), "split": list(splits.values()), "is_job_seeker": [True] * len(splits)}, SPLIT
    )
    found = influence.influence(cast, label(engine, cast, THREE), placed, THREE, hints(engine))
    return engine.rows(found, order_by=["labeller", "user_id"])


def test_a_label_that_hangs_on_one_labeller_is_named_with_its_split(engine: Engine) -> None:
    cast = counted(
        engine,
        *(("turned", "a", name, "1", name != "cat") for name in ("ann", "cat", "dan")),
        *(("safe", "b", name, "1", True) for name in ("ann", "cat", "dan")),
        ("lost", "c", "dan", "1", False),
    )
    found = told(engine, cast, turned="train", safe="dev", lost="test")
    assert [tuple(row.values()) for row in found] == [
        ("ann", "turned", True, False, "train", False),
        ("dan", "lost", False, None, "test", True),
        ("dan", "turned", True, False, "train", False),
    ]


def test_it_is_what_labelling_without_those_votes_gives(engine: Engine) -> None:
    draw = np.random.default_rng(3)
    votes = [
        (f"u{user}", f"a{user}-{account}", labeller, "1", bool(draw.random() < 0.5))
        for user in range(60)
        for account in range(1 + user % 2)
        for labeller in draw.choice(["ann", "cat", "dan"], draw.integers(1, 4), replace=False)
    ]
    model = THREE | {"uses_features": True}
    hinted = hints(engine, **{f"u{user}": float(draw.uniform(0.1, 0.9)) for user in range(60)})
    for labeller in ("ann", "cat", "dan"):
        left = counted(engine, *(vote for vote in votes if vote[2] != labeller))
        brute = {
            row["user_id"]: (row["is_job_seeker"], row["confidence"])
            for row in engine.rows(judgement.label(left, model, hinted, guide_version="1"))
        }
        touched = {user for user, _, voter, _, _ in votes if voter == labeller}
        quick = {
            row["user_id"]: (row["is_job_seeker_without"], row["confidence_without"])
            for row in engine.rows(influence.labels_without_each(counted(engine, *votes), model, hinted))
            if row["labeller"] == labeller
        }
        assert quick == {user: brute[user] for user in touched if user in brute}


def test_it_is_what_a_run_without_those_votes_gives(data: Path, first_run: tuple[Path, Ended], tmp_path: Path) -> None:
    """Votes withdrawn by the ledger, the label model held: labels and splits that differ are those foretold."""
    build, corrected = tmp_path / "build", tmp_path / "data"
    shutil.copytree(first_run[0], build)
    [(labeller,)] = rows(build, "SELECT labeller FROM labeller_influence GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1")
    told = rows(
        build,
        "SELECT user_id, is_job_seeker_without FROM labeller_influence WHERE labeller = ? ORDER BY ALL",
        [labeller],
    )
    before = dict(rows(build, "SELECT user_id, is_job_seeker FROM job_seeker_labels"))
    stood = dict(rows(build, "SELECT user_id, split FROM job_seeker_splits"))
    leaves = rows(build, "SELECT user_id FROM labeller_influence WHERE labeller = ? AND leaves_split", [labeller])
    shutil.copytree(data, corrected)
    (corrected / "reference" / "corrections.csv").write_text(
        "correction_id,table,key,action,column,value,made_by,made_at,why\n"
        f"c-1,job_seeker_votes,*|{labeller}|*,withdraw,,,ann,2026-11-23T10:05:00Z,votes at random\n"
    )
    held = "key:raw_job_seeker_votes or key:job_seeker_labels or key:split_ledger or key:job_seeker_splits"
    ended = job_search("run", "--data", corrected, "--build", build, "--select", held)
    assert "label_model" not in ended.said.partition("assets made")[0]
    after = dict(rows(build, "SELECT user_id, is_job_seeker FROM job_seeker_labels"))
    differ = sorted((user, after.get(user)) for user in before if after.get(user) != before[user])
    assert told
    assert differ == [(user, without) for user, without in told]
    stand = dict(rows(build, "SELECT user_id, split FROM job_seeker_splits"))
    assert stand == {user: split for user, split in stood.items() if (user,) not in leaves}


def test_what_hangs_on_one_labeller_is_summed(engine: Engine) -> None:
    cast = counted(
        engine,
        *(("turned", "a", name, "1", name != "cat") for name in ("ann", "cat", "dan")),
        ("lost", "c", "dan", "1", False),
    )
    placed = engine.table({"user_id": ["turned"], "split": ["train"], "is_job_seeker": [True]}, SPLIT)
    found = influence.influence(cast, label(engine, cast, THREE), placed, THREE, hints(engine))
    assert influence.summed(found) == {
        "labels_that_hang_on_one_labeller": 2,
        "other_labels": 2,
        "lost_labels": 1,
        "leaving_their_split": 0,
        "in_train": 2,
        "predicted_classes_with_the_model_held": 0,
    }


@pytest.mark.parametrize("name", ["u", "u\twith a tab"])
def test_ids_are_kept_apart_from_labellers(engine: Engine, name: str) -> None:
    cast = counted(engine, (name, "a", "ann", "1", True), (name, "a", "cat", "1", True))
    found = engine.rows(influence.labels_without_each(cast, THREE, hints(engine)), order_by="labeller")
    assert [(row["labeller"], row["user_id"]) for row in found] == [("ann", name), ("cat", name)]
