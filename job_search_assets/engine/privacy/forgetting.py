"""Forgetting a person: nothing that files deliver about the account is read in any more, and the build loses it.

First the ledger of the forgotten is written, so that a killed command has begun and a second one ends it. Then what
remembers beyond its inputs is purged, every table is brought in line, and what is left over is erased and looked for.
"""

import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import dagster as dg

from job_search_assets.engine.correcting import repairs
from job_search_assets.engine.errors import BadInput
from job_search_assets.engine.files import ledger_file
from job_search_assets.engine.files.forgotten import Forgotten, hashed, pseudonym, words
from job_search_assets.engine.files.raw_files import RawFiles
from job_search_assets.engine.folders import Folders
from job_search_assets.engine.guarding import gate
from job_search_assets.engine.guarding.gate import Permit
from job_search_assets.engine.privacy import erasure, traces
from job_search_assets.engine.privacy.forgetting_facts import Facts, gather, resolve
from job_search_assets.engine.running import runs
from job_search_assets.engine.tables.holding import Models
from job_search_assets.schemas.contracts import CORRECTIONS_FILE, FORGOTTEN_COLUMNS, FORGOTTEN_FILE, LEDGER

Say = Callable[[str], None]


@dataclass
class Forgetting:
    """What was done for the accounts, what is left for others to do, and how it ended."""

    accounts: list[str]
    facts: Facts
    corrections: list[str] = field(default_factory=list)
    refitted: list[str] = field(default_factory=list)
    outcome: runs.Outcome | None = None
    traces: list[str] = field(default_factory=list)

    @property
    def is_well(self) -> bool:
        """The tables are in line, and no trace was found."""
        return not self.traces and (self.outcome is None or self.outcome.is_well)


def forget(
    defs: dg.Definitions, folders: Folders, names: Sequence[str], *, made_by: str, why: str, say: Say
) -> Forgetting:
    """Forgets accounts, or users with all their accounts. Raises BadInput for one that nobody knows."""
    raw_files = RawFiles(folders.data, folders.build)
    raw_files.check_all()
    folders.prepare()
    is_built = folders.warehouse.exists()
    accounts = resolve(folders, raw_files, names)
    if set(words(f"{made_by} {why}")) & set(accounts):
        raise BadInput("--by and --why are kept: they must not name the account.")
    done = Forgetting(accounts, gather(folders, raw_files, accounts))
    done.corrections = _corrections_about(folders, accounts)
    permit = gate.ask(defs, folders, wanted=None, now=gate.now(), is_erasure=True)
    for edit in permit.told:  # what the repair below follows besides
        say(f"  since the last run: {edit.line()}")
    permit = gate.let_go(folders, permit, [CORRECTIONS_FILE, FORGOTTEN_FILE])
    stand_ins = _write_down(folders, raw_files.forgotten(), accounts, made_by, why, done.corrections)
    _take_out_corrections(folders, done.corrections)
    if is_built:
        with gate.writing(defs, folders, None, permit, by="forget") as begin:
            begin()
            with runs.opened(folders) as instance:
                erasure.purge(defs, instance, folders, stand_ins)
            done.outcome = _bring_in_line(defs, folders, done, say, permit.for_a_part())
            _erase(folders, stand_ins, is_in_line=done.outcome.is_well and not done.outcome.waiting)
    erasure.drop_old_copies(folders, raw_files.copies())
    done.traces = traces.traces(folders, accounts)
    return done


def _write_down(
    folders: Folders, known: Forgotten, accounts: Sequence[str], made_by: str, why: str, corrections: Sequence[str]
) -> Mapping[str, str]:
    """Adds a line for each account that has none; returns the pseudonym of each."""
    with ledger_file.opened(folders.data / FORGOTTEN_FILE, FORGOTTEN_COLUMNS) as file:
        salt = next((text for text in file.rows["salt"].to_pylist() if text), None) or secrets.token_hex(16)
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        same = {"salt": salt, "made_by": made_by, "made_at": now, "why": why, "corrections": " ".join(corrections)}
        new = sorted(hashed(salt, account) for account in accounts if not known.line_of(account))
        if new:
            file.add([{**same, "hash": one} for one in new])
            file.publish()
    return {account: pseudonym(salt, account) for account in accounts}


