"""What the page's buttons and boxes ask for, done through the workspace's acts, and what to show then."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from tocsin_practice.acts import Acts
from tocsin_practice.elements import ElementError
from tocsin_practice.model import Channel, Json, Person, View
from tocsin_practice.outcomes import Outcome, OutcomeKind
from tocsin_practice.page import form, selects
from tocsin_practice.page.markup import tag
from tocsin_practice.page.notices import Notices
from tocsin_practice.page.screen import zone_of
from tocsin_practice.places import InView, Place
from tocsin_practice.workspace import Workspace


class DeedError(ValueError):
    """The page asked for something that cannot be done; the text is for the person."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request of the page: who asks, and the fields sent."""

    person: Person
    fields: Mapping[str, Any]

    def word(self, key: str) -> str:
        """A field as text, empty if it is not there."""
        value = self.fields.get(key)
        return value if isinstance(value, str) else ""


class Deeds:
    """Does what the page asks for. `do` answers `{"ok": bool, "say": sentence}` and what else there is."""

    def __init__(self, workspace: Workspace, acts: Acts, notices: Notices) -> None:
        self._workspace = workspace
        self._acts = acts
        self._notices = notices
        self._known: dict[str, Callable[[Asked], Awaitable[Json]]] = {
            "enter": self._enter,
            "press": self._press,
            "submit": self._submit,
            "close": self._close,
            "suggest": self._suggest,
            "react": self._react,
            "pin": self._pin,
            "dismiss": self._dismiss,
            "join": self._join,
            "read": self._read,
            "message-shortcut": self._message_shortcut,
            "global-shortcut": self._global_shortcut,
        }

    async def do(self, asked: Asked) -> Json:
        """Do one thing; what cannot be done is said, not raised."""
        deed = self._known.get(asked.word("act"))
        if deed is None:
            return _said("The page asked for something that is not known here.")
        try:
            return await deed(asked)
        except (DeedError, ElementError) as error:
            return _said(str(error))

    # Writing

    async def _enter(self, asked: Asked) -> Json:
        line, channel = asked.word("text"), self._channel(asked)
        outcome = await self._acts.enter(asked.person, channel, line, thread_ts=asked.word("thread"))
        is_command = outcome.message is None and line.startswith("/")
        return _answer(outcome, told=is_command)

    async def _react(self, asked: Asked) -> Json:
        channel = self._channel(asked)
        return _answer(self._acts.react(asked.person, channel, asked.word("ts"), asked.word("value")))

    async def _pin(self, asked: Asked) -> Json:
        return _answer(self._acts.pin(asked.person, self._channel(asked), asked.word("ts")))

    async def _dismiss(self, asked: Asked) -> Json:
        ts = asked.word("ts")
        if self._notices.dismiss(asked.person.id, ts):
            return {"ok": True, "redraw": True}
        return _answer(self._acts.dismiss(asked.person, ts))

    async def _join(self, asked: Asked) -> Json:
        return _answer(self._acts.join(asked.person, self._channel(asked)))

    async def _read(self, asked: Asked) -> Json:
        channel = self._channel(asked)
        newest = next(reversed(channel.messages), "")
        if asked.person.id in channel.members and channel.last_read.get(asked.person.id, "") < newest:
            self._acts.mark_read(asked.person, channel)
        return {"ok": True}

    # Apps

    async def _press(self, asked: Asked) -> Json:
        place = self._place(asked)
        zone = zone_of(asked.person)
        self._keep(asked, place)
        action = asked.word("action")
        block = form.block_now(place.blocks, action, asked.word("block"))
        raw = asked.fields.get("value")
        value = form.pressed(place.blocks, action=action, block=block, value=raw, zone=zone)
        outcome = await self._acts.press(asked.person, place, action, value, block_id=block)
        return _answer(outcome, told=outcome.kind is OutcomeKind.FAILED)

    async def _suggest(self, asked: Asked) -> Json:
        typed = asked.word("value")
        options = await self._acts.suggest(asked.person, self._place(asked), asked.word("action"), typed)
        none = tag("p", f"Nothing found for {typed}.", class_="muted")
        return {
            "ok": True,
            "html": str(tag("div", [selects.suggestion(option) for option in options] or none)),
        }

    async def _submit(self, asked: Asked) -> Json:
        view = self._view(asked)
        rest = form.fill(self._workspace, view, _entered(asked), zone_of(asked.person))
        return _answer(await self._acts.submit(asked.person, view, rest))

    async def _close(self, asked: Asked) -> Json:
        outcome = await self._acts.close(
            asked.person, self._view(asked), all_of_them=bool(asked.fields.get("all"))
        )
        return _answer(outcome)

    async def _message_shortcut(self, asked: Asked) -> Json:
        channel, callback = self._channel(asked), asked.word("callback")
        outcome = await self._acts.message_shortcut(asked.person, callback, channel, asked.word("ts"))
        return _answer(outcome, told=outcome.kind is OutcomeKind.FAILED)

    async def _global_shortcut(self, asked: Asked) -> Json:
        outcome = await self._acts.global_shortcut(asked.person, asked.word("callback"))
        return _answer(outcome, told=outcome.kind is OutcomeKind.FAILED)

    # Finding what is meant

    def _channel(self, asked: Asked) -> Channel:
        channel = self._workspace.channels.get(asked.word("channel"))
        if channel is None or not channel.visible_to(asked.person.id):
            raise DeedError("You cannot see this channel.")
        return channel

    def _view(self, asked: Asked) -> View:
        view = self._workspace.views.get(asked.word("view"))
        if view is None or view.person_id != asked.person.id:
            raise DeedError("This form is no longer open.")
        return view

    def _place(self, asked: Asked) -> Place:
        if asked.word("view"):
            return InView(self._view(asked))
        place = self._acts.place(asked.person, self._channel(asked), asked.word("ts"))
        if place is None:
            raise DeedError("That message is no longer here.")
        return place

    def _keep(self, asked: Asked, place: Place) -> None:
        """What was typed into the other fields of a form so far goes along with every act in it."""
        if not isinstance(place, InView):
            return
        rest = form.fill(self._workspace, place.view, _entered(asked), zone_of(asked.person))
        if rest:
            self._acts.fill(place.view, rest)


def _entered(asked: Asked) -> dict[str, Any]:
    values = asked.fields.get("values")
    return dict(values) if isinstance(values, dict) else {}


def _answer(outcome: Outcome, *, told: bool = False) -> Json:
    """The outcome for the page. `told` when the workspace's notice has said it already."""
    if outcome.is_good or outcome.kind is OutcomeKind.FIELD_ERRORS:
        return {"ok": outcome.is_good}
    return {"ok": False, "say": "" if told else outcome.text}


def _said(words: str) -> Json:
    return {"ok": False, "say": words}
