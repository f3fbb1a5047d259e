"""What services.toml says about a workflow that may be run: where it is, and with what."""

import re
from typing import ClassVar, Literal

from pydantic import Field, field_validator

from mitigations.action import Section
from mitigations.checks import Address, Token

REPOSITORY = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})/[A-Za-z0-9._-]{1,100}")
FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}\.ya?ml")
REF = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._/-]{0,199})")
INPUT = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,99}")
MOST_INPUTS = 10
LONGEST = 500  # characters of one input


class GithubSection(Section):
    """`kind = "github"`; one workflow with `on: workflow_dispatch`.

    Attributes:
        repository: such as "acme/payments".
        workflow: the name of its file in .github/workflows, such as "rollback.yml".
        ref: the branch or tag whose workflow is run.
        inputs: given to it, always the same; shown to whoever approves.
        token: of an account that may read and write Actions of this repository and nothing else.
        url: of the REST interface.
        found_within: seconds for the run to be seen after it was asked for.
        finished_within: seconds for it to end.
    """

    WHAT: ClassVar = ("url", "repository", "workflow")

    kind: Literal["github"]
    repository: str
    workflow: str
    ref: str = "main"
    inputs: dict[str, str] = Field(default={}, max_length=MOST_INPUTS)
    token: Token = Field(repr=False)
    url: Address = "https://api.github.com"
    found_within: float = Field(default=30, ge=1, le=300)
    finished_within: float = Field(default=900, ge=1, le=3600)

    @field_validator("repository")
    @classmethod
    def _repository(cls, name: str) -> str:
        if not REPOSITORY.fullmatch(name) or ".." in name:
            raise ValueError("it must be such as acme/payments")
        return name

    @field_validator("workflow")
    @classmethod
    def _file(cls, name: str) -> str:
        if not FILE.fullmatch(name) or ".." in name:
            raise ValueError("it must be the name of a file in .github/workflows, such as rollback.yml")
        return name

    @field_validator("ref")
    @classmethod
    def _ref(cls, name: str) -> str:
        if not REF.fullmatch(name) or ".." in name:
            raise ValueError("it must be the name of a branch or tag, such as main")
        return name

    @field_validator("inputs")
    @classmethod
    def _inputs(cls, inputs: dict[str, str]) -> dict[str, str]:
        for name, value in inputs.items():
            if not INPUT.fullmatch(name) or len(value) > LONGEST:
                raise ValueError(f"each is a name with a text of at most {LONGEST} characters")
        return inputs
