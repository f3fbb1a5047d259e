"""What lets an app answer: trigger ids (once, within 3 s) and response URLs (five times, within 30 min)."""

import secrets
from dataclasses import dataclass
from typing import Final

from tocsin_practice.workspace import Workspace

TRIGGER_SECONDS: Final = 3.0
RESPONSE_SECONDS: Final = 30 * 60.0
RESPONSE_USES: Final = 5
_KEPT: Final = 5_000


class TicketError(Exception):
    """A ticket that is unknown, used up or too old; its text is Slack's error code."""


@dataclass(slots=True)
class _Trigger:
    app_id: str
    person_id: str
    channel_id: str
    issued: float
    spent: bool = False


@dataclass(slots=True, kw_only=True)
class Reply:
    """Where a response URL writes to. `message_ts` is the message that was pressed, if one was."""

    app_id: str
    person_id: str
    channel_id: str
    message_ts: str = ""
    thread_ts: str = ""
    is_ephemeral: bool = False
    from_command: bool = False
    issued: float = 0
    uses: int = 0


@dataclass(frozen=True, slots=True)
class Triggered:
    """Whose act a trigger id stands for."""

    app_id: str
    person_id: str
    channel_id: str


class Tickets:
    """Issues and redeems trigger ids and response URLs."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._clock = workspace.clock
        self._triggers: dict[str, _Trigger] = {}
        self._replies: dict[str, Reply] = {}

    def issue_trigger(self, app_id: str, person_id: str, channel_id: str = "") -> str:
        """A new trigger id for this person's act."""
        now = self._clock()
        trigger_id = f"{int(now * 1000)}.{secrets.randbelow(10**10)}.{secrets.token_hex(16)}"
        self._triggers[trigger_id] = _Trigger(app_id, person_id, channel_id, now)
        _forget(self._triggers)
        return trigger_id

    def spend_trigger(self, trigger_id: str, app_id: str) -> Triggered:
        """Redeem a trigger id.

        Raises:
            TicketError: `invalid_trigger_id`, `exchanged_trigger_id` or `expired_trigger_id`.
        """
        trigger = self._triggers.get(trigger_id)
        if trigger is None or trigger.app_id != app_id:
            raise TicketError("invalid_trigger_id")
        if trigger.spent:
            raise TicketError("exchanged_trigger_id")
        if self._clock() - trigger.issued > TRIGGER_SECONDS:
            raise TicketError("expired_trigger_id")
        trigger.spent = True
        return Triggered(trigger.app_id, trigger.person_id, trigger.channel_id)

    def issue_response_url(self, reply: Reply) -> str:
        """A new address for answers to this person's act."""
        key = secrets.token_urlsafe(24)
        reply.issued = self._clock()
        self._replies[key] = reply
        _forget(self._replies)
        return f"{self._workspace.base_url}/respond/{key}"

    def use_response_url(self, key: str) -> Reply:
        """Redeem one use of a response URL's key.

        Raises:
            TicketError: `expired_url` or `used_url`.
        """
        reply = self._replies.get(key)
        if reply is None or self._clock() - reply.issued > RESPONSE_SECONDS:
            raise TicketError("expired_url")
        if reply.uses >= RESPONSE_USES:
            raise TicketError("used_url")
        reply.uses += 1
        return reply


def _forget(issued: dict[str, _Trigger] | dict[str, Reply]) -> None:
    if len(issued) > _KEPT:
        del issued[next(iter(issued))]
