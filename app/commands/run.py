"""`tocsin run`: the bot."""

import click

from app import settings
from app.main import serve
from app.settings import Places, load
from app.terminal import exit_with


@click.command("run")
def command() -> None:
    """Run the bot until it is told to stop."""
    exit_with(lambda: serve(load(Places), settings.slack()))
