"""How commands of the shell are run: as whom, on which record, and what is said when they fail."""

from __future__ import annotations

import asyncio
import getpass
import logging
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import click

from app import secrecy, shell
from app.log import Hiding, told, trace
from app.settings import Places, load
from diagnostics.redaction import Redactor
from incidents.errors import IncidentError, Misconfigured
from incidents.model import PersonId
from storage.embedded import DatabaseError

NO_BOT = "No bot runs on this record. What follows is kept, and done by the next bot that starts on it."
_ALONE = (
    "No database ran in {folder}, so it was started for this command. "
    "If your bot keeps its record elsewhere, set the bot's DATABASE_URL or TOCSIN_HOME here too."
)

as_person = click.option(
    "--as",
    "person",
    default=lambda: f"{shell.LOGIN}{getpass.getuser()}",
    envvar="TOCSIN_AS",
    help="Who does it: a Slack member id such as U012AB3CD. Without it, your login name is recorded.",
)


def in_office(person: str, act: Callable[[shell.Office], Awaitable[None]]) -> None:
    """Do it as that person, on the record that the settings name."""

    async def work() -> None:
        async with shell.office(load(Places), PersonId(person)) as office:
            if folder := office.base.started:
                click.echo(_ALONE.format(folder=folder), err=True)
            await act(office)

    exit_with(work)


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
    except (IncidentError, DatabaseError) as error:
        sys.exit(_said(told(hidden, str(error)), 1))
    except KeyboardInterrupt:
        sys.exit(130)
    except Exception as error:  # noqa: BLE001 - Python would write the traceback as it is, with whatever is in it
        sys.exit(_said(trace(hidden, error), 1))


def _said(text: str, code: int) -> int:
    click.echo(text, err=True)
    return code
