"""A PostgreSQL kept ready to be looked at."""

import functools
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from diagnostics.hold import Hold
from diagnostics.probe import Care, Probe, TargetName
from diagnostics.probes.postgres import (
    activity,
    archiver,
    connect,
    costs,
    counters,
    crashes,
    defaults,
    idle,
    locks,
    losses,
    replication,
    sequences,
    settings,
    statements,
    tables,
    vacuum,
    wraparound,
)
from diagnostics.probes.postgres.counts import Tally, counted_now
from diagnostics.probes.postgres.failure import explain
from diagnostics.probes.postgres.history import History
from diagnostics.probes.postgres.lag import Lags
from diagnostics.probes.postgres.means import Means, Way
from diagnostics.probes.postgres.rowcounts import RowCounts
from diagnostics.probes.postgres.section import PostgresSection
from diagnostics.probes.postgres.session import Reading, Session
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
    Way(archiver.PROBE, "the log's archive", archiver.archiver),
    Way(vacuum.PROBE, "dead rows", vacuum.bloat_vacuum),
    Way(wraparound.PROBE, "wraparound", wraparound.wraparound),
    Way(sequences.PROBE, "sequences", sequences.sequences),
    Way(losses.PROBE, "rows of the named tables", losses.users_sanity),
    Way(tables.SIZES, "table sizes", tables.table_sizes),
    Way(crashes.PROBE, "crashes", crashes.crashes),
    Way(defaults.PROBE, "defaults and ended roles", defaults.defaults),
    Way(settings.PROBE, "guarding settings", settings.settings_guard),
    Way(tables.SCANS, "missing indexes", tables.seq_scan_delta, sampled=True),
    Way(costs.PROBE, "costliest statements", costs.statements_top, sampled=True),
    Way(counters.PROBE, "counters", counters.counters, sampled=True),
)
DEADLINE = 3.5  # seconds; more than the client waits for one answer


def now() -> datetime:
    """The time of day."""
    return datetime.now(UTC)


class PostgresPatient:
    """One database with its warm connection, the ways to look at it, and what was counted lately.

    Args:
        clock: the time of day, UTC; the sessions that are counted between looks carry it.
        monotonic: seconds that only rise; the database's own counters carry it.
    """

    def __init__(
        self,
        name: TargetName,
        section: PostgresSection,
        care: Care,
        clock: Callable[[], datetime] = now,
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._name = name
        self._history = History(clock)
        self._tally = Tally()
        self._monotonic = monotonic
        self._session = Session(section.dsn.get_secret_value(), keepalive=section.keepalive, sign=self._count)
        self._means = Means(
            target=str(name),
            session=self._session,
            limits=section.limits,
            pause=care.pause,
            monotonic=monotonic,
            tally=self._tally,
            lags=Lags(section.limits.replica_lag_note),
            rows=RowCounts(section.tables),
            hold=Hold(),
        )
        self._probes = tuple(self._probe(way) for way in WAYS)

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

    async def _count(self, read: Reading) -> None:
        """A sign of life that is of use: sessions, counters, the standbys' lag and the named rows."""
        await self._history.sample(read)
        now = self._monotonic()
        self._tally.keep(await counted_now(read, self._session.version, now))
        await replication.note(read, self._means.lags, now)
        await self._means.rows.count(read, now)

    def _probe(self, way: Way) -> Probe:
        extra = self._means.limits.sample if way.sampled else 0
        look = functools.partial(self._look, way)
        return Probe(way.id, way.title, look, DEADLINE + extra, way.sampled)

    async def _look(self, way: Way) -> tuple[Finding, ...]:
        if way.id == activity.POOL:
            async with self._session.reading(way.id) as read:
                await self._history.sample(read)
        return tuple(self._history.beside(finding) for finding in await way.look(self._means))
