"""How a payload reaches an app and what comes back: the port that Socket Mode and HTTP both fill."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Protocol

from tocsin_practice.model import App, Json

ACK_SECONDS: Final = 3.0
"""How long an app has to acknowledge."""


class EnvelopeType(StrEnum):
    """The kinds of envelope that Socket Mode knows."""

    SLASH_COMMANDS = "slash_commands"
    INTERACTIVE = "interactive"
    EVENTS_API = "events_api"


@dataclass(frozen=True, slots=True)
class Parcel:
    """A payload on its way to an app."""

    type: EnvelopeType
    payload: Json
    accepts_response_payload: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What an app said to a parcel.

    `failure` is empty when it acknowledged, else the code that Slack names (`dispatch_failed`,
    `operation_timeout`). `seconds` is the time to the acknowledgement.
    """

    failure: str = ""
    payload: Json = field(default_factory=dict)
    seconds: float | None = None


class Courier(Protocol):
    """Brings parcels to apps."""

    async def ask(self, app: App, parcel: Parcel) -> Answer:
        """Deliver and wait for the acknowledgement, `ACK_SECONDS` at most; never raises."""
        ...
