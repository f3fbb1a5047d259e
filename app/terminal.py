"""How commands of the shell are run, and what is said when they fail."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import click

from app import secrecy
from app.log import Hiding, told, trace
from diagnostics.redaction import Redactor
from incidents.errors import IncidentError, Misconfigured


def exit_with(work: Callable[[], Awaitable[None]]) -> None:
    """Run it; what went wrong is said in a line. Exit 2: mend a setting; 1: anything else."""

    async def awaited() -> None:
        await work()

    hidden = Redactor(secrecy.of_environment(Path(os.environ.get("TOCSIN_CONFIG", "config")), os.environ))
    if logging.lastResort:
        logging.lastResort.setFormatter(Hiding(hidden, None))  # what libraries say where nothing is logged
    try:
        asyncio.run(awaited())
    except Misconfigured as error:
        sys.exit(_said(told(hidden, str(error)), 2))
    except IncidentError as error:
        sys.exit(_said(told(hidden, str(error)), 1))
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:  # noqa: BLE001 - Python would write the traceback as it is, with whatever is in it
        sys.exit(_said(trace(hidden, error), 1))


def _said(text: str, code: int) -> int:
    click.echo(text, err=True)
    return code