def _corrections_about(folders: Folders, accounts: Sequence[str]) -> list[str]:
    """The ids of corrections that name one of the accounts, and of the lines that took such a one back."""
    path, wanted = folders.data / CORRECTIONS_FILE, set(accounts)
    if not path.exists():
        return []
    with ledger_file.opened(path) as file:
        rows = file.rows.to_pylist()
    ours = {row["correction_id"] for row in rows if wanted & set(words(row["text"]))}
    return [row["correction_id"] for row in rows if row["correction_id"] in ours or _takes_back(row, ours)]


def _takes_back(row: Mapping[str, Any], ours: set[str]) -> bool:
    return row["table"] == LEDGER and row["key"] in ours


def _take_out_corrections(folders: Folders, ids: Sequence[str]) -> None:
    """The one exception to a ledger that is only ever added to: what it says of somebody is that person's too."""
    if not ids:
        return
    with ledger_file.opened(folders.data / CORRECTIONS_FILE) as file:
        file.remove({row["line"] for row in file.rows.to_pylist() if row["correction_id"] in ids})
        file.publish()


def _bring_in_line(defs: dg.Definitions, folders: Folders, done: Forgetting, say: Say, permit: Permit) -> runs.Outcome:
    """Repairs with models held; models whose files hold a value of the accounts' in clear are fitted again."""
    outcome = repairs.repair(defs, folders, refit=False, prove=False, say=say, permit=permit).outcome
    if not outcome.is_well:
        return outcome
    done.refitted = _models_with(folders, done.facts.values)
    if done.refitted:
        keys = [dg.AssetKey(name) for name in done.refitted]
        with runs.opened(folders) as instance:
            outcome = runs.materialize(defs, instance, folders, keys=keys, say=say, models=Models.HELD, permit=permit)
        if outcome.is_well:
            outcome = repairs.repair(defs, folders, refit=False, prove=False, say=say, permit=permit).outcome
    return outcome


def _models_with(folders: Folders, values: Sequence[str]) -> list[str]:
    files = sorted(path for path in (folders.build / "models").iterdir() if traces.holds(path, values))
    return sorted({re.sub(r"\.(skops|card\.json)$", "", path.name) for path in files})


def _erase(folders: Folders, stand_ins: Mapping[str, str], *, is_in_line: bool) -> None:
    with runs.opened(folders) as instance:
        erasure.delete_runs(instance, list(stand_ins))
    if is_in_line:
        erasure.forget_changes(folders, stand_ins)
    erasure.remove_leftovers(folders, list(stand_ins))
    erasure.rewrite(folders)
    erasure.scrub(folders, stand_ins)


def told(done: Forgetting, folders: Folders) -> list[str]:
    """For the person who asked: what was done, what is left to do, and whether a trace is left."""
    count = len(done.accounts)
    lines = [f"{count:,} {'account' if count == 1 else 'accounts'} forgotten; {FORGOTTEN_FILE} can prove it by hash."]
    if done.corrections:
        lines.append(f"Taken out of {CORRECTIONS_FILE}: {', '.join(done.corrections)}.")
    lines += _for_owners(done.facts)
    learned = [f"{model} ({what})" for model, what in done.facts.models.items() if model not in done.refitted]
    if done.refitted:
        lines.append(f"Fitted again, since a value stood in the file: {', '.join(done.refitted)}.")
    if learned:
        lines.append(f"Held as they are, though they learned from them: {', '.join(learned)}.")
        lines.append("  `job-search repair --refit` fits them again, and their influence is gone.")
    return [*lines, *_ended(done, folders)]


def _for_owners(facts: Facts) -> list[str]:
    lines = []
    if facts.places:
        lines.append("Not read in any more, and its owner's to delete, since the program never edits these files:")
        lines += [f"  {place}" for place in facts.places]
    if facts.mentions:
        lines.append("Named in the text of others' records, which are read in as they are; to be corrected there:")
        lines += [f"  {place}" for place in facts.mentions]
    return lines


def _ended(done: Forgetting, folders: Folders) -> list[str]:
    lines = []
    if done.outcome is not None and not done.outcome.is_well:
        lines += ["NOT DONE: the tables could not be brought in line. Mend what is named and forget again:"]
        lines += [f"  {failure}" for failure in done.outcome.failed]
        lines += [f"  {check.check_name}" for check in done.outcome.unmet if check.severity.value == "ERROR"]
    if done.traces:
        return [*lines, "STILL THERE:", *(f"  {trace}" for trace in done.traces)]
    return [*lines, f"No trace is left in {folders.build}."]
