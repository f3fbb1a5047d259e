"""What services.toml says about a proxy: where its log is kept, and which shares are too many."""

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from diagnostics.logs.settings import LogSettings
from diagnostics.probe import Section
from diagnostics.probes.docker.section import Place as Containers
from diagnostics.probes.kubernetes.section import Place as Pods


class Limits(BaseModel):
    """When a figure is worth a warning, and when it is critical. Percent of requests, seconds and counts."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    requests_per_minute: float = Field(default=120, ge=0)  # below this, shares say little
    errors_warn: float = Field(default=2, gt=0)
    errors_critical: float = Field(default=5, gt=0)
    errors_plain: float = Field(default=50, gt=0)  # of little traffic; so many are a warning
    errors_counted: int = Field(default=20, ge=1)  # in the window, for that
    server_failures: int = Field(default=5, ge=1)  # so many tries of one server fail ...
    server_share: float = Field(default=20, gt=0)  # ... and they are such a share of its tries
    limited_warn: float = Field(default=5, gt=0)  # answered 429, or limited otherwise
    limited_critical: float = Field(default=25, gt=0)
    logins_warn: float = Field(default=20, gt=0)  # answered 401 or 403, and twice as many as before
    logins_alone: float = Field(default=60, gt=0)  # where it is not known how many there were before
    lost_warn: float = Field(default=20, gt=0)  # answered 404, and twice as many as before
    lost_alone: float = Field(default=60, gt=0)  # where it is not known how many there were before
    hung_up_warn: float = Field(default=5, gt=0)  # callers gone before the answer (499)
    slow_warn: float = Field(default=1, gt=0)  # seconds of the slowest 5 %, and ...
    slower_warn: float = Field(default=2, gt=1)  # ... so many times as long as before
    slower_critical: float = Field(default=4, gt=1)
    slow_alone: float = Field(default=5, gt=0)  # seconds, where it is not known how long it took before
    traffic_low_warn: float = Field(default=25, ge=0)  # percent of the requests of the window before
    traffic_low_critical: float = Field(default=5, ge=0)


class ProxyLogs(LogSettings):
    """How much of each log is read, and the window that is judged: shorter and of more lines than others."""

    window: float = Field(default=300, ge=60, le=21_600)
    lines: int = Field(default=10_000, ge=10, le=50_000)
    size: int = Field(default=8 * 1024**2, ge=64 * 1024, le=16 * 1024**2)


class ProxySection(Section):
    """`kind = "proxy"`; its log is that of containers or of pods.

    Attributes:
        docker: its containers.
        kubernetes: its pods.
        limits: when figures are ill.
        logs: how much is read, and the window that is judged.
    """

    kind: Literal["proxy"]
    docker: Containers | None = None
    kubernetes: Pods | None = None
    limits: Limits = Limits()
    logs: ProxyLogs = ProxyLogs()

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        if (self.docker is None) == (self.kubernetes is None):
            raise ValueError("say where its log is: docker = {...} or kubernetes = {...}")
        return self
