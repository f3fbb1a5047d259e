"""Waiting until a unit is well and stays so, and saying how it is if it does not."""

import time
from collections.abc import Awaitable, Callable

from mitigations.systemd.host import Session
from mitigations.systemd.section import SystemdSection
from mitigations.systemd.unit import Unit
from mitigations.wording import lasting

STEP = 1.0  # seconds between two looks at a unit that starts


async def back(
    session: Session, section: SystemdSection, name: str, pause: Callable[[float], Awaitable[None]]
) -> tuple[Unit, bool]:
    """How it is once it has stayed well in one run, has ended or has had its time; and whether it is well."""
    begun = came = time.monotonic()
    now = await session.look(name)
    while not now.ended and time.monotonic() - begun < section.started_within:
        if now.well and (now.over or time.monotonic() - came >= section.settle):
            return now, True
        await pause(STEP)
        before, now = now, await session.look(name)
        if not now.well or now.invocation != before.invocation:
            came = time.monotonic()
    return now, False


def missed(unit: Unit, section: SystemdSection, done: str, *, before: Unit) -> str:
    """Why one that was to be restarted or started counts as not brought back.

    Args:
        unit: how it is now.
        section: where it is.
        done: what was done to it, such as "restarted".
        before: how it was in the moment before.
    """
    log = f"Its log tells more: journalctl -u {unit.name} -n 50 on {section.host}."
    if unit.ended and unit.invocation == before.invocation:
        return (
            f"systemd did not start it, and it is {unit.state}: it was started too often in a short time "
            f"(systemctl reset-failed {unit.name} lets it start again), or what it needs did not start. {log}"
        )
    why = f": {unit.reason}" if unit.reason else ""
    waited = "" if unit.ended else f" after {lasting(section.started_within)}"
    unsteady = " It does not stay up." if unit.well else ""
    return f"It was {done}, and{waited} it is {unit.state}{why}.{unsteady} {log}"
