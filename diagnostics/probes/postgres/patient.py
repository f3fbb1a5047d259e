"""A PostgreSQL kept ready to be looked at."""

import functools
from collections.abc import Sequence

from diagnostics.probe import Care, Family, Probe, TargetName
from diagnostics.probes.postgres import (
    activity,
    connect,
    counters,
    idle,
    locks,
    replication,
    settings,
    statements,
    tables,
)
from diagnostics.probes.postgres.described import CODES
from diagnostics.probes.postgres.failure import explain
from diagnostics.probes.postgres.means import Means, Way
from diagnostics.probes.postgres.section import PostgresSection
from diagnostics.probes.postgres.session import Session
from incidents.evidence import Finding

WAYS = (
    Way(connect.PROBE, "new connections", connect.connect),
    Way(activity.POOL, "connection slots", activity.pool_utilisation),
    Way(idle.IN_TRANSACTION, "transactions left open", idle.idle_in_transaction),
    Way(locks.PROBE, "lock waits", locks.lock_roots),
    Way(statements.SLOW, "slow statements", statements.slow_now),
    Way(activity.BY_STATE, "sessions by state", activity.by_state),
    Way(idle.OLD_BUSY, "connections never given back", idle.old_busy),
    Way(idle.OLD_IDLE, "connections at rest", idle.old_idle),
    Way(statements.LONG, "long transactions", statements.long_transactions),
    Way(replication.PROBE, "replication", replication.replication),
    Way(tables.SIZES, "table sizes", tables.table_sizes),
    Way(settings.PROBE, "guarding settings", settings.settings_guard),
    Way(statements.TOP, "costliest statements", statements.statements_top),
    Way(tables.SCANS, "missing indexes", tables.seq_scan_delta, sampled=True),
    Way(counters.PROBE, "counters", counters.counters, sampled=True),
)
DEADLINE = 3.5  # seconds; more than the client waits for one answer


class PostgresPatient:
    """One database with its warm connection and the ways to look at it."""

    def __init__(self, name: TargetName, section: PostgresSection, care: Care) -> None:
        self._name = name
        self._session = Session(section.dsn.get_secret_value(), keepalive=section.keepalive)
        means = Means(str(name), self._session, section.limits, care.pause)
        self._probes = tuple(_probe(way, means) for way in WAYS)

    @property
    def name(self) -> TargetName:
        """What it is called."""
        return self._name

    @property
    def probes(self) -> Sequence[Probe]:
        """The ways to look at it, in order."""
        return self._probes

    @property
    def session(self) -> Session:
        """The warm connection."""
        return self._session

    def explain(self, probe: Probe, error: Exception) -> Finding | None:
        """What a failed look shows."""
        return explain(str(self._name), probe, error)

    async def open(self) -> None:
        """Connect, and stay connected."""
        await self._session.open()

    async def close(self) -> None:
        """Disconnect."""
        await self._session.close()


def _probe(way: Way, means: Means) -> Probe:
    extra = means.limits.sample if way.sampled else 0
    return Probe(way.id, way.title, functools.partial(way.look, means), DEADLINE + extra, way.sampled)


FAMILY = Family(
    "postgres",
    ("db", "database", "postgres", "postgresql", "pg"),
    PostgresSection,
    PostgresPatient,
    facts="pg",
    codes=CODES,
)
