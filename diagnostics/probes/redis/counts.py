"""Counters of a Redis at one moment, and the last ones that were kept, so that two looks can be compared."""

from collections.abc import Mapping
from dataclasses import dataclass

from diagnostics.probes.redis.info import Info

REFUSALS: Mapping[str, tuple[str, str]] = {  # what such an answer means, and what to do next
    "READONLY": (
        "Somebody writes to what is a replica now, as after a failover",
        "Point the application at the master: its address, or what tells it who that is (Sentinel, DNS).",
    ),
    "NOREPLICAS": (
        "It takes writes only while replicas follow (min-replicas-to-write), and too few do",
        "Bring the replicas back; or, knowing the risk: CONFIG SET min-replicas-to-write 0.",
    ),
    "NOPERM": (
        "A role may not run what its application sends",
        "ACL LOG on Redis names role and command; compare with its ACL before the last change.",
    ),
    "WRONGTYPE": (
        "Keys hold another type than the application expects, as after a release that stores them otherwise",
        "Compare with what was deployed last; roll it back, or give the new form keys of its own.",
    ),
    "WRONGPASS": (
        "Somebody signs in with a password or a name that is out of date",
        "ACL LOG on Redis names the role and the address; compare with what was rotated or deployed last.",
    ),
    "NOAUTH": (
        "Somebody sends commands without signing in, as after a password was set",
        "ACL LOG and CLIENT LIST name the address; give that application the password.",
    ),
    "MISCONF": (
        "It could not save to its disk and takes no writes",
        "Look at the free space of its disk and at its log.",
    ),
    "CLUSTERDOWN": (
        "Part of the cluster serves nothing",
        "CLUSTER NODES tells which masters failed.",
    ),
}
COPYING = (
    "A replica that begins anew loads this server and its network, and serves old data or none; where the "
    "next copy fails like the last, it never ends."
)
ENLARGE = (
    "Read this server's log: “overcoming of output buffer limits” means a larger client-output-buffer-limit "
    "for replicas. Otherwise a larger repl-backlog-size, repl-timeout, or the network between them."
)


@dataclass(frozen=True, slots=True)
class Counts:
    """What had been counted since the server's start.

    Attributes:
        at: when, by a clock that only rises.
        server: which run of the server counted.
        errors: answers of each kind of error, such as READONLY.
        ours: how many of the refused connections were our own.
        keys: that it held.
        copies: of all that it holds, handed to replicas.
        replicas: that follow it.
        uptime: seconds for which the server had run.
    """

    at: float
    server: str
    rejected: int
    refused_writes: int
    evicted: int
    commands: int
    ours: int
    errors: Mapping[str, int]
    keys: int = 0
    copies: int = 0
    replicas: int = 0
    uptime: float = 0.0

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
        errors={word: info.errors(word) for word in REFUSALS},
        keys=info.keys,
        copies=info.count("sync_full"),
        replicas=info.count("connected_slaves"),
        uptime=info.number("uptime_in_seconds") or 0.0,
    )
