"""Can a new connection be made, and if not, what does the refusal say?"""

import asyncio
import ssl
import time

import asyncpg

from diagnostics.probe import GoneError
from diagnostics.probes.postgres.codes import Code
from diagnostics.probes.postgres.means import Means
from diagnostics.probes.postgres.refusals import REFUSALS, Refusal
from diagnostics.probes.postgres.session import CONNECT, KNOCK, Row
from diagnostics.wording import duration
from incidents.evidence import Figure, Finding, Health

PROBE = "pg.connect"
SOON = CONNECT - KNOCK - 0.3  # seconds; a knock after that is over before the attempt is
VERSION = """
SELECT split_part(current_setting('server_version'), ' ', 1) AS version, rolsuper AS superuser
  FROM pg_roles WHERE rolname = current_user
"""
# By their words: a full server, and a role or database at its own limit, share one SQLSTATE, and whatever a
# pooler says has another, be it its own or passed on.
SAID = {
    "too many connections for role": Code.ROLE_LIMIT,
    "too many connections for database": Code.DATABASE_LIMIT,
    "too many clients already": Code.SLOTS_FULL,
    "remaining connection slots are reserved": Code.SLOTS_FULL,
    "the database system is": Code.STARTING,
    "max_client_conn": Code.POOLER_FULL,
    "query_wait_timeout": Code.POOLER_QUEUE,
    "server_login_retry": Code.POOLER_ALONE,
}
OWN_SLOTS = (
    "Tocsin's role is a superuser, who has slots of their own; give it a role with pg_monitor instead."
)
AUTHORISATION = "28"  # the class of SQLSTATEs
SHARED = "out of shared memory"
NO_TLS = "rejected SSL upgrade"  # what asyncpg says of a server that offers no encryption
RULES = "pg_hba.conf"  # named where the rules, not a password, keep somebody out


class WaitsError(TimeoutError):
    """A pooler answers at the address, and lets the new connection wait."""


async def connect(means: Means) -> tuple[Finding, ...]:
    """Make a new connection as the application would, and keep it if none is kept."""
    begun = time.monotonic()
    try:
        connection = await _made(means)
    except Exception as error:  # noqa: BLE001 -- every way of not connecting is evidence
        return (refused(means.target, error, otherwise=_no_server(means, error)),)
    taken = time.monotonic() - begun
    await means.session.adopt(connection)
    try:
        async with means.session.reading(PROBE) as read:
            (row,) = await read(VERSION)
    except GoneError as gone:
        if not means.session.pooled:
            raise
        return (refused(means.target, gone.__cause__, otherwise=Code.POOLER_QUEUE),)
    return (connected(means, row["version"], taken, superuser=row["superuser"]),)


async def _made(means: Means) -> Row:
    """A new connection; where none comes soon, it is asked meanwhile whether a pooler lets us wait."""
    attempt = asyncio.create_task(means.session.connect(), name="connect to a database")
    knock: asyncio.Task[bool] | None = None
    try:
        done, _ = await asyncio.wait({attempt}, timeout=SOON)
        if not done:
            knock = asyncio.create_task(means.session.knocks_at_a_pooler(), name="knock at a pooler")
        return await attempt
    except TimeoutError as error:
        if knock and await knock:
            raise WaitsError from error
        raise
    finally:
        for task in (attempt, knock):
            if task:
                task.cancel()


def _no_server(means: Means, error: Exception) -> Code | None:
    """What answers the question for encryption with neither yes nor no is not PostgreSQL."""
    return Code.NOT_CONNECTED if NO_TLS in str(error) and not means.session.must_encrypt else None


