"""The spam stage brought in line by account, entry and network equals the stage made anew of the same tables."""

from pathlib import Path

import ibis.expr.types as ir
import pytest

from job_search_assets.definitions import defs
from job_search_assets.engine.folders import Folders
from job_search_assets.engine.holding import Models
from job_search_assets.engine.imagining import imagined
from job_search_assets.engine.spam_updates import Weighed
from job_search_assets.logic.spam import blocklist
from job_search_assets_tests.random_corrections import Draws, Line

WEIGHED = ("spam_scores", "spam_features", "blocklist_hits", "report_grounds", "blocklist_review", "spam_priors")


def lines_of(kind: str, data: Path) -> list[Line]:
    return [line for seed in range(8) for line in getattr(Draws(data, seed), kind)()]


def are_same(made: ir.Table, anew: ir.Table) -> bool:
    anew = anew.select(made.columns)
    return not int(made.difference(anew).count().execute()) and not int(anew.difference(made).count().execute())


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
