"""The command `tocsin`: run the bot, ask whether it is well, and work on incidents while chat is down."""

from __future__ import annotations

import atexit
import gc
from importlib import import_module

import click

COMMANDS = {
    "check": "Check the settings and the operator's files, and start nothing.",
    "diagnose": "Look at a service and say what is wrong.",
    "health": "Exit with 0 if the running bot is connected and its database answers, else with 1.",
    "incident": "Work on incidents from the shell, by the same rules as in Slack.",
    "run": "Run the bot until it is told to stop.",
}


class Commands(click.Group):
    """Each is imported when it is asked for, since listing incidents needs no Slack and no probes."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click hands it to us
        """Their names."""
        return [*COMMANDS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as above
        """That command, or None."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"app.commands.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - as above
        """Write what each is for, without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([*COMMANDS.items()])


@click.group(cls=Commands)
@click.version_option(package_name="tocsin")
def main() -> None:
    """Tocsin, the incident bot."""
    atexit.register(gc.freeze)  # what is left ends with the process; searching it for circles takes its time
