"""What the bot costs: until it is connected, memory, and the processor while nothing happens."""

import asyncio
from typing import Final

from bench.figures import Figure, Unit
from bench.scene import SERVICES, Scene

START: Final = "Start to connected"
COST: Final = "The bot at rest"
_IDLE: Final = 10.0  # seconds


def started(first: float, second: float) -> list[Figure]:
    """From the start of the process, in seconds: on an empty database, and again on the same one."""
    return [
        Figure(section=START, what="first start, empty database", value=first, unit=Unit.SECONDS),
        Figure(section=START, what="second start", value=second, unit=Unit.SECONDS),
    ]


async def at_rest(scene: Scene) -> list[Figure]:
    """After everything else that the bot was asked for. Raises BenchError."""
    begun = scene.bot.used()
    await asyncio.sleep(_IDLE)
    share = (scene.bot.used() - begun) / _IDLE * 100
    kept = f"with {scene.rooms} open incidents and {SERVICES} warm connections to databases"
    return [
        Figure(
            section=COST, what="resident memory", value=scene.bot.resident(), unit=Unit.MEGABYTES, note=kept
        ),
        Figure(
            section=COST, what=f"processor over {_IDLE:.0f} s, of one core", value=share, unit=Unit.PERCENT
        ),
    ]
