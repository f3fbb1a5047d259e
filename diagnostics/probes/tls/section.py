"""What services.toml says about a TLS port, and how early its end is told."""

from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator

from diagnostics.address import Host
from diagnostics.probe import Section


class TlsSection(Section):
    """`kind = "tls"`. Days and seconds.

    Attributes:
        host: the name or address to connect to.
        server_name: the name that the certificate must be for; the host unless given.
        authority: a file with the certificate of an authority of your own, as PEM.
        note: days before the end from which on it is mentioned.
        warn: days from which on it is a warning.
        critical: days from which on it is critical.
    """

    kind: Literal["tls"]
    host: Host
    port: int = Field(default=443, ge=1, le=65535)
    server_name: Host | None = None
    authority: Path | None = None
    note: float = Field(default=30, ge=0)
    warn: float = Field(default=14, ge=0)
    critical: float = Field(default=7, ge=0)

    @field_validator("authority")
    @classmethod
    def _there(cls, authority: Path | None) -> Path | None:
        if authority and not authority.is_file():
            raise ValueError("there is no such file")
        return authority

    @property
    def expected(self) -> str:
        """The name that the certificate must be for."""
        return self.server_name or self.host
