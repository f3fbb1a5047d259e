"""Waiting until a container is well, and saying how it is if it does not get there in time."""

import time

from mitigations.docker.container import Container
from mitigations.docker.engine import Engine
from mitigations.wording import lasting, listed

STEP = 1.0  # seconds between two looks at a container that starts
ENDED = frozenset({"exited", "dead", "removing"})  # nothing will start it again
NAMED = 4  # containers that are named in a figure


async def back(engine: Engine, container: str) -> str:
    """Wait until it is well; if it is not in time, how it is instead."""
    section = engine.section
    begun = came = time.monotonic()
    now = await engine.look(container)
    while now is not None and now.status not in ENDED and time.monotonic() - begun < section.healthy_within:
        if now.well and (now.health or time.monotonic() - came >= section.settle):
            return ""
        await engine.pause(STEP)
        before, now = now, await engine.look(container)
        if now is None or not now.running or now.started != before.started:
            came = time.monotonic()
    if now is None:
        return "It was removed."
    return f"It was restarted, and after {lasting(time.monotonic() - begun)} it is {now.state}."


def each(containers: list[Container]) -> str:
    """How each of them is."""
    return listed(tuple(f"{container.name} {container.state}" for container in containers))


def share(containers: list[Container]) -> str:
    """How many are well, and who is not: "3 of 5 well (api unhealthy and worker exited with 1)"."""
    ill = [container for container in containers if not container.well]
    figure = f"{len(containers) - len(ill)} of {len(containers)} well"
    more = (f"{len(ill) - NAMED} more",) if len(ill) > NAMED else ()
    named = listed((*(f"{container.name} {container.state}" for container in ill[:NAMED]), *more))
    return f"{figure} ({named})" if ill else figure
