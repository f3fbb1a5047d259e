"""What services.toml says about a PostgreSQL: where it is, and from which figures on it is called ill."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from diagnostics.probe import Section

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
    lock_wait_note: float = 5
    lock_wait_warn: float = 60
    lock_wait_critical: float = 120
    lock_waiters_warn: int = 5
    transaction_warn: float = 60
    transaction_critical: float = 600
    prepared_warn: float = 30
    mean_warn: float = 0.1
    mean_critical: float = 0.5
    statement_calls: int = 100
    statement_share: int = 33  # percent of all execution time
    statement_total: float = 60  # less execution time than this is too little to judge
    rows_per_scan: int = 10_000
    table_rows: int = 10_000
    rows_read: int = 100_000  # between the two samples
    table_size: int = 10 * 1024**3
    replica_lag_warn: float = 30
    replica_lag_critical: float = 3600
    sample: float = 2  # seconds between two samples


class PostgresSection(Section):
    """`kind = "postgres"`; give `dsn`, or `dsn_env` with the name of the variable that holds it."""

    kind: Literal["postgres"]
    dsn: SecretStr = Field(repr=False)
    keepalive: float = Field(default=30, ge=1)  # seconds between two signs of life of the kept connection
    limits: Limits = Limits()

    @field_validator("dsn")
    @classmethod
    def _address(cls, dsn: SecretStr) -> SecretStr:
        text = dsn.get_secret_value()
        if not text.startswith(SCHEMES):
            raise ValueError("it must begin with postgresql://")
        address, _, query = text.partition("://")[2].partition("?")
        kept = "&".join(part for part in query.split("&") if part.partition("=")[0] not in FOR_LIBPQ)
        return SecretStr(f"postgresql://{address}{'?' if kept else ''}{kept}")
