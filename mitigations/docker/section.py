"""What services.toml says about containers that may be changed: where their engine is, and which."""

import re
import ssl
from typing import ClassVar, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, FilePath, SecretStr, field_validator, model_validator

from mitigations.action import Section
from mitigations.docker.image import TAG

WORD = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127}")  # as Docker and compose name things
SCHEMES = ("unix", "tcp")


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

    def context(self) -> ssl.SSLContext:
        """How the engine is trusted, and what we show it. Raises OSError if a file is no certificate."""
        context = ssl.create_default_context(cafile=self.ca)
        if self.cert and self.key:
            context.load_cert_chain(self.cert, self.key)
        return context


class DockerSection(Section):
    """`kind = "docker"`; a container by its name, or those of a compose project or service by their labels.

    Attributes:
        url: "unix:///var/run/docker.sock", "tcp://host:2375" (a proxy on a private network only) or
            "tcp://host:2376" with `tls`.
        tls: the files of an encrypted engine.
        container: its name.
        project: a compose project, for `restart-all` ...
        service: ... or one service of it, whose containers are restarted one after another.
        order: the project's services from the bottom up, where its containers do not tell.
        grace: seconds for a container to end by itself before it is killed.
        healthy_within: seconds for it to be well again.
        settle: seconds that one without a health check must run on to count as well.
        deploy_hook: an https address, for `roll-back`; a POST there deploys what the engine has by that name.
        hook_ca: a file with the certificate of the hook's authority, if that is not a public one.
        previous: a tag that your deploys keep on the version before; without it, the image made before the
            running one is taken.
        deployed_within: seconds from the hook's answer until the older image must run and be well.
    """

    WHAT: ClassVar = ("url", "container", "project", "service")

    kind: Literal["docker"]
    url: str = "unix:///var/run/docker.sock"
    tls: Tls | None = None
    container: str | None = None
    project: str | None = None
    service: str | None = None
    order: tuple[str, ...] = ()
    grace: int = Field(default=10, strict=True, ge=0, le=300)
    healthy_within: float = Field(default=120, ge=1, le=900)
    settle: float = Field(default=5, ge=0, le=120)
    deploy_hook: SecretStr | None = Field(default=None, repr=False)
    hook_ca: FilePath | None = None
    previous: str | None = None
    deployed_within: float = Field(default=300, ge=1, le=1800)

    @field_validator("url")
    @classmethod
    def _address(cls, url: str) -> str:
        parts = urlsplit(url)
        if parts.scheme not in SCHEMES or parts.username or parts.password or parts.query or parts.fragment:
            raise ValueError("it must begin with unix:// or tcp:// and hold no password")
        if not (parts.path if parts.scheme == "unix" else parts.hostname):
            raise ValueError("it must name a socket's path or a host")
        return url

    @field_validator("container", "project", "service")
    @classmethod
    def _named(cls, word: str | None) -> str | None:
        if word is not None and not WORD.fullmatch(word):
            raise ValueError(
                "it must be a name of letters, digits, - _ and . that begins with one of the first two"
            )
        return word

    @field_validator("deploy_hook")
    @classmethod
    def _encrypted(cls, hook: SecretStr | None) -> SecretStr | None:
        parts = urlsplit("https://none" if hook is None else hook.get_secret_value())
        if (
            parts.scheme != "https"
            or not parts.hostname
            or parts.username
            or parts.password
            or parts.fragment
        ):
            raise ValueError("it must begin with https://, name a host and hold no user and password")
        return hook

    @field_validator("previous")
    @classmethod
    def _tag(cls, tag: str | None) -> str | None:
        if tag is not None and not TAG.fullmatch(tag):
            raise ValueError("it must be a tag alone, such as last-good")
        return tag

    @model_validator(mode="after")
    def _chosen(self) -> "DockerSection":
        if (self.container is None) == (self.project is None) or (self.service and not self.project):
            raise ValueError(
                "say what may be changed: container = ..., or project = ... and service = ..., "
                "or project = ... alone"
            )
        whole = self.project is not None and self.service is None
        if whole != ("restart-all" in self.actions) or (whole and len(self.actions) > 1):
            raise ValueError(
                "actions: restart-all belongs to a project without a service, and only that does"
            )
        if self.tls and not self.url.startswith("tcp://"):
            raise ValueError("tls belongs to a tcp:// address")
        return self

    @model_validator(mode="after")
    def _deployed(self) -> "DockerSection":
        if "roll-back" in self.actions and self.deploy_hook is None:
            raise ValueError("deploy_hook_env: roll-back needs the address that deploys")
        return self

    @model_validator(mode="after")
    def _trusted(self) -> "DockerSection":
        try:
            _ = self.tls and self.tls.context()
        except OSError:
            raise ValueError("tls: its files are no certificates and key in PEM, or do not fit") from None
        try:
            _ = self.hook_ca and ssl.create_default_context(cafile=self.hook_ca)
        except OSError:
            raise ValueError("hook_ca: that file holds no certificate in PEM") from None
        return self
