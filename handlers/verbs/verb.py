"""What a verb is: a word after `/incident`, what it does, and when words after it can only be its own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum

from handlers.front import Front
from handlers.messages.parts import Message
from handlers.requests import Asked
from incidents.model import Incident

Run = Callable[[Front, Asked, Incident, str], Awaitable[Message | None]]
RunAnywhere = Callable[[Front, Asked, str], Awaitable[Message | None]]


class Takes(Enum):
    """What may follow the verb."""

    NOTHING = "nothing"
    AN_ARGUMENT = "an argument"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb about one incident.

    Attributes:
        label: as a button says it.
        certain: whether words that follow can only be this verb's argument, never a title's end.
        names_people: whether mentions in its words are wanted as Slack sends them.
        calls_people: whether its words are read by others, so that who is mentioned in them is called.
    """

    name: str
    label: str
    run: Run
    takes: Takes = Takes.WORDS
    certain: Callable[[Front, str], bool] = lambda _front, _words: False
    names_people: bool = False
    calls_people: bool = False


@dataclass(frozen=True, slots=True)
class FreeVerb:
    """A verb about no incident in particular."""

    name: str
    label: str
    run: RunAnywhere
    takes: Takes = Takes.NOTHING
