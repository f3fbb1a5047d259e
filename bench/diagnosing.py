"""`/diagnose db` on a healthy database: until the verdict, and until the sampled findings."""

from statistics import median
from typing import Final

from bench.asking import Diagnosed, diagnose
from bench.figures import AtMost, Figure, Unit
from bench.scene import DIAGNOSED, Scene
from bench.workspace import CALL

SECTION: Final = "/diagnose db, healthy database"
_VERDICT: Final = 0.5
_SAMPLED: Final = 3.5
_CALLS_TO_VERDICT: Final = 2  # the message is posted, then redrawn
_CALLS_TO_FINDINGS: Final = 1  # the reply below the verdict


async def database(scene: Scene) -> list[Figure]:
    """Each service's database once, since a look is shared for some seconds; half of them without latency.

    Raises:
        BenchError: a look was not acknowledged. NotHeardError: no verdict came.
    """
    practice = scene.practice
    await _looked(scene, 0)  # warms up
    practice.latency(0)
    bare = [await _looked(scene, number) for number in range(1, DIAGNOSED // 2 + 1)]
    practice.latency(CALL)
    slow = [await _looked(scene, number) for number in range(DIAGNOSED // 2 + 1, DIAGNOSED)]
    return [
        _figure("verdict, Slack without latency", [d.verdict for d in bare], _VERDICT, bare[0].sentence),
        _figure("verdict", [d.verdict for d in slow], _VERDICT + _CALLS_TO_VERDICT * CALL),
        _figure("sampled findings, Slack without latency", [d.findings for d in bare], _SAMPLED),
        _figure("sampled findings", [d.findings for d in slow], _SAMPLED + _CALLS_TO_FINDINGS * CALL),
    ]


async def _looked(scene: Scene, number: int) -> Diagnosed:
    return await diagnose(scene.practice, [scene.practice.person("alice")], f"svc{number:02d} db")


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
