"""What a run did, told as OpenLineage events to whoever is configured to hear it.

Where to is OpenLineage's own configuration: `OPENLINEAGE_CONFIG` or `openlineage.yml`, `OPENLINEAGE_URL`,
`OPENLINEAGE__TRANSPORT__…`. Without any nothing is sent, nor its client loaded. Events are made of Dagster's record
when a run ends, each with the time at which it happened, so that a slow or lost endpoint never holds up a step.
"""

import logging
import os
from collections.abc import Callable
from pathlib import Path

import dagster as dg

CONFIG_FILE = "openlineage.yml"
SECONDS_TO_SEND = 30.0  # at most, for transports that send in the background

_log = logging.getLogger(__name__)


def is_configured() -> bool:
    """Whether somebody wants events, by the places where OpenLineage's client looks for its configuration."""
    if os.environ.get("OPENLINEAGE_DISABLED", "").strip().lower() == "true":
        return False
    files = (Path(CONFIG_FILE), Path("~/.openlineage").expanduser() / CONFIG_FILE)
    named = any(os.environ.get(name) for name in ("OPENLINEAGE_CONFIG", "OPENLINEAGE_URL"))
    return named or any(map(_is_transport, os.environ)) or any(map(Path.is_file, files))


def tell(instance: dg.DagsterInstance, run_id: str, definitions: Callable[[], dg.Definitions]) -> None:
    """Sends the events of a run that ends, if somebody wants them; what cannot be sent is warned of, once.

    The run is over by then and its tables are published, so nothing that goes wrong here may fail it.
    """
    if not is_configured():
        return
    try:
        from openlineage.client import OpenLineageClient

        from job_search_assets.engine.lineage.openlineage_events import events_of

        client = OpenLineageClient()
        for event in events_of(instance.all_logs(run_id), run_id, definitions().resolve_asset_graph()):
            client.emit(event)
        client.close(SECONDS_TO_SEND)
    except ImportError:
        _log.warning('OpenLineage is configured, and its client is not installed: pip install -e ".[lineage]"')
    except Exception as problem:  # whatever a transport raises: each has errors of its own
        _log.warning("OpenLineage events of run %s could not be sent: %s", run_id, type(problem).__name__)


def _is_transport(name: str) -> bool:
    return name.upper().startswith("OPENLINEAGE__TRANSPORT")
