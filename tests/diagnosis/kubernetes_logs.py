"""What pods' logs say at a stand-in for the Kubernetes API: what nothing else shows, and harmless lines."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import cycle, islice

from incidents.evidence import Examination
from tests.diagnosis import postgres
from tests.diagnosis.case import NOTHING, Case, Group, at_noon, looked_at
from tests.diagnosis.kubernetes import Act, Change, holds, told
from tests.diagnosis.kubernetes_objects import name
from tests.diagnostics.kubernetes import standin
from tests.diagnostics.kubernetes.standin import Api
from tests.diagnostics.remote import ago

TIMES = 12
POOL = (
    "ERROR sqlalchemy.exc.TimeoutError: QueuePool limit of size 5 overflow 10 reached, connection timed out, "
    "timeout 30.00"
)


def say(*lines: str) -> Act:
    """The pods log these lines, a dozen within minutes, among others."""
    return holds(said(*lines))


def said(*lines: str) -> Change:
    return told("a", "INFO started", *islice(cycle(lines), TIMES), "INFO GET /health 200")


def floods(api: Api) -> None:
    lines = [f"{ago(seconds=1)} DEBUG cache.get key=cart:{n} hit=True\n" for n in range(40_000)]
    api.logs[name("a")] = "".join(lines)


async def beside_a_database(small: str) -> Examination:
    """Its pool is exhausted while a real PostgreSQL has room."""
    with postgres.shop(small) as dsn:
        async with standin.serving() as api:
            standin.well(api)
            said(POOL)(api)
            return await looked_at(postgres.of(dsn), targets=at_noon(standin.section(api)))


@asynccontextmanager
async def opened() -> AsyncIterator[str]:
    async with postgres.opened() as small:
        yield small


GROUP = Group(
    "Kubernetes logs (stand-in)",
    opened,
    (
        Case(
            "names are not found",
            "DNS_FAILURE",
            say("ERROR socket.gaierror: [Errno -3] Temporary failure in name resolution"),
        ),
        Case(
            "names are not found, in Go",
            "DNS_FAILURE",
            say("dial tcp: lookup orders.shop.svc.cluster.local on 10.96.0.10:53: no such host"),
        ),
        Case(
            "a certificate is refused",
            "TLS_FAILURE",
            say("tls: failed to verify certificate: x509: certificate signed by unknown authority"),
        ),
        Case(
            "too many open files",
            "FILES_LIMIT",
            say("accept tcp [::]:8080: accept4: too many open files; retrying in 1s"),
        ),
        Case("no more threads", "PROCESS_LIMIT", say("ERROR RuntimeError: can't start new thread")),
        Case(
            "a column that is not there",
            "SCHEMA_MISMATCH",
            say('ERROR psycopg.errors.UndefinedColumn: column "discount" does not exist'),
        ),
        Case(
            "a permission that is missing",
            "CONFIG_ERROR",
            say("ERROR psycopg.errors.InsufficientPrivilege: permission denied for table payments"),
        ),
        Case(
            "calls are limited",
            "RATE_LIMITED",
            say("ERROR stripe.RateLimitError: 429 Too Many Requests: request rate limit exceeded"),
        ),
        Case(
            "statements are cancelled",
            "STATEMENTS_CANCELLED",
            say("ERROR: canceling statement due to statement timeout"),
        ),
        Case(
            "a dependency refuses",
            "DEPENDENCY_DOWN",
            say("ERROR ConnectionRefusedError: [Errno 111] Connection refused: orders:8080"),
        ),
        Case(
            "no space left", "DISK_FULL", say("OSError: [Errno 28] No space left on device: '/data/spool/7'")
        ),
        Case("a flood of lines", "LOG_FLOOD", holds(floods)),
        Case("the pool exhausted, the database not seen", "DB_POOL_TOO_SMALL", say(POOL)),
        Case("the pool exhausted, the database with room", "DB_POOL_TOO_SMALL", beside_a_database),
        Case(
            "lines that only sound bad",
            NOTHING,
            say(
                "INFO error_rate=0.0 errors=0 retries=0",
                "INFO rate limiter ready: 429 is answered above 100/s",
                "INFO connection refused by policy: 0, permission denied: 0",
                "DEBUG loaded handler TimeoutErrorHandler",
            ),
        ),
        Case(
            "one refused connection, then well",
            NOTHING,
            holds(
                told(
                    "a", "WARN Connection refused: orders:8080, trying again", "INFO connected to orders:8080"
                )
            ),
        ),
    ),
)
