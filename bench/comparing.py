"""One declare, and fifty at once; beside each the peer's way, in the same run."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from statistics import median
from sys import executable
from typing import Final

from bench.declaring import AT_ONCE, NEVER, Declared, at_once, declare, in_turn
from bench.figures import AllOf, AtMost, Figure, Unit
from bench.programs import PEER_LOG, connected, environment
from bench.scene import Scene
from bench.workspace import CALL, Watch, workspace
from tocsin_practice.driver import PracticeDriver

ONE: Final = "One declare, limits off"
FIFTY: Final = f"{AT_ONCE} declares at once, limits off"
_PEER: Final = (executable, "-m", "bench.peer")
_ROUNDS: Final = 5
_MEMBER: Final = 2 * CALL + 0.05
_ALL: Final = 5 * CALL
_ACKNOWLEDGED: Final = 0.3
_ALL_OF_FIFTY: Final = 1.5


async def one(scene: Scene) -> list[Figure]:
    """One declare after another: of a service with a dashboard, of no known service, and the peer's."""
    known = await in_turn(scene.practice, scene.watch, "svc{:02d} is down")
    unknown = await in_turn(scene.practice, scene.watch, "part{:02d} is down")
    async with _peer() as (practice, watch):
        peers = await in_turn(practice, watch, "peer{:02d} is down")
    return [
        _time(ONE, "acknowledged", [d.acknowledged for d in known + unknown]),
        *_against("the declarer is in the room", _members(known), _members(peers), _MEMBER),
        *_against("everything is there", _ends(known), _ends(peers), _ALL),
        _time(ONE, "everything, where no service is known", _ends(unknown), _ALL),
    ]


async def fifty(scene: Scene) -> list[Figure]:
    """Several rounds of fifty declares at once, and one of the peer's."""
    rounds, used = [], []
    for number in range(_ROUNDS):
        before = scene.bot.used()
        rounds.append(await at_once(scene.practice, scene.watch, f"round{number}x"))
        used.append((scene.bot.used() - before) / AT_ONCE)
    async with _peer() as (practice, watch):
        await declare(practice, watch, [(practice.person("first"), "SEV1 warm up")])
        peers = await at_once(practice, watch, "peers")
    same = await _same(scene)
    worst = [max(d.acknowledged for d in each) for each in rounds]
    done = [max(_ends(each)) for each in rounds]
    theirs, their_end = max(d.acknowledged for d in peers), max(_ends(peers))
    return [
        _time(FIFTY, "worst acknowledgement", worst, _ACKNOWLEDGED),
        _time(FIFTY, "worst acknowledgement, the peer's way", [theirs], note=_late(peers)),
        _ratio(FIFTY, "worst acknowledgement, the peer's by ours", theirs, median(worst)),
        _time(FIFTY, "all declarers are in their rooms", [max(_members(each)) for each in rounds]),
        _time(FIFTY, "everything is there for all", done, _ALL_OF_FIFTY),
        _time(FIFTY, "everything is there for all, the peer's way", [their_end]),
        _ratio(FIFTY, "everything is there for all, the peer's by ours", their_end, median(done)),
        _time(FIFTY, "processor time of the bot for each declare", used),
        *same,
    ]


async def _same(scene: Scene) -> list[Figure]:
    """All fifty declare the same; a name that is taken should not cost a call each."""
    practice = scene.practice
    last = practice.site.log.last_number
    declared = await at_once(practice, scene.watch, "same", "the warehouse is down")
    calls = len(practice.site.log.since(last, "conversations.create"))
    what = f"channel creations asked for where all {AT_ONCE} declare the same"
    return [
        _time(FIFTY, "everything is there for all, all declare the same", [max(_ends(declared))]),
        Figure(section=FIFTY, what=what, value=calls, unit=Unit.COUNT, target=AllOf(AT_ONCE)),
    ]


@asynccontextmanager
async def _peer() -> AsyncIterator[tuple[PracticeDriver, Watch]]:
    """A workspace of its own with the peer in it."""
    async with (
        workspace() as (practice, watch),
        connected(practice, _PEER, environment(practice), PEER_LOG),
    ):
        yield practice, watch


def _members(declared: Sequence[Declared]) -> list[float]:
    return [each.member for each in declared]


def _ends(declared: Sequence[Declared]) -> list[float]:
    return [each.done for each in declared]


def _late(declared: Sequence[Declared]) -> str:
    late = sum(each.acknowledged >= NEVER for each in declared)
    return f"{late} of {len(declared)} were not acknowledged within Slack's {NEVER:.0f} s" if late else ""


def _against(what: str, ours: Sequence[float], peers: Sequence[float], target: float) -> list[Figure]:
    seconds = median(ours)
    return [
        _time(ONE, what, ours, target),
        Figure(
            section=ONE,
            what=f"{what}, in call times",
            value=seconds / CALL,
            unit=Unit.CALLS,
            target=AtMost(target / CALL),
        ),
        _time(ONE, f"{what}, the peer's way", peers),
        _ratio(ONE, f"{what}, the peer's by ours", median(peers), seconds),
    ]


def _time(
    section: str, what: str, seconds: Sequence[float], target: float | None = None, note: str = ""
) -> Figure:
    samples = [each * 1000 for each in seconds]
    return Figure(
        section=section,
        what=what,
        value=median(samples),
        unit=Unit.MILLISECONDS,
        target=AtMost(target * 1000) if target else None,
        samples=samples,
        note=note,
    )


def _ratio(section: str, what: str, theirs: float, ours: float) -> Figure:
    return Figure(section=section, what=what, value=theirs / ours, unit=Unit.TIMES)
