"""What a Redis probe is given to look with, and what it is itself."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeAlias

from diagnostics.hold import Hold
from diagnostics.probe import Pause
from diagnostics.probes.redis.counts import Memory
from diagnostics.probes.redis.section import Limits
from diagnostics.probes.redis.session import Session
from incidents.evidence import Finding


@dataclass(frozen=True, slots=True)
class Means:
    """The warm session to the target, its limits, how to wait, the last sample, and how it stood."""

    target: str
    session: Session
    limits: Limits
    pause: Pause
    monotonic: Callable[[], float]
    memory: Memory
    hold: Hold


Method: TypeAlias = Callable[[Means], Awaitable[tuple[Finding, ...]]]


@dataclass(frozen=True, slots=True)
class Way:
    """One way to look at a Redis: its id, what it looks for in people's words, and how."""

    id: str
    title: str
    look: Method
    sampled: bool = False
