"""What services.toml says about a workload that may be changed: where it is, and how far it may be scaled."""

import re
import ssl
from typing import ClassVar, Literal
from urllib.parse import urlsplit

from pydantic import Field, FilePath, field_validator, model_validator

from mitigations.action import Section
from mitigations.checks import Token

NAMESPACE = re.compile(r"[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?")
WORKLOAD = re.compile(r"(deployment|statefulset)/([a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?)")


class KubernetesSection(Section):
    """`kind = "kubernetes"`; without `server`, the account of the pod that Tocsin runs in.

    Attributes:
        namespace: the workload's.
        workload: "deployment/payments" or "statefulset/ledger".
        server: the API's address, with `token_env`, and `ca` if its authority is not a public one.
        ca: a file with the authority's certificate.
        step: replicas that scale-up adds ...
        most: ... and the number that it never goes beyond.
        ready_within: seconds for its pods to be ready again.
    """

    WHAT: ClassVar = ("server", "namespace", "workload")

    kind: Literal["kubernetes"]
    namespace: str
    workload: str
    server: str | None = None
    token: Token | None = Field(default=None, repr=False)
    ca: FilePath | None = None
    step: int = Field(default=1, strict=True, ge=1, le=20)
    most: int = Field(default=0, strict=True, ge=0, le=500)
    ready_within: float = Field(default=180, ge=1, le=1800)

    @field_validator("namespace")
    @classmethod
    def _namespace(cls, name: str) -> str:
        if not NAMESPACE.fullmatch(name):
            raise ValueError("it must be the name of a namespace: small letters, digits and hyphens")
        return name

    @field_validator("workload")
    @classmethod
    def _workload(cls, name: str) -> str:
        if not WORKLOAD.fullmatch(name):
            raise ValueError("it must be such as deployment/payments or statefulset/ledger")
        return name

    @field_validator("server")
    @classmethod
    def _server(cls, server: str | None) -> str | None:
        parts = urlsplit("https://in.cluster" if server is None else server)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/"):
            raise ValueError("it must begin with https:// (or http://), name a host, and no path")
        if parts.username or parts.password or parts.query or parts.fragment:
            raise ValueError("it must hold no password, query or fragment")
        return server

    @model_validator(mode="after")
    def _together(self) -> "KubernetesSection":
        if (self.server is None) != (self.token is None):
            raise ValueError("give server and token_env together, or neither")
        if self.ca and self.server is None:
            raise ValueError("ca belongs to server, which is missing")
        if "scale-up" in self.actions and not self.most:
            raise ValueError("most: say up to how many replicas scale-up may go")
        if "undo" in self.actions and not self.workload.startswith("deployment/"):
            raise ValueError("actions: undo works on a deployment only")
        try:
            self.trust()
        except OSError:
            raise ValueError("ca: that file holds no certificate in PEM") from None
        return self

    def trust(self) -> ssl.SSLContext | None:
        """How the server is trusted; None for public authorities. Raises OSError."""
        return ssl.create_default_context(cafile=self.ca) if self.ca else None
