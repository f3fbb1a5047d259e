"""Slack's payloads as the domain's requests: one key for each thing asked, tokens left out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from handlers.wire import Json
from incidents.facts import Via
from incidents.model import MessageId, PersonId, Place, RoomId
from incidents.work import Request

_KEPT = 4000


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody did in Slack, and where.

    Attributes:
        room: the channel; None where there is none, as in a form opened from the search bar.
        trigger: what a form may be opened with, for three seconds and once.
        message: the message that a button or shortcut belongs to.
        thread: the thread that this message stands in.
        ephemeral: whether only this person sees the message.
    """

    request: Request
    person: PersonId
    room: RoomId | None = None
    trigger: str = ""
    message: MessageId | None = None
    thread: MessageId | None = None
    ephemeral: bool = False

    @property
    def place(self) -> Place | None:
        """Where an answer for all belongs."""
        return Place(self.room, self.thread) if self.room else None

    def keyed(self, key: str) -> Asked:
        """The same, under a key that others share who ask for the same thing."""
        return replace(self, request=replace(self.request, key=key))


def from_command(body: Json, at: datetime) -> Asked:
    """A slash command."""
    payload = {name: _text(body, name) for name in ("command", "text", "channel_id", "channel_name")}
    return Asked(
        _request(
            f"command:{_text(body, 'trigger_id')}", at, _text(body, "user_id"), Via.COMMAND, payload, body
        ),
        PersonId(_text(body, "user_id")),
        RoomId(_text(body, "channel_id")),
        _text(body, "trigger_id"),
    )


def from_press(body: Json, action: Json, at: datetime) -> Asked:
    """A button or menu, in a message."""
    container = body.get("container") or {}
    payload = {"action": _text(action, "action_id"), "value": _text(action, "value")} | _where(body)
    trigger = _text(body, "trigger_id") or f"{_user(body)}:{_text(action, 'action_ts')}"
    return Asked(
        _request(f"button:{trigger}", at, _user(body), Via.BUTTON, payload, body),
        PersonId(_user(body)),
        _room(body),
        _text(body, "trigger_id"),
        MessageId(_text(container, "message_ts")) if container.get("message_ts") else None,
        _thread(container),
        bool(container.get("is_ephemeral")),
    )


def from_form(body: Json, at: datetime) -> Asked:
    """A form that was sent; sent again after a lost answer, it is the same request."""
    view = body.get("view") or {}
    key = f"form:{_text(view, 'root_view_id') or _text(view, 'id')}"
    payload = {"form": _text(view, "callback_id"), "about": _text(view, "private_metadata")}
    return Asked(
        _request(key, at, _user(body), Via.FORM, payload, {}),
        PersonId(_user(body)),
        trigger=_text(body, "trigger_id"),
    )


def from_shortcut(body: Json, at: datetime) -> Asked:
    """A shortcut, on a message or from the search bar."""
    message = body.get("message") or {}
    payload = {"shortcut": _text(body, "callback_id")} | _where(body)
    return Asked(
        _request(f"shortcut:{_text(body, 'trigger_id')}", at, _user(body), Via.SHORTCUT, payload, body),
        PersonId(_user(body)),
        _room(body),
        _text(body, "trigger_id"),
        MessageId(_text(message, "ts")) if message.get("ts") else None,
        MessageId(_text(message, "thread_ts")) if message.get("thread_ts") else None,
    )


def from_event(body: Json, at: datetime) -> Asked:
    """An event, which may come more than once."""
    event = body.get("event") or {}
    payload = {"event": _text(event, "type"), "channel": _text(event, "channel")}
    return Asked(
        _request(f"event:{_text(body, 'event_id')}", at, _text(event, "user"), Via.EVENT, payload, {}),
        PersonId(_text(event, "user")),
        RoomId(_text(event, "channel")) if isinstance(event.get("channel"), str) else None,
        message=MessageId(_text(event, "ts")) if event.get("ts") else None,
        thread=MessageId(_text(event, "thread_ts")) if event.get("thread_ts") else None,
    )


def _request(key: str, at: datetime, by: str, via: Via, payload: Json, body: Json) -> Request:
    kept = {name: str(value)[:_KEPT] for name, value in payload.items() if value}
    return Request(key, at, PersonId(by) if by else None, via, kept, _text(body, "response_url"))


def _thread(container: Json) -> MessageId | None:
    """The thread that the message stands in; the head of a thread stands in the channel."""
    thread = _text(container, "thread_ts")
    return MessageId(thread) if thread and thread != _text(container, "message_ts") else None


def _where(body: Json) -> Json:
    container = body.get("container") or {}
    return {
        "channel_id": _room(body) or "",
        "message_ts": _text(container, "message_ts") or _text(body, "message_ts"),
    }


def _room(body: Json) -> RoomId | None:
    identity = _text(body.get("channel") or {}, "id") or _text(body.get("container") or {}, "channel_id")
    return RoomId(identity) if identity else None


def _user(body: Json) -> str:
    return _text(body.get("user") or {}, "id")


def _text(part: Json, name: str) -> str:
    value = part.get(name)
    return value if isinstance(value, str) else ""
