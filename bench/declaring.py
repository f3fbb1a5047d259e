"""Sends declares, one or many at once, and sees when everything is there."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bench.figures import BenchError
from bench.workspace import Part, Watch
from tocsin_practice.changes import NotHeardError
from tocsin_practice.driver import PersonDriver, PracticeDriver
from tocsin_practice.reading import said

AT_ONCE: Final = 50
NEVER: Final = 3.0  # seconds after which Slack gives up; counted for a command that was not acknowledged
_WARM_UPS: Final = 2
_TIMES: Final = 9
_PATIENCE: Final = 30.0


@dataclass(frozen=True, slots=True)
class Declared:
    """Seconds from sending the command until it was acknowledged, the declarer in the room, all there."""

    acknowledged: float
    member: float
    done: float


async def declare(
    practice: PracticeDriver, watch: Watch, lines: Sequence[tuple[PersonDriver, str]]
) -> list[Declared]:
    """Each person sends their line, all at once; until everything is there.

    Raises:
        BenchError: something did not come.
    """
    begun = practice.workspace.clock()
    outcomes = await asyncio.gather(*(person.command("/incident", line) for person, line in lines))
    people = [person.id for person, _ in lines]
    try:
        await practice.until(lambda: watch.done(people) or None, seconds=_PATIENCE)
    except NotHeardError:
        raise BenchError(_unfinished(practice, watch, people)) from None
    declared = []
    for person, outcome in zip(people, outcomes, strict=True):
        room = watch.room_of(person)
        at = room.at if room else {}
        seconds = NEVER if outcome.seconds is None else outcome.seconds
        declared.append(Declared(seconds, at[Part.MEMBER] - begun, max(at.values()) - begun))
    return declared


def _unfinished(practice: PracticeDriver, watch: Watch, people: Sequence[str]) -> str:
    """How many declares came to nothing, and what the last of these people was told."""
    left = [person for person in people if not watch.done([person])]
    mine = practice.workspace.messages.ephemerals(left[-1])
    told = said(mine[-1].message) if mine else "(nothing)"
    return f"{len(left)} of {len(people)} were not done after {_PATIENCE:.0f} s. One was told: {told}"


async def in_turn(practice: PracticeDriver, watch: Watch, line: str) -> list[Declared]:
    """One declare after another, the first ones left out; `line` has a place for a number."""
    found: list[Declared] = []
    for number in range(_WARM_UPS + _TIMES):
        person = practice.person(f"{line.split('{', maxsplit=1)[0]}{number:02d}")
        found += await declare(practice, watch, [(person, f"SEV1 {line.format(number)}")])
    return found[_WARM_UPS:]


async def at_once(
    practice: PracticeDriver, watch: Watch, name: str, what: str = "{} is down"
) -> list[Declared]:
    """Fifty people, called so and numbered, declare at the same moment, each their own or all the same."""
    people = [practice.person(f"{name}{number:02d}") for number in range(AT_ONCE)]
    lines = [(person, f"SEV1 {what.format(person.person.name)}") for person in people]
    return await declare(practice, watch, lines)