def connected(means: Means, version: str, seconds: float, *, superuser: bool = False) -> Finding:
    """The finding about a connection that was made; a superuser's says little about ordinary roles."""
    slow = seconds > means.limits.connect_warn
    return Finding(
        code=Code.CONNECTS,
        probe=PROBE,
        target=means.target,
        health=Health.WARN if slow else Health.OK,
        sentence=f"PostgreSQL {version} takes new connections{' of superusers' if superuser else ''}, "
        f"in {duration(seconds)}.",
        figures=(Figure("version", version), Figure("connect", round(seconds * 1000, 1), "ms")),
        meaning="Every new connection of the application waits as long."
        if slow
        else OWN_SLOTS
        if superuser
        else "",
        next_step="Look at the machine's load, and at the network on the way." if slow else "",
    )


def refused(target: str, error: BaseException | None, *, otherwise: Code | None = None) -> Finding:
    """The finding about a connection that was not made.

    Args:
        target: what was looked at.
        error: why.
        otherwise: what it means if the error does not say.
    """
    sqlstate = getattr(error, "sqlstate", None)
    code = otherwise if otherwise and not sqlstate else condition(error)
    refusal = REFUSALS.get(code) or _other(error, sqlstate)
    return Finding(
        code=refusal.code,
        probe=PROBE,
        target=target,
        health=refusal.health,
        sentence=refusal.sentence,
        figures=(Figure("sqlstate", sqlstate), Figure("error", type(error).__name__)),
        meaning=refusal.meaning,
        next_step=refusal.next_step,
    )


def condition(error: BaseException | None) -> Code:
    """Which refusal this is."""
    if isinstance(error, asyncpg.PostgresError):
        return _said_by_the_server(error)
    match error:
        case TimeoutError():
            return Code.POOLER_QUEUE if isinstance(error, WaitsError) else Code.NO_ANSWER
        case OSError() if isinstance(error, ssl.SSLError) or NO_TLS in str(error):
            return Code.TLS_FAILED
        case ConnectionRefusedError() | FileNotFoundError() | ConnectionResetError():
            return Code.REFUSED
        case OSError() if type(error).__name__ == "gaierror":
            return Code.NO_ADDRESS
        case _:
            return Code.NOT_CONNECTED


def _said_by_the_server(error: "asyncpg.PostgresError") -> Code:
    match error:
        case asyncpg.DiskFullError():
            return Code.DISK_FULL
        case asyncpg.OutOfMemoryError():
            return no_memory(error)
        case asyncpg.InvalidCatalogNameError():
            return Code.NO_SUCH_DATABASE
        case asyncpg.CannotConnectNowError() | asyncpg.AdminShutdownError():
            return Code.STARTING
        case asyncpg.TooManyConnectionsError() | asyncpg.PostgresConnectionError():
            return _by_its_words(error)
        case _:
            return _kept_out(error)


def no_memory(error: "asyncpg.OutOfMemoryError") -> Code:
    """Two limits share one SQLSTATE: the table of locks, and the machine."""
    return Code.LOCKS_FULL if SHARED in str(error) else Code.SERVER_MEMORY


def _kept_out(error: "asyncpg.PostgresError") -> Code:
    if isinstance(error, asyncpg.InsufficientPrivilegeError):
        return Code.NO_RIGHT
    if not str(error.sqlstate).startswith(AUTHORISATION):
        return Code.NOT_CONNECTED
    return Code.NO_ENTRY if RULES in str(error) else Code.WRONG_PASSWORD


def _by_its_words(error: "asyncpg.PostgresError") -> Code:
    match error:
        case asyncpg.TooManyConnectionsError():
            unsaid = Code.SLOTS_FULL
        case asyncpg.ProtocolViolationError():
            unsaid = Code.POOLER_ALONE
        case _:
            unsaid = Code.REFUSED
    return next((code for words, code in SAID.items() if words in str(error)), unsaid)


def _other(error: BaseException | None, sqlstate: str | None) -> Refusal:
    reason = f"SQLSTATE {sqlstate}" if sqlstate else type(error).__name__
    return Refusal(
        Code.NOT_CONNECTED,
        f"A new connection to the database could not be made ({reason}).",
        "What the application sees is not known from here.",
        "Try the address by hand with psql from this machine; it says more.",
    )
