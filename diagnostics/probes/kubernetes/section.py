"""What services.toml says about a service on Kubernetes: its namespace, its labels, and the way there."""

import re
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

from diagnostics.address import encrypted, file_path
from diagnostics.logs.settings import LogSettings
from diagnostics.probe import Section

NAMESPACE = re.compile(r"[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?")
KEY = re.compile(
    r"(?:[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?"
)
CONTEXT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:@/-]{0,252}")
VALUE = re.compile(r"[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?")
MINUTE = 60
HOUR = 60 * MINUTE


class Limits(BaseModel):
    """When a figure is worth a warning, and when it is critical. Seconds, percent and counts."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    restarts_warn: int = Field(default=5, ge=1)
    restarts_within: float = Field(default=24 * HOUR, gt=0)  # an older last restart says nothing of now
    ended_within: float = Field(default=HOUR, gt=0)  # the same for memory kills and evictions
    unready_warn: float = Field(default=MINUTE, ge=0)
    starting: float = Field(default=3 * MINUTE, ge=0)  # a new pod may need so long
    unready_critical: float = Field(default=15 * MINUTE, gt=0)
    unscheduled_critical: float = Field(default=2 * MINUTE, ge=0)  # a new node takes a moment
    events_within: float = Field(default=30 * MINUTE, gt=0)
    events_warn: int = Field(default=3, ge=1)
    use_warn: int = Field(default=80, ge=1, le=100)  # percent of a limit
    use_critical: int = Field(default=90, ge=1, le=100)
    use_release: int = Field(default=10, ge=0, le=50)  # so much lower before a warning ends
    metrics_age: float = Field(default=5 * MINUTE, gt=0)  # older measurements are not judged
    rollout_recent: float = Field(default=30 * MINUTE, gt=0)
    rollout_stuck: float = Field(default=15 * MINUTE, gt=0)


class Place(BaseModel):
    """Which pods of which cluster. Without `server` or `kubeconfig`, by the account of Tocsin's own pod.

    Attributes:
        namespace: the service's.
        selector: its pods' labels, such as "app=payments,tier=web".
        server: the API's address; with `token_env`, and `ca` if its authority is not a public one.
        ca: the path of a file with the authority's certificate.
        kubeconfig: the path of a kubeconfig file with a token or certificate; it may not name a program.
        context: one of that file; without it, its current one.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    namespace: str
    selector: str
    server: str | None = None
    token: SecretStr | None = Field(default=None, repr=False)
    ca: str | None = None
    kubeconfig: str | None = None
    context: str | None = None

    @field_validator("namespace")
    @classmethod
    def _namespace(cls, name: str) -> str:
        if not NAMESPACE.fullmatch(name):
            raise ValueError("it must be the name of a namespace: small letters, digits and hyphens")
        return name

    @field_validator("selector")
    @classmethod
    def _selector(cls, selector: str) -> str:
        pairs = [part.partition("=") for part in selector.split(",")]
        if not all(KEY.fullmatch(key) and VALUE.fullmatch(value) for key, _, value in pairs):
            raise ValueError("it must be labels such as app=payments,tier=web")
        return selector

    @field_validator("server")
    @classmethod
    def _server(cls, server: str | None) -> str | None:
        return encrypted(server) if server is not None else None

    @field_validator("ca", "kubeconfig")
    @classmethod
    def _path(cls, path: str | None) -> str | None:
        return None if path is None else file_path(path)

    @field_validator("context")
    @classmethod
    def _context(cls, name: str | None) -> str | None:
        if name is not None and (not CONTEXT.fullmatch(name) or ".." in name):
            raise ValueError("it must be the name of a context, such as production or admin@production")
        return name

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if self.server and self.kubeconfig:
            raise ValueError("give server or kubeconfig, not both")
        if (self.token or self.ca) and not self.server:
            raise ValueError("token and ca belong to server, which is missing")
        if self.context is not None and not self.kubeconfig:
            raise ValueError("context belongs to kubeconfig, which is missing")
        return self

    @property
    def labels(self) -> dict[str, str]:
        """The selector's pairs."""
        return {key: value for key, _, value in (part.partition("=") for part in self.selector.split(","))}


class KubernetesSection(Place, Section):
    """`kind = "kubernetes"`.

    Attributes:
        limits: when figures are ill.
        logs: how logs are read and judged.
    """

    kind: Literal["kubernetes"]
    limits: Limits = Limits()
    logs: LogSettings = LogSettings(lines=1_000, size=512 * 1024)
