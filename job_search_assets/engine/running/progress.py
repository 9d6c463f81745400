"""What a run says while it works: a line an asset, a line a check that did not pass; and how evidence is told."""

import logging
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import dagster as dg
from dagster import DagsterEvent, DagsterEventType

ONLY_FOR_PAGES = (dg.MarkdownMetadataValue, dg.TableMetadataValue, dg.NullMetadataValue)
NOTHING: tuple[Any, ...] = (None, "", [], ())  # what there is no need to say
NAMED_AT_MOST = 4  # of what a check's evidence lists; all of it is on the check's page


class ProgressLines(logging.Handler):
    """Turns Dagster's events into lines for a person; everything else stays in the event log."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self._told: dict[str, str] = {}

    def emit(self, record: logging.LogRecord) -> None:
        event = getattr(record, "dagster_event", None)
        line = self._line(event) if isinstance(event, DagsterEvent) else None
        if line:
            sys.stdout.write(line + "\n")
            sys.stdout.flush()

    def _line(self, event: DagsterEvent) -> str | None:
        if event.event_type == DagsterEventType.ASSET_MATERIALIZATION:
            count = event.materialization.metadata.get("dagster/row_count")
            self._told[str(event.step_key)] = f"{count.value:>12,} rows" if count else f"{'a model':>17}"
        if event.event_type == DagsterEventType.STEP_SUCCESS and event.step_key in self._told:
            told = self._told[event.step_key]
            seconds = event.step_success_data.duration_ms / 1000
            return f"  {event.step_key:<28}{told}{seconds:>9.1f} s"
        if event.event_type == DagsterEventType.STEP_FAILURE and event.step_key is not None:
            return f"  {event.step_key} FAILED"
        if event.event_type == DagsterEventType.ASSET_CHECK_EVALUATION:
            return _check_line(event.asset_check_evaluation_data)
        return None


def _check_line(check: dg.AssetCheckEvaluation) -> str | None:
    if check.passed:
        return None
    asset = check.asset_key.to_user_string()
    return f"    {check.severity.value}: of {asset} it is not so that {check.check_name}"


def evidence_lines(metadata: Mapping[str, Any]) -> list[str]:
    """A check's evidence: first what is one value each, if anything is, then of each list the first few, one by one.

    Pictures are for pages. Names come first in a finding, then counts, then other numbers: Dagster keeps no order.
    """
    told = list(_for_screens(metadata))
    plain = ", ".join(f"{name} {value}" for name, value in told if not isinstance(value, list | tuple))
    listed = [f"{name}: {item}" for name, value in told if isinstance(value, list | tuple) for item in _listed(value)]
    return [plain, *listed]


def _for_screens(metadata: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, entry in metadata.items():
        if not isinstance(entry, ONLY_FOR_PAGES) and entry.value is not False and entry.value not in NOTHING:
            yield name, entry.value


def _listed(value: Sequence[Any]) -> list[str]:
    more = [f"and {len(value) - NAMED_AT_MOST} more"] if len(value) > NAMED_AT_MOST else []
    return [*map(_item, value[:NAMED_AT_MOST]), *more]


def _item(item: Any) -> str:
    if not isinstance(item, dict):
        return str(item)
    told = [(name, value) for name, value in item.items() if value not in NOTHING]
    return ", ".join(f"{name} {value}" for name, value in sorted(told, key=lambda one: _rank(one[1])))


def _rank(value: Any) -> int:
    return 0 if isinstance(value, str) else 1 if isinstance(value, int) else 2


@dg.logger
def progress_logger(_: dg.InitLoggerContext) -> logging.Logger:
    """A Dagster logger for the command line: `loggers: {progress: {}}` in a run's config."""
    logger = logging.Logger("progress", level=logging.DEBUG)
    logger.addHandler(ProgressLines())
    return logger
