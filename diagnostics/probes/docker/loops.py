"""Containers that end and are started again and again: which do, and how each ended the last time.

Such a container runs for a moment, waits for its next start, and so on. While it waits, its state tells
how it ended; while it runs, its state tells of the new run, with an exit code of 0. Then events know.
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from diagnostics.probes.docker.containers import Container
from diagnostics.probes.docker.engine import AnswerError, Engine, OverlongError, Params
from diagnostics.probes.docker.section import Limits

PATH = "/events"
NANO = 10**9
EARLIER = timedelta(hours=1)  # than its end: when the run began that ended


@dataclass(frozen=True, slots=True)
class End:
    """How a container ended the last time: its exit code, and for how many seconds it had run, if known."""

    exit_code: int
    ran: float | None = None


def looping(container: Container, limits: Limits, now: datetime) -> bool:
    """Whether it is in a crash loop, be it that it runs at this moment or waits for its next start."""
    if container.status == "restarting":
        return True
    if not container.running or container.started_at is None or container.restarts < limits.crash_restarts:
        return False
    return now - container.started_at < timedelta(seconds=limits.crash_uptime)


def fails(container: Container, limits: Limits, now: datetime) -> bool:
    """Whether it does not stay up: it is in a crash loop, or has ended with an error."""
    return looping(container, limits, now) or (container.status == "exited" and container.exit_code != 0)


async def last_ends(
    engine: Engine, containers: Sequence[Container], limits: Limits, now: datetime
) -> dict[str, End]:
    """How those in a loop ended the last time, by id; what is not to be had is left out.

    Raises what `Engine.lines` raises when the engine cannot be asked any more.
    """
    loops = [each for each in containers if looping(each, limits, now)]
    ends = await asyncio.gather(*(_last(engine, each) for each in loops))
    return {each.id: end for each, end in zip(loops, ends, strict=True) if end}


async def _last(engine: Engine, container: Container) -> End | None:
    started, ended = container.started_at, container.finished_at
    if not container.running:
        ran = (ended - started).total_seconds() if started and ended and ended > started else None
        return End(container.exit_code, ran)
    if started is None or ended is None or ended > started:
        return None
    try:
        told = await engine.lines(PATH, _before(container.id, ended - EARLIER, started))
    except (AnswerError, OverlongError):  # events are forbidden, or too many: the rest of the state counts
        return None
    return told_of(told)


def _before(identity: str, since: datetime, until: datetime) -> Params:
    """Starts and ends of one container; the span is over, so that the answer ends at once."""
    wanted = {"type": ["container"], "event": ["start", "die"], "container": [identity]}
    return {
        "since": int(since.timestamp()),
        "until": f"{until.timestamp():.6f}",
        "filters": json.dumps(wanted),
    }


def told_of(events: Sequence[Mapping[str, object]]) -> End | None:
    """The last end among the starts and ends of a container, which come in order."""
    end: End | None = None
    began: int | None = None
    for event in events:
        at, actor = event.get("timeNano"), event.get("Actor")
        if event.get("Action") == "start":
            began = at if isinstance(at, int) else None
        elif isinstance(actor, dict):
            code = str((actor.get("Attributes") or {}).get("exitCode", ""))
            ran = (at - began) / NANO if isinstance(at, int) and began is not None else None
            end, began = End(int(code), ran) if code.isdecimal() else None, None
    return end
