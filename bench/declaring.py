"""One declare, and fifty at once; beside each the peer's way, in the same run."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from sys import executable
from typing import Final

from bench.figures import AtMost, BenchError, Figure, Unit
from bench.programs import PEER_LOG, connected, environment
from bench.scene import SERVICES, Scene
from bench.workspace import CALL, Part, Watch, workspace
from tocsin_practice.changes import NotHeardError
from tocsin_practice.driver import PersonDriver, PracticeDriver
from tocsin_practice.reading import said

ONE: Final = "One declare, limits off"
FIFTY: Final = "50 declares at once, limits off"
AT_ONCE: Final = 50
_WARM_UPS: Final = 2
_TIMES: Final = 9
_ROUNDS: Final = 3
_PATIENCE: Final = 30.0
_MEMBER: Final = AtMost((2 * CALL + 0.05) * 1000)
_DONE: Final = AtMost(5 * CALL * 1000)


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
        BenchError: a command was not acknowledged, or something did not come.
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
        if outcome.seconds is None:
            raise BenchError(f"A declare was not acknowledged: {outcome.text}")
        room = watch.room_of(person)
        at = room.at if room else {}
        declared.append(Declared(outcome.seconds, at[Part.MEMBER] - begun, max(at.values()) - begun))
    return declared


def _unfinished(practice: PracticeDriver, watch: Watch, people: Sequence[str]) -> str:
    """How many declares came to nothing, and what the last of these people was told."""
    left = [person for person in people if not watch.done([person])]
    mine = practice.workspace.messages.ephemerals(left[-1])
    told = said(mine[-1].message) if mine else "(nothing)"
    return f"{len(left)} of {len(people)} were not done after {_PATIENCE:.0f} s. One was told: {told}"


async def one(scene: Scene) -> list[Figure]:
    """One declare after another: of a service with a dashboard, of no known service, and the peer's."""
    known = await _in_turn(scene.practice, scene.watch, "svc{:02d} is down", "known")
    unknown = await _in_turn(scene.practice, scene.watch, "part{:02d} is down", "unknown")
    async with workspace() as (practice, watch):
        peer = await _peers(practice, watch)
    return [
        *_compared(
            "the declarer is in the room", [d.member for d in known], [d.member for d in peer], _MEMBER
        ),
        *_compared("everything is there", [d.done for d in known], [d.done for d in peer], _DONE),
        _figure(ONE, "everything, where no service is known", [d.done for d in unknown], _DONE),
        _figure(ONE, "acknowledged", [d.acknowledged for d in known + unknown]),
    ]


async def _in_turn(practice: PracticeDriver, watch: Watch, line: str, who: str) -> list[Declared]:
    found: list[Declared] = []
    for number in range(_WARM_UPS + _TIMES):
        person = practice.person(f"{who}{number:02d}")
        found += await declare(practice, watch, [(person, f"SEV1 {line.format(number % SERVICES)}")])
    return found[_WARM_UPS:]


async def _peers(practice: PracticeDriver, watch: Watch) -> list[Declared]:
    command = [executable, "-m", "bench.peer"]
    async with connected(practice, command, environment(practice), PEER_LOG):
        return await _in_turn(practice, watch, "peer{:02d} is down", "peer")


def _compared(what: str, ours: Sequence[float], peers: Sequence[float], target: AtMost) -> list[Figure]:
    seconds = median(ours)
    return [
        _figure(ONE, what, ours, target),
        Figure(
            section=ONE,
            what=f"{what}, in call times",
            value=seconds / CALL,
            unit=Unit.CALLS,
            target=AtMost(target.value / 1000 / CALL),
        ),
        _figure(ONE, f"{what}, the peer's way", peers),
        _ratio(ONE, f"{what}, the peer's time by ours", median(peers), seconds),
    ]


def _figure(section: str, what: str, seconds: Sequence[float], target: AtMost | None = None) -> Figure:
    samples = [each * 1000 for each in seconds]
    return Figure(
        section=section,
        what=what,
        value=median(samples),
        unit=Unit.MILLISECONDS,
        target=target,
        samples=samples,
    )


def _ratio(section: str, what: str, theirs: float, ours: float) -> Figure:
    return Figure(section=section, what=what, value=theirs / ours, unit=Unit.TIMES)


async def fifty(scene: Scene) -> list[Figure]:
    """Several rounds of fifty declares at once, and one of the peer's."""
    rounds = [await _round(scene.practice, scene.watch, f"storm{number}x") for number in range(_ROUNDS)]
    async with workspace() as (practice, watch):
        command = [executable, "-m", "bench.peer"]
        async with connected(practice, command, environment(practice), PEER_LOG):
            await _in_turn_once(practice, watch)
            peers = await _round(practice, watch, "peers")
    worst = [max(d.acknowledged for d in each) for each in rounds]
    members = [max(d.member for d in each) for each in rounds]
    done = [max(d.done for d in each) for each in rounds]
    theirs = max(d.acknowledged for d in peers), max(d.done for d in peers)
    return [
        _figure(FIFTY, "worst acknowledgement", worst, AtMost(300)),
        _figure(FIFTY, "worst acknowledgement, the peer's way", [theirs[0]]),
        _ratio(FIFTY, "worst acknowledgement, the peer's time by ours", theirs[0], median(worst)),
        _figure(FIFTY, "all declarers are in their rooms", members),
        _figure(FIFTY, "everything is there for all", done, AtMost(1500)),
        _figure(FIFTY, "everything is there for all, the peer's way", [theirs[1]]),
        _ratio(FIFTY, "everything is there for all, the peer's time by ours", theirs[1], median(done)),
    ]


async def _in_turn_once(practice: PracticeDriver, watch: Watch) -> None:
    await declare(practice, watch, [(practice.person("first"), "SEV1 warm up")])


async def _round(practice: PracticeDriver, watch: Watch, name: str) -> list[Declared]:
    people = [practice.person(f"{name}{number:02d}") for number in range(AT_ONCE)]
    lines = [(person, f"SEV1 {person.person.name} is down") for person in people]
    return await declare(practice, watch, lines)
