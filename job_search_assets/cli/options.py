"""What commands share: the folders they work on, the example under their help, how they stop."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import click

EXIT_CHECK_FAILED, EXIT_BAD_INPUT, EXIT_STOPPED = 1, 2, 130

folder_options = [
    click.option(
        "--data",
        type=click.Path(path_type=Path),
        help="Data folder; raw/ is only read, corrections go to reference/.  [default: JOB_SEARCH_DATA or ./data]",
    ),
    click.option(
        "--build",
        type=click.Path(path_type=Path),
        help="Where all is written.  [default: JOB_SEARCH_BUILD or build/ in the data folder]",
    ),
]


def with_folders(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds --data and --build to a command."""
    for option in reversed(folder_options):
        command = option(command)
    return command


def examples(*lines: str) -> str:
    """The example that stands under a command's help."""
    return "\b\nExample:\n" + "\n".join(f"  {line}" for line in lines)


def folders_from(data: Path | None, build: Path | None) -> Any:
    """The folders that the options or else the environment name; sets the environment, which child processes read."""
    from job_search_assets.engine.folders import Folders

    if data is not None:
        os.environ["JOB_SEARCH_DATA"] = str(data)
    if build is not None:
        os.environ["JOB_SEARCH_BUILD"] = str(build)
    return Folders.from_environment()


def tell_pending(folders: Any) -> None:
    """Says, beside what is printed, which corrections the tables that were asked don't follow yet."""
    from job_search_assets.engine.correcting import in_line

    told = in_line.pending(folders)
    if told:
        click.echo(told, err=True)


def stop(message: str, *, code: int = EXIT_BAD_INPUT) -> NoReturn:
    """Ends the command with what its user did wrong, or has to say first."""
    click.echo(f"job-search: {message}", err=True)
    sys.exit(code)
