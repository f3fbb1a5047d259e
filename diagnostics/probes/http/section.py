"""What services.toml says about an HTTP service: its address and the paths that tell how it is."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field, StringConstraints, model_validator

from diagnostics.address import Address, Page, Path
from diagnostics.probe import Section

Words: TypeAlias = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class HttpSection(Section):
    """`kind = "http"`; without any path the usual ones are tried. Times in seconds.

    Attributes:
        url: the address of the service itself, past any proxy.
        health: answers 2xx while the service is well.
        live: answers 2xx while the process lives.
        ready: answers 2xx while it can do its work.
        expects: words that the front page must show while it is well, compared whatever their case.
        front: the page that customers see; a path, or a full address if that goes through a proxy.
        slow: an answer later than this is a warning.
    """

    kind: Literal["http"]
    url: Address
    health: Path | None = None
    live: Path | None = None
    ready: Path | None = None
    front: Page | None = None
    expects: tuple[Words, ...] = Field(default=(), max_length=10)
    slow: float = Field(default=1.0, gt=0)

    @model_validator(mode="after")
    def _with_words(self) -> "HttpSection":
        if self.expects and not self.front:
            raise ValueError("expects needs front: the page on which the words stand")
        return self

    def address(self, path: str) -> str:
        """The full address of a path."""
        return path if path.startswith(("http://", "https://")) else self.url + path
