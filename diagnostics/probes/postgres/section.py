"""What services.toml says about a PostgreSQL: where it is, and from which figures on it is called ill."""

import re
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from diagnostics.probe import Section

WORD = r"[^\W\d][\w$ -]{0,62}"  # names are compared, not parsed: as they are, case and all
TABLE = re.compile(rf"{WORD}\.{WORD}")
SCHEMES = ("postgres://", "postgresql://", "postgresql+asyncpg://", "postgresql+psycopg://")
# What an address for libpq may hold and asyncpg would hand to the server as a setting, which refuses it.
FOR_LIBPQ = frozenset(
    {
        "",
        "application_name",
        "channel_binding",
        "client_encoding",
        "connect_timeout",
        "fallback_application_name",
        "gssencmode",
        "keepalives",
        "keepalives_count",
        "keepalives_idle",
        "keepalives_interval",
        "load_balance_hosts",
        "require_auth",
        "sslcompression",
        "sslsni",
        "tcp_user_timeout",
    }
)


class Limits(BaseModel):
    """When a figure is worth a warning, and when it is critical. Seconds, percent and counts."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    connect_warn: float = 2
    slots_warn: int = 80  # percent of the usable slots
    slots_critical: int = 90
    slots_release: int = 10  # so much lower before a warning ends
    idle_in_transaction_count: int = 5  # that many ...
    idle_in_transaction_settled: float = 10  # ... for that long
    idle_in_transaction_warn: float = 60  # the oldest
    idle_in_transaction_critical: float = 300
    leak_share: int = 50  # percent of the client sessions
    old_busy: float = 600
    old_idle: float = 300
    slow_note: float = 5
    slow_warn: float = 60
    slow_critical: float = 300
    lock_wait_warn: float = 5
    lock_wait_critical: float = 120
    lock_waiters_warn: int = 5  # however short they have waited; critical once one has for lock_wait_warn
    transaction_warn: float = 60
    transaction_critical: float = 600
    prepared_warn: float = 5
    prepared_critical: float = 30
    mean_warn: float = 0.1  # seconds of a statement that is called ...
    statement_calls: int = 100  # ... so often a minute
    statement_share: int = 33  # percent of all execution time, if the statement keeps ...
    statement_busy: float = 0.5  # ... so many sessions at work
    rows_per_scan: int = 10_000
    table_rows: int = 10_000
    rows_lost_warn: int = 10  # percent of the rows of a table of `tables` that have gone ...
    rows_lost_critical: int = 50
    rows_within: float = 3600  # ... in that time
    rows_judged: int = 1_000  # fewer rows are too few to judge
    rows_read: int = 100_000  # between the two samples
    table_size: int = 10 * 1024**3
    dead_rows: int = 10_000  # fewer dead rows in a table are too few to judge ...
    dead_size: int = 100 * 1024**2  # bytes; ... and so is a smaller table
    dead_warn: int = 10  # percent of its rows
    dead_critical: int = 20
    held_transactions: int = 100_000  # begun since, where what holds VACUUM back does not tell its age
    xid_warn: int = 1_300_000_000  # transactions since the last freeze; writes stop at about 2.1 billion
    xid_critical: int = 1_400_000_000
    multixact_warn: int = 1_300_000_000
    multixact_critical: int = 1_400_000_000
    sequence_warn: int = 85  # percent of what the sequence, or the type of its column, can hold
    sequence_critical: int = 95
    replica_lag_note: float = 5  # so far behind ...
    replica_lag_settled: float = 10  # ... for that long
    replica_lag_warn: float = 30  # at once
    replica_lag_critical: float = 3600
    log_kept_warn: int = 10 * 1024**3  # bytes of log kept for a slot that is read, or for the archive
    log_kept_critical: int = 50 * 1024**3
    archive_wait_warn: float = 300  # the oldest piece of log that waits for its archiver
    archive_wait_critical: float = 3600
    counted: float = 120  # counters are compared with those of that long ago, if they are known
    deadlocks_critical: float = 5  # a minute
    transactions_judged: int = 100  # fewer transactions are too few to judge
    rollbacks_warn: int = 10  # percent of them
    spill_warn: int = 100 * 1024**2  # bytes of temporary files a minute ...
    spill_judged: int = 32 * 1024**2  # ... and that many at least
    spill_open_warn: int = 1024**3  # bytes of temporary files that are there now
    pages_judged: int = 10_000  # fewer pages are too few to judge
    cache_warn: int = 90  # percent of them that the cache had
    checkpoints_warn: int = 3  # that the volume of writes forced ...
    checkpoints_within: float = 600  # ... in that time
    crash_gap: float = 10  # the other processes of a server begin at most so long after its first ...
    crash_told: float = 3600  # ... and a crash is told for that long
    timeout_short: float = 1  # a statement_timeout of a role or database below that is told
    sample: float = Field(default=2, gt=0, le=3)  # seconds between two samples


class PostgresSection(Section):
    """`kind = "postgres"`; give `dsn`, or `dsn_env` with the name of the variable that holds it.

    Attributes:
        dsn: the address, of the server itself rather than of a pooler: "postgresql://tocsin_diag:...@host/shop".
        keepalive: seconds between two signs of life of the kept connection.
        tables: of which to tell whether rows are lost, such as "public.users"; they are never counted.
        limits: when figures are ill.
    """

    kind: Literal["postgres"]
    dsn: SecretStr = Field(repr=False)
    keepalive: float = Field(default=30, ge=1)
    tables: tuple[str, ...] = Field(default=(), max_length=20)
    limits: Limits = Limits()

    @field_validator("tables")
    @classmethod
    def _with_schema(cls, tables: tuple[str, ...]) -> tuple[str, ...]:
        if not all(TABLE.fullmatch(table) for table in tables):
            raise ValueError("each must be a schema and a table, unquoted, such as 'public.users'")
        return tuple(dict.fromkeys(tables))

    @field_validator("dsn")
    @classmethod
    def _address(cls, dsn: SecretStr) -> SecretStr:
        text = dsn.get_secret_value()
        if not text.startswith(SCHEMES):
            raise ValueError("it must begin with postgresql://")
        address, _, query = text.partition("://")[2].partition("?")
        kept = "&".join(part for part in query.split("&") if part.partition("=")[0] not in FOR_LIBPQ)
        return SecretStr(f"postgresql://{address}{'?' if kept else ''}{kept}")
