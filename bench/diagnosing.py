"""`/diagnose db` on a healthy database: until the verdict, and until the sampled findings."""

from dataclasses import dataclass
from statistics import median
from typing import Final

from bench.figures import AtMost, BenchError, Figure, Unit
from bench.scene import DIAGNOSED, Scene
from bench.workspace import CALL
from tocsin_practice.driver import PersonDriver, PracticeDriver
from tocsin_practice.model import Channel, Json

SECTION: Final = "/diagnose db, healthy database"
_WHERE: Final = "random"
_PATIENCE: Final = 20.0
_VERDICT: Final = 0.5
_SAMPLED: Final = 3.5
_CALLS_TO_VERDICT: Final = 2  # the message is posted, then redrawn
_CALLS_TO_FINDINGS: Final = 1  # the reply below the verdict
_LOOKING: Final = "Looking…"


@dataclass(frozen=True, slots=True)
class Diagnosed:
    """Seconds from the command until the verdict was read, and until the findings below it."""

    verdict: float
    findings: float
    sentence: str


async def diagnose(scene: Scene) -> list[Figure]:
    """Each service's database once, since a look is shared for some seconds; half of them without latency.

    Raises:
        BenchError: a look was not acknowledged. NotHeardError: no verdict came.
    """
    alice, practice = scene.practice.person("alice"), scene.practice
    await _looked(practice, alice, 0)  # warms up
    practice.latency(0)
    bare = [await _looked(practice, alice, number) for number in range(1, DIAGNOSED // 2 + 1)]
    practice.latency(CALL)
    slow = [await _looked(practice, alice, number) for number in range(DIAGNOSED // 2 + 1, DIAGNOSED)]
    return [
        _figure("verdict, Slack without latency", [d.verdict for d in bare], _VERDICT, bare[0].sentence),
        _figure("verdict", [d.verdict for d in slow], _VERDICT + _CALLS_TO_VERDICT * CALL),
        _figure("sampled findings, Slack without latency", [d.findings for d in bare], _SAMPLED),
        _figure("sampled findings", [d.findings for d in slow], _SAMPLED + _CALLS_TO_FINDINGS * CALL),
    ]


async def _looked(practice: PracticeDriver, who: PersonDriver, number: int) -> Diagnosed:
    channel, clock = practice.channel(_WHERE), practice.workspace.clock
    last = next(reversed(channel.messages), "")
    begun = clock()
    outcome = await who.command("/diagnose", f"svc{number:02d} db", channel=channel)
    if not outcome.is_good:
        raise BenchError(f"`/diagnose` was not acknowledged: {outcome.text}")
    verdict = await practice.until(lambda: _verdict(channel, last), seconds=_PATIENCE)
    seen, sentence = clock() - begun, str(verdict["text"])
    await practice.until(lambda: _reply(channel, verdict["ts"]), seconds=_PATIENCE)
    return Diagnosed(seen, clock() - begun, sentence)


def _verdict(channel: Channel, after: str) -> Json | None:
    """The message once it says more than that somebody is looking."""
    new = (m for m in channel.messages.values() if m["ts"] > after and "thread_ts" not in m)
    return next((m for m in new if m.get("app_id") and _LOOKING not in m["text"]), None)


def _reply(channel: Channel, ts: str) -> Json | None:
    return next((m for m in channel.messages.values() if m.get("thread_ts") == ts and m["ts"] != ts), None)


def _figure(what: str, samples: list[float], target: float, note: str = "") -> Figure:
    return Figure(
        section=SECTION,
        what=what,
        value=median(samples),
        unit=Unit.SECONDS,
        target=AtMost(target),
        samples=samples,
        note=note,
    )
