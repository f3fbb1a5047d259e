"""Processes that were killed for memory in containers, as the engine's own events tell of them."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from diagnostics.probes.docker import ids
from diagnostics.probes.docker.codes import Code
from diagnostics.probes.docker.containers import Census, Container
from diagnostics.probes.docker.engine import Engine, Params
from diagnostics.probes.docker.section import Limits
from diagnostics.wording import counted, duration, size
from incidents.evidence import Figure, Finding, Health

PROBE = ids.EVENTS
PATH = "/events"
KILLS = json.dumps({"type": ["container"], "event": ["oom"]})
NANO = 10**9


@dataclass(frozen=True, slots=True)
class Kill:
    """A process killed for memory: in which container, and when."""

    container: str
    at: datetime


async def kills(engine: Engine, now: datetime, within: float) -> tuple[Kill, ...]:
    """The kills of the last seconds.

    The span has an end, since the engine would otherwise go on telling for ever: the end of its own second,
    which lies at most a second ahead. Raises what `Engine.json` raises.
    """
    end = int(now.timestamp()) + 1
    span: Params = {"since": int(end - within), "until": end, "filters": KILLS}
    return tuple(_read(await engine.lines(PATH, span)))


def judged(
    target: str, limits: Limits, census: Census, told: Sequence[Kill], at: datetime
) -> Iterator[Finding]:
    """One finding for each container whose state does not say of itself that memory ran out."""
    for container in census.containers:
        own = [kill.at for kill in told if kill.container == container.id and _unsaid(container, kill.at)]
        if own:
            yield _finding(target, limits, container, own, max((at - max(own)).total_seconds(), 0.0))


def _unsaid(container: Container, at: datetime) -> bool:
    """Whether its state says nothing of that kill."""
    since = container.started_at
    return not container.oom_killed or (container.killed_before and bool(since and at > since))


def _read(lines: Iterable[Mapping[str, object]]) -> Iterator[Kill]:
    for line in lines:
        actor, nano = line.get("Actor"), line.get("timeNano")
        if isinstance(actor, dict) and isinstance(nano, int):
            yield Kill(str(actor.get("ID", "")), datetime.fromtimestamp(nano / NANO, UTC))


def _finding(
    target: str, limits: Limits, container: Container, own: Sequence[datetime], ago: float
) -> Finding:
    often = f" {counted(len(own), 'time')} in the last {duration(limits.oom_within)}" if own[1:] else ""
    when = f"{duration(ago)} ago" if ago >= 1 else "a moment ago"
    said, meaning, step = _told(container, max(own))
    return Finding(
        code=Code.CHILD_KILLED,
        probe=PROBE,
        target=target,
        health=Health.CRITICAL,
        sentence=f"{container.name} ran out of memory{often}, last {when}: {said}.",
        figures=(
            Figure("container", container.name),
            Figure("kills", len(own)),
            Figure("since", round(ago), "s"),
            Figure("limit", container.memory_limit or None, "bytes"),
        ),
        meaning=meaning,
        next_step=step,
    )


def _told(container: Container, last: datetime) -> tuple[str, str, str]:
    """What was killed, what that means, and what to do."""
    name = container.name
    limit = f" of {size(container.memory_limit)}" if container.memory_limit else ""
    raise_it = f"Raise its limit{limit}, or find what grows."
    if not container.running:
        said = f"a process in it was killed, and it ended ({container.exit_code})"
        return said, "It does not run.", f"docker start {name} helps for now. {raise_it}"
    if container.started_at and container.started_at > last:
        meaning = "What it was doing is lost, and it will happen again."
        return "it was killed, and started again since", meaning, raise_it
    return (
        "a process in it was killed, and it goes on",
        "Part of it may be missing: a worker, or what one request was doing.",
        f"docker restart {name} brings everything back for now. {raise_it}",
    )
