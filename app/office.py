"""Commands that work on the record: as whom, and on which."""

from __future__ import annotations

import getpass
from collections.abc import Awaitable, Callable

import click

from app import shell
from app.settings import Places, load
from app.terminal import exit_with
from incidents.model import PersonId

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
