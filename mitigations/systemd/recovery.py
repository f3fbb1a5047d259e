"""Waiting until a unit is well and stays so, and saying how it is if it does not."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from incidents.quoting import quoted
from mitigations.systemd.host import Session
from mitigations.systemd.section import SystemdSection
from mitigations.systemd.unit import Unit
from mitigations.wording import lasting

STEP = 1.0  # seconds between two looks at a unit that starts
DONE = "done"
LIMIT = "failed"  # all that the job tells of a unit that may not start again yet
UNSTARTED = {
    LIMIT: "it was started too often in a short time",
    "dependency": "what it needs did not start",
    "canceled": "another job took its place",
    "timeout": "it did not stop in time",
}


@dataclass(frozen=True, slots=True)
class Recovery:
    """What came of waiting.

    Attributes:
        unit: how it is.
        outcome: how systemd's job ended, such as "done"; empty if it has not.
        unstarted: the job ended, and no new run was begun.
        well: it has stayed well in one run.
    """

    unit: Unit
    outcome: str
    unstarted: bool
    well: bool = False

    @property
    def over(self) -> bool:
        """Whether waiting longer changes nothing."""
        return self.unstarted or bool(self.outcome and self.unit.ended)


async def back(
    session: Session,
    section: SystemdSection,
    before: Unit,
    job: str,
    pause: Callable[[float], Awaitable[None]],
) -> Recovery:
    """Wait until it has stayed well in one run, has ended, or has had its time."""
    begun = came = time.monotonic()
    now = await _seen(session, before, job)
    while not now.over and time.monotonic() - begun < section.started_within:
        settled = now.unit.over or time.monotonic() - came >= section.settle
        if now.outcome and now.unit.well and settled:
            return replace(now, well=True)
        await pause(STEP)
        last, now = now, await _seen(session, before, job)
        if not now.unit.well or now.unit.invocation != last.unit.invocation:
            came = time.monotonic()
    return now


async def _seen(session: Session, before: Unit, job: str) -> Recovery:
    unit = await session.look(before.name)
    outcome = session.outcome(job)
    return Recovery(unit, outcome, outcome not in {"", DONE} and unit.invocation == before.invocation)


def missed(recovery: Recovery, section: SystemdSection, done: str) -> str:
    """Why one that was to be restarted or started counts as not brought back.

    Args:
        recovery: what came of waiting.
        section: where it is.
        done: what was done to it, such as "restarted".
    """
    now = recovery.unit
    log = f"Its log tells more: journalctl -u {now.name} -n 50 on {section.host}."
    if recovery.unstarted:
        reason = UNSTARTED.get(recovery.outcome, f"its job ended with {quoted(recovery.outcome, 40)}")
        again = (
            f" systemctl reset-failed {now.name} lets it start again." if recovery.outcome == LIMIT else ""
        )
        return f"systemd did not start it, and it is {now.state}: {reason}.{again} {log}"
    why = f": {now.reason}" if now.reason else ""
    waited = "" if now.ended else f" after {lasting(section.started_within)}"
    unsteady = " It does not stay up." if now.well else ""
    return f"It was {done}, and{waited} it is {now.state}{why}.{unsteady} {log}"
