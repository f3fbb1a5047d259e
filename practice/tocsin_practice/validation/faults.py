"""One thing that Slack dislikes about a block, message or view, and where."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """`pointer` is a JSON pointer into the call's arguments, such as `/blocks/0/text/text`."""

    text: str
    pointer: str

    @property
    def sentence(self) -> str:
        """The complaint as Slack writes it."""
        return f"{self.text} [json-pointer:{self.pointer}]"

    @property
    def parent(self) -> str:
        """The pointer of what holds the fault."""
        return self.pointer.rpartition("/")[0]
