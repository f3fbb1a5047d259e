"""What the domain needs of the world, in the words of the trade. Other rooms implement these."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from incidents.evidence import Examination, Sought
from incidents.facts import Entry
from incidents.mitigation import Offer
from incidents.model import Incident, IncidentId, MessageId, Place, Room, RoomId
from incidents.notices import Notice
from incidents.work import AnyBoard, Birth, Decision, FollowUp, Outcome, Request


class Ledger(Protocol):
    """The record of all incidents. Every method is one transaction."""

    async def declare(self, request: Request, decide: Callable[[Birth], Decision]) -> Outcome:
        """Record a new incident with what follows from it; a repeated key gives what it gave before.

        Raises:
            Unavailable: the database did not answer in time; nothing was recorded.
        """

    async def change(
        self, request: Request, incident: IncidentId, decide: Callable[[Incident], Decision]
    ) -> Outcome:
        """Decide on the incident as it is now, locked against others, and record it.

        Raises:
            NoSuchIncident, Unavailable, and whatever `decide` raises; then nothing was recorded.
        """

    async def note_request(self, request: Request, follow_ups: Sequence[FollowUp]) -> bool:
        """Record a request that concerns no incident; False if it was recorded before."""

    async def get(self, incident: IncidentId) -> Incident:
        """The incident as it is now. Raises NoSuchIncident."""

    async def in_room(self, room: RoomId) -> Incident | None:
        """The incident whose own channel this is (not its thread), open or resolved."""

    async def of_board(self, room: RoomId, message: MessageId) -> Incident | None:
        """The incident whose card or announcement that message is, open or resolved."""

    async def by_reference(self, reference: str) -> Incident | None:
        """The incident of that reference, in any case of letters."""

    async def open_incidents(self, service: str | None = None) -> Sequence[Incident]:
        """Those still open (of that service, if one is named), newest first."""

    async def recent(self, limit: int) -> Sequence[Incident]:
        """All, newest first."""

    async def timeline(self, incident: IncidentId) -> Sequence[Entry]:
        """What happened, in order."""

    async def last_mitigated(self, offer: Offer, *, before: datetime) -> datetime | None:
        """When that was last begun before then, in any incident; what changed nothing does not count."""

    async def request_of(self, incident: IncidentId) -> Request | None:
        """The request that declared the incident."""

    async def ring_due(self, now: datetime, ring: Callable[[Incident], Decision | None]) -> int:
        """Let every clock ring that is due, each once among all replicas; how many rang."""


@dataclass(frozen=True, slots=True)
class Posted:
    """A message that stands in a channel."""

    room: RoomId
    message: MessageId


class RoomRefusedError(Exception):
    """The workspace does not let the bot create channels; the text is its reason."""


class PlaceUnwritableError(Exception):
    """A channel is missing, private or archived, so nothing can be said there; the text says which."""


class Chat(Protocol):
    """Where people talk. Calls wait for the workspace's rate limits by themselves.

    Calls that fail for good raise `IncidentError` or one of the two errors above; those that may have
    happened although no answer came raise `Unavailable`, and can be looked for with the `find_` methods.
    """

    def during(self, check: Callable[[], Awaitable[None]]) -> Chat:
        """The same, but that the check is made before each call; what it raises ends the call, unmade."""

    async def open_room(self, names: Iterator[str], *, private: bool) -> Room:
        """Create a channel under the first free name. Raises RoomRefusedError, Unavailable."""

    async def find_rooms(self, *, created_after: datetime) -> Sequence[Room]:
        """Channels that this bot itself created since then."""

    async def find_channel(self, name: str) -> RoomId | None:
        """The announcement channel of that name, joined by the bot; None if it is not to be found."""

    async def invite(self, room: Room, people: Iterable[str]) -> Mapping[str, str]:
        """Bring people in. Those who cannot come do not stop the rest, and are given back with the reason."""

    async def set_topic(self, room: Room, incident: Incident) -> None:
        """The topic that says severity, status and roles."""

    async def say(self, place: Place, notice: Notice, *, delivery: UUID) -> Posted:
        """Post. Raises PlaceUnwritableError, Unavailable."""

    async def find_said(self, place: Place, delivery: UUID, *, since: datetime) -> Posted | None:
        """The message of that delivery, if it was posted although no answer came."""

    async def revise(self, posted: Posted, notice: Notice) -> None:
        """Draw a message anew in its place; a message that is gone is no error."""

    async def pin(self, posted: Posted) -> None:
        """Pin; pinned already is no error."""

    async def bookmark(self, room: Room, title: str, url: str, *, look_first: bool) -> None:
        """Bookmark at the head of the channel; looking first (a call more), not what is there already."""

    async def link_to(self, posted: Posted) -> str:
        """The address of a message for people."""

    async def direct(self, person: str) -> Place:
        """Where one person, or name on the ladder, is spoken to alone. Raises PlaceUnwritableError."""

    async def hand_over_file(self, place: Place, *, name: str, title: str, text: str) -> None:
        """Upload a text file."""

    async def names(self, people: Iterable[str]) -> Mapping[str, str]:
        """What people are called in a file; whoever is not to be found keeps their id."""

    async def answer(self, request: Request, notice_text: str, *, incident: Incident | None) -> None:
        """Tell the one who asked, and nobody else: through the request's own way back, else directly."""

    def wait_expected(self) -> float:
        """Seconds until a channel created now would exist, as far as the limits met so far tell."""


