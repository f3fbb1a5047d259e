"""`/diagnose ... all`: what it costs beside its slowest target, and what ten people cost who ask at once."""

import asyncio
from dataclasses import dataclass
from statistics import median
from typing import Final

from bench.asking import Diagnosed, diagnose
from bench.figures import AllOf, AtMost, Figure, Target, Unit
from bench.scene import DIAGNOSED, Scene, key
from bench.shop import SLOW, Reached

SECTION: Final = "/diagnose all"
_ASKERS: Final = 10
_SHARED: Final = 10.0  # seconds within which the bot shares its looks
_MORE: Final = 1.2  # times the slowest target


@dataclass(frozen=True, slots=True)
class Round:
    """Seconds until the findings of each target alone, and of all of them; what one look at all cost."""

    alone: dict[str, float]
    together: Diagnosed
    reached: Reached
    used: float

    @property
    def slowest(self) -> float:
        """Seconds of the slowest target alone."""
        return max(self.alone.values())


async def everything(scene: Scene) -> list[Figure]:
    """All targets of a service, ten askers, and all targets of all services. Raises BenchError."""
    *others, last = scene.shop.keys
    await _ask(scene, f"{key(0)} db")  # warms up
    rounds = [await _round(scene, *pair) for pair in zip(others[::2], others[1::2], strict=True)]
    return [*_costs(scene, rounds), *await _ten(scene, last, rounds), *await _services(scene, rounds)]


async def _round(scene: Scene, one: str, other: str) -> Round:
    """Two services of the same targets: of one each target alone, of the other all of them at once."""
    alone = {word: (await _ask(scene, f"{one} {word}")).findings for word in scene.shop.targets}
    before, used = scene.shop.reached(other), scene.bot.used()
    together = await _ask(scene, f"{other} all")
    return Round(alone, together, scene.shop.reached(other).since(before), scene.bot.used() - used)


async def _ask(scene: Scene, line: str, askers: int = 1) -> Diagnosed:
    return await diagnose(scene.practice, scene.people("asker", askers), line)


def _costs(scene: Scene, rounds: list[Round]) -> list[Figure]:
    targets = scene.shop.targets
    each = ", ".join(f"{word} {median([r.alone[word] for r in rounds]):.2f} s" for word in targets)
    ratios = [r.together.findings / r.slowest for r in rounds]
    return [
        _seconds("the slowest target alone", [r.slowest for r in rounds], f"{each}; slow: {SLOW} s of HTTP"),
        _seconds(f"all {len(targets)} at once", [r.together.findings for r in rounds]),
        _times("all by the slowest", ratios, AtMost(_MORE)),
    ]


async def _ten(scene: Scene, service: str, rounds: list[Round]) -> list[Figure]:
    """Ten people ask for all of one service; the targets say how many looks reached them."""
    before, used = scene.shop.reached(service), scene.bot.used()
    seen = await _ask(scene, f"{service} all", _ASKERS)
    reached, cost = scene.shop.reached(service).since(before), scene.bot.used() - used
    one = rounds[-1].reached
    figures = [
        _seconds(f"{_ASKERS} people at once: all have all findings", [seen.findings], seen.sentence),
        _times("that by one person's", [seen.findings / median([r.together.findings for r in rounds])]),
        _count("requests that reached the HTTP service", reached.requests, AllOf(one.requests)),
        _count("new connections to the database", reached.connections, AllOf(one.connections)),
    ]
    if reached.statements is not None and one.statements is not None:
        what = "statements in the database, by one person's"
        note = f"{one.statements} for one person, {reached.statements} for ten"
        figures.append(_times(what, [reached.statements / one.statements], AtMost(1.0), note))
    mine = median([r.used for r in rounds])
    note = (
        f"{mine * 1000:.0f} ms for one person, {cost * 1000:.0f} ms for ten: a command and two messages each"
    )
    return [*figures, _times("processor time of the bot, by one person's", [cost / mine], note=note)]


async def _services(scene: Scene, rounds: list[Round]) -> list[Figure]:
    """All targets of all services, once nothing of what was seen is shared any more."""
    await asyncio.sleep(_SHARED)
    used = scene.bot.used()
    seen = await _ask(scene, "all")
    note = f"{(scene.bot.used() - used) * 1000:.0f} ms of them are processor time of the bot"
    slowest = median([r.slowest for r in rounds])
    count = DIAGNOSED + len(scene.shop.keys) * len(scene.shop.targets)
    return [
        _seconds(f"all {count} targets of all services", [seen.findings], note),
        _times("that by the slowest", [seen.findings / slowest], AtMost(_MORE)),
    ]


def _seconds(what: str, samples: list[float], note: str = "") -> Figure:
    value = median(samples)
    return Figure(section=SECTION, what=what, value=value, unit=Unit.SECONDS, samples=samples, note=note)


def _times(what: str, samples: list[float], target: Target | None = None, note: str = "") -> Figure:
    return Figure(
        section=SECTION,
        what=what,
        value=median(samples),
        unit=Unit.TIMES,
        target=target,
        samples=samples,
        note=note,
    )


def _count(what: str, value: int, target: Target) -> Figure:
    return Figure(section=SECTION, what=what, value=value, unit=Unit.COUNT, target=target)
