"""`tocsin incident`: work on incidents while chat is down."""

from __future__ import annotations

import click

from app import shell
from app.clock import now
from app.office import NO_BOT, as_person, in_office
from app.proposing import mitigate
from app.settings import Places, load
from incidents.corrections import time_of
from incidents.model import Status
from incidents.values import Clue, Milestone
from incidents.when import stamp
from incidents.wording import duration


@click.group("incident")
def command() -> None:
    """Work on incidents from the shell, by the same rules as in Slack; also while Slack is down."""


@command.command()
@click.argument("words", nargs=-1, required=True)
@click.option("--impact", default="", help="Who is hit, and how.")
@click.option("--detected-by", default="", help="Who or what saw it, and how.")
@click.option("--suspect", default="", help="What is suspected first.")
@click.option("--private", is_flag=True, help="A private channel.")
@as_person
def start(
    words: tuple[str, ...],
    impact: str,
    detected_by: str,
    suspect: str,
    private: bool,  # noqa: FBT001 - click passes a flag so
    person: str,
) -> None:
    """Declare an incident: tocsin incident start SEV1 payments down."""

    async def act(office: shell.Office) -> None:
        noticed = {Clue.DETECTED_BY: detected_by, Clue.SUSPECT: suspect}
        found = await office.start(" ".join(words), impact=impact, private=private, noticed=noticed)
        click.echo(
            f"{found.reference} is declared as {found.severity}: {found.title}\n"
            f"{'The bot opens the room now.' if await office.served() else NO_BOT}"
        )

    in_office(person, act)


@command.command()
@click.argument("reference")
@click.argument("words", nargs=-1)
@click.option("--status", type=click.Choice([s.value for s in Status if s is not Status.RESOLVED]))
@click.option("--impact", help="Who is hit, and how; without it, as it was.")
@as_person
def update(
    reference: str, words: tuple[str, ...], status: str | None, impact: str | None, person: str
) -> None:
    """Post a status update; without words, that there is nothing new."""

    async def act(office: shell.Office) -> None:
        found = await office.update(reference, " ".join(words), status=status, impact=impact)
        due = f" The next one is due {found.owed.due:%H:%M} UTC." if found.owed else ""
        goes = "and goes to the room." if await office.served() else f"in the timeline. {NO_BOT}"
        click.echo(f"The update of {found.reference} is recorded {goes}{due}")

    in_office(person, act)


@command.command()
@click.argument("reference")
@click.argument("words", nargs=-1, required=True)
@click.option("--now", "reason", default="", metavar="WHY", help="Skip the watch, with a reason.")
@as_person
def resolve(reference: str, words: tuple[str, ...], reason: str, person: str) -> None:
    """Give the all-clear with a summary."""

    async def act(office: shell.Office) -> None:
        found = await office.resolve(reference, " ".join(words), reason=reason)
        click.echo(f"{found.reference} is resolved.{'' if await office.served() else f' {NO_BOT}'}")

    in_office(person, act)


@command.command("time")
@click.argument("reference")
@click.argument("which", type=click.Choice([which.value for which in Milestone]))
@click.argument("words", nargs=-1, required=True)
@as_person
def time_(reference: str, which: str, words: tuple[str, ...], person: str) -> None:
    """Correct a recorded time: tocsin incident time INC-2026-001 began 13:40."""

    async def act(office: shell.Office) -> None:
        milestone = Milestone(which)
        found = await office.correct_time(reference, milestone, " ".join(words))
        if at := time_of(found, milestone):
            zone = office.base.policy.time_zone
            click.echo(f"Recorded for {found.reference}: {milestone.label} at {stamp(at, zone)}.")

    in_office(person, act)


@command.command()
@click.argument("reference")
@click.argument("words", nargs=-1, required=True)
@as_person
def role(reference: str, words: tuple[str, ...], person: str) -> None:
    """Take a role, or give it: tocsin incident role INC-2026-001 scribe U012AB3CD."""

    async def act(office: shell.Office) -> None:
        given, found = await office.role(reference, " ".join(words))
        click.echo(f"{found.roles[given]} is {given.noun} of {found.reference} now.")

    in_office(person, act)


@command.command()
@click.argument("reference")
@as_person
def roles(reference: str, person: str) -> None:
    """See who does what."""

    async def act(office: shell.Office) -> None:
        found = await office.find(reference)
        for each in office.base.policy.roles_with(found.roles):
            click.echo(f"{each.label}: {found.roles.get(each, 'nobody')}")
        for who, subject in found.experts.items():
            click.echo(f"Expert: {who} ({subject})")

    in_office(person, act)


@command.command("list")
@click.option("--all", "everything", is_flag=True, help="Also those that are over.")
@as_person
def list_(everything: bool, person: str) -> None:  # noqa: FBT001 - click passes a flag so
    """List the open incidents."""

    async def act(office: shell.Office) -> None:
        rows = await office.list(everything=everything)
        for row in rows:
            age = duration(now() - row.declared_at)
            click.echo(f"{row.reference}  {row.severity:6} {row.status.value:14} {age:>10}  {row.title[:80]}")
            if noticed := "; ".join(f"{c.label.lower()} {row.clues[c][:80]}" for c in Clue if c in row.clues):
                click.echo(f"{'':14}{noticed}")
        if not rows:
            click.echo("No incident is open.")

    in_office(person, act)


@command.command()
@as_person
def checks(person: str) -> None:
    """See how the standing checks stand."""

    async def act(office: shell.Office) -> None:
        click.echo("\n".join(await office.checks(load(Places))))

    in_office(person, act)


@command.command()
@click.argument("reference")
@as_person
def report(reference: str, person: str) -> None:
    """Print the post-mortem draft as Markdown."""

    async def act(office: shell.Office) -> None:
        click.echo(await office.report(reference), nl=False)

    in_office(person, act)


command.add_command(mitigate)
