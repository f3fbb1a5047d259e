"""What services.toml says about a PostgreSQL on which sessions may be ended and statements cancelled."""

from typing import Literal
from urllib.parse import parse_qs, urlsplit

from pydantic import Field, SecretStr, field_validator

from mitigations.action import Section

SCHEMES = ("postgres://", "postgresql://", "postgresql+asyncpg://", "postgresql+psycopg://")
# What asyncpg understands of an address; anything else it would hand to the server as a setting.
UNDERSTOOD = frozenset(
    {
        "database",
        "dbname",
        "direct_tls",
        "host",
        "krbsrvname",
        "options",
        "passfile",
        "password",
        "port",
        "ssl_max_protocol_version",
        "ssl_min_protocol_version",
        "sslcert",
        "sslcrl",
        "sslkey",
        "sslmode",
        "sslnegotiation",
        "sslpassword",
        "sslrootcert",
        "target_session_attrs",
        "user",
    }
)


class PostgresSection(Section):
    """`kind = "postgres"`; only sessions of the database in its address are ever touched.

    Attributes:
        dsn: of a role with pg_monitor and pg_signal_backend, at the server itself, not at a pooler.
        keepalive: seconds between two signs of life of the kept connection.
        idle_after: seconds from which on a session that sits idle in a transaction may be ended.
        running_after: seconds from which on a running statement may be cancelled.
    """

    kind: Literal["postgres"]
    dsn: SecretStr = Field(repr=False)
    keepalive: float = Field(default=30, ge=1)
    idle_after: float = Field(default=60, ge=10)
    running_after: float = Field(default=60, ge=5)

    @property
    def place(self) -> str:
        """The database at its address, whichever role is used there."""
        parts = urlsplit(self.dsn.get_secret_value())
        options = parse_qs(parts.query)
        (host, *_) = options.get("host") or [parts.netloc.rpartition("@")[2]]
        (port, *_) = options.get("port") or [""]
        (name, *_) = options.get("dbname") or options.get("database") or [parts.path.strip("/")]
        address = f"{host.casefold()}:{port}" if port else host.casefold()
        return f"postgres {address.removesuffix(':5432')}/{name}"

    @field_validator("dsn")
    @classmethod
    def _address(cls, dsn: SecretStr) -> SecretStr:
        text = dsn.get_secret_value()
        if not text.startswith(SCHEMES):
            raise ValueError("it must begin with postgresql://")
        address, _, query = text.partition("://")[2].partition("?")
        kept = "&".join(part for part in query.split("&") if part.partition("=")[0] in UNDERSTOOD)
        return SecretStr(f"postgresql://{address}{'?' if kept else ''}{kept}")
