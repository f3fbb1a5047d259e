"""`tocsin check`: whether the bot could start."""

import click

from app.inspection import inspected
from app.settings import Places, load
from app.terminal import exit_with


@click.command("check")
def command() -> None:
    """Check the settings and the operator's files, and start nothing."""

    async def look() -> None:
        click.echo(inspected(load(Places)))

    exit_with(look)
