"""Where every run passes before it writes: nothing in its way by hand, in production, and nothing edited unseen.

The commands ask before they touch the build folder, runs from Dagster's pages when their warehouse is made ready.
What is allowed is remembered while the run writes, and at its end the seal is put on what it left.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import dagster as dg

from job_search_assets.engine.errors import NotReady
from job_search_assets.engine.folders import Folders
from job_search_assets.engine.graph.ordering import every_asset
from job_search_assets.engine.graph.staleness import passing_checks
from job_search_assets.engine.guarding import accepting, closings, edits, phases, seals
from job_search_assets.engine.guarding.edits import Edit
from job_search_assets.engine.guarding.seals import Seal
from job_search_assets.logic.readiness.steps import ManualStep
from job_search_assets.schemas.contracts import MANUAL_STEPS_FILE

ASKED = "job_search/asked"  # the tag of a run whose command has asked, and puts the seal on
ACCEPTS = "job_search/accept_edits"  # the tag by which somebody says in Dagster's pages: build on edits as they are


@dataclass(frozen=True)
class Permit:
    """What a run may do: edits that it builds on at a person's word, those that it makes good, and those to be told."""

    seal: Seal | None = None
    accepted: Sequence[Edit] = ()
    remade: Sequence[Edit] = ()
    told: Sequence[Edit] = ()
    is_part: bool = False  # of a command that asked for itself and puts on the seal

    def for_a_part(self) -> "Permit":
        """What a part of the command may do: all that the command may, which has begun and will put on the seal."""
        return Permit(seal=self.seal, is_part=True)


def ask(
    defs: dg.Definitions,
    folders: Folders,
    *,
    wanted: Sequence[dg.AssetKey] | None,
    now: datetime,
    accepts: bool = False,
    is_erasure: bool = False,
) -> Permit:
    """What a run that makes these assets (None: whatever is stale) may do; writes nothing.

    `accepts` says that edits are to be built on as they are. An erasure is a duty and waits for no manual step.
    Raises NotReady when an open manual step or an undeclared edit is in the way, BadInput when a file cannot be read.
    """
    made_from = phases.above(defs)
    steps = phases.steps_of(folders, made_from)
    seal = seals.read(folders)
    if phases.phase() is phases.Phase.PRODUCTION and not is_erasure:
        names = [key.to_user_string() for key in wanted or every_asset(defs)]
        passes = closings.passing(folders, seal.checks if seal else {})
        phases.assert_paid_off(steps, names, made_from, now=now, passes=passes)
    return _permit(folders, seal, steps, {key.path[-1] for key in wanted or ()}, accepts)


def _permit(
    folders: Folders, seal: Seal | None, steps: Sequence[ManualStep], wanted: set[str], accepts: bool
) -> Permit:
    found = edits.find(folders, seal)
    matter = [edit for edit in found if edit.is_built_on]
    remade = [edit for edit in matter if accepting.is_made_good(edit, wanted)]
    spoken_for = [edit for edit in matter if edit not in remade and (accepts or _is_declared(edit, steps))]
    known = [edit for edit in spoken_for if accepting.can_be_built_on(folders, edit)]
    unknown = [edit for edit in matter if edit not in remade and edit not in known]
    if unknown:
        raise NotReady(_message(unknown, seal))
    told = [edit for edit in found if not edit.is_built_on and not _is_declared(edit, steps)]
    inputs = edits.changed_inputs(folders, seal) if seal else []
    return Permit(seal, [*known, *(told if accepts else ())], remade, [*inputs, *(() if accepts else told)])


def _is_declared(edit: Edit, steps: Sequence[ManualStep]) -> bool:
    return any(
        step.hash_after is not None
        and edit.after.startswith(step.hash_after)
        and (step.asset in (edit.name, edit.asset) or step.file == edit.name)
        for step in steps
    )


def _message(unknown: Sequence[Edit], seal: Seal | None) -> str:
    since = f" since {seal.by} of {seal.at}" if seal and seal.at else ""
    assets = sorted({edit.asset for edit in unknown if edit.asset and accepting.can_be_remade(edit)})
    again = [f"  job-search run --select '{' or '.join(f'key:{name}' for name in assets)}'  makes them again"]
    return "\n".join(
        [
            f"Edited{since} outside a run, and not declared:",
            *(f"  {edit.line()}" for edit in unknown),
            "Nothing was written, since all that is below would be built on it. To go on, either:",
            *(again if assets else []),
            *(f"  {way}" for way in sorted({way for edit in unknown for way in accepting.ways_back(edit)})),
            f"  {MANUAL_STEPS_FILE}: declare it, with its name as asset or file and the second hash as hash_after",
            "  job-search run --accept-edits  builds on them as they are",
        ]
    )


