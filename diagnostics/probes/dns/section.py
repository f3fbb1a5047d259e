"""What services.toml says about names: which, whom to ask, and what they should lead to."""

import ipaddress
import re
from dataclasses import dataclass
from typing import Literal

from pydantic import Field, IPvAnyAddress, field_validator, model_validator

from diagnostics.address import Host, is_ip
from diagnostics.probe import Section

PORT = 53
PORTS = re.compile(r"[0-9]{1,5}")


@dataclass(frozen=True, slots=True)
class Resolver:
    """Whom to ask."""

    address: str
    port: int = PORT

    def __str__(self) -> str:
        return self.address if self.port == PORT else f"{self.address} port {self.port}"


class DnsSection(Section):
    """`kind = "dns"`. Seconds.

    Attributes:
        names: full names to look up, such as "db.example.com".
        resolvers: addresses to ask, with a port where it is not 53; this machine's own unless given.
        types: what to ask for.
        expected: for a name, all addresses that it may lead to.
        slow: an answer later than this is a warning.
    """

    kind: Literal["dns"]
    names: tuple[Host, ...] = Field(min_length=1, max_length=10)
    resolvers: tuple[str, ...] = Field(default=(), max_length=5)
    types: tuple[Literal["A", "AAAA"], ...] = Field(default=("A", "AAAA"), min_length=1)
    expected: dict[str, tuple[IPvAnyAddress, ...]] = Field(default={})
    slow: float = Field(default=1.0, gt=0)

    @field_validator("resolvers")
    @classmethod
    def _addresses(cls, resolvers: tuple[str, ...]) -> tuple[str, ...]:
        for text in resolvers:
            resolver(text)
        return resolvers

    @model_validator(mode="after")
    def _known(self) -> "DnsSection":
        if set(self.expected) - set(self.names):
            raise ValueError("expected: each of its names must stand in names")
        return self

    def allowed(self, name: str) -> frozenset[str]:
        """The addresses that a name may lead to; empty if any will do."""
        return frozenset(str(address) for address in self.expected.get(name, ()))


def resolver(text: str) -> Resolver:
    """The resolver at an address such as "10.0.0.2", "10.0.0.2:5353", "fd00::2" or "[fd00::2]:5353".

    Raises:
        ValueError: it is no address.
    """
    host, port = text, str(PORT)
    if text.startswith("["):
        host, _, port = text[1:].partition("]")
        port = port.removeprefix(":") or str(PORT)
    elif text.count(":") == 1:
        host, _, port = text.partition(":")
    if not is_ip(host) or not PORTS.fullmatch(port):
        raise ValueError("each must be an address, such as 10.0.0.2 or [fd00::2]:5353")
    return Resolver(str(ipaddress.ip_address(host)), int(port))
