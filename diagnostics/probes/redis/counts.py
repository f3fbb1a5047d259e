"""Counters of a Redis at one moment, and the last ones that were kept, so that two looks can be compared."""

from dataclasses import dataclass

from diagnostics.probes.redis.info import Info


@dataclass(frozen=True, slots=True)
class Counts:
    """What had been counted since the server's start.

    Attributes:
        at: when, by a clock that only rises.
        server: which run of the server counted.
        ours: how many of the refused connections were our own.
    """

    at: float
    server: str
    rejected: int
    refused_writes: int
    evicted: int
    commands: int
    ours: int

    def turned_away(self, before: "Counts") -> int:
        """Connections of others that were refused since then."""
        return max(self.rejected - before.rejected - (self.ours - before.ours), 0)


@dataclass(slots=True)
class Memory:
    """The counters of the last look; None before the first."""

    last: Counts | None = None


def counted_now(info: Info, *, at: float, ours: int) -> Counts:
    """The counters in an answer to INFO."""
    return Counts(
        at=at,
        server=info.word("run_id"),
        rejected=info.count("rejected_connections"),
        refused_writes=info.errors("OOM"),
        evicted=info.count("evicted_keys"),
        commands=info.count("total_commands_processed"),
        ours=ours,
    )
