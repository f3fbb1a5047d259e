"""The Chat port over Slack's Web API: rooms, messages, pins, files, answers."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from slack_sdk.web.async_client import AsyncWebClient

from handlers.answers import Answers
from handlers.directory import Directory
from handlers.messages import figures, mitigation, notices
from handlers.messages.drawing import Drawing
from handlers.messages.parts import Message
from handlers.messages.text import is_name, is_person, plain
from handlers.people import People
from handlers.posts import Posts
from handlers.refusals import ALREADY_THERE, NAME_TAKEN, NOT_INVITED, UNKNOWN, no_room, unwritable
from handlers.wire import Check, SlackRefusalError, Wire
from incidents.errors import IncidentError
from incidents.model import Incident, PersonId, Place, Room, RoomId
from incidents.notices import BoardNotice, FactNotice, FindingsNotice, Notice, PlanNotice
from incidents.picture import Painter, Picture, pictures
from incidents.ports import PlaceUnwritableError, Posted
from incidents.work import Request

_INVITED_AT_ONCE = 100
_SKEW = 5
"""Seconds by which Slack's clock and ours may differ."""


class SlackChat:
    """A Slack workspace as the domain's Chat.

    Args:
        client: the Web API client, over one shared session (see `wire.open_client`).
        drawing: the team's rules and words; its way of mentioning is replaced by the workspace's own.
        painter: draws what was measured over time; without one, verdicts have no pictures.
    """

    def __init__(self, client: AsyncWebClient, drawing: Drawing, painter: Painter | None = None) -> None:
        self.wire = Wire(client)
        self.directory = Directory(self.wire)
        self.people = People(self.wire)
        self.drawing = replace(drawing, mention=self.people.mention)
        self._posts = Posts(self.wire)
        self._painter = painter
        self._answers = Answers(self.wire, self._posts)
        self._directs: dict[str, Place] = {}
        self._log = logging.getLogger("tocsin.slack")
        self._taken: set[str] = (
            set()
        )  # names carry their day, so it grows by a channel's name for each incident

    def during(self, check: Check) -> SlackChat:
        """The same, but that the check is made before each call; what it raises ends the call, unmade."""
        chat = copy(self)
        chat.wire = self.wire.during(check)
        chat._posts = Posts(chat.wire)  # noqa: SLF001 - another of this class
        chat._answers = Answers(chat.wire, chat._posts)  # noqa: SLF001 - as above
        return chat

    async def open_room(self, names: Iterator[str], *, private: bool) -> Room:
        """Create a channel under the first free name. Raises RoomRefusedError, Unavailable.

        A name that is taken, or asked for by somebody else at this moment, is passed over without a call:
        fifty who declare the same would otherwise be told 1,225 times that a name is taken.
        """
        for name in names:
            if name in self._taken:
                continue
            self._taken.add(name)
            try:
                room = await self._created(name, private=private)
            except BaseException:
                self._taken.discard(name)
                raise
            if room:
                return room
        raise ValueError("no more names to try")

    async def _created(self, name: str, *, private: bool) -> Room | None:
        """None if the name is taken."""
        client = self.wire.client
        try:
            made = await self.wire.call(
                "conversations.create", lambda: client.conversations_create(name=name, is_private=private)
            )
        except SlackRefusalError as refusal:
            if refusal.code != NAME_TAKEN:
                raise no_room(refusal) from refusal
            return None
        return Room(RoomId(str(made["channel"]["id"])), str(made["channel"]["name"]))

    async def find_rooms(self, *, created_after: datetime) -> Sequence[Room]:
        """Channels that this bot itself created since then."""
        me = (await self.directory.me())["user_id"]
        since = created_after.timestamp() - _SKEW
        return [
            Room(RoomId(str(channel["id"])), str(channel["name"]))
            async for channel in self.directory.mine()
            if channel.get("creator") == me and float(channel.get("created") or 0) >= since
        ]

    async def find_channel(self, name: str) -> RoomId | None:
        """The announcement channel of that name, joined by the bot; None if it is not to be found."""
        return await self.directory.channel(name)

    async def invite(self, room: Room, people: Iterable[str]) -> Mapping[str, str]:
        """Bring people in; those who cannot come do not stop the rest, and are given back with the reason.

        Whoever works from the shell under a name of their own is nobody in Slack, and is not missed; nor is
        a group, whose members Slack calls by its mention.
        """
        if room.thread is not None:
            return {}
        called = [who for who in dict.fromkeys(people) if is_person(who) or is_name(who)]
        found = {who: await self.people.person(who) for who in called}
        missing = {who: UNKNOWN for who, person in found.items() if person is None}
        for some in _batches([person for person in found.values() if person]):
            missing |= await self._invited(room, some)
        return missing

    async def _invited(self, room: Room, people: list[PersonId]) -> dict[str, str]:
        """Those of them who did not come, and why."""
        client = self.wire.client
        try:
            answer = await self.wire.call(
                "conversations.invite",
                lambda: client.conversations_invite(channel=room.id, users=people, force=True),
            )
        except SlackRefusalError as refusal:
            if refusal.code not in NOT_INVITED:
                raise unwritable(refusal) from refusal
            each = [{"user": who, "error": refusal.code} for who in people]
            answer = {"errors": refusal.answer.get("errors") or each}
        codes = {str(row.get("user")): str(row.get("error")) for row in answer.get("errors") or ()}
        return {
            who: NOT_INVITED.get(codes[who], f"Slack says {codes[who]}")
            for who in people
            if codes.get(who, ALREADY_THERE) != ALREADY_THERE
        }

    async def set_topic(self, room: Room, incident: Incident) -> None:
        """The topic that says severity, status and roles; a thread has none."""
        if room.thread is not None:
            return
        client, topic = self.wire.client, notices.topic(incident, self.drawing)
        try:
            await self.wire.call(
                "conversations.setTopic", lambda: client.conversations_setTopic(channel=room.id, topic=topic)
            )
        except SlackRefusalError as refusal:
            raise unwritable(refusal) from refusal

    async def say(self, place: Place, notice: Notice, *, delivery: UUID) -> Posted:
        """Post. Raises PlaceUnwritableError, Unavailable."""
        message = notices.elsewhere(await self._drawn(notice), notice, place)
        try:
            posted = await self._posts.post(place, message, delivery=delivery)
        except SlackRefusalError as refusal:
            self.directory.forget(place.room)
            raise unwritable(refusal) from refusal
        if isinstance(notice, FindingsNotice):
            await self._add_file(place, figures.whole(notice.examination))
            await self._add_pictures(place, pictures(notice.examination, notice.incident))
        if isinstance(notice, PlanNotice):
            thread = Place(posted.room, place.thread or posted.message)
            await self._add_file(thread, mitigation.aims_file(notice))
        return posted

    async def _add_file(self, place: Place, file: figures.FiguresFile | None) -> None:
        """What the message has no room for; it stands without it, so its failure is not the message's."""
        if file is None:
            return
        try:
            await self.hand_over_file(place, name=file.name, title=file.title, text=file.text)
        except (IncidentError, PlaceUnwritableError) as error:
            self._log.warning("a file could not be handed over: %s", error)

    async def _add_pictures(self, place: Place, wanted: Sequence[Picture]) -> None:
        """A picture that cannot be drawn or uploaded costs nothing but itself."""
        if self._painter is None:
            return
        try:
            for number, painted in enumerate(await self._painter.paint(wanted)):
                name = figures.image_name(wanted[number].target, number)
                await self._posts.upload_image(place, name=name, painted=painted)
        except (IncidentError, SlackRefusalError) as error:
            self._log.warning("a picture is left out: %s", error)

    async def find_said(self, place: Place, delivery: UUID, *, since: datetime) -> Posted | None:
        """The message of that delivery, if it was posted although no answer came."""
        try:
            return await self._posts.find(place, delivery, since=since.timestamp() - _SKEW)
        except SlackRefusalError as refusal:
            raise unwritable(refusal) from refusal

    async def revise(self, posted: Posted, notice: Notice) -> None:
        """Draw a message anew in its place; a message that is gone is no error."""
        message = await self._drawn(notice)
        try:
            await self._posts.revise(posted, message)
        except SlackRefusalError as refusal:
            raise unwritable(refusal) from refusal

    async def pin(self, posted: Posted) -> None:
        """Pin; pinned already is no error."""
        await self._posts.pin(posted)

    async def bookmark(self, room: Room, title: str, url: str, *, look_first: bool) -> None:
        """Bookmark at the head of the channel; looking first, bookmarked already is no error."""
        if room.thread is None:
            await self._posts.bookmark(room.id, plain(title, 200), url, look_first=look_first)

    async def link_to(self, posted: Posted) -> str:
        """The address of a message for people."""
        return await self._posts.link_to(posted)

    async def link_or_nothing(self, posted: Posted) -> str:
        """As `link_to`; empty where the bot may not see the message."""
        try:
            return await self._posts.link_to(posted)
        except (IncidentError, PlaceUnwritableError):
            return ""

    async def direct(self, person: str) -> Place:
        """Where one person, or name on the ladder, is spoken to alone. Raises PlaceUnwritableError."""
        if person not in self._directs:
            client = self.wire.client
            member = await self.people.person(person) if is_name(person) else person
            if member is None:
                raise PlaceUnwritableError(f"{person}: {UNKNOWN}")
            try:
                opened = await self.wire.call(
                    "conversations.open", lambda: client.conversations_open(users=[member])
                )
            except SlackRefusalError as refusal:
                raise unwritable(refusal) from refusal
            self._directs[person] = Place(RoomId(str(opened["channel"]["id"])))
        return self._directs[person]

    async def names(self, people: Iterable[str]) -> Mapping[str, str]:
        """What people are called in a file; whoever is not to be found keeps their id."""
        return await self.people.names(people)

    async def hand_over_file(self, place: Place, *, name: str, title: str, text: str) -> None:
        """Upload a text file."""
        try:
            await self._posts.upload(place, name=name, title=title, text=text)
        except SlackRefusalError as refusal:
            raise unwritable(refusal) from refusal

    async def answer(self, request: Request, notice_text: str, *, incident: Incident | None) -> None:
        """Tell the one who asked, and nobody else: through the request's own way back, else directly."""
        await self.tell(request, self._answers.worded(notice_text, incident))

    async def tell(self, request: Request, message: Message, *, replace: bool = False) -> None:
        """As `answer`, with a message of any shape, in the place of the one that was pressed if `replace`."""
        if await self._answers.by_way_back(request, message, replace=replace) or request.by is None:
            return
        await self._posts.post(await self.direct(request.by), message)

    async def whisper(self, place: Place, person: PersonId, message: Message) -> None:
        """Say something that only one person sees. Raises SlackRefusalError, Unavailable."""
        client = self.wire.client
        await self.wire.call(
            "chat.postEphemeral",
            lambda: client.chat_postEphemeral(
                channel=place.room, user=person, thread_ts=place.thread, **message.payload()
            ),
        )

    def wait_expected(self) -> float:
        """Seconds until a channel created now would exist, as far as the limits met so far tell."""
        return self.wire.expected("conversations.create")

    async def _drawn(self, notice: Notice) -> Message:
        if isinstance(notice, (BoardNotice, FactNotice)):
            await self.people.learn(self.drawing.policy.ladder)
        return notices.drawn(notice, self.drawing)


def _batches(people: list[PersonId]) -> Iterator[list[PersonId]]:
    for start in range(0, len(people), _INVITED_AT_ONCE):
        yield people[start : start + _INVITED_AT_ONCE]
