"""What services.toml says about units that may be changed: their machine, how it is known, and which."""

import re
from typing import ClassVar, Literal

import asyncssh
from pydantic import Field, FilePath, SecretStr, field_validator, model_validator

from mitigations.action import Section

HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.:-]{0,253}[A-Za-z0-9])?")
USER = re.compile(r"[a-z_][a-z0-9_-]{0,31}")
UNIT = re.compile(r"[A-Za-z0-9_][A-Za-z0-9:_.@-]{0,200}\.service")
STANDARD_PORT = 22


class SystemdSection(Section):
    """`kind = "systemd"`; services of one machine, each by its full name.

    Attributes:
        host: name or address of the machine.
        port: of its sshd.
        user: an account of its own there, never root; what it may do is polkit's to say.
        key_file: a file with the private key of that account, without a passphrase ...
        key: ... or the key itself, from the environment.
        known_hosts: the machine's line as known_hosts has it; no other host key is spoken to.
        units: what may be changed, such as "nginx.service"; nothing else is.
        started_within: seconds for one to be well again, stopping included.
        settle: seconds that it must stay so.
    """

    WHAT: ClassVar = ("host", "port", "units")

    kind: Literal["systemd"]
    host: str
    port: int = Field(default=STANDARD_PORT, strict=True, ge=1, le=65_535)
    user: str
    key_file: FilePath | None = None
    key: SecretStr | None = Field(default=None, repr=False)
    known_hosts: str
    units: tuple[str, ...] = Field(min_length=1, max_length=50)
    started_within: float = Field(default=90, ge=1, le=900)
    settle: float = Field(default=5, ge=0, le=120)

    @field_validator("host")
    @classmethod
    def _host(cls, host: str) -> str:
        if not HOST.fullmatch(host):
            raise ValueError("it must be the name or the address of a machine")
        return host

    @field_validator("user")
    @classmethod
    def _user(cls, user: str) -> str:
        if not USER.fullmatch(user):
            raise ValueError("it must be the name of an account")
        if user == "root":
            raise ValueError("it must be an account of its own, not root: polkit asks root nothing")
        return user

    @field_validator("units")
    @classmethod
    def _units(cls, units: tuple[str, ...]) -> tuple[str, ...]:
        if not all(UNIT.fullmatch(unit) for unit in units):
            raise ValueError("each must be the full name of a service, such as nginx.service")
        if len(set(units)) < len(units):
            raise ValueError("one stands there twice")
        return units

    @model_validator(mode="after")
    def _known(self) -> "SystemdSection":
        try:
            keys, authorities, *_ = self.trusted().match(self.host, "", self.port)
        except ValueError:
            raise ValueError("known_hosts: it must be a line such as ssh-keyscan prints") from None
        if not (keys or authorities):
            where = self.host if self.port == STANDARD_PORT else f"[{self.host}]:{self.port}"
            raise ValueError(f"known_hosts: it must be a line that begins with {where} and holds its key")
        return self

    @model_validator(mode="after")
    def _keyed(self) -> "SystemdSection":
        if (self.key is None) == (self.key_file is None):
            raise ValueError("give key_file or key_env")
        name = "key_env" if self.key else "key_file"
        try:
            self.identity()
        except (OSError, UnicodeDecodeError):
            raise ValueError(f"{name}: it cannot be read") from None
        except ValueError:
            raise ValueError(f"{name}: it must hold a private key without a passphrase") from None
        return self

    @property
    def places(self) -> frozenset[str]:
        """Unit by unit: one that is listed among others may have a section of its own."""
        return frozenset(f"{self.kind} {self.host} {self.port} {unit}" for unit in self.units)

    def trusted(self) -> asyncssh.SSHKnownHosts:
        """The host keys that are believed. Raises ValueError."""
        return asyncssh.import_known_hosts(self.known_hosts)

    def identity(self) -> asyncssh.SSHKey:
        """The private key of the account. Raises OSError, ValueError."""
        text = self.key.get_secret_value() if self.key else ""
        return asyncssh.import_private_key(self.key_file.read_text() if self.key_file else text)
