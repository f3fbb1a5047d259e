"""What services.toml says about a service's containers: where their engine is, and which they are."""

import re
from typing import Annotated, Literal, Self, TypeAlias
from urllib.parse import SplitResult, urlsplit

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    FilePath,
    StringConstraints,
    field_validator,
    model_validator,
)

from diagnostics.address import bare, file_path
from diagnostics.logs.settings import LogSettings
from diagnostics.probe import Section

SCHEMES = ("unix", "tcp", "ssh")
USER = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,31}")
Name: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.\-]{0,127}$")]
"""Of a container, of a compose project or of its service, as Docker and compose allow it."""
SettingName: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_.\-]{0,99}$")]


def _there(parts: SplitResult, url: str) -> None:
    """Raises ValueError: the address holds what is no path, host or user."""
    if not url.isprintable() or " " in url:
        raise ValueError("it must hold no spaces or control characters")
    if parts.scheme == "unix":
        file_path(parts.path)
        return
    bare(parts.hostname or "")
    if parts.username is not None and not (parts.scheme == "ssh" and USER.fullmatch(parts.username)):
        raise ValueError("a user stands in an ssh:// address only, and must be a plain name")
    if parts.path.strip("/"):
        raise ValueError("it must hold no path after the host")
    _ = parts.port  # one that is out of range is told here


class Tls(BaseModel):
    """Files of an encrypted engine: `ca` signs its certificate, `cert` and `key` are ours."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    ca: FilePath
    cert: FilePath | None = None
    key: FilePath | None = None

    @model_validator(mode="after")
    def _pair(self) -> "Tls":
        if (self.cert is None) != (self.key is None):
            raise ValueError("give cert and key together")
        return self


class Limits(BaseModel):
    """When a figure is worth a warning, and when it is critical. Seconds, percent, bytes and counts."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    memory_warn: int = 80  # percent of the container's limit
    memory_critical: int = 90
    memory_release: int = 10  # so much lower before a warning ends
    cpu_warn: int = 80  # percent of what the container may use, in both intervals
    throttled_warn: int = 25  # percent of the periods, in both intervals
    crash_restarts: int = 3  # so many restarts ...
    crash_uptime: float = 120  # ... and started less than so long ago: a crash loop
    trend_hours_warn: float = 8  # until the limit, as memory grows now
    trend_hours_critical: float = 2
    trend_growth: int = 16 * 1024**2  # less than this is no trend
    oom_within: float = Field(default=1_800, gt=0)  # seconds; the engine keeps its newest 256 events only
    reclaimable_warn: int = 20 * 1024**3
    sample: float = Field(default=2, ge=0.1, le=3)  # seconds between samples, of which there are three


class Place(BaseModel):
    """Which containers on which engine; name them, or the compose project they belong to.

    Attributes:
        url: "unix:///var/run/docker.sock", "tcp://host:2375" (a proxy on a private network only),
            "tcp://host:2376" with `tls`, or "ssh://user@host" (keys only; the host must be known).
        tls: the files of an encrypted engine.
        containers: their names.
        project: a compose project.
        services: of these services of the project only.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    url: str = "unix:///var/run/docker.sock"
    tls: Tls | None = None
    containers: tuple[Name, ...] = ()
    project: Name | None = None
    services: tuple[Name, ...] = ()

    @field_validator("url")
    @classmethod
    def _address(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme not in SCHEMES or parts.password or parts.query or parts.fragment:
            raise ValueError("it must begin with unix://, tcp:// or ssh:// and hold no password")
        if not (parts.path if parts.scheme == "unix" else parts.hostname):
            raise ValueError("it must name a socket's path or a host")
        _there(parts, url)
        return url

    @model_validator(mode="after")
    def _chosen(self) -> Self:
        if not self.containers and not self.project:
            raise ValueError("say which containers: containers = [...] or project = ...")
        if self.services and not self.project:
            raise ValueError("services are those of a compose project: name it with project")
        if self.tls and not self.url.startswith("tcp://"):
            raise ValueError("tls belongs to a tcp:// address")
        return self


class DockerSection(Place, Section):
    """`kind = "docker"`.

    Attributes:
        required_env: names of settings that each of these containers must have in its environment, not empty;
            of a project, name the services that need them.
        limits: when figures are ill.
        logs: how logs are read and judged.
    """

    kind: Literal["docker"]
    required_env: tuple[SettingName, ...] = Field(default=(), max_length=50)
    limits: Limits = Limits()
    logs: LogSettings = LogSettings()

    @model_validator(mode="after")
    def _asked_of_some(self) -> Self:
        if self.required_env and self.project and not self.services:
            raise ValueError("required_env is asked of each container: name the services that need them")
        return self
