"""The spam stage brought in line by account, entry and network equals the stage made anew of the same tables."""

from pathlib import Path

import ibis.expr.types as ir
import pytest

from job_search_assets.definitions import defs
from job_search_assets.engine.correcting.imagining import imagined
from job_search_assets.engine.folders import Folders
from job_search_assets.engine.tables import model_files, record
from job_search_assets.engine.tables.holding import Models
from job_search_assets.engine.tables.spam_updates import Weighed
from job_search_assets.logic.spam import blocklist, features
from job_search_assets.settings import SpamSettings
from job_search_assets_tests.random_corrections import Draws, Line

WEIGHED = ("spam_scores", "spam_features", "blocklist_hits", "report_grounds", "blocklist_review", "spam_priors")


def lines_of(kind: str, data: Path) -> list[Line]:
    return [line for seed in range(8) for line in getattr(Draws(data, seed), kind)()]


def are_same(made: ir.Table, anew: ir.Table) -> bool:
    anew = anew.select(made.columns)
    return not int(made.difference(anew).count().execute()) and not int(anew.difference(made).count().execute())


def is_not_called(*_: object, **__: object) -> None:
    """Stands where nothing may be worked out."""
    raise AssertionError("this was to be left alone")


def unlike(made: ir.Table, before: ir.Table) -> set[str]:
    """The accounts whose rows differ, come or go."""
    rows = made.difference(before).union(before.difference(made))
    return set(rows.account_id.execute())


@pytest.mark.parametrize("kind", ["entry_withdrawn", "entry_added", "verdict_turned", "account_withdrawn"])
def test_hits_and_evidence_brought_in_line_are_those_made_anew(data: Path, built: Path, kind: str) -> None:
    folders = Folders(data, built)
    folders.announce()
    lines = lines_of(kind, data)
    with imagined(defs, folders, lines, models=Models.HELD, up_to="spam_decisions") as found:
        warehouse = found.warehouse
        made = {name: warehouse.table(name) for name in (*WEIGHED, "raw_ip_blocklist", "spam_evidence")}
        assert "spam_evidence" in found.changed
        assert are_same(made["blocklist_hits"], blocklist.meet(made["spam_features"], made["raw_ip_blocklist"]))
        assert are_same(made["spam_evidence"], Weighed(*[made[name] for name in WEIGHED]).of(None))


@pytest.mark.parametrize("kind", ["account_withdrawn", "account_mended", "account_added"])
def test_features_brought_in_line_are_those_made_anew(
    data: Path, built: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    folders, describe = Folders(data, built), features.describe
    folders.announce()
    monkeypatch.setattr(features, "describe", is_not_called)
    with imagined(defs, folders, lines_of(kind, data), models=Models.HELD, up_to="spam_features") as found:
        warehouse = found.warehouse
        made, before = warehouse.table("spam_features"), warehouse.built("spam_features")
        origin = record.origin(warehouse, "spam_features")
        assert origin is not None
        hours = SpamSettings.model_validate(origin.settings).burst_hours
        assert are_same(made, describe(warehouse.table("raw_users"), burst_hours=hours))
        changed, everyone = unlike(made, before), int(before.count().execute())
        assert found.changed == ["raw_users", "spam_features"]
        assert 8 < len(changed) < everyone / 4, "these and those that share something with them, not everybody"


def test_who_is_removed_is_decided_again_without_reading_a_model(
    data: Path, built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = Folders(data, built)
    folders.announce()
    monkeypatch.setattr(model_files, "_estimator", is_not_called)
    lines = lines_of("entry_withdrawn", data)
    with imagined(defs, folders, lines, models=Models.HELD, up_to="spam_decisions") as found:
        assert "spam_decisions" in found.changed