class Examiner(Protocol):
    """Looks at systems."""

    def targets(self, service: str | None) -> Sequence[str]:
        """What can be asked for, such as "db" and "api"."""

    def examine(
        self,
        target: str,
        service: str | None,
        sought: Sought | None = None,
        onset: datetime | None = None,
        *,
        routine: bool = False,
        fresh: datetime | None = None,
        by: str | None = None,
    ) -> AsyncIterator[Examination]:
        """The examination as it grows, the last one complete; with a text, where it stands in the logs.

        What came before, such as a deploy, is told to the onset (UTC); without one, to now. A look that is
        `routine` was asked for by nobody: what changed is not told against it. Looks are shared by those who
        ask within a few seconds, which is then told with who asked first; one that was begun before `fresh`
        (UTC) does not serve. Raises Refused.
        """


SET_UP = "set_up"
"""The step that stands for the whole set-up: begun together with the incident, finished last."""


class Journal(Protocol):
    """Which steps of an incident's set-up were begun and done, so that none is done twice."""

    async def begin(self, incident: IncidentId, steps: Iterable[str], at: datetime) -> Mapping[str, Step]:
        """Note the intents, unless they were noted before; the steps as they stand, by name."""

    async def finish(self, incident: IncidentId, step: str, result: str = "") -> None:
        """Note the result."""

    async def owned_rooms(self, rooms: Iterable[RoomId]) -> set[RoomId]:
        """Those of the rooms that belong to an incident already."""

    async def board(self, incident: IncidentId, board: AnyBoard) -> Posted | None:
        """Where the board's message stands."""

    async def keep_board(self, incident: IncidentId, board: AnyBoard, posted: Posted) -> None:
        """Remember where the board's message stands."""

    async def unfinished(self) -> Sequence[IncidentId]:
        """Incidents whose set-up is not done."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the set-up. `begun_at` is the first intent; `fresh` if this call noted it."""

    name: str
    begun_at: datetime
    fresh: bool
    done: bool
    result: str = ""


@dataclass(frozen=True, slots=True)
class Delivery:
    """Something to be said, in its lane's order."""

    id: UUID
    incident: IncidentId | None
    work: FollowUp
    created_at: datetime
    attempts: int
    attempted: bool


class Outbox(Protocol):
    """What is still to be said, by lanes: one lane an incident, in order."""

    async def pending(self, incident: IncidentId) -> Sequence[Delivery]:
        """Not yet said, oldest first."""

    async def attempt(self, deliveries: Sequence[UUID]) -> None:
        """Note that they are about to be sent, so that a restart looks before it sends again."""

    async def done(self, deliveries: Sequence[UUID]) -> None:
        """Said, or void."""

    async def failed(self, delivery: UUID, reason: str, *, give_up: bool) -> None:
        """Not said this time; given up, it does not hold up what comes after it."""

    async def waiting(self) -> Sequence[IncidentId]:
        """Incidents with something to say."""
