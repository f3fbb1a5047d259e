"""`tocsin diagnose`: a look at a service from the shell."""

from pathlib import Path

import click

from app import diagnosing
from app.settings import Places, load
from app.terminal import exit_with

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("diagnose")
@click.argument("words", nargs=-1)
@click.option("--save", type=_FILE, help="Keep what was seen in this file, secrets masked.")
@click.option(
    "--replay", type=_FILE, help="Look at nothing; judge such a file by the patterns as they are now."
)
@click.option("--began", default="", help="When the trouble began, UTC: 13:40, or 25 min ago.")
def command(words: tuple[str, ...], save: Path | None, replay: Path | None, began: str) -> None:
    """Look at a service and say what is wrong: tocsin diagnose payments, or payments db.

    Works without Slack and without the bot's own database.
    """
    if bool(words) == bool(replay) or (replay and (save or began)):
        raise click.UsageError("Name a service, or give --replay FILE.")

    async def act() -> None:
        places = load(Places)
        asked = " ".join(words)
        if replay:
            click.echo(diagnosing.again(places, replay))
        else:
            click.echo(await diagnosing.look(places, asked, file=save, began=began))
            if save:
                click.echo(f"Kept in {save}. tocsin diagnose --replay {save} judges it again.", err=True)

    exit_with(act)
