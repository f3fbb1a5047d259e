"""Can a new connection be made, and if not, what does the refusal say?"""

import ssl
import time
from dataclasses import dataclass

import asyncpg

from diagnostics.probe import GoneError
from diagnostics.probes.postgres.codes import Code
from diagnostics.probes.postgres.means import Means
from diagnostics.probes.postgres.session import CONNECT
from diagnostics.wording import duration
from incidents.evidence import Figure, Finding, Health

PROBE = "pg.connect"
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
NO_SPACE = "Writes fail, and when the log can no longer be written the server stops."
FREE_SPACE = (
    "Free space on the database's disk: its logs, old backups, temporary files. Delete nothing in pg_wal by "
    "hand; see which replication slot or archive keeps it."
)
AUTHORISATION = "28"  # the class of SQLSTATEs
NO_TLS = "rejected SSL upgrade"  # what asyncpg says of a server that offers no encryption
RULES = "pg_hba.conf"  # named where the rules, not a password, keep somebody out


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a refused connection means."""

    code: Code
    sentence: str
    meaning: str
    next_step: str
    health: Health = Health.CRITICAL


REFUSALS = {
    Code.SLOTS_FULL: Refusal(
        Code.SLOTS_FULL,
        "New connections are refused: every slot that ordinary roles may use is taken (53300).",
        "The application cannot open connections either, so requests that need one fail.",
        "See who holds the slots; a superuser still gets in. Restarting that application gives them back.",
    ),
    Code.ROLE_LIMIT: Refusal(
        Code.ROLE_LIMIT,
        "A new connection of Tocsin's own role is refused: its connection limit is reached (53300).",
        "Other roles may still connect, so this says nothing about the application.",
        "Allow the role at least two connections: `ALTER ROLE ... CONNECTION LIMIT 2`.",
        Health.UNKNOWN,
    ),
    Code.DATABASE_LIMIT: Refusal(
        Code.DATABASE_LIMIT,
        "New connections to this database are refused although the server has room (53300).",
        "The application cannot open connections either.",
        "See who holds its connections before raising the limit: `ALTER DATABASE ... CONNECTION LIMIT ...`.",
    ),
    Code.REFUSED: Refusal(
        Code.REFUSED,
        "Nothing listens at the database's address.",
        "PostgreSQL is stopped, has crashed, or listens somewhere else.",
        "Look whether the server runs, and at the end of its log for PANIC, FATAL or a full disk.",
    ),
    Code.NO_ANSWER: Refusal(
        Code.NO_ANSWER,
        f"The database does not answer a new connection within {duration(CONNECT)}.",
        "Its machine is frozen or overloaded, or the network drops the packets.",
        "Look at the machine: load, disk and memory. Then at firewalls between here and there.",
    ),
    Code.WRONG_PASSWORD: Refusal(
        Code.WRONG_PASSWORD,
        "The database refuses Tocsin's role or password.",
        "The server runs. What the application sees is not known from here.",
        "Check the role in services.toml. A password that was rotated may be old in the application too.",
    ),
    Code.NO_RIGHT: Refusal(
        Code.NO_RIGHT,
        "The role may not connect to this database (42501).",
        "The server runs. Where the right was taken from everybody, the application is kept out as well.",
        "See who may: psql's \\l names the rights. Give it back: GRANT CONNECT ON DATABASE ... TO ...;",
    ),
    Code.NO_ENTRY: Refusal(
        Code.NO_ENTRY,
        "The server's pg_hba.conf does not let Tocsin's role in from here.",
        "The server runs. Rules that were changed may keep the application out as well.",
        "Compare pg_hba.conf with the addresses that connect and with whether they encrypt; then reload.",
    ),
    Code.NO_SUCH_DATABASE: Refusal(
        Code.NO_SUCH_DATABASE,
        "The server runs, but the database named in services.toml does not exist on it (3D000).",
        "It was dropped or renamed, or the address points to another server.",
        "Compare the address with the application's. If the database is gone, stop and plan a restore.",
    ),
    Code.DISK_FULL: Refusal(
        Code.DISK_FULL,
        "New connections fail: the server's disk is full (53100).",
        NO_SPACE,
        FREE_SPACE,
    ),
    Code.POOLER_FULL: Refusal(
        Code.POOLER_FULL,
        "The pooler in front of the database takes no more clients (max_client_conn).",
        "The limit is the pooler's, not the server's. The application is refused as well.",
        "On the pooler: `SHOW CLIENTS`. Stop what holds most; then smaller pools, or max_client_conn.",
    ),
    Code.POOLER_QUEUE: Refusal(
        Code.POOLER_QUEUE,
        "The pooler in front of the database takes clients and lets them wait: it has no connection to give.",
        "Its pool is used up by transactions that do not end, or the database gives it no connection.",
        "On the pooler: `SHOW POOLS` (cl_waiting, maxwait). Then look at the server past it: who left "
        "transactions open, and who waits for a lock.",
    ),
    Code.POOLER_ALONE: Refusal(
        Code.POOLER_ALONE,
        "The pooler answers, but it cannot log in to the database behind it.",
        "The database is down, full, or refuses the pooler.",
        "Look at the server itself. The pooler's log has the server's own words.",
    ),
    Code.STARTING: Refusal(
        Code.STARTING,
        "The server runs but takes no connections (57P03).",
        "After a crash it replays its log first; that ends by itself.",
        "Read its log. Wait for recovery to end; restarting again only makes it begin anew.",
    ),
    Code.NO_ADDRESS: Refusal(
        Code.NO_ADDRESS,
        "The name of the database's host is not known here.",
        "DNS does not answer, or the name is wrong.",
        "Check the name in services.toml and the resolver of this machine.",
    ),
    Code.TLS_FAILED: Refusal(
        Code.TLS_FAILED,
        "The database and Tocsin cannot agree on encryption.",
        "The certificate has expired or does not fit the host, or sslmode does not suit the server.",
        "Check the server's certificate and the sslmode in the address.",
    ),
}


async def connect(means: Means) -> tuple[Finding, ...]:
    """Make a new connection as the application would, and keep it if none is kept."""
    begun = time.monotonic()
    try:
        connection = await means.session.connect()
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
            return Code.NO_ANSWER
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
        case asyncpg.InvalidCatalogNameError():
            return Code.NO_SUCH_DATABASE
        case asyncpg.CannotConnectNowError() | asyncpg.AdminShutdownError():
            return Code.STARTING
        case asyncpg.TooManyConnectionsError() | asyncpg.PostgresConnectionError():
            return _by_its_words(error)
        case _:
            return _kept_out(error)


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
