"""`tocsin incident mitigate`: what can be done about an incident, and asking for it; never approving it."""

from __future__ import annotations

import click

from app import shell
from app.office import NO_BOT, as_person, in_office


@click.command()
@click.argument("reference")
@click.argument("word", default="")
@click.argument("target", nargs=-1)
@as_person
def mitigate(reference: str, word: str, target: tuple[str, ...], person: str) -> None:
    """List what can be done, or ask for it: tocsin incident mitigate INC-2026-001 end-idle db.

    What it would hit is proposed in the incident's room. It is approved there and not here: two names at one
    keyboard are not two people.
    """

    async def act(office: shell.Office) -> None:
        if not word:
            for offer in await office.offers(reference):
                click.echo(f"{offer.word} {offer.target}: {offer.title}")
            return
        offer = await office.mitigate(reference, word, " ".join(target))
        bot = "What it would hit is proposed in the room" if await office.served() else NO_BOT
        click.echo(f"Asked for: {offer.title} ({offer.target}). {bot.rstrip('.')}.")
        click.echo("Nothing is changed before somebody approves it in the room.")

    in_office(person, act)
