"""What a look that failed says about the database: a missing grant, a lock in the way, an answer too late."""

from typing import TypeAlias

import asyncpg

from diagnostics.probe import GoneError, Probe, SkippedError
from diagnostics.probes.postgres.codes import Code
from diagnostics.probes.postgres.connect import no_memory
from diagnostics.probes.postgres.refusals import (
    BROKEN,
    FREE_SPACE,
    NO_SPACE,
    REFUSALS,
    STOP_WRITING,
)
from diagnostics.probes.postgres.session import LOCK, STATEMENT
from diagnostics.wording import duration
from incidents.evidence import Figure, Finding, Health

ENDED = (
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
)
Said: TypeAlias = tuple[Code, Health, str, str, str]  # with its sentence, meaning and next step
UNKNOWN_THERE = (
    asyncpg.UndefinedColumnError,
    asyncpg.UndefinedFunctionError,
    asyncpg.UndefinedTableError,
    asyncpg.UndefinedObjectError,
)


def explain(target: str, probe: Probe, error: Exception) -> Finding | None:
    """The finding behind an error of the server's; None for an error of any other origin.

    Raises:
        SkippedError: this server does not know what was asked for.
        GoneError: the connection has ended.
    """
    if isinstance(error, ENDED):
        raise GoneError("the connection to the database was ended") from error
    if isinstance(error, UNKNOWN_THERE):
        raise SkippedError("this version of PostgreSQL does not offer it") from error
    if not isinstance(error, asyncpg.PostgresError):
        return None
    code, health, sentence, meaning, next_step = _grave(probe, error) or _words(probe, error)
    return Finding(
        code=code,
        probe=probe.id,
        target=target,
        health=health,
        sentence=sentence,
        figures=(Figure("sqlstate", error.sqlstate),),
        meaning=meaning,
        next_step=next_step,
    )


def _grave(probe: Probe, error: "asyncpg.PostgresError") -> Said | None:
    """What is as bad for everybody else who asks the server."""
    match error:
        case asyncpg.DiskFullError():
            return (
                Code.DISK_FULL,
                Health.CRITICAL,
                f"Looking at {probe.title} failed: the server's disk is full (53100).",
                NO_SPACE,
                FREE_SPACE,
            )
        case asyncpg.OutOfMemoryError() if no_memory(error) is Code.SERVER_MEMORY:
            refusal = REFUSALS[Code.SERVER_MEMORY]
            return (
                refusal.code,
                refusal.health,
                f"Looking at {probe.title} failed: the server gets no memory from its machine (53200).",
                refusal.meaning,
                refusal.next_step,
            )
        case asyncpg.DataCorruptedError() | asyncpg.IndexCorruptedError():
            return (
                Code.DAMAGED,
                Health.CRITICAL,
                f"Looking at {probe.title} ran into damaged data ({error.sqlstate}).",
                BROKEN,
                STOP_WRITING,
            )
        case _:
            return None


def _words(probe: Probe, error: "asyncpg.PostgresError") -> Said:
    match error:
        case asyncpg.InsufficientPrivilegeError():
            return (
                Code.NO_PRIVILEGE,
                Health.UNKNOWN,
                f"Tocsin's role may not look at {probe.title} (42501).",
                "This is not known to be fine.",
                "As a superuser: `GRANT pg_monitor TO` the role named in services.toml.",
            )
        case asyncpg.LockNotAvailableError():
            return (
                Code.LOCKED_OUT,
                Health.WARN,
                f"Looking at {probe.title} ran into a lock that was held for over {duration(LOCK)} (55P03).",
                "Somebody holds an ACCESS EXCLUSIVE lock: a migration, VACUUM FULL, TRUNCATE or ALTER TABLE.",
                "Look at the lock waits below, and at migrations that run now.",
            )
        case asyncpg.QueryCanceledError():
            return (
                Code.TOO_SLOW,
                Health.UNKNOWN,
                f"Looking at {probe.title} took over {duration(STATEMENT)} and was given up.",
                "The database answers slowly, or its catalogue is very large.",
                "Look at its load; ask again when it is quieter.",
            )
        case _:
            return (
                Code.LOOK_FAILED,
                Health.UNKNOWN,
                f"Looking at {probe.title} failed ({type(error).__name__}, SQLSTATE {error.sqlstate}).",
                "This is not known to be fine.",
                "Ask again. If it fails again, report it with the SQLSTATE.",
            )
