"""A Redis kept ready to be looked at."""

import functools
import time
from collections.abc import Callable, Sequence

from diagnostics.hold import Hold
from diagnostics.probe import Care, Probe, TargetName
from diagnostics.probes.redis import clients, connect, counters, durability, memory, slow
from diagnostics.probes.redis.counts import Memory
from diagnostics.probes.redis.failure import explain
from diagnostics.probes.redis.means import Means, Way
from diagnostics.probes.redis.section import RedisSection
from diagnostics.probes.redis.session import Session
from incidents.evidence import Finding

WAYS = (
    Way(connect.PROBE, "new connections", connect.ping),
    Way(memory.PROBE, "memory", memory.memory),
    Way(clients.PROBE, "connections", clients.clients),
    Way(slow.SLOW, "slow commands", slow.slowlog),
    Way(slow.LATENCY, "latency events", slow.latency),
    Way(durability.PERSISTENCE, "saving to disk", durability.persistence),
    Way(durability.REPLICATION, "replication", durability.replication),
    Way(counters.PROBE, "counters", counters.counters, sampled=True),
)
DEADLINE = 3.5  # seconds; more than the client waits for one answer


class RedisPatient:
    """One Redis with its warm connection, its last counters and the ways to look at it."""

    def __init__(
        self,
        name: TargetName,
        section: RedisSection,
        care: Care,
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._name = name
        self._session = Session(section)
        means = Means(str(name), self._session, section.limits, care.pause, monotonic, Memory(), Hold())
        self._probes = tuple(_probe(way, means) for way in WAYS)

    @property
    def name(self) -> TargetName:
        """What it is called."""
        return self._name

    @property
    def probes(self) -> Sequence[Probe]:
        """The ways to look at it, in order."""
        return self._probes

    def explain(self, probe: Probe, error: Exception) -> Finding | None:
        """What a failed look shows."""
        return explain(str(self._name), self._session.role, probe, error)

    async def open(self) -> None:
        """Connect, and stay connected."""
        await self._session.open()

    async def close(self) -> None:
        """Disconnect."""
        await self._session.close()


def _probe(way: Way, means: Means) -> Probe:
    extra = means.limits.sample if way.sampled else 0
    return Probe(way.id, way.title, functools.partial(way.look, means), DEADLINE + extra, way.sampled)
