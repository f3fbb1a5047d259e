"""What services.toml says about where a service's changes are known: a clone here, GitHub, or both."""

import re
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

from diagnostics.address import encrypted
from diagnostics.probe import Section
from diagnostics.probes.change import MEDIUM, STRONG

BRANCH = re.compile(r"[A-Za-z0-9][A-Za-z0-9_./-]{0,199}")
SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,38}/[A-Za-z0-9_.][A-Za-z0-9_.-]{0,99}")
WORKFLOW = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")
ENVIRONMENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_./ -]{0,99}")
MINUTES = 60


class Limits(BaseModel):
    """Minutes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    strong: float = Field(default=STRONG, gt=0)  # a deploy younger than this speaks strongly for itself
    medium: float = Field(default=MEDIUM, gt=0)
    fetched: float = Field(default=MINUTES, gt=0)  # a clone fetched longer ago does not know what is new


class DeploysSection(Section):
    """`kind = "deploys"`; `repository`, `github`, or both. Of both, the clone tells the commits.

    Attributes:
        repository: the full path of a clone (or bare clone) on this machine that something else fetches.
        branch: what is deployed from; "origin/main" in a clone that is only fetched.
        github: "owner/name".
        github_url: the address of GitHub's interface; of your own for GitHub Enterprise Server.
        token: may read deployments, actions and contents; needed for private repositories.
        environment: the deployments that count.
        workflow: the file of the workflow that builds, such as "build.yml"; without it, any.
    """

    kind: Literal["deploys"]
    repository: str | None = None
    branch: str = "main"
    github: str | None = None
    github_url: str = "https://api.github.com"
    token: SecretStr | None = Field(default=None, repr=False)
    environment: str = "production"
    workflow: str | None = None
    limits: Limits = Limits()

    @field_validator("repository")
    @classmethod
    def _path(cls, path: str | None) -> str | None:
        if path is not None and (
            not path.startswith("/") or ".." in path.split("/") or not path.isprintable()
        ):
            raise ValueError("it must be a full path that begins with /, without ..")
        return path

    @field_validator("branch")
    @classmethod
    def _branch(cls, branch: str) -> str:
        if (
            not BRANCH.fullmatch(branch)
            or ".." in branch
            or "//" in branch
            or branch.endswith((".lock", "/"))
        ):
            raise ValueError("it must be the name of a branch, such as main or origin/main")
        return branch

    @field_validator("github")
    @classmethod
    def _github(cls, slug: str | None) -> str | None:
        if slug is not None and (not SLUG.fullmatch(slug) or slug.partition("/")[2].strip(".") == ""):
            raise ValueError("it must be owner/name")
        return slug

    @field_validator("github_url")
    @classmethod
    def _url(cls, url: str) -> str:
        return encrypted(url)

    @field_validator("environment")
    @classmethod
    def _environment(cls, name: str) -> str:
        if not ENVIRONMENT.fullmatch(name) or ".." in name:
            raise ValueError("it must be the name of an environment, such as production")
        return name

    @field_validator("workflow")
    @classmethod
    def _workflow(cls, name: str | None) -> str | None:
        if name is not None and (not WORKFLOW.fullmatch(name) or ".." in name):
            raise ValueError("it must be the name of a workflow's file, such as build.yml")
        return name

    @model_validator(mode="after")
    def _somewhere(self) -> "DeploysSection":
        if not self.repository and not self.github:
            raise ValueError("give repository, github, or both")
        return self
