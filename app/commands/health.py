"""`tocsin health`: whether the bot on this machine is well."""

import asyncio

import click

from app.pulse import ask
from app.settings import Places, load
from app.terminal import exit_with


@click.command("health")
def command() -> None:
    """Exit with 0 if the running bot is connected and its database answers, else with 1."""

    async def look() -> None:
        well, sentence = await asyncio.to_thread(ask, load(Places))
        click.echo(sentence)
        if not well:
            raise SystemExit(1)

    exit_with(look)
