"""Fifty declares at once with Slack's limits on: who was told, who has a room, how long the rest takes."""

import asyncio
import re
from collections.abc import Sequence
from contextlib import suppress
from math import ceil
from typing import Final

from bench.declaring import AT_ONCE
from bench.figures import AllOf, AtMost, BenchError, Figure, Target, Unit
from bench.programs import bot_command
from bench.scene import Scene
from bench.workspace import Part
from tocsin_practice.changes import NotHeardError
from tocsin_practice.driver import PersonDriver
from tocsin_practice.reading import said

SECTION: Final = "50 declares at once, Slack's limits on"
_LOOK: Final = 65.0  # seconds, so that the second minute's channels are among those counted
_TO_THE_END: Final = 600.0
_SOON: Final = 3.0  # seconds that nobody needs an explanation for
_A_MINUTE: Final = 60.0
_CREATED_A_MINUTE: Final = 20
_SAYS_WHEN: Final = re.compile(r"Slack limits .*about (\d+ s|\d\d:\d\d:\d\d)", re.DOTALL)


async def fifty(scene: Scene, *, to_the_end: bool) -> list[Figure]:
    """Counted after about a minute, or when everything is there. Raises BenchError."""
    people = scene.people("limited", AT_ONCE)
    clock = scene.practice.workspace.clock
    scene.practice.workspace.set_preference(rate_limits=True)
    begun = clock()
    outcomes = await asyncio.gather(
        *(person.command("/incident", f"SEV1 {person.person.name} is down") for person in people)
    )
    await _watched(scene, people, seconds=_TO_THE_END if to_the_end else _LOOK)
    spent = clock() - begun
    in_time = [outcome.seconds for outcome in outcomes if outcome.seconds is not None]
    rooms = {person.id: at - begun for person in people if (at := _room_at(scene, person)) is not None}
    waited = [person for person in people if rooms.get(person.id, spent) > _SOON]
    told = [at - begun for person in waited if (at := _told_at(scene, person)) is not None]
    return [
        _counted("acknowledged within 3 s", len(in_time), AllOf(AT_ONCE)),
        _counted("on record", await _recorded(scene), AllOf(AT_ONCE)),
        _counted(f"declarers in their rooms after {spent:.0f} s", len(rooms)),
        _counted("declarers who waited longer than 3 s for the room", len(waited)),
        _counted("of these, told how long it takes", len(told), AllOf(len(waited))),
        _seconds("the last of them was told after", max(told, default=0.0), AtMost(_SOON)),
        _rest(len(rooms), spent, max(rooms.values(), default=0.0)),
    ]


async def _watched(scene: Scene, people: Sequence[PersonDriver], *, seconds: float) -> None:
    ids = [person.id for person in people]
    with suppress(NotHeardError):
        await scene.practice.until(lambda: scene.watch.done(ids) or None, seconds=seconds)


def _room_at(scene: Scene, person: PersonDriver) -> float | None:
    room = scene.watch.room_of(person.id)
    return room.at.get(Part.MEMBER) if room else None


def _told_at(scene: Scene, person: PersonDriver) -> float | None:
    """When this person was first told how long the channel takes."""
    mine = scene.practice.workspace.messages.ephemerals(person.id)
    return next((float(each.ts) for each in mine if _SAYS_WHEN.search(said(each.message))), None)


async def _recorded(scene: Scene) -> int:
    """How many of them `tocsin incident list` knows."""
    process = await asyncio.create_subprocess_exec(
        bot_command()[0],
        *("incident", "list", "--all"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=scene.variables,
    )
    out, errors = await process.communicate()
    if process.returncode != 0:
        raise BenchError(f"The incidents could not be listed: {errors.decode(errors='replace')[-500:]}")
    return out.decode().count("limited")


def _rest(rooms: int, spent: float, last: float) -> Figure:
    if rooms == AT_ONCE:
        return _seconds("the last room was there after", last)
    left = ceil((AT_ONCE - rooms) / _CREATED_A_MINUTE) * _A_MINUTE - spent % _A_MINUTE
    return _seconds(f"the other {AT_ONCE - rooms} rooms take, at 20 channels a minute, another", left)


def _counted(what: str, value: int, target: Target | None = None) -> Figure:
    return Figure(section=SECTION, what=what, value=value, unit=Unit.COUNT, target=target)


def _seconds(what: str, value: float, target: Target | None = None) -> Figure:
    return Figure(section=SECTION, what=what, value=value, unit=Unit.SECONDS, target=target)
