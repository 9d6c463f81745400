"""Starts the service: on this machine alone, unless callers must show a token."""

import ipaddress
import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from job_search_assets.engine.errors import BadInput
from job_search_assets.engine.folders import Folders
from job_search_assets.engine.scoring import scoring_builds
from job_search_assets.engine.scoring.scoring_builds import OpenedForScoring

SECONDS_BETWEEN_LOOKS = 5
SHORTEST_TOKEN = 16  # characters: below that it can be tried out


def serve(folders: Folders, *, host: str, port: int, token: str | None, say: Callable[[str], None]) -> None:
    """Serves until it is stopped. Raises BadInput for an address that others reach where there is no token."""
    assert_safe(host, token)
    import uvicorn

    from job_search_assets.engine.scoring.service import application

    with scoring_builds.opened(folders, in_memory=True) as opened:
        # Uvicorn's own log of requests would have queries and addresses of callers.
        asked = uvicorn.Config(application(opened, token), host=host, port=port, log_level="info", access_log=False)
        server = uvicorn.Server(asked)
        log = logging.getLogger("job_search")
        log.addHandler(logging.StreamHandler())
        log.setLevel(logging.INFO)
        say(f"Bundle {opened.bundle.version} at http://{host}:{port}/docs")
        threading.Thread(target=end_when_outdated, args=(opened, server), daemon=True).start()
        server.run()
        if opened.is_outdated():
            raise BadInput("Somebody was forgotten since the service began, and it knew them still. Start it again.")


def end_when_outdated(opened: OpenedForScoring, server: Any) -> None:
    """Ends the service soon after somebody is forgotten, asked or not: what it holds in memory goes with it."""
    while not server.should_exit:
        time.sleep(SECONDS_BETWEEN_LOOKS)
        server.should_exit = server.should_exit or opened.is_outdated()


def assert_safe(host: str, token: str | None) -> None:
    """Whether the service may be opened to whoever reaches that address."""
    if token is not None and len(token) < SHORTEST_TOKEN:
        raise BadInput(f"A token of fewer than {SHORTEST_TOKEN} characters can be tried out. Take a longer one.")
    if token is None and not _is_loopback(host):
        raise BadInput(f"{host} is reached by others: name a token with --token or JOB_SEARCH_TOKEN.")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
