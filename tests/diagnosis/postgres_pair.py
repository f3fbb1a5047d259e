"""A primary and its standby, looked at together and from the primary alone: level, and behind."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from incidents.evidence import Examination
from storage.embedded import DatabaseError
from tests.diagnosis.case import NOTHING, AbsentError, Case, Group, looked_at
from tests.diagnosis.postgres import of
from tests.diagnostics.faults import holds
from tests.diagnostics.pair import Pair, paired
from tests.slots import ROLES

LATE = "EXISTS (SELECT FROM pg_stat_replication WHERE replay_lag > interval '1 s')"


def both(pair: Pair) -> tuple[dict[str, object], dict[str, object]]:
    return of(pair.primary.dsn), {**of(pair.standby.dsn), "name": "replica"}


@contextmanager
def paused(pair: Pair) -> Iterator[None]:
    """The standby receives what the primary writes, and does not replay it."""
    pair.on_standby("SELECT pg_wal_replay_pause()")
    try:
        pair.write()
        yield
    finally:
        pair.on_standby("SELECT pg_wal_replay_resume()")
        pair.on_primary("DROP TABLE written")
        pair.level()


async def level(pair: Pair) -> Examination:
    return await looked_at(*both(pair))


async def behind(pair: Pair) -> Examination:
    with paused(pair):
        return await looked_at(*both(pair))


async def told(pair: Pair) -> Examination:
    with paused(pair):
        await holds(pair.primary.dsn, LATE)
        return await looked_at(of(pair.primary.dsn, replica_lag_warn=1))


@asynccontextmanager
async def opened() -> AsyncIterator[Pair]:
    try:
        with paired() as pair:
            pair.on_primary(ROLES)
            pair.level()
            yield pair
    except DatabaseError as error:
        raise AbsentError(f"PostgreSQL ({error}); apt package postgresql") from None


GROUP = Group(
    "PostgreSQL pair",
    opened,
    (
        Case("a standby that keeps up", NOTHING, level),
        Case("a standby whose replay is paused", "REPLICA_LAG", behind),
        Case("a standby behind, told by its primary", "REPLICA_LAG", told),
    ),
)