@contextmanager
def writing(
    defs: dg.Definitions, folders: Folders, instance: dg.DagsterInstance | None, permit: Permit, *, by: str
) -> Iterator[Callable[[], None]]:
    """While a run may write: hands out what it calls before it does, and puts the seal on if it has.

    Before the first write what was accepted goes on record. The warehouse must be closed then, and at the end.
    Without an instance nothing can have been accepted, and what checks said stays as it was.
    """
    before, at_first = permit.seal or Seal(), list[dict[str, list[int]]]()

    def begin() -> None:
        if not at_first and not permit.is_part:
            at_first.append(seals.stamps(folders.build))
            seals.write(folders, replace(before, is_writing=True, is_broken=False))
            if instance is not None:
                accepting.follow(instance, folders, permit.accepted, permit.remade)

    if permit.accepted or permit.remade:
        begin()
    try:
        yield begin
    finally:
        if at_first:
            keys = defs.resolve_asset_graph().asset_check_keys
            checks = passing_checks(instance, keys) if instance is not None else before.checks
            _put_on(folders, permit, at_first[0], checks, by=by)


def _put_on(
    folders: Folders,
    permit: Permit,
    at_first: Mapping[str, Sequence[int]],
    checks: Mapping[str, bool],
    *,
    by: str,
) -> None:
    before, dropped = permit.seal or Seal(), {edit.name for edit in permit.accepted}
    known = {name: left for name, left in before.files.items() if name not in dropped}
    seal = Seal(
        by=by,
        at=now().strftime("%Y-%m-%dT%H:%M:%SZ"),
        files=seals.leave(folders.build, known, at_first),
        record=edits.contents_of_file(folders),
        inputs=seals.inputs(folders, edits.input_files(folders), before.inputs),
        ledgers={name: edits.lines_of(folders.data / name) for name in edits.LEDGERS},
        checks=checks,
    )
    seals.write(folders, seal)


@contextmanager
def around(
    context: dg.InitResourceContext, folders: Folders, definitions: Callable[[], dg.Definitions]
) -> Iterator[None]:
    """A run that nobody has asked for yet, as from Dagster's pages: it asks, writes and is sealed.

    One that only checks, or whose command has asked, is let through.
    """
    run, instance = context.run, context.instance
    wanted = _wanted(run, definitions()) if run is not None and ASKED not in run.tags else []
    if run is None or instance is None or not wanted:
        yield
        return
    defs, accepts = definitions(), run.tags.get(ACCEPTS) == "true"
    permit = ask(defs, folders, wanted=wanted, now=now(), accepts=accepts)
    for edit in permit.told:
        dg.get_dagster_logger().warning(f"Changed since the last run: {edit.line()}")
    folders.prepare()
    with writing(defs, folders, instance, permit, by=f"run {run.run_id}") as begin:
        begin()
        yield


def _wanted(run: dg.DagsterRun, defs: dg.Definitions) -> list[dg.AssetKey]:
    made = {*defs.resolve_job_def(run.job_name).asset_layer.executable_asset_keys}
    chosen = made if run.asset_selection is None else made & run.asset_selection
    return [key for key in every_asset(defs) if key in chosen]


def note_checks(defs: dg.Definitions, folders: Folders, instance: dg.DagsterInstance) -> None:
    """Puts on the seal what checks say now: one of them may close a manual step. All else stays as a run left it."""
    seal = seals.read(folders)
    if seal is not None and not seal.is_broken:
        checks = passing_checks(instance, defs.resolve_asset_graph().asset_check_keys)
        seals.write(folders, replace(seal, checks=checks))


def let_go(folders: Folders, permit: Permit, names: Collection[str]) -> Permit:
    """Takes ledgers off the record before the program itself takes lines out of them; they go back on at the end.

    A command that is killed in between has not edited them, so it is on the seal before it begins.
    """
    if permit.seal is None:
        return permit
    kept = {name: lines for name, lines in permit.seal.ledgers.items() if name not in names}
    seal = replace(permit.seal, ledgers=kept)
    seals.write(folders, seal)
    return replace(permit, seal=seal)


def now() -> datetime:
    """The clock, which is read here and nowhere below."""
    return datetime.now(UTC)
