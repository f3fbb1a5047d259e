"""What services.toml says about a Redis: where it is, and from which figures on it is called ill."""

import re
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qs, urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from diagnostics.address import bare, file_path
from diagnostics.probe import Section

SCHEMES = ("redis", "rediss", "unix")
TLS_KEYS = frozenset({"ssl_ca_certs", "ssl_ca_path", "ssl_certfile", "ssl_check_hostname", "ssl_keyfile"})
PATHS = TLS_KEYS - {"ssl_check_hostname"}
KEYS = TLS_KEYS | {"db", "password", "username"}
DATABASE = re.compile(r"(?:/[0-9]{0,5})?")
MB = 1024**2


class Limits(BaseModel):
    """When a figure is worth a warning, and when it is critical. Seconds, percent, bytes and counts."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    ping_warn: float = Field(default=0.1, gt=0)
    memory_warn: int = 70  # percent of maxmemory
    memory_critical: int = 90
    system_critical: int = 90  # percent of the machine's memory, where there is no maxmemory
    judged_from: int = 5 * MB  # less data than this is too little to judge its fragmentation
    fragmentation_ratio: float = 1.4  # beyond this ratio ...
    fragmentation_size: int = (
        50 * MB
    )  # ... and this size; a small server holds some ten beyond its data anyway
    peak_ratio: float = 1.5
    buffers_share: int = 20  # percent of the used memory that clients' buffers take ...
    buffers_size: int = 10 * MB  # ... and so much: who they wait for is asked
    buffers_plain: int = 64 * MB  # so much is asked about whatever its share
    unread_for: float = 2  # seconds in which a client read nothing of what waits for it
    clients_warn: int = 80  # percent of maxclients
    clients_critical: int = 90
    clients_release: int = 10  # so much lower before a warning ends
    clients_listed: int = 10_000  # more clients than this are not listed
    rejected_critical: int = 5  # a minute
    slow_warn: float = 0.01
    slow_critical: float = 1.0
    recent: float = 600  # slow commands and latency events that are older are history
    latency_critical: float = 1.0
    saving_warn: float = 600
    saving_critical: float = 1200
    replica_lag_warn: float = 10
    copies_warn: int = 3  # replicas took over all data so often, and more than twice each, ...
    copies_within: float = 600  # ... once in so many seconds or oftener
    sample: float = Field(default=2, gt=0, le=3)  # seconds between two samples
    keys_judged: int = 1000  # fewer keys at the look before are too few to judge ...
    keys_left: int = 10  # ... and this share of them or less, in percent, is a loss
    remembered: float = 3600  # seconds for which the counters of an earlier look are compared with


class RedisSection(Section):
    """`kind = "redis"`; give `url`, or `url_env` with the name of the variable that holds it.

    Attributes:
        url: "redis://tocsin:...@host:6379", "rediss://" with TLS, "unix://" for a socket.
        keepalive: seconds between two signs of life of the kept connection.
        limits: when figures are ill.
    """

    kind: Literal["redis"]
    url: SecretStr = Field(repr=False)
    keepalive: float = Field(default=30, ge=1)
    limits: Limits = Limits()

    @field_validator("url")
    @classmethod
    def _address(cls, url: SecretStr) -> SecretStr:
        parts = urlsplit(url.get_secret_value())
        query = parse_qs(parts.query)
        if parts.scheme not in SCHEMES:
            raise ValueError("it must begin with redis://, rediss:// or unix://")
        if not (parts.path if parts.scheme == "unix" else parts.hostname):
            raise ValueError("it must name a host, or a socket after unix://")
        if parts.scheme == "unix":
            file_path(parts.path)
        elif not DATABASE.fullmatch(parts.path):
            raise ValueError("after the host it may hold a number only")
        else:
            bare(parts.hostname or "")
        if set(query) - KEYS:
            raise ValueError(f"after the question mark it may hold {', '.join(sorted(KEYS))} only")
        if any(not Path(path).exists() for key in PATHS for path in query.get(key, ())):
            raise ValueError("a file that it names after the question mark is not there")
        _ = parts.port  # one that is out of range is told here
        return url
